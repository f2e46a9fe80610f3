"""VRAM against size and length as bars, with a line for the card: a table in HTML, drawn with CSS alone."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from ...catalog import labels
from ...performance.fit import FIT_WORDS, FitLevel
from ...performance.labels import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...performance.hardware import Machine
    from ...performance.vram_grid import GridCell, VramGrid

FIT_MARKS = {
    FitLevel.FITS: "✓",
    FitLevel.TIGHT: "◐",
    FitLevel.SLOWER: "▽",
    FitLevel.UNKNOWN: labels.UNKNOWN,
}
FIT_CLASSES = {
    FitLevel.FITS: "mt-ready",
    FitLevel.TIGHT: "mt-partial",
    FitLevel.SLOWER: "mt-missing",
    FitLevel.UNKNOWN: "mt-unknown",
}
_MEANINGS = {
    FitLevel.FITS: "with room to spare",
    FitLevel.TIGHT: "close other programs",
    FitLevel.SLOWER: "still runs, but offloads",
}
_DEFAULT_MARK = ' <span class="mt-tag">default</span>'


def vram_chart(grid: VramGrid, machine: Machine) -> str:
    """Return the chart.

    Args:
        grid: What the model needs.
        machine: Whose card the line stands for.
    """
    card = machine.card_gb
    scale = 1.04 * max([cell.card_gb for cell in grid.cells] + ([] if card is None else [card]))
    line = "This computer's graphics card is not known: choose one under “Evaluate for another GPU” to compare with it."
    legend: list[str] = []
    if card is not None:
        line = f"The line is {machine.gpu_name or 'this card'}, {card:g} GB."
        legend = [f"{fit_words(level)}: {meaning}." for level, meaning in _MEANINGS.items()]
    if any(cell.origin is Origin.PUBLISHED for cell in grid.cells):
        legend.append("Figures without ~ are published.")
    basis = (
        f"The smallest card expected to do, under memory profile {grid.profile} "
        f"with {grid.quantization.name} weights."
    )
    groups = groupby(grid.cells, key=lambda cell: (cell.width, cell.height))
    rows = "".join(_size(list(cells), grid, card, scale) for _, cells in groups)
    judged = "" if card is None else '<th scope="col">Fit</th>'
    first = "Size" if not grid.has_lengths else "Length (frames)" if grid.fps else "Frames"
    return (
        f"<p>{escape(f'{basis} {line}')}</p>"
        f'<table class="mt-chart" aria-label="VRAM by size and length"><thead><tr><th scope="col">{first}</th>'
        f'<td></td><th scope="col" class="mt-number">Needs</th>{judged}</tr></thead>{rows}</table>'
        + (f"<small>{escape(' '.join(legend))}</small>" if legend else "")
    )


def _size(cells: Sequence[GridCell], grid: VramGrid, card: float | None, scale: float) -> str:
    """Return the rows of one size, below a heading where lengths are compared."""
    size = f"{cells[0].width}×{cells[0].height}"
    heading = size + (_DEFAULT_MARK if any(cell.is_default for cell in cells) else "")
    if not grid.has_lengths:
        return f"<tbody>{_row(heading, cells[0], card, scale)}</tbody>"
    rows = "".join(_row(_length(cell, grid.fps), cell, card, scale) for cell in cells)
    columns = 3 if card is None else 4
    return f'<tbody><tr><th scope="rowgroup" colspan="{columns}">{heading}</th></tr>{rows}</tbody>'


def _length(cell: GridCell, fps: float | None) -> str:
    """Return "5.1 s (81)", bold where it is the default."""
    words = f"{cell.frames / fps:.1f} s ({cell.frames})" if fps else f"{cell.frames}"
    return f"<b>{words}</b>" if cell.is_default else words


def _row(heading: str, cell: GridCell, card: float | None, scale: float) -> str:
    style = FIT_CLASSES[cell.level]
    line = "" if card is None else f'<i style="left:{100 * card / scale:.2f}%"></i>'
    judged = "" if card is None else f'<td class="mt-state {style}">{fit_words(cell.level)}</td>'
    words = labels.vram_need(cell.card_gb, published=cell.origin is Origin.PUBLISHED)
    return (
        f'<tr title="{escape(cell.basis)}"><th scope="row">{heading}</th>'
        f'<td class="mt-track"><b class="{style}" style="width:{100 * cell.card_gb / scale:.2f}%"></b>{line}</td>'
        f'<td class="mt-number">{words}</td>{judged}</tr>'
    )


def fit_words(level: FitLevel) -> str:
    """Return mark and word: "✓ fits"."""
    return f"{FIT_MARKS[level]} {FIT_WORDS[level]}"
