"""Two charts: speed against VRAM of the models for one task, and what each family takes on the disk.

Nothing is worked out before the section is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log2
from typing import TYPE_CHECKING, Any

import gradio as gr
import pandas as pd  # pyright: ignore[reportMissingTypeStubs] - the host has none

from ... import ui_components as parts
from ...catalog import labels
from ...catalog.query import tasks_of
from ...inventory.models import FileState, Inventory, ModelStatus
from ...units import amount
from ..choices import Choices, RenewedChoices

if TYPE_CHECKING:
    from ...catalog.query import ListedModel
    from .listings import Listings

_CHARTS = "Charts: speed against VRAM, disk by family"
_DISK_BY_FAMILY = "Disk by family: files that models need with your settings, each counted once"
_DISK_EMPTY = "No model file is on the disk."
_NOTE = "Estimated figures, which the table lists too. Models without a known speed or VRAM are left out."


_COLOURS = {ModelStatus.DOWNLOADED: "#16a34a", ModelStatus.PARTIAL: "#d97706", ModelStatus.MISSING: "#94a3b8"}

_SLOWEST, _FASTEST = -20, 24  # in half doublings: 1/1024 to 4096 times
SEVERAL_FAMILIES = "Files of several families"
SPEED_MARKS = tuple(f"{float(f'{2 ** (half / 2):.2g}'):g}×" for half in range(_SLOWEST, _FASTEST + 1))
"""Places on the speed axis, two for each doubling, in words."""


@dataclass(frozen=True, slots=True)
class ChartsView:
    """Every component of the section, by name."""

    box: gr.Accordion
    is_open: gr.State
    task: gr.Dropdown
    scatter: gr.ScatterPlot
    disk: gr.HTML


def speed_mark(multiplier: float) -> str:
    """Return the nearest place on the speed axis."""
    half = round(2 * log2(multiplier))
    return SPEED_MARKS[min(max(half, _SLOWEST), _FASTEST) - _SLOWEST]


def points(models: Sequence[ListedModel], task: str) -> pd.DataFrame:
    """Return speed and VRAM of the models for a task of which both are known, one row each, and empty places.

    Speeds go from a twentieth to a thousand times; Gradio's plots have no logarithmic axis, so each model is drawn at
    the nearest of `SPEED_MARKS`, and its tooltip says the speed itself.
    """
    rows = [
        (
            speed_mark(model.figures.speed_multiplier),
            labels.speed_figure(model.figures),
            model.figures.vram_min_gb,
            labels.status_words(model.tracked),
            model.tracked.name,
        )
        for model in models
        if task in model.figures.tasks
        and model.figures.speed_multiplier
        and model.figures.vram_min_gb is not None
    ]
    return pd.DataFrame(
        [*rows, *_empty_places(rows)],
        columns=pd.Index(["About", "Speed", "VRAM", "Status", "Model"]),
    )


def _empty_places(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return a row without VRAM, which is not drawn, for each place between where nothing is: it keeps its room."""
    taken = {SPEED_MARKS.index(row[0]) for row in rows}
    between = range(min(taken, default=0), max(taken, default=0))
    return [(SPEED_MARKS[place], "", None, rows[0][3], "") for place in between if place not in taken]


def bytes_by_family(inventory: Inventory) -> list[tuple[str, int]]:
    """Return what each family's files take on the disk, largest first; each file is counted once.

    The sum is `Inventory.bytes_on_disk`; a file that several families need counts for none of them.
    """
    families: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    for model in inventory.models.values():
        for file in model.files:
            if file.state is not FileState.MISSING:
                families.setdefault(file.path, set()).add(model.family)
                sizes[file.path] = file.size_bytes or 0
    taken: Counter[str] = Counter()
    for path, names in families.items():
        taken[next(iter(names)) if len(names) == 1 else SEVERAL_FAMILIES] += sizes[path]
    return [(family, number) for family, number in taken.most_common() if number]


def disk_bars(inventory: Inventory) -> str:
    """Return a bar for each family."""
    taken = bytes_by_family(inventory)
    if not taken:
        return f"<p>{escape(_DISK_EMPTY)}</p>"
    most = taken[0][1]
    rows = "".join(
        f'<tr><th scope="row">{escape(family)}</th><td><i style="width:{100 * number / most:.1f}%"></i></td>'
        f"<td>{escape(amount(number))}</td></tr>"
        for family, number in taken
    )
    return f'<table class="mt-bars"><caption>{escape(_DISK_BY_FAMILY)}</caption><tbody>{rows}</tbody></table>'


class ChartsHandlers:
    """Answers the section's one event."""

    def __init__(self, listings: Listings) -> None:
        self._listings = listings
        self._renewed = RenewedChoices([])

    def first_tasks(self) -> Choices:
        """Return what there are models for, as the page is built."""
        tasks = _choices(tasks_of(self._listings.of()))
        self._renewed = RenewedChoices(tasks)
        return tasks

    def show(self, event: gr.EventData, is_open: bool, task: str | None) -> tuple[Any, ...]:  # noqa: FBT001
        """Return whether the section has been opened, its tasks, and both charts; nothing before."""
        is_open = is_open or isinstance(event.target, gr.Accordion)
        if not is_open:
            return (parts.UNCHANGED,) * 4
        models = self._listings.of()
        tasks = tasks_of(models)
        chosen = task if task in tasks else next(iter(tasks), None)
        return (
            True,
            gr.update(**self._renewed.update(_choices(tasks)), value=chosen),
            points(models, chosen or ""),
            parts.section(_CHARTS, lambda: disk_bars(self._listings.inventory)),
        )


def _choices(tasks: Sequence[str]) -> Choices:
    return [(task.capitalize(), task) for task in tasks]


def build_charts_view(tasks: Choices) -> ChartsView:
    """Lay the section out, empty but for the tasks."""
    with gr.Accordion(_CHARTS, open=False, elem_id="mt-charts") as box:
        task = gr.Dropdown(tasks, value=None, label="Models for", elem_id="mt-chart-task")
        scatter = gr.ScatterPlot(
            x="About",
            y="VRAM",
            color="Status",
            color_map={
                f"{labels.STATUS_MARKS[status]} {labels.status_word(status)}": colour
                for status, colour in _COLOURS.items()
            },
            x_title="Speed, about: times that of Wan 2.1 text to video",
            y_title="VRAM (GB)",
            sort=list(SPEED_MARKS),
            tooltip=["Model", "Speed", "VRAM", "Status"],
            title="Speed against VRAM (best: right and low)",
            height=340,
            elem_id="mt-scatter",
        )
        gr.HTML(f'<p class="mt-note">{escape(_NOTE)}</p>', padding=False)
        disk = gr.HTML(elem_id="mt-disk-bars", padding=False)
        is_open = gr.State(value=False)
    return ChartsView(box, is_open, task, scatter, disk)


def wire_charts(view: ChartsView, handlers: ChartsHandlers, scan_id: gr.Textbox) -> None:
    """Connect the section; it follows each scan once it has been opened."""
    gr.on(
        [view.box.expand, view.task.input, scan_id.change],
        handlers.show,
        inputs=[view.is_open, view.task],
        outputs=[view.is_open, view.task, view.scatter, view.disk],
        trigger_mode="always_last",
        queue=False,
        show_progress="hidden",
        api_name=False,
    )
