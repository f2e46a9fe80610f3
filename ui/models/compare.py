"""Up to four models side by side: the columns of `catalog.columns` as rows, the best figure of a row marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from ... import ui_components as parts
from ...catalog import columns, labels
from ...catalog.query import ListedModel, SortKey
from ..browser_export import ExportMethod, StatusSlot, browser_export
from ..choices import Choices, RenewedChoices
from ..requests import OPEN_ID, is_from

if TYPE_CHECKING:
    from ...catalog.columns import Column
    from .listings import Listings

MOST = 4
COMPARE_ID = "mt-compare"
ADD_ID = "mt-compare-this"
_FULL = "Only four models fit: remove one first."
_BEST_MARK = ' <b class="mt-ready">best</b>'
_COMPARED = tuple(column for column in columns.ALL if column.key is not SortKey.NAME)


@dataclass(frozen=True, slots=True)
class CompareView:
    """Every component of the section, by name."""

    box: gr.Accordion
    chosen: gr.Dropdown
    shown: gr.HTML


@dataclass(frozen=True, slots=True)
class _Score:
    """How the best figure of a column is told; the greatest is best.

    Attributes:
        of: A model's score; None: not known.
        within_a_task: Whether it means something only between models for the same task.
    """

    of: Callable[[ListedModel], float | None]
    within_a_task: bool = False


def _least_vram_first(model: ListedModel) -> float | None:
    needed = model.figures.vram_min_gb
    return None if needed is None else -needed


_SCORES = {
    SortKey.SPEED: _Score(lambda model: model.figures.speed_multiplier, within_a_task=True),
    SortKey.VRAM: _Score(_least_vram_first),
    SortKey.QUALITY: _Score(lambda model: model.figures.quality_rank, within_a_task=True),
}


def comparison(models: Sequence[ListedModel]) -> str:
    """Return the models as columns of a table; the best figure of a row is marked where that is fair to say."""
    if not models:
        return "<p>Choose models above, or press “Compare” in the details of a model.</p>"
    heads = "".join(
        f'<th scope="col">{parts.ask_button(escape(model.tracked.name), OPEN_ID, model.tracked.model_type)}</th>'
        for model in models
    )
    rows = "".join(_row(column, models) for column in _COMPARED)
    return (
        '<div class="mt-scroll"><table><caption>“best” is marked where all figures are known; for speed and quality '
        "only between models for the same task.</caption>"
        f'<thead><tr><th scope="col">Property</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(column: Column, models: Sequence[ListedModel]) -> str:
    best = _best(column, models)
    cells = "".join(
        f"<td>{escape(column.cell(model)) or labels.UNKNOWN}{_BEST_MARK if place in best else ''}</td>"
        for place, model in enumerate(models)
    )
    return f'<tr><th scope="row">{escape(column.heading)}</th>{cells}</tr>'


def _best(column: Column, models: Sequence[ListedModel]) -> set[int]:
    """Return the places of the best value; empty where one is not known, all are alike, or tasks differ."""
    score = _SCORES.get(column.key) if column.key else None
    if score is None or (score.within_a_task and not _share_a_task(models)):
        return set()
    scores = [known for model in models if (known := score.of(model)) is not None]
    if len(scores) < len(models) or len(set(scores)) < 2:
        return set()
    return {place for place, known in enumerate(scores) if known == max(scores)}


def _share_a_task(models: Sequence[ListedModel]) -> bool:
    first, *others = (frozenset(model.figures.tasks) for model in models)
    return bool(first.intersection(*others))


class CompareHandlers:
    """Answers the section's events."""

    def __init__(self, listings: Listings) -> None:
        self._listings = listings
        self._renewed = RenewedChoices([])

    def first_choices(self) -> Choices:
        """Return the models to choose from, as the page is built."""
        choices = choices_of(self._listings.of())
        self._renewed = RenewedChoices(choices)
        return choices

    def show(
        self, event: gr.EventData, chosen: list[str] | None, picked: str, card: str | None
    ) -> tuple[Any, ...]:
        """Return the Dropdown, the comparison, and whether its box is open; a model that is gone is left out."""
        listed = {model.tracked.model_type: model for model in self._listings.of(card)}
        wanted = list(chosen or [])
        note = ""
        is_adding = is_from(event, ADD_ID)
        if is_adding and picked and picked not in wanted:
            if len(wanted) < MOST:
                wanted.append(picked)
            else:
                note = _FULL
        gone = [model_type for model_type in wanted if model_type not in listed]
        kept = [model_type for model_type in wanted if model_type in listed]
        if gone:
            note = f"No longer there: {', '.join(gone)}."
        shown = parts.section(
            "Compare models", lambda: comparison([listed[model_type] for model_type in kept])
        )
        return (
            gr.update(**self._renewed.update(choices_of(self._listings.of())), value=kept),
            parts.note(note) + shown,
            gr.update(open=True) if is_adding else parts.UNCHANGED,
        )

    def added(self, chosen: list[str] | None, picked: str) -> str:
        """Return what the status line says next to the button: the comparison may be out of sight."""
        number = len({*(chosen or []), picked} - {""})
        status = _FULL if number > MOST else f"{number} of {MOST} in the comparison, further down."
        return browser_export(status, ExportMethod.TELL, StatusSlot.DETAIL)


def choices_of(models: Sequence[ListedModel]) -> Choices:
    """Return names and ids."""
    return [(model.tracked.name, model.tracked.model_type) for model in models]


def build_compare_view(choices: Choices) -> CompareView:
    """Lay the section out."""
    with gr.Accordion("Compare models", open=False, elem_id="mt-compare-box") as box:
        chosen = gr.Dropdown(
            choices,
            value=[],
            multiselect=True,
            max_choices=MOST,
            label="Up to four models (type to search)",
            elem_id=COMPARE_ID,
        )
        shown = gr.HTML(comparison([]), elem_id="mt-comparison", padding=False)
    return CompareView(box, chosen, shown)
