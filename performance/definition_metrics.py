"""The figures of a model that the catalogue does not list, from its definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .catalogue import load_catalogue
from .definitions import infer
from .metrics import Metrics, known_metrics, measure, same_task, with_similar
from .quality import infer_quality


def infer_metrics(
    model_type: str, definition: Mapping[str, Any], base_type: str | None, modality: str
) -> Metrics | None:
    """Return the figures that follow from a definition, None where it says too little; the arguments are `infer`'s."""
    described = infer(model_type, definition, load_catalogue(), base_type, modality)
    if described is None:
        return None
    figures = measure(described.model, described.architecture, infer_quality(described.model.quality))
    figures = replace(
        figures,
        vram_basis=f"{described.basis} {figures.vram_basis}",
        speed_basis=f"{described.basis} {figures.speed_basis}",
    )
    return with_similar(
        figures, [candidate for candidate in known_metrics().values() if same_task(figures, candidate)]
    )
