"""The list of models with what is known of each, filtered and sorted as the user asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ..performance.fit import Fit, FitLevel
from .inventory import ModelStatus, Output, TrackedModel

if TYPE_CHECKING:
    from ..performance.metrics import Metrics


class SortKey(Enum):
    """What the list is sorted by; the value is shown to users."""

    NAME = "Name"
    STATUS = "Status (downloaded first)"
    SPEED = "Speed (fast → slow)"
    VRAM = "VRAM (low → high)"
    QUALITY = "Quality (low → high)"
    SIZE = "Size (small → large)"
    FETCH = "To fetch (least first)"


@dataclass(frozen=True)
class ListedModel:
    """A tracked model and its figures."""

    tracked: TrackedModel
    figures: Metrics
    fit: Fit

    @cached_property
    def words(self) -> str:
        """What a search looks in: name, id, family, base type and file names, squeezed."""
        tracked = self.tracked
        texts = [tracked.name, tracked.model_type, tracked.family, tracked.base_type]
        texts += [slot.chosen.name for slot in tracked.slots]
        return " ".join(squeeze(text) for text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the user asked to see. The default shows everything by name.

    Attributes:
        text: Words that must all be found.
        statuses: Empty: any; the same for the next three.
        outputs: What the model makes.
        families: Labels of the host's groups.
        speed_tiers: Labels of speed.
        max_vram_gb: Only models that need no more; models of unknown need are left out.
        fits: Only models that are expected to do well on the machine in question.
        sort: The order.
        descending: The other way round; unknown values stay last.
    """

    text: str = ""
    statuses: frozenset[ModelStatus] = frozenset()
    outputs: frozenset[Output] = frozenset()
    families: frozenset[str] = frozenset()
    speed_tiers: frozenset[str] = frozenset()
    max_vram_gb: float | None = None
    fits: bool = False
    sort: SortKey = SortKey.NAME
    descending: bool = False


def squeeze(text: str) -> str:
    """Return the letters and digits of a text in lower case: "LTX-2 2.3" → "ltx223"."""
    return "".join(character for character in text.casefold() if character.isalnum())


def filter_and_sort(models: Iterable[ListedModel], query: Query) -> list[ListedModel]:
    """Return the matching models in order; an unknown value sorts last either way."""
    words = [squeezed for word in query.text.split() if (squeezed := squeeze(word))]
    matching = [model for model in models if _matches(model, query, words)]
    value = _SORT_VALUES[query.sort]
    matching.sort(key=lambda model: model.tracked.name.casefold())
    known = [model for model in matching if value(model) is not None]
    unknown = [model for model in matching if value(model) is None]
    known.sort(key=lambda model: value(model) or 0, reverse=query.descending)
    if query.sort is SortKey.NAME and query.descending:
        known.reverse()
    return known + unknown


def _matches(model: ListedModel, query: Query, words: list[str]) -> bool:
    tracked, figures = model.tracked, model.figures
    return (
        (not query.statuses or tracked.status in query.statuses)
        and (not query.outputs or not query.outputs.isdisjoint(tracked.outputs))
        and (not query.families or tracked.family in query.families)
        and (not query.speed_tiers or figures.speed_tier in query.speed_tiers)
        and (
            query.max_vram_gb is None
            or (figures.vram_min_gb is not None and figures.vram_min_gb <= query.max_vram_gb)
        )
        and (not query.fits or model.fit.overall in {FitLevel.COMFORTABLE, FitLevel.TIGHT})
        and all(word in model.words for word in words)
    )


def _bytes_to_fetch(model: TrackedModel) -> float | None:
    """Return what Generate would fetch; None where it would stop, or where that is not known."""
    unknown = model.fetch.unknown and not model.fetch.bytes
    return None if model.stopped_by is not None or model.problems or unknown else model.fetch.bytes


_STATUS_ORDER = {ModelStatus.DOWNLOADED: 0, ModelStatus.PARTIAL: 1, ModelStatus.MISSING: 2}

_SORT_VALUES: dict[SortKey, Callable[[ListedModel], float | None]] = {
    SortKey.NAME: lambda _: 0,
    SortKey.STATUS: lambda model: _STATUS_ORDER[model.tracked.status],
    SortKey.SPEED: lambda model: (
        None if model.figures.speed_multiplier is None else -model.figures.speed_multiplier
    ),
    SortKey.VRAM: lambda model: model.figures.vram_min_gb,
    SortKey.QUALITY: lambda model: model.figures.quality_rank,
    SortKey.SIZE: lambda model: model.tracked.size.bytes or None,
    SortKey.FETCH: lambda model: _bytes_to_fetch(model.tracked),
}
