"""What is said of a model: one `Column` for the page's table, the Markdown report, CSV, JSON and the comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..performance.fit import FIT_WORDS
from ..performance.labels import QualityTier, SpeedTier
from . import labels
from .fetch_state import FetchState, fetch_state
from .query import ListedModel, SortKey

if TYPE_CHECKING:
    from ..inventory.models import TrackedFile, TrackedModel
    from ..inventory.sizes import Total

Value = str | int | float | tuple[str, ...] | None
"""A figure for programs; None is not known."""

EXACT = "exact"
ESTIMATED = "estimated"
AT_LEAST = "at_least"
UNKNOWN = "unknown"
"""Where a sum of sizes comes from: all known, some estimated, some not known and so not in it, none known."""


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is said of a model.

    Attributes:
        heading: Its heading wherever people read it.
        width: In the page's table, px; 0: not there, only in the comparison.
        key: What a click on the heading sorts by; None: nothing.
        cell: What people read under the heading.
        figures: What programs read, by stable names: the keys of CSV and JSON.
    """

    heading: str
    width: int
    key: SortKey | None
    cell: Callable[[ListedModel], str]
    figures: Mapping[str, Callable[[ListedModel], Value]] = field(
        default_factory=dict[str, Callable[[ListedModel], Value]]
    )


def figures(model: ListedModel) -> dict[str, Value]:
    """Return what programs read of a model, by the names of `FIGURES`."""
    return {name: value(model) for name, value in FIGURES.items()}


def _size(model: ListedModel) -> tuple[int | None, str]:
    return _sum(model.tracked.size, model.tracked.files)


def _fetch(model: ListedModel) -> tuple[int | None, str]:
    tracked = model.tracked
    return _sum(tracked.fetch, tracked.to_fetch) if _is_sure(tracked) else (None, UNKNOWN)


def _fetch_files(model: ListedModel) -> int | None:
    return len(model.tracked.to_fetch) if _is_sure(model.tracked) else None


def _is_sure(model: TrackedModel) -> bool:
    return fetch_state(model) not in {FetchState.STOPS, FetchState.NOT_SURE}


def _sum(known: Total, files: Sequence[TrackedFile]) -> tuple[int | None, str]:
    """Return bytes and origin; no file is 0 bytes, and files of which no size is known are not known."""
    if files and all(file.size_bytes is None for file in files):
        return None, UNKNOWN
    return known.bytes, AT_LEAST if known.unknown else ESTIMATED if known.is_estimated else EXACT


def _tier(tier: SpeedTier | QualityTier) -> str | None:
    return None if tier in {SpeedTier.UNKNOWN, QualityTier.UNKNOWN} else tier.name.lower()


ALL: tuple[Column, ...] = (
    Column(
        "Status",
        114,
        SortKey.STATUS,
        lambda model: labels.status_words(model.tracked),
        {"status": lambda model: model.tracked.status.value},
    ),
    Column(
        "Model Name",
        288,
        SortKey.NAME,
        lambda model: model.tracked.name,
        {"name": lambda model: model.tracked.name, "is_finetune": lambda model: model.tracked.is_finetune},
    ),
    Column(
        "To download",
        120,
        SortKey.FETCH,
        lambda model: labels.fetch_words(model.tracked),
        {
            "fetch": lambda model: fetch_state(model.tracked).value,
            "fetch_files": _fetch_files,
            "fetch_bytes": lambda model: _fetch(model)[0],
            "fetch_origin": lambda model: _fetch(model)[1],
        },
    ),
    Column(
        "Speed",
        138,
        SortKey.SPEED,
        lambda model: labels.speed_figure(model.figures),
        {
            "speed_tier": lambda model: _tier(SpeedTier(model.figures.speed_tier)),
            "speed_multiplier": lambda model: model.figures.speed_multiplier,
        },
    ),
    Column(
        "VRAM (GB)",
        102,
        SortKey.VRAM,
        lambda model: labels.vram_figure(model.figures),
        {
            "vram_min_gb": lambda model: model.figures.vram_min_gb,
            "vram_recommended_gb": lambda model: model.figures.vram_recommended_gb,
            "vram_origin": lambda model: model.figures.vram_origin,
        },
    ),
    Column(
        "Fit",
        0,
        None,
        lambda model: FIT_WORDS[model.fit.overall],
        {"fits": lambda model: model.fit.overall.value},
    ),
    Column(
        "Quality",
        82,
        SortKey.QUALITY,
        lambda model: labels.quality_figure(model.figures),
        {
            "quality_tier": lambda model: _tier(QualityTier(model.figures.quality_tier)),
            "quality_evidence": lambda model: model.figures.quality_evidence,
        },
    ),
    Column(
        "Size (GB)",
        92,
        SortKey.SIZE,
        lambda model: labels.gigabytes(model.tracked.size),
        {"size_bytes": lambda model: _size(model)[0], "size_origin": lambda model: _size(model)[1]},
    ),
    Column(
        "Output",
        0,
        None,
        lambda model: ", ".join(labels.OUTPUTS[output] for output in model.tracked.outputs),
        {"outputs": lambda model: tuple(output.value for output in model.tracked.outputs)},
    ),
    Column(
        "Tasks",
        0,
        None,
        lambda model: ", ".join(model.figures.tasks),
        {"tasks": lambda model: model.figures.tasks},
    ),
    Column(
        "Best For",
        320,
        SortKey.BEST_FOR,
        lambda model: labels.or_dash(model.figures.best_for),
        {"best_for": lambda model: model.figures.best_for or None},
    ),
    Column("Steps", 0, None, lambda model: str(model.figures.steps or "")),
    Column("Weights in use", 0, None, lambda model: model.tracked.weights_file),
    Column(
        "Licence",
        0,
        None,
        lambda model: model.figures.licence or "",
        {"licence": lambda model: model.figures.licence},
    ),
    Column(
        "Family",
        0,
        SortKey.FAMILY,
        lambda model: model.tracked.family,
        {"family": lambda model: model.tracked.family},
    ),
    Column(
        "Model id",
        240,
        SortKey.MODEL_ID,
        lambda model: model.tracked.model_type,
        {"model_type": lambda model: model.tracked.model_type},
    ),
)
"""In the order in which they are shown."""
COLUMNS = tuple(column for column in ALL if column.width)
"""The page's table and the Markdown report. The id stays last: handlers read it from a clicked row."""
FIGURES = {name: value for column in ALL for name, value in column.figures.items()}
"""The figures of CSV and JSON."""
