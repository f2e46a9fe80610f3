"""The list of models with what is known of each, filtered and sorted as the user asks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..inventory.models import ModelStatus, TrackedModel
from ..performance.fit import Fit, FitLevel
from .fetch_state import FetchState, fetch_state

if TYPE_CHECKING:
    from ..performance.metrics import Metrics
    from ..wan2gp.definitions import Output


_LETTERS = re.compile(r"[^\W\d_]+")
_LEAST_LETTERS = 3
"""Shorter words are not taken for misspelt ones."""
_LIKENESS = 0.75
"""From which ratio of difflib on two words are alike: "wann" and "wan" have 0.86."""


class SortKey(Enum):
    """What the list is sorted by, in the order that is useful first."""

    NAME = "name"
    STATUS = "status"  # downloaded first
    FETCH = "fetch"  # least first
    SPEED = "speed"  # fastest first
    VRAM = "vram"  # least first
    QUALITY = "quality"  # best first
    SIZE = "size"  # smallest first
    BEST_FOR = "best_for"
    FAMILY = "family"  # as the host orders them
    MODEL_ID = "model_id"


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

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The words of name, id and family, without digits: what a misspelt word is compared with first."""
        tracked = self.tracked
        return frozenset(letters_of(f"{tracked.name} {tracked.model_type} {tracked.family}"))

    @cached_property
    def file_tokens(self) -> frozenset[str]:
        """The same of the file names."""
        return frozenset(letters_of(" ".join(slot.chosen.name for slot in self.tracked.slots)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the user asked to see. The default shows everything by name.

    Attributes:
        text: Words that must all be found.
        statuses: Empty: any; the same for the next five.
        outputs: What the model makes.
        tasks: What it is for.
        families: Labels of the host's groups.
        speed_tiers: Labels of speed.
        quality_tiers: Labels of quality.
        max_vram_gb: Only models that need no more; models of unknown need are left out.
        fits: Only models that are expected to do well on the machine in question.
        only_mine: Only models of which own weights are on the disk.
        finetunes: True: only the user's finetunes; False: none of them; None: all.
        sort: The order.
        descending: The other way round; unknown values stay last.
    """

    text: str = ""
    statuses: frozenset[ModelStatus] = frozenset()
    outputs: frozenset[Output] = frozenset()
    tasks: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    speed_tiers: frozenset[str] = frozenset()
    quality_tiers: frozenset[str] = frozenset()
    max_vram_gb: float | None = None
    fits: bool = False
    only_mine: bool = False
    finetunes: bool | None = None
    sort: SortKey = SortKey.NAME
    descending: bool = False


def squeeze(text: str) -> str:
    """Return the letters and digits of a text in lower case: "LTX-2 2.3" → "ltx223"."""
    return "".join(character for character in text.casefold() if character.isalnum())


def letters_of(text: str) -> list[str]:
    """Return the runs of letters in a text, in lower case: "LTX-2 2.3 Dev" → "ltx", "dev"."""
    return _LETTERS.findall(text.casefold())


@dataclass(frozen=True, slots=True)
class Listing:
    """What a query leaves.

    Attributes:
        models: In order.
        is_similar: Nothing was found for the text as it was typed, so these have similar words.
    """

    models: list[ListedModel]
    is_similar: bool = False


def find(models: Iterable[ListedModel], query: Query) -> Listing:
    """Return the matching models in order; where the text finds nothing, those with words that are similar."""
    others = [model for model in models if _matches(model, query)]
    words = [squeezed for word in query.text.split() if (squeezed := squeeze(word))]
    if not words:
        return Listing(_sorted(others, query))
    exact = [model for model in others if all(word in model.words for word in words)]
    if exact:
        return Listing(_sorted(exact, query))
    similar = _similar(others, query.text, lambda model: model.tokens)
    similar = similar or _similar(others, query.text, lambda model: model.tokens | model.file_tokens)
    return Listing(_sorted(similar, query), is_similar=bool(similar))


def filter_and_sort(models: Iterable[ListedModel], query: Query) -> list[ListedModel]:
    """Return the matching models in order; an unknown value sorts last either way."""
    return find(models, query).models


def tasks_of(models: Iterable[ListedModel]) -> list[str]:
    """Return what the models are for, the most common first."""
    counted = Counter(task for model in models for task in model.figures.tasks)
    return sorted(counted, key=lambda task: (-counted[task], task))


def _sorted(matching: list[ListedModel], query: Query) -> list[ListedModel]:
    value = _SORT_VALUES[query.sort]
    matching.sort(
        key=lambda model: model.tracked.name.casefold(),
        reverse=query.sort is SortKey.NAME and query.descending,
    )
    keyed = [(value(model), model) for model in matching]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=query.descending)
    return [model for _, model in known] + [model for key, model in keyed if key is None]


def _matches(model: ListedModel, query: Query) -> bool:
    """Tell whether a model passes all filters but the text."""
    tracked, figures = model.tracked, model.figures
    return (
        (not query.statuses or tracked.status in query.statuses)
        and (not query.outputs or not query.outputs.isdisjoint(tracked.outputs))
        and (not query.tasks or not query.tasks.isdisjoint(figures.tasks))
        and (not query.families or tracked.family in query.families)
        and (not query.speed_tiers or figures.speed_tier in query.speed_tiers)
        and (not query.quality_tiers or figures.quality_tier in query.quality_tiers)
        and (
            query.max_vram_gb is None
            or (figures.vram_min_gb is not None and figures.vram_min_gb <= query.max_vram_gb)
        )
        and (not query.fits or model.fit.overall in {FitLevel.FITS, FitLevel.TIGHT})
        and (not query.only_mine or tracked.status is not ModelStatus.MISSING)
        and (query.finetunes is None or tracked.is_finetune is query.finetunes)
    )


def _similar(
    models: list[ListedModel], text: str, tokens_of: Callable[[ListedModel], frozenset[str]]
) -> list[ListedModel]:
    """Return the models with a word like each one of the text; digits must be as they were typed."""
    letters = [word for word in letters_of(text) if len(word) >= _LEAST_LETTERS]
    if not letters:
        return []
    digits = [squeeze(word) for word in _LETTERS.split(text.casefold())]
    vocabulary = list({token for model in models for token in tokens_of(model)})
    meant = [frozenset(get_close_matches(word, vocabulary, n=8, cutoff=_LIKENESS)) for word in letters]
    return [
        model
        for model in models
        if all(
            word in model.words or not words.isdisjoint(tokens_of(model))
            for word, words in zip(letters, meant, strict=True)
        )
        and all(digit in model.words for digit in digits)
    ]


def _bytes_to_fetch(model: TrackedModel) -> float | None:
    """Return what Generate would fetch; None where it would stop or fail, or where that is not known."""
    unknown = model.fetch.unknown and not model.fetch.bytes
    is_sure = fetch_state(model) in {FetchState.NOTHING, FetchState.DOWNLOADS}
    return model.fetch.bytes if is_sure and not unknown else None


def _negative(value: float | None) -> float | None:
    return None if value is None else -value


_STATUS_ORDER = {ModelStatus.DOWNLOADED: 0, ModelStatus.PARTIAL: 1, ModelStatus.MISSING: 2}

_SORT_VALUES: dict[SortKey, Callable[[ListedModel], Any]] = {
    SortKey.NAME: lambda _: 0,
    SortKey.STATUS: lambda model: _STATUS_ORDER[model.tracked.status],
    SortKey.FETCH: lambda model: _bytes_to_fetch(model.tracked),
    SortKey.SPEED: lambda model: _negative(model.figures.speed_multiplier),
    SortKey.VRAM: lambda model: model.figures.vram_min_gb,
    SortKey.QUALITY: lambda model: _negative(model.figures.quality_rank),
    SortKey.SIZE: lambda model: model.tracked.size.bytes or None,
    SortKey.BEST_FOR: lambda model: model.figures.best_for.casefold() or None,
    SortKey.FAMILY: lambda model: (model.tracked.family_order, model.tracked.family),
    SortKey.MODEL_ID: lambda model: model.tracked.model_type.casefold(),
}
"""What a key sorts by; None: not known."""
