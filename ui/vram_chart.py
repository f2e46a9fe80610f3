"""VRAM against size and length as bars beside the card's own: a table in HTML, drawn with CSS alone."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from ..inventory import wording
from ..performance.fit import FitLevel
from ..performance.labels import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..performance.hardware import Machine
    from ..performance.vram_grid import GridCell, VramGrid

FIT_MARKS = {
    FitLevel.COMFORTABLE: "✓",
    FitLevel.TIGHT: "◐",
    FitLevel.OFFLOADS: "▽",
    FitLevel.UNKNOWN: wording.UNKNOWN,
}
FIT_CLASSES = {
    FitLevel.COMFORTABLE: "mt-ready",
    FitLevel.TIGHT: "mt-partial",
    FitLevel.OFFLOADS: "mt-missing",
    FitLevel.UNKNOWN: "mt-unknown",
}
_WORDS = {
    FitLevel.COMFORTABLE: "fits",
    FitLevel.TIGHT: "tight",
    FitLevel.OFFLOADS: "offloads",
}
_LEGEND = "✓ fits: with room to spare. ◐ tight: close other programs. ▽ offloads: still runs, but slower."
_UNKNOWN_CARD = (
    "This computer's graphics card is not known: choose one under “Judge for card” to compare with it."
)


def vram_chart(grid: VramGrid, machine: Machine) -> str:
    """Return the chart.

    Args:
        grid: What the model needs.
        machine: Whose card the line stands for.
    """
    card = machine.card_gb
    scale = 1.04 * max([cell.card_gb for cell in grid.cells] + ([] if card is None else [card]))
    case = f"memory profile {grid.profile} with {grid.quantization.name} weights"
    if card is None:
        told = f"Card expected to be needed under {case}. {_UNKNOWN_CARD}"
    else:
        name = machine.gpu_name or "This card"
        told = f"Card expected to be needed under {case}. The line is {name}, {card:g} GB. {_LEGEND}"
    if any(cell.origin is Origin.PUBLISHED for cell in grid.cells):
        told += " Figures without ~ are published."
    groups = groupby(grid.cells, key=lambda cell: (cell.width, cell.height))
    rows = "".join(_size(cells, grid, card, scale) for _, cells in groups)
    judged = "" if card is None else '<th scope="col">On this card</th>'
    return (
        f"<p>{escape(told)}</p>"
        '<table class="mt-chart" aria-label="VRAM by size and length"><thead><tr><th scope="col">Output</th>'
        f'<td></td><th scope="col" class="mt-number">Needs</th>{judged}</tr></thead>{rows}</table>'
    )


def _size(cells: Iterable[GridCell], grid: VramGrid, card: float | None, scale: float) -> str:
    """Return the rows of one size, below a heading where lengths are compared."""
    listed = list(cells)
    size = f"{listed[0].width}×{listed[0].height}"
    if not grid.has_lengths:
        return f"<tbody>{''.join(_row(size, cell, card, scale) for cell in listed)}</tbody>"
    rows = "".join(_row(_length(cell.frames, grid.fps), cell, card, scale) for cell in listed)
    columns = 3 if card is None else 4
    return f'<tbody><tr><th scope="rowgroup" colspan="{columns}">{size}</th></tr>{rows}</tbody>'


def _length(frames: int, fps: float | None) -> str:
    return f"{frames} frames" + (f", {frames / fps:.1f} s" if fps else "")


def _row(label: str, cell: GridCell, card: float | None, scale: float) -> str:
    default = ' <span class="mt-tag">default</span>' if cell.is_default else ""
    line = "" if card is None else f'<i style="left:{100 * card / scale:.2f}%"></i>'
    style = FIT_CLASSES[cell.level]
    judged = f'<td class="mt-state {style}">{fit_words(cell.level)}</td>' if card is not None else ""
    return (
        f'<tr title="{escape(cell.basis)}"><th scope="row">{escape(label)}{default}</th>'
        f'<td class="mt-track"><b class="{style}" style="width:{100 * cell.card_gb / scale:.2f}%"></b>{line}</td>'
        f'<td class="mt-number">{wording.vram_need(cell.card_gb, published=cell.origin is Origin.PUBLISHED)}</td>'
        f"{judged}</tr>"
    )


def fit_words(level: FitLevel) -> str:
    """Return mark and word: "✓ fits"."""
    return f"{FIT_MARKS[level]} {_WORDS.get(level, level.value)}"
