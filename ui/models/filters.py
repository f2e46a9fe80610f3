"""The filters above the table: their components, their values, and what a summary card or a heading asks of them."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from ... import ui_components as parts
from ...catalog import labels
from ...catalog.columns import COLUMNS
from ...catalog.query import Query, SortKey, tasks_of
from ...inventory.models import ModelStatus
from ...performance.labels import QualityTier, SpeedTier
from ...wan2gp.definitions import Output
from ..requests import FILTER_REQUEST_ID, FilterAction, FilterRequest, hidden_box

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...catalog.query import ListedModel
    from ..choices import Choices

RESET_ID = "mt-reset"
THIS_CARD = -1.0
"""As a VRAM budget: what the card has that models are judged for."""

_STATUSES = [("All", "")] + [
    (f"{labels.STATUS_MARKS[status]} {labels.status_word(status).capitalize()}", status.value)
    for status in ModelStatus
]
_OUTPUTS = [("Any", ""), *((labels.OUTPUTS[output], output.name) for output in Output)]
_SPEEDS = [("Any", ""), *((tier.value, tier.value) for tier in SpeedTier)]
_QUALITIES = [("Any", ""), *((tier.value, tier.value) for tier in QualityTier)]
_SORTS = [(labels.SORT_KEYS[key], key.name) for key in SortKey]
_BUDGETS = [
    ("Any", 0.0),
    ("This card's VRAM", THIS_CARD),
    *((f"{size} GB", float(size)) for size in (4, 6, 8, 10, 12, 16, 24, 32, 48)),
]


@dataclass(frozen=True, slots=True)
class Filters:
    """The values of the filters, in the order of the components; the default shows everything.

    Gradio sends None for a field that was emptied, which means the same as its default.
    """

    card: str | None = ""
    text: str | None = ""
    status: str | None = ""
    output: str | None = ""
    task: str | None = ""
    family: str | None = ""
    speed: str | None = ""
    quality: str | None = ""
    max_vram: float | None = 0.0
    fits: bool | None = False
    only_mine: bool | None = False
    finetunes: bool | None = False
    sort: str | None = SortKey.NAME.name
    descending: bool | None = False

    def query(self, card_gb: float | None) -> Query:
        """Return what they ask for.

        Args:
            card_gb: VRAM of the card that models are judged for, in GB; None where it is not known.
        """
        budget = card_gb if self.max_vram == THIS_CARD else self.max_vram
        return Query(
            text=self.text or "",
            statuses=frozenset({ModelStatus(self.status)}) if self.status else frozenset(),
            outputs=frozenset({Output[self.output]}) if self.output else frozenset(),
            tasks=frozenset({self.task}) if self.task else frozenset(),
            families=frozenset({self.family}) if self.family else frozenset(),
            speed_tiers=frozenset({self.speed}) if self.speed else frozenset(),
            quality_tiers=frozenset({self.quality}) if self.quality else frozenset(),
            max_vram_gb=budget or None,
            fits=bool(self.fits),
            only_mine=bool(self.only_mine),
            finetunes=True if self.finetunes else None,
            sort=SortKey[self.sort] if self.sort else SortKey.NAME,
            descending=bool(self.descending),
        )

    @property
    def needs_a_card(self) -> bool:
        """Whether they judge by the card."""
        return bool(self.fits) or self.max_vram == THIS_CARD

    def changed_by(self, request: FilterRequest) -> Filters:
        """Return the values after a click on a summary card or a heading of the table.

        A second click on a card takes back the first; on a heading it reverses the order.
        """
        match request.action:
            case FilterAction.STATUS:
                return replace(self, status="" if self.status == request.value else request.value)
            case FilterAction.COLUMN:
                key = COLUMNS[int(request.value)].key
                name = (key or SortKey.NAME).name
                return replace(self, sort=name, descending=self.sort == name and not self.descending)
            case FilterAction.FITS:
                return replace(self, fits=not self.fits)
            case FilterAction.LARGEST:
                largest = {"only_mine": True, "sort": SortKey.SIZE.name, "descending": True}
                default = {"only_mine": False, "sort": SortKey.NAME.name, "descending": False}
                is_so = all(getattr(self, name) == value for name, value in largest.items())
                return replace(self, **(default if is_so else largest))
            case FilterAction.ALL:
                return Filters(card=self.card)

    def updates(self, before: Filters) -> list[Any]:
        """Return what makes the components show these values where they showed others."""
        return [
            parts.UNCHANGED if value == old else gr.update(value=value)
            for value, old in zip(astuple(self), astuple(before), strict=True)
        ]


def _families(models: Sequence[ListedModel]) -> Choices:
    return [(family, family) for family in dict.fromkeys(model.tracked.family for model in models)]


def _tasks(models: Sequence[ListedModel]) -> Choices:
    return [(task[:1].upper() + task[1:], task) for task in tasks_of(models)]


LIVE_CHOICES: dict[str, Callable[[Sequence[ListedModel]], Choices]] = {
    "family": _families,
    "task": _tasks,
}
"""Filters whose choices follow from the models, by their fields of `Filters`: what is shown, and the value."""


def live_choices(models: Sequence[ListedModel]) -> dict[str, Choices]:
    """Return the choices of these filters; the first is any."""
    return {name: [("Any", ""), *choices_of(models)] for name, choices_of in LIVE_CHOICES.items()}


@dataclass(frozen=True, slots=True)
class FilterView:
    """Every component of the filters, by name."""

    card: gr.Dropdown
    text: gr.Textbox
    status: gr.Radio
    output: gr.Dropdown
    task: gr.Dropdown
    family: gr.Dropdown
    speed: gr.Dropdown
    quality: gr.Dropdown
    max_vram: gr.Dropdown
    fits: gr.Checkbox
    only_mine: gr.Checkbox
    finetunes: gr.Checkbox
    sort: gr.Dropdown
    descending: gr.Checkbox
    reset: gr.Button
    filter_request: gr.Textbox

    @property
    def values(self) -> list[Any]:
        """The components whose values are `Filters`, in its order."""
        return [getattr(self, name) for name in Filters.__dataclass_fields__]


def build_filters(live: Mapping[str, Choices], cards: Choices) -> FilterView:
    """Lay the filters out: what most ask for first, the rest in a second row."""

    def pick(choices: Sequence[tuple[str, Any]], label: str, elem_id: str, value: Any = "") -> gr.Dropdown:  # noqa: ANN401
        return gr.Dropdown(choices, value=value, label=label, elem_id=elem_id, min_width=124)

    with gr.Row(elem_id="mt-filters", elem_classes="mt-form"):
        text = gr.Textbox(
            label="Search",
            placeholder="name, id, family or file",
            elem_id="mt-search",
            scale=3,
            min_width=220,
        )
        status = gr.Radio(_STATUSES, value="", label="Status", elem_id="mt-status", scale=4, min_width=320)
        sort = gr.Dropdown(
            _SORTS, value=SortKey.NAME.name, label="Sort by", elem_id="mt-sort", scale=1, min_width=130
        )
    with gr.Row(elem_classes="mt-form"):
        task = pick(live["task"], "Task", "mt-task")
        output = pick(_OUTPUTS, "Output", "mt-output")
        family = pick(live["family"], "Family", "mt-family")
        speed = pick(_SPEEDS, "Speed", "mt-speed")
        quality = pick(_QUALITIES, "Quality", "mt-quality")
        max_vram = pick(_BUDGETS, "Max VRAM", "mt-vram", 0.0)
        card = pick([("This computer's", ""), *cards], "Evaluate for another GPU", "mt-card")
    with gr.Row(elem_id="mt-switches"):
        only_mine = gr.Checkbox(value=False, label="On disk only", elem_id="mt-only-mine")
        fits = gr.Checkbox(value=False, label="Fits this card", elem_id="mt-fits")
        finetunes = gr.Checkbox(value=False, label="Only my finetunes", elem_id="mt-finetunes")
        descending = gr.Checkbox(value=False, label="Reverse order", elem_id="mt-descending")
        reset = gr.Button("Reset filters", elem_id=RESET_ID, size="sm")
    filter_request = hidden_box(FILTER_REQUEST_ID)
    return FilterView(
        card=card,
        text=text,
        status=status,
        output=output,
        task=task,
        family=family,
        speed=speed,
        quality=quality,
        max_vram=max_vram,
        fits=fits,
        only_mine=only_mine,
        finetunes=finetunes,
        sort=sort,
        descending=descending,
        reset=reset,
        filter_request=filter_request,
    )
