"""Up to four models side by side, point by point.

"Compare" of the detail ─┐
the Dropdown ────────────┼─→ show → Dropdown, comparison, box      written by this event alone
a new scan ──────────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from ... import ui_components as parts
from ...catalog import labels
from ...performance.fit import FIT_WORDS
from ..browser_export import ExportMethod, StatusSlot, browser_export
from ..choices import Choices, RenewedChoices

if TYPE_CHECKING:
    from ...catalog.query import ListedModel
    from .listings import Listings

_BEST = "best"
_FULL = "Only four models fit: take one away first."
_CAPTION = (
    "“best” is said where all figures are known, of speed and quality only between models for one task."
)
_POINT = "Point"
_NOTHING = "Choose models above, or press “Compare” in the details of a model."


MOST = 4
COMPARE_ID = "mt-compare"
ADD_ID = "mt-compare-this"

Words = Callable[["ListedModel"], str]
Merit = Callable[["ListedModel"], "float | None"]


@dataclass(frozen=True, slots=True)
class CompareView:
    """Every component of the section, by name."""

    box: gr.Accordion
    chosen: gr.Dropdown
    shown: gr.HTML


@dataclass(frozen=True, slots=True)
class _Point:
    """One row of the comparison.

    Attributes:
        name: Its heading.
        words: What is shown of a model.
        score: What is best where it is most; None: nothing is best. Compared only where all are known.
        within_a_task: Whether it means something only between models for the same task.
    """

    name: str
    words: Words
    score: Merit | None = None
    within_a_task: bool = False


def _less(value: float | None) -> float | None:
    return None if value is None else -value


_POINTS = (
    _Point("Status", lambda model: labels.status_words(model.tracked)),
    _Point("To fetch", lambda model: labels.fetch_words(model.tracked)),
    _Point("All files, GB", lambda model: labels.gigabytes(model.tracked.size)),
    _Point(
        "Speed",
        lambda model: labels.speed_figure(model.figures),
        lambda model: model.figures.speed_multiplier,
        within_a_task=True,
    ),
    _Point(
        "VRAM, GB",
        lambda model: labels.vram_figure(model.figures),
        lambda model: _less(model.figures.vram_min_gb),
    ),
    _Point("Fit", lambda model: FIT_WORDS[model.fit.overall]),
    _Point(
        "Quality",
        lambda model: labels.quality_figure(model.figures),
        lambda model: model.figures.quality_rank,
        within_a_task=True,
    ),
    _Point("Makes", lambda model: ", ".join(labels.OUTPUTS[output] for output in model.tracked.outputs)),
    _Point("Tasks", lambda model: ", ".join(model.figures.tasks)),
    _Point("Best for", lambda model: model.figures.best_for),
    _Point("Steps", lambda model: str(model.figures.steps or "")),
    _Point("Weights in use", lambda model: model.tracked.weights_file),
    _Point("Licence", lambda model: model.figures.licence or ""),
    _Point("Family", lambda model: model.tracked.family),
    _Point("Model id", lambda model: model.tracked.model_type),
)


def comparison(models: Sequence[ListedModel]) -> str:
    """Return the models as columns of a table; the best figure of a row is marked where that is fair to say."""
    if not models:
        return f"<p>{escape(_NOTHING)}</p>"
    heads = "".join(
        f'<th scope="col">{parts.ask_button(escape(model.tracked.name), parts.OPEN_ID, model.tracked.model_type)}</th>'
        for model in models
    )
    rows = "".join(_row(point, models) for point in _POINTS)
    return (
        f'<div class="mt-scroll"><table><caption>{escape(_CAPTION)}</caption>'
        f'<thead><tr><th scope="col">{escape(_POINT)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(point: _Point, models: Sequence[ListedModel]) -> str:
    best = _best(point, models)
    cells = "".join(
        f"<td>{escape(point.words(model)) or labels.UNKNOWN}{_BEST_MARK if number in best else ''}</td>"
        for number, model in enumerate(models)
    )
    return f'<tr><th scope="row">{escape(point.name)}</th>{cells}</tr>'


_BEST_MARK = f' <b class="mt-ready">{escape(_BEST)}</b>'


def _best(point: _Point, models: Sequence[ListedModel]) -> set[int]:
    """Return the columns with the best value; empty where one is not known, all are alike, or tasks differ."""
    if point.score is None or (point.within_a_task and not _share_a_task(models)):
        return set()
    merits = [score for model in models if (score := point.score(model)) is not None]
    if len(merits) < len(models) or len(set(merits)) < 2:
        return set()
    return {number for number, score in enumerate(merits) if score == max(merits)}


def _share_a_task(models: Sequence[ListedModel]) -> bool:
    first, *others = (frozenset(model.figures.tasks) for model in models)
    return bool(first.intersection(*others))


class CompareHandlers:
    """Answers the section's one event."""

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
        here = {model.tracked.model_type: model for model in self._listings.of(card)}
        wanted = list(chosen or [])
        note = ""
        asked_to_add = getattr(event.target, "elem_id", None) == ADD_ID
        if asked_to_add and picked and picked not in wanted:
            if len(wanted) < MOST:
                wanted.append(picked)
            else:
                note = _FULL
        gone = [model_type for model_type in wanted if model_type not in here]
        kept = [model_type for model_type in wanted if model_type in here]
        if gone:
            note = f"No longer there: {', '.join(gone)}."
        told = f'<p class="mt-note" role="status">{escape(note)}</p>' if note else ""
        shown = parts.section("Compare models", lambda: comparison([here[one] for one in kept]))
        return (
            gr.update(**self._renewed.update(choices_of(self._listings.of())), value=kept),
            told + shown,
            gr.update(open=True) if asked_to_add else parts.UNCHANGED,
        )

    def told(self, chosen: list[str] | None, picked: str) -> str:
        """Return what is told beside the button that adds a model, whose comparison may be out of sight."""
        number = len({*(chosen or []), picked} - {""})
        text = _FULL if number > MOST else f"{number} of {MOST} in the comparison, further down."
        return browser_export(text, ExportMethod.TELL, StatusSlot.DETAIL)


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


def wire_compare(  # noqa: PLR0913 - what it hears from
    view: CompareView,
    handlers: CompareHandlers,
    add: gr.Button,
    picked: gr.Textbox,
    card: gr.Dropdown,
    scan_id: gr.Textbox,
) -> None:
    """Connect the section.

    Args:
        view: The section.
        handlers: What answers.
        add: The detail's button that adds the model shown.
        picked: That model.
        card: The card to judge by.
        scan_id: Changes with each scan.
    """
    gr.on(
        [view.chosen.input, add.click, card.input, scan_id.change],
        handlers.show,
        inputs=[view.chosen, picked, card],
        outputs=[view.chosen, view.shown, view.box],
        trigger_mode="always_last",
        queue=False,
        show_progress="hidden",
        api_name=False,
    )
