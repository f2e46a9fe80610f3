"""What a report tells of one model: its figures for CSV and JSON, and its cells for Markdown.

The cells are the words of the page's table; the figures are what these words are made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.query import ListedModel
    from ..inventory.models import TrackedFile
    from ..inventory.sizes import Total

EXACT = "exact"
ESTIMATED = "estimated"
AT_LEAST = "at least"
UNKNOWN = "unknown"
"""Where a sum of sizes comes from: all known, some estimated, some not known and so not in it, none known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of a model; None is not known. GB of VRAM are as cards are sold.

    Small texts of unknown size are left out of sums, as on the page.

    Attributes:
        model_type: The host's id.
        name: As the host shows it.
        family: Its group.
        status: "downloaded", "partial" or "missing".
        outputs: What it makes.
        tasks: What it is for.
        is_finetune: Whether it is the user's own.
        size_bytes: Of all its files.
        size_origin: "exact", "estimated", "at least" or "unknown"; the same for what is to fetch.
        fetch: What Generate would fetch, in the words of the page: "17.0 GB", "nothing", "not sure" …
        fetch_files: How many files it would fetch; None where it would stop with an error, or is not sure.
        fetch_bytes: Of these files.
        fetch_origin: See above.
        speed_tier: A label.
        speed_multiplier: Against Wan 2.1 text to video; estimated.
        vram_min_gb: The least card.
        vram_recommended_gb: With room to spare.
        vram_origin: "published", "estimated" … or "unknown".
        quality_tier: A label.
        quality_evidence: "own", "parent" or "none".
        fits: How well the machine suits it.
        best_for: A phrase.
        licence: Its name.
    """

    model_type: str
    name: str
    family: str
    status: str
    outputs: tuple[str, ...]
    tasks: tuple[str, ...]
    is_finetune: bool
    size_bytes: int | None
    size_origin: str
    fetch: str
    fetch_files: int | None
    fetch_bytes: int | None
    fetch_origin: str
    speed_tier: str | None
    speed_multiplier: float | None
    vram_min_gb: float | None
    vram_recommended_gb: float | None
    vram_origin: str
    quality_tier: str | None
    quality_evidence: str
    fits: str
    best_for: str | None
    licence: str | None


def row(model: ListedModel) -> Row:
    """Return the figures of a model."""
    tracked, figures = model.tracked, model.figures
    size_bytes, size_origin = _sum(tracked.size, tracked.files)
    is_sure = tracked.stopped_by is None and not tracked.problems
    fetch_bytes, fetch_origin = _sum(tracked.fetch, tracked.to_fetch) if is_sure else (None, UNKNOWN)
    return Row(
        model_type=tracked.model_type,
        name=tracked.name,
        family=tracked.family,
        status=tracked.status.value,
        outputs=tuple(output.value for output in tracked.outputs),
        tasks=figures.tasks,
        is_finetune=tracked.is_finetune,
        size_bytes=size_bytes,
        size_origin=size_origin,
        fetch=labels.fetch_words(tracked),
        fetch_files=len(tracked.to_fetch) if is_sure else None,
        fetch_bytes=fetch_bytes,
        fetch_origin=fetch_origin,
        speed_tier=_known(figures.speed_tier),
        speed_multiplier=figures.speed_multiplier,
        vram_min_gb=figures.vram_min_gb,
        vram_recommended_gb=figures.vram_recommended_gb,
        vram_origin=figures.vram_origin,
        quality_tier=_known(figures.quality_tier),
        quality_evidence=figures.quality_evidence,
        fits=model.fit.overall.value,
        best_for=_known(figures.best_for),
        licence=figures.licence,
    )


def cells(model: ListedModel) -> tuple[str, ...]:
    """Return the words of a model under the report's headings, as the page's table shows them."""
    tracked, figures = model.tracked, model.figures
    return (
        labels.status_words(tracked),
        tracked.name,
        labels.fetch_words(tracked),
        labels.speed_figure(figures),
        labels.vram_figure(figures),
        labels.quality_figure(figures),
        labels.gigabytes(tracked.size),
        labels.or_dash(figures.best_for),
        tracked.model_type,
    )


def _known(label: str) -> str | None:
    return None if labels.or_dash(label) == labels.UNKNOWN else label


def _sum(known: Total, files: Sequence[TrackedFile]) -> tuple[int | None, str]:
    """Return bytes and origin; no file is 0 bytes, and files of which no size is known are not known."""
    if files and all(file.size_bytes is None for file in files):
        return None, UNKNOWN
    return known.bytes, AT_LEAST if known.unknown else ESTIMATED if known.is_estimated else EXACT
