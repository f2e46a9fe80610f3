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
from ...inventory.models import Inventory, ModelStatus
from ...units import amount
from ..choices import Choices, RenewedChoices

if TYPE_CHECKING:
    from ...catalog.query import ListedModel
    from .listings import Listings

_TITLE = "Charts: speed against VRAM, disk by family"
_COLOURS = {ModelStatus.DOWNLOADED: "#16a34a", ModelStatus.PARTIAL: "#d97706", ModelStatus.MISSING: "#94a3b8"}

_SLOWEST, _FASTEST = -20, 24  # in half doublings: 1/1024 to 4096 times
SPEED_MARKS = tuple(f"{float(f'{2 ** (half / 2):.2g}'):g}×" for half in range(_SLOWEST, _FASTEST + 1))
"""Places on the speed axis, two for each doubling, in words."""
PLACE, SPEED, VRAM, STATUS, MODEL = "About", "Speed", "VRAM", "Status", "Model"
"""Columns of the points; a tooltip shows their names."""


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
    """Return speed and VRAM of the models for a task, one row each where both are known, and empty places.

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
        columns=pd.Index([PLACE, SPEED, VRAM, STATUS, MODEL]),
    )


def _empty_places(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return a row without VRAM, which is not drawn, for each place between where nothing is: it keeps its room."""
    taken = {SPEED_MARKS.index(row[0]) for row in rows}
    between = range(min(taken, default=0), max(taken, default=0))
    return [(SPEED_MARKS[place], "", None, rows[0][3], "") for place in between if place not in taken]


def bytes_by_family(inventory: Inventory) -> list[tuple[str | None, int]]:
    """Return what each family's files take on the disk, largest first; each file is counted once.

    The sum is `Inventory.bytes_on_disk`; None stands for files that several families need.
    """
    families: dict[object, set[str]] = {}
    sizes: dict[object, int] = {}
    for model in inventory.models.values():
        for file in model.files:
            if file.found is not None:
                families.setdefault(file.found.key, set()).add(model.family)
                sizes[file.found.key] = file.found.size_bytes
    sums: Counter[str | None] = Counter()
    for file_key, names in families.items():
        sums[next(iter(names)) if len(names) == 1 else None] += sizes[file_key]
    return [(family, number_of_bytes) for family, number_of_bytes in sums.most_common() if number_of_bytes]


def disk_bars(inventory: Inventory) -> str:
    """Return a bar for each family."""
    sums = bytes_by_family(inventory)
    if not sums:
        return "<p>No model file is on the disk.</p>"
    most = sums[0][1]
    rows = "".join(
        f'<tr><th scope="row">{"Files of several families" if family is None else escape(family)}</th>'
        f'<td><i style="width:{100 * number_of_bytes / most:.1f}%"></i></td>'
        f"<td>{escape(amount(number_of_bytes))}</td></tr>"
        for family, number_of_bytes in sums
    )
    return (
        '<table class="mt-bars"><caption>Disk by family: files that models need with your settings, '
        f"each counted once</caption><tbody>{rows}</tbody></table>"
    )


class ChartsHandlers:
    """Answers the section's events."""

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
            parts.section(_TITLE, lambda: disk_bars(self._listings.inventory)),
        )


def _choices(tasks: Sequence[str]) -> Choices:
    return [(task.capitalize(), task) for task in tasks]


def build_charts_view(tasks: Choices) -> ChartsView:
    """Lay the section out, empty but for the tasks."""
    with gr.Accordion(_TITLE, open=False, elem_id="mt-charts") as box:
        task = gr.Dropdown(tasks, value=None, label="Models for", elem_id="mt-chart-task")
        scatter = gr.ScatterPlot(
            x=PLACE,
            y=VRAM,
            color=STATUS,
            color_map={
                f"{labels.STATUS_MARKS[status]} {labels.status_word(status)}": colour
                for status, colour in _COLOURS.items()
            },
            x_title="Speed, approximate: multiples of Wan 2.1 text to video",
            y_title="VRAM (GB)",
            sort=list(SPEED_MARKS),
            tooltip=[MODEL, SPEED, VRAM, STATUS],
            title="Speed against VRAM (best: right and low)",
            height=340,
            elem_id="mt-scatter",
        )
        gr.HTML(
            '<p class="mt-note">Estimated figures, which the table lists too. '
            "Models without a known speed or VRAM are left out.</p>",
            padding=False,
        )
        disk = gr.HTML(elem_id="mt-disk-bars", padding=False)
        is_open = gr.State(value=False)
    return ChartsView(box, is_open, task, scatter, disk)
