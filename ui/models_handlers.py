"""What answers the Models page's events: ask the analyzer and the database, format, return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import gradio as gr

from .. import ui_components as parts
from ..host import Settings
from ..inventory import superseded, wording
from ..inventory.definitions import mapping
from ..inventory.inventory import Inventory, ModelStatus
from ..inventory.listing import ListedModel, Query, filter_and_sort
from ..model_analyzer import ModelAnalyzer, UnknownModelError
from ..performance.gpus import load_gpus
from ..performance.hardware import Machine, detect_machine
from ..performance.labels import SpeedTier
from ..reports.markdown import report
from . import texts
from .detail import detail
from .disk import DiskHandlers
from .disk_jobs import DiskJobs
from .models import SHOW_ID, VERSION_ID, as_query
from .scanning import Scanner, ScanState

if TYPE_CHECKING:
    from ..inventory.inventory import TrackedModel
    from ..performance.fit import Fit
    from ..performance_db import PerformanceDatabase

Choices = list[tuple[str, str]]
UNCHANGED: dict[str, Any] = {"__type__": "update"}
"""What `gr.skip()` returns, with a type."""
FIRST_PATIENCE_S = 2.0
"""How long the host's start may wait for the first scan."""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What the page shows before its first event."""

    version: str
    progress: str
    summary: str
    count: str
    table: dict[str, Any]
    choices: Choices
    families: Choices
    speed_tiers: Choices
    notes: str
    cards: Choices


class ModelsHandlers:
    """Plain methods: each takes the values of components and returns those of others."""

    def __init__(self, analyzer: ModelAnalyzer, database: PerformanceDatabase, switch_to_model: Any) -> None:  # noqa: ANN401
        """Keep whom to ask.

        Args:
            analyzer: Tells what is there.
            database: Tells figures.
            switch_to_model: The host's function of that name, or None.
        """
        self._analyzer = analyzer
        self._database = database
        self._switch_to_model = switch_to_model
        self._scanner = Scanner(analyzer)
        self.disk = DiskHandlers(analyzer, DiskJobs(analyzer))
        self._numbers = count(1)
        self._machine = detect_machine()
        self._listed: tuple[Inventory, dict[str, tuple[ListedModel, ...]]] | None = None

    def first_page(self) -> FirstPage:
        """Return the page's first content; it waits no longer than a moment for the disk."""
        scanned = self._scanner.scan(FIRST_PATIENCE_S)
        shown = self.listed()
        return FirstPage(
            version=self._version(""),
            progress=_progress(scanned),
            summary=self._summary(""),
            count=_count(len(shown), len(shown)),
            table=parts.table_value(filter_and_sort(shown, Query())),
            choices=self._choices(),
            families=self._families(),
            speed_tiers=[(texts.ANY, ""), *((tier.value, tier.value) for tier in SpeedTier)],
            notes=self._notes(),
            cards=[(texts.THIS_MACHINE, ""), *((name, name) for name in load_gpus())],
        )

    def listed(self, card: str = "") -> tuple[ListedModel, ...]:
        """Return the models of the current inventory with their figures.

        Args:
            card: The graphics card to judge by; "" for this machine's.
        """
        inventory = self.inventory
        if self._listed is None or self._listed[0] is not inventory:
            self._listed = inventory, {}
        lists = self._listed[1]
        if "" not in lists:
            lists[""] = tuple(self._with_figures(model, "") for model in inventory.visible)
        if card not in lists:
            lists[card] = tuple(
                ListedModel(model.tracked, model.figures, self._fit(model.tracked, card))
                for model in lists[""]
            )
        return lists[card]

    def machine(self, card: str = "") -> Machine:
        """Return this machine, or this machine with another card in it."""
        return self._machine.with_card(card) if card else self._machine

    @property
    def inventory(self) -> Inventory:
        """The last inventory; an empty one before the first scan has ended."""
        return self._analyzer.last_inventory or Inventory.nothing_yet(Settings(), datetime.now(timezone.utc))

    def on_tab_select(self, state: object) -> tuple[Any, ...]:
        """Scan again as the user opens the tab: a new version, which makes the page show it, progress, timer."""
        return self._scanned(self._scanner.scan(), chosen_model(state))

    def refresh(self, version: str) -> tuple[Any, ...]:
        """Scan again; the model chosen in the host stays as it was known."""
        return self._scanned(self._scanner.scan(), _chosen_of(version))

    def renew(self, version: str) -> tuple[Any, ...]:
        """Show again what is known: work on files has looked at the disk already."""
        return self._scanned(self._scanner.state(), _chosen_of(version))

    def poll(self, version: str) -> tuple[Any, ...]:
        """Tell how a scan that takes long goes; the page shows the old inventory meanwhile."""
        state = self._scanner.state()
        if state.running:
            return UNCHANGED, _progress(state), UNCHANGED
        return self._scanned(state, _chosen_of(version))

    def _scanned(self, state: ScanState, chosen: str) -> tuple[Any, ...]:
        return self._version(chosen), _progress(state), gr.Timer(active=state.running)

    def show(self, event: gr.EventData, version: str, *filters: Any) -> tuple[Any, ...]:  # noqa: ANN401
        """Return summary, count, table, families and notes.

        A filter changes only count and table.
        """
        card, *rest = filters
        models = self.listed(card or "")
        query = as_query(*rest)
        matching = filter_and_sort(models, query)
        told = _count(len(matching), len(models), query.fits and self.machine(card or "").card_gb is None)
        answer = told, parts.table_value(matching)
        if not _is_from(event, VERSION_ID):
            return UNCHANGED, *answer, UNCHANGED, UNCHANGED
        return (
            self._summary(_chosen_of(version)),
            *answer,
            gr.update(choices=self._families()),
            self._notes(),
        )

    def open_detail(
        self, event: gr.EventData, chosen: str | None, picked: str, card: str | None
    ) -> tuple[Any, ...]:
        """Return the model picked, "Show model", the detail, its box and whether it can be used and checked.

        A click on a row fires twice and says the row; "Show model" says its own value; a new scan says nothing.
        """
        row = _clicked_row(event)
        asked = row[-1] if row else chosen if _is_from(event, SHOW_ID) else None
        picked = asked or picked
        if not picked:
            return UNCHANGED, gr.update(choices=self._choices()), *(UNCHANGED,) * 4
        box = gr.update(open=True) if asked else UNCHANGED
        try:
            model = self._analyzer.model(picked)
        except UnknownModelError as error:
            off = gr.update(interactive=False)
            return picked, UNCHANGED, f"<p>{escape(str(error))}</p>", box, off, off
        listed = self._with_figures(model, card or "")
        shown = detail(listed, self.listed(card or ""), self.inventory, self._analyzer.options(picked))
        usable = gr.update(interactive=self._switch_to_model is not None)
        show_model = gr.update(choices=self._choices(), value=picked)
        return picked, show_model, shown, box, usable, gr.update(interactive=True)

    def use(self, picked: str) -> Any:  # noqa: ANN401
        """Return what the host wants written into its selector to choose the model."""
        if not picked:
            return UNCHANGED, UNCHANGED
        return self._switch_to_model(picked, True)  # noqa: FBT003 - the host's signature

    def report(self, *filters: Any) -> str:  # noqa: ANN401
        """Return the Markdown report of the models that the filters leave."""
        card, *rest = filters
        matching = filter_and_sort(self.listed(card or ""), as_query(*rest))
        return report(self.inventory, matching, self.machine(card or ""))

    def _with_figures(self, model: TrackedModel, card: str) -> ListedModel:
        definition = mapping(self.inventory.definitions.get(model.model_type))
        figures = self._database.metrics(model.model_type, model.base_type, definition)
        return ListedModel(model, figures, self._fit(model, card))

    def _fit(self, model: TrackedModel, card: str) -> Fit:
        return self._database.judge_fit(
            model.model_type,
            self.machine(card),
            base_type=model.base_type,
            weights_file=model.weights_file,
            profile=model.memory_profile,
        )

    def _version(self, chosen: str) -> str:
        return f"{next(self._numbers)}|{chosen}"

    def _choices(self) -> Choices:
        return [
            (f"{model.tracked.name} ({model.tracked.model_type})", model.tracked.model_type)
            for model in self.listed()
        ]

    def _families(self) -> Choices:
        names = dict.fromkeys(model.tracked.family for model in self.listed())
        return [(texts.ANY, ""), *((name, name) for name in names)]

    def _summary(self, chosen: str) -> str:
        inventory = self.inventory
        cards = parts.cards(
            [
                parts.card(str(len(inventory.visible)), "models", texts.MODELS_TIP),
                *(
                    parts.card(
                        f"{wording.STATUS_MARKS[status]} {inventory.count(status)}",
                        status.value,
                        texts.STATUS_TIPS[status],
                        parts.STATUS_CLASSES[status],
                    )
                    for status in ModelStatus
                ),
                parts.card(wording.amount(inventory.bytes_on_disk), "of model files on disk", texts.DISK_TIP),
                parts.card(*self._machine_words(), texts.MACHINE_TIP),
            ]
        )
        return cards + self._chosen_line(inventory, chosen) + self._superseded_line()

    def _machine_words(self) -> tuple[str, str]:
        """Return the graphics card in short, and the rest about the machine."""
        machine = self._machine
        card = machine.gpu_name or "Unknown GPU"
        memory = [f"{machine.card_gb:g} GB VRAM"] if machine.card_gb else []
        memory += [f"{machine.ram_gib:.0f} GiB RAM"] if machine.ram_gib else []
        return card.removeprefix("NVIDIA ").removeprefix("GeForce "), ", ".join(memory) or "graphics card"

    def _superseded_line(self) -> str:
        """Announce what Wan2GP will delete; nothing where it deletes nothing of the user's."""
        told = superseded.summary(self._analyzer.superseded())
        return f'<p class="mt-note">{escape(told)}</p>' if told else ""

    def _chosen_line(self, inventory: Inventory, chosen: str) -> str:
        model = inventory.models.get(chosen)
        if model is None:
            return ""
        mark = (
            f'<span class="{parts.STATUS_CLASSES[model.status]}">{wording.STATUS_MARKS[model.status]}</span>'
        )
        told = [wording.what_generate_does(model), wording.advice(self._analyzer.options(chosen))]
        words = f"(chosen in the Media Generator): {' '.join(filter(None, told))}"
        return f'<p class="mt-line">{mark} <b>{escape(model.name)}</b> {escape(words)}</p>'

    def _notes(self) -> str:
        inventory = self.inventory
        lines = [
            f"Looked at {inventory.taken_at.astimezone():%Y-%m-%d %H:%M:%S}.",
            f"Wan2GP {inventory.version or 'of unknown version'}; "
            + "; ".join(f"{name}: {value}" for name, value in wording.settings(inventory.settings))
            + ".",
            "Checkpoint folders, in this order: " + ", ".join(inventory.roots) + ".",
            *(f"Not found in this Wan2GP: {name.name} ({name.lost})." for name in inventory.missing_names),
            *(inventory.compatibility.lines if inventory.compatibility else ()),
            *(str(problem) for problem in inventory.problems),
        ]
        return "".join(f'<p class="mt-note">{escape(line)}</p>' for line in lines)


def chosen_model(state: object) -> str:
    """Return the model that the host's state says is chosen in the Media Generator; "" where it does not say."""
    if not isinstance(state, Mapping):
        return ""
    chosen = cast("Mapping[str, object]", state).get("model_type")
    return chosen if isinstance(chosen, str) else ""


def _progress(state: ScanState) -> str:
    return f'<p class="mt-note" role="status">{escape(state.words)}</p>' if state.words else ""


def _is_from(event: gr.EventData, elem_id: str) -> bool:
    """Tell whether the event comes from this component."""
    return getattr(event.target, "elem_id", None) == elem_id


def _clicked_row(event: gr.EventData) -> list[str] | None:
    """Return the texts of the row that was clicked, or None where the event is no click on a row."""
    data: object = vars(event)["_data"]
    row: object = cast("Mapping[str, object]", data).get("row_value") if isinstance(data, Mapping) else None
    return cast("list[str]", row) if isinstance(row, list) else None


def _chosen_of(version: str) -> str:
    return version.partition("|")[2]


def _count(matching: int, of_all: int, card_is_unknown: bool = False) -> str:  # noqa: FBT001, FBT002
    why = f" {texts.UNKNOWN_CARD}" if card_is_unknown else ""
    return f'<p class="mt-note" role="status">{matching} of {wording.count(of_all, "model")} shown.{why}</p>'
