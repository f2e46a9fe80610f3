"""The figures of one model in a report: the same words and numbers as in the page's table."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from ..inventory import wording

if TYPE_CHECKING:
    from ..inventory.listing import ListedModel
    from ..inventory.sizes import Total

GB = 10**9


@dataclass(frozen=True, slots=True)
class Row:
    """What a table of a report holds of a model; None is not known. GB are 10⁹ bytes, of VRAM as cards are sold.

    Attributes:
        model_type: The host's id.
        name: As the host shows it.
        family: Its group.
        status: "downloaded", "partial" or "missing".
        makes: What it makes.
        tasks: What it is for.
        size_gb: All its files.
        size_origin: "exact", "about", "at least" or "unknown"; the same for what is to fetch.
        fetch: What Generate would fetch, in words.
        fetch_gb: The same in GB.
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
        licence: Where known.
        is_finetune: Whether it is the user's own.
    """

    model_type: str
    name: str
    family: str
    status: str
    makes: str
    tasks: str
    size_gb: float | None
    size_origin: str
    fetch: str
    fetch_gb: float | None
    fetch_origin: str
    speed_tier: str | None
    speed_multiplier: float | None
    vram_min_gb: float | None
    vram_recommended_gb: float | None
    vram_origin: str
    quality_tier: str | None
    quality_evidence: str
    fits: str
    best_for: str
    licence: str | None
    is_finetune: bool


COLUMNS = tuple(field.name for field in fields(Row))


def row(model: ListedModel) -> Row:
    """Return the figures of a model."""
    tracked, figures = model.tracked, model.figures
    return Row(
        model_type=tracked.model_type,
        name=tracked.name,
        family=tracked.family,
        status=tracked.status.value,
        makes=", ".join(output.value for output in tracked.outputs),
        tasks=", ".join(figures.tasks),
        size_gb=_gb(tracked.size),
        size_origin=_origin(tracked.size),
        fetch=wording.fetch_words(tracked),
        fetch_gb=None if tracked.stopped_by or tracked.problems else _gb(tracked.fetch),
        fetch_origin="unknown" if tracked.stopped_by or tracked.problems else _origin(tracked.fetch),
        speed_tier=_known(figures.speed_tier),
        speed_multiplier=figures.speed_multiplier,
        vram_min_gb=figures.vram_min_gb,
        vram_recommended_gb=figures.vram_recommended_gb,
        vram_origin=figures.vram_origin,
        quality_tier=_known(figures.quality_tier),
        quality_evidence=figures.quality_evidence,
        fits=model.fit.overall.value,
        best_for=figures.best_for,
        licence=figures.licence,
        is_finetune=tracked.is_finetune,
    )


def _known(label: str) -> str | None:
    return None if wording.known(label) == wording.UNKNOWN else label


def _gb(total: Total) -> float | None:
    return None if total.unknown and not total.bytes else round(total.bytes / GB, 3)


def _origin(total: Total) -> str:
    if total.unknown:
        return "at least" if total.bytes else "unknown"
    return "about" if total.about else "exact"
