"""What answers the Models page's events: ask the analyzer and the database, format, return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, cast

import gradio as gr

from ... import ui_components as parts
from ...catalog import labels
from ...catalog.query import find
from ...cleanup import superseded
from ...inventory.models import ModelStatus
from ...model_analyzer import ModelAnalyzer, UnknownModelError
from ...performance.gpus import load_gpus
from ...phrases import counted
from ...wan2gp.forms import AskedForm
from ..change_ids import new_change_ids
from ..choices import Choices, RenewedChoices
from ..disk.handlers import DiskHandlers
from ..disk.jobs import DiskJobs
from ..requests import (
    FILTER_REQUEST_ID,
    OPEN_ID,
    SCAN_ID,
    FilterAction,
    FilterRequest,
    ScanRequest,
    asked_in,
    is_from,
)
from ..scanning import Scanner, ScanState
from ..this_host import compatibility_html, headline
from .charts import ChartsHandlers
from .compare import CompareHandlers
from .detail import detail
from .exports import Exports
from .filters import LIVE_CHOICES, Filters, live_choices
from .listings import Listings
from .summary import cards, chosen_line, form_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...catalog.query import ListedModel
    from ...performance_db import PerformanceDatabase

FIRST_PATIENCE_S = 2.0
"""How long the host's start may wait for the first scan."""
_FORMS_KEPT = 100
SHOW_ID = "mt-show"
_MODEL = "model"
ACTIONS = 5
"""Buttons of the detail; the last one needs something to download."""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What the page shows before its first event."""

    scan_id: str
    progress: str
    summary: str
    count: str
    table: dict[str, Any]
    choices: Choices
    live_choices: Mapping[str, Choices]
    cards: Choices
    host_headline: str
    this_host: str


class ModelsHandlers:
    """Plain methods: each takes the values of components and returns those of others."""

    def __init__(self, analyzer: ModelAnalyzer, database: PerformanceDatabase, switch_to_model: Any) -> None:  # noqa: ANN401
        """Keep the collaborators.

        Args:
            analyzer: Knows what is on disk.
            database: Knows the figures.
            switch_to_model: The host's function of that name, or None.
        """
        self._analyzer = analyzer
        self._switch_to_model = switch_to_model
        self._scanner = Scanner(analyzer)
        self._numbers = new_change_ids()
        self._forms: dict[int, AskedForm] = {}
        self.listings = Listings(analyzer, database)
        self._renewed = {name: RenewedChoices([]) for name in (_MODEL, *LIVE_CHOICES)}
        self.disk = DiskHandlers(analyzer, DiskJobs(analyzer))
        self.compare = CompareHandlers(self.listings)
        self.charts = ChartsHandlers(self.listings)
        self.exports = Exports(analyzer, self.listings)

    def first_page(self) -> FirstPage:
        """Return the page's first content; it waits no longer than a moment for the disk."""
        scanned = self._scanner.scan(FIRST_PATIENCE_S)
        count, table = self._table(Filters())
        choices = self._choices()
        self._renewed = {name: RenewedChoices(offered) for name, offered in choices.items()}
        return FirstPage(
            scan_id=self._scan_request(""),
            progress=parts.note(scanned.words),
            summary=self._summary(),
            count=count,
            table=table,
            choices=choices.pop(_MODEL),
            live_choices=choices,
            cards=[(f"{gpu.name} ({gpu.vram_gb:g} GB)", gpu.name) for gpu in load_gpus().values()],
            host_headline=self._host_headline(),
            this_host=self._this_host(),
        )

    def on_tab_select(self, state: object) -> tuple[Any, ...]:
        """Scan again as the user opens the tab: a new scan id, which makes the page show it, progress, timer."""
        form = AskedForm.in_state(state)
        if form is not None:
            self._analyzer.ask_form(form)  # before the scan, which answers for it
        return self._scanned(self._scanner.scan(), chosen_model(state), form)

    def refresh(self, scan_id: str) -> tuple[Any, ...]:
        """Scan again; the model chosen in the host stays as it was known."""
        return self._scanned_as(scan_id, self._scanner.scan())

    def renew(self, scan_id: str) -> tuple[Any, ...]:
        """Show again what is known: work on files has looked at the disk already."""
        return self._scanned_as(scan_id, self._scanner.state())

    def poll(self, scan_id: str) -> tuple[Any, ...]:
        """Return how a scan that takes long goes; the page shows the old inventory meanwhile."""
        state = self._scanner.state()
        if state.running:
            return parts.UNCHANGED, parts.note(state.words), parts.UNCHANGED
        return self._scanned_as(scan_id, state)

    def _scanned_as(self, scan_id: str, state: ScanState) -> tuple[Any, ...]:
        before = ScanRequest.decode(scan_id)
        return self._scanned(state, before.chosen, self._forms.get(before.number))

    def _scanned(self, state: ScanState, chosen: str, form: AskedForm | None) -> tuple[Any, ...]:
        return self._scan_request(chosen, form), parts.note(state.words), gr.Timer(active=state.running)

    def renew_page(
        self,
        event: gr.EventData,
        scan_id: str,
        filter_request: str,
        *values: Any,  # noqa: ANN401
    ) -> tuple[Any, ...]:
        """Return the filters' values, summary, chosen model, what is known of this Wan2GP, and a new list number.

        The number makes the page list again. A new scan renews what is shown of it; a summary card, a heading and
        "Reset filters" change filters.
        """
        number = str(next(self._numbers))
        before = Filters(*values)
        if not is_from(event, SCAN_ID):
            is_request = is_from(event, FILTER_REQUEST_ID)
            request = FilterRequest.decode(filter_request) if is_request else FilterRequest(FilterAction.ALL)
            filters = before.changed_by(request)
            return *filters.updates(before), *(parts.UNCHANGED,) * 4, number
        updates = dict.fromkeys(Filters.__dataclass_fields__, parts.UNCHANGED)
        for name in LIVE_CHOICES:
            update = self._choices_now(name)
            offered = {value for _, value in update.get("choices", ())}
            if offered and getattr(before, name) not in offered:
                update["value"] = ""  # gone since: Gradio would refuse every event with it
            updates[name] = gr.update(**update)
        return (
            *updates.values(),
            self._summary(),
            self._chosen(ScanRequest.decode(scan_id)),
            gr.update(label=self._host_headline()),
            self._this_host(),
            number,
        )

    def show(self, *values: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
        """Return how many models the filters leave, and the table of them."""
        return self._table(Filters(*values))

    def open_detail(
        self, event: gr.EventData, chosen: str | None, asked: str, picked: str, card: str | None
    ) -> tuple[Any, ...]:
        """Return the model picked, "Show model", the detail, its box and what can be done with it.

        A click on a row fires twice and names the row; "Show model" and buttons name their own value; a new scan and
        another card name nothing.
        """
        row = _clicked_row(event)
        named = row[-1] if row else ""
        if is_from(event, SHOW_ID):
            named = chosen or ""
        elif is_from(event, OPEN_ID):
            named = asked_in(asked)
        picked = named or picked
        if not picked:
            return (
                parts.UNCHANGED,
                gr.update(**self._choices_now(_MODEL)),
                *(parts.UNCHANGED,) * (2 + ACTIONS),
            )
        box = gr.update(open=True) if named else parts.UNCHANGED
        try:
            model = self._analyzer.model(picked)
        except UnknownModelError as error:
            off = gr.update(interactive=False)
            return picked, parts.UNCHANGED, f"<p>{escape(str(error))}</p>", box, *(off,) * ACTIONS

        def shown() -> str:
            return detail(
                model=self.listings.one(model, card),
                all_models=self.listings.of(card),
                inventory=self.listings.inventory,
                what_if=self._analyzer.what_if(picked),
                machine=self.listings.machine(card),
                grid=self.listings.vram_grid(model, card),
            )

        on = gr.update(interactive=True)
        return (
            picked,
            gr.update(**self._choices_now(_MODEL), value=picked),
            parts.section("Details", shown),
            box,
            gr.update(interactive=self._switch_to_model is not None and model.is_offered),
            *(on,) * (ACTIONS - 2),
            gr.update(interactive=bool(model.to_fetch)),
        )

    def use(self, picked: str) -> Any:  # noqa: ANN401
        """Return what the host wants written into its selector to choose the model."""
        if not picked:
            return parts.UNCHANGED, parts.UNCHANGED
        return self._switch_to_model(picked, True)  # noqa: FBT003 - the host's signature

    def _table(self, filters: Filters) -> tuple[str, dict[str, Any]]:
        """Return how many models are listed, and the table; a failure takes its place."""
        try:
            models = self.listings.of(filters.card)
            machine = self.listings.machine(filters.card)
            query = filters.query(machine.card_gb)
            listing = find(models, query)
            notes = [
                "No exact match: these are similar." if listing.is_similar else "",
                f"Evaluated for {filters.card}." if filters.card else "",
                "This computer's graphics card is not known: choose one under “Evaluate for another GPU”."
                if filters.needs_a_card and machine.card_gb is None
                else "",
            ]
            table = parts.table_value(listing.models, query.sort, descending=query.descending)
            return self._count(listing.models, len(models), notes), table
        except BaseException as error:  # noqa: BLE001 - the rest of the page goes on
            return parts.failure("The list of models", error), parts.table_value([])

    def _count(self, matching: Sequence[ListedModel], of_all: int, notes: Sequence[str]) -> str:
        numbers = Counter(model.tracked.status for model in matching)
        marks = [
            f"{labels.STATUS_MARKS[status]} {numbers[status]}" for status in ModelStatus if numbers[status]
        ]
        # the cards above say it of all models, and one status needs no saying
        by_status = f" ({', '.join(marks)})" if len(marks) > 1 and len(matching) < of_all else ""
        models = counted(of_all, ("{number} model", "{number} models"))
        as_of = f"{self.listings.inventory.taken_at.astimezone():%H:%M:%S}"
        shown = f"{len(matching)} of {models} shown{by_status}, as of {as_of}."
        return parts.note(" ".join(filter(None, [shown, *notes])))

    def _scan_request(self, chosen: str, form: AskedForm | None = None) -> str:
        request = ScanRequest(next(self._numbers), chosen)
        if form is not None:
            self._forms[request.number] = form
            for old in tuple(self._forms)[:-_FORMS_KEPT]:
                self._forms.pop(old, None)
        return request.encode()

    def _choices_now(self, name: str) -> dict[str, Any]:
        return self._renewed[name].update(self._choices()[name])

    def _choices(self) -> dict[str, Choices]:
        """Return what can be chosen now: a model, and the filters that follow from the models."""
        models = self.listings.of()
        names = [
            (f"{model.tracked.name} ({model.tracked.model_type})", model.tracked.model_type)
            for model in models
        ]
        return {_MODEL: names, **live_choices(models)}

    def _summary(self) -> str:
        return parts.section("Summary", lambda: cards(self.listings.inventory, self.listings.machine()))

    def _chosen(self, request: ScanRequest) -> str:
        """Return the line of the model that is chosen in the host, and what the host will delete."""
        inventory, chosen = self.listings.inventory, request.chosen
        form = self._forms.get(request.number)

        def line() -> str:
            if chosen not in inventory.models:
                return ""
            known, answer = inventory.models[chosen], self._analyzer.form_answer(form) if form else None
            if form is not None and (answer is None or not answer.does_the_same(known)):
                return form_line(known, answer)
            return chosen_line(inventory, chosen, self._analyzer.what_if(chosen))

        return parts.section("The chosen model", line) + parts.section(
            "The chosen model", self._superseded_line
        )

    def _superseded_line(self) -> str:
        """Announce what Wan2GP will delete; nothing where it deletes nothing of the user's."""
        announcement = superseded.summary(self._analyzer.superseded())
        return f'<p class="mt-note">{escape(announcement)}</p>' if announcement else ""

    def _host_headline(self) -> str:
        return headline(self.listings.inventory)

    def _this_host(self) -> str:
        return parts.section("This Wan2GP", lambda: compatibility_html(self.listings.inventory))


def chosen_model(state: object) -> str:
    """Return the model that the host's state says is chosen in the Media Generator; "" where it does not say."""
    if not isinstance(state, Mapping):
        return ""
    chosen = cast("Mapping[str, object]", state).get("model_type")
    return chosen if isinstance(chosen, str) else ""


def _clicked_row(event: gr.EventData) -> list[str] | None:
    """Return the texts of the row that was clicked, or None where the event is no click on a row."""
    data: object = vars(event)["_data"]
    row: object = cast("Mapping[str, object]", data).get("row_value") if isinstance(data, Mapping) else None
    return cast("list[str]", row) if isinstance(row, list) else None
