"""Quality tiers with their evidence.

A model with published figures or a documented opinion has a tier of its own. The others are placed by a parent: with it
where they share its weights or its network, a tier under it where they are distilled, pruned, smaller or stored in
four bits. Nothing published and no such parent: unknown. Tiers compare within a task only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING

from .catalogue import Catalogue, load_catalogue
from .facts import read_facts
from .labels import QualityTier

if TYPE_CHECKING:
    from .records import QualityFacts

_BY_KIND = {
    "base": "Built on {name}, without a rating of its own.",
    "quantized": "Hardly different from {name}: it only has fewer bits.",
    "distilled": "Distilled from {name} to fewer steps, so placed under it.",
    "pruned": "Pruned from {name}, so placed under it.",
    "lowbit": "Stored in four bits, so placed under {name}.",
    "smaller": "The smaller sibling of {name}, so placed under it.",
    "under": "Placed under {name}.",
}


_STEPS = {
    "base": 0.0,
    "quantized": 0.1,
    "distilled": 1.0,
    "pruned": 1.0,
    "lowbit": 1.0,
    "smaller": 1.0,
    "under": 1.0,
}


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a model is held to be.

    Attributes:
        tier: The label.
        order: Finer than the tier: a variant comes under its parent. None where unknown.
        reason: A sentence.
        evidence: "own", "parent" or "none".
        sources: Where the figures and opinions come from.
    """

    tier: QualityTier
    order: float | None
    reason: str
    evidence: str
    sources: tuple[str, ...]


UNKNOWN_QUALITY = Quality(QualityTier.UNKNOWN, None, "Nothing is published.", "none", ())


@cache
def qualities() -> Mapping[str, Quality]:
    """Return the quality of every model type."""
    catalogue = load_catalogue()
    sources = _sources_by_architecture()
    resolved: dict[str, Quality] = {}
    for model_type in catalogue.models:
        _place(model_type, catalogue, sources, resolved)
    return resolved


def _place(
    model_type: str,
    catalogue: Catalogue,
    sources: Mapping[str, tuple[str, ...]],
    resolved: dict[str, Quality],
) -> Quality:
    """Place a model after its parent; `found` grows."""
    if model_type not in resolved:
        model = catalogue.models[model_type]
        if model.quality.parent is not None:
            _place(model.quality.parent, catalogue, sources, resolved)
        resolved[model_type] = _resolve(
            model.quality, catalogue, sources.get(model.architecture, ()), resolved
        )
    return resolved[model_type]


def _resolve(
    facts: QualityFacts, catalogue: Catalogue, own_sources: tuple[str, ...], resolved: Mapping[str, Quality]
) -> Quality:
    if facts.evidence == "own":
        tier = QualityTier(facts.tier)
        return Quality(tier, float(tier.rank), facts.reason or "", "own", own_sources)
    if facts.parent is None:
        return Quality(QualityTier.UNKNOWN, None, facts.reason or UNKNOWN_QUALITY.reason, "none", ())
    parent = resolved[facts.parent]
    kinds = facts.evidence.split("+")
    name = catalogue.models[facts.parent].name
    basis = " ".join(_BY_KIND[kind].format(name=name) for kind in kinds)
    basis += f" {facts.reason}" if facts.reason else ""
    if parent.order is None:
        return Quality(QualityTier.UNKNOWN, None, f"{basis} {parent.reason}", "none", ())
    order = parent.order - sum(_STEPS[kind] for kind in kinds)
    return Quality(_tier_of(order), order, basis, "parent", parent.sources)


def _tier_of(order: float) -> QualityTier:
    tiers = [tier for tier in QualityTier if tier is not QualityTier.UNKNOWN]
    return tiers[min(max(ceil(order), 1), len(tiers)) - 1]


@cache
def _sources_by_architecture() -> Mapping[str, tuple[str, ...]]:
    sources: dict[str, dict[str, None]] = {}
    for row in read_facts("quality_evidence").rows("rows"):
        name = row.maybe_text("architecture")
        if name is not None:
            sources.setdefault(name, {})[f"{row.text('benchmark')}: {row.text('source')}"] = None
    return {name: tuple(sources) for name, sources in sources.items()}


def infer_quality(facts: QualityFacts) -> Quality:
    """Return the quality of a model that is not in the catalogue, placed by its parent."""
    return _resolve(facts, load_catalogue(), (), qualities())
