"""What a model definition itself says, for finetunes and models that the package does not know.

A definition comes from a user's file: any value may be missing or of any type, and none is trusted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from .errors import UnknownNameError
from .quality import UNKNOWN_QUALITY
from .quantization import HOST_DEFAULT, quantization
from .records import Architecture, Defaults, ModelRecord, QualityFacts

if TYPE_CHECKING:
    from .catalogue import Catalogue

_STEPS_UNGUIDED = "{steps} steps without guidance"
_STEPS = "{steps} steps"


_PARAMETERS = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,2})?)\s?B(?![a-z])", re.IGNORECASE)
_RESOLUTION = re.compile(r"^\s*(\d{2,5})\s*x\s*(\d{2,5})\s*$")
_DISTILLED = re.compile(
    r"distil|lightning|turbo|lightx2v|self.?forcing|causvid|fusionix|fastwan|schnell|\d.?steps?\b|\bsf\b",
    re.IGNORECASE,
)
_SHORTEST_S, _LONGEST_S = 0.1, 24 * 3600


@dataclass(frozen=True, slots=True)
class Inferred:
    """A model as its definition describes it.

    Attributes:
        model: Its record.
        architecture: Known, or scaled from the nearest known one.
        parent: The model type it builds on, or None.
        basis: A sentence: how it was understood.
    """

    model: ModelRecord
    architecture: Architecture
    parent: str | None
    basis: str


def infer(
    model_type: str,
    definition: Mapping[str, Any],
    catalogue: Catalogue,
    base_type: str | None = None,
    modality: str = "video",
) -> Inferred | None:
    """Return what a definition says, or None where that is too little for any estimate.

    Args:
        model_type: The id of the model.
        definition: The host's merged definition, or a finetune's file as read.
        catalogue: The known models.
        base_type: The base type that the host gives, if any.
        modality: What the host makes with it: "video", "image" or "audio".
    """
    model_part = _mapping(definition.get("model")) or definition
    settings = {**_mapping(model_part.get("settings")), **({} if model_part is definition else definition)}
    name = model_part.get("name")
    name = name if isinstance(name, str) and name.strip() else model_type
    metadata = _mapping(model_part.get("metadata"))
    named = (
        model_part.get("architecture"),
        base_type,
        metadata.get("base_model_type"),
        model_part.get("parent_model_type"),
    )
    parent = next(
        (model_found for entry in named if isinstance(entry, str) and (model_found := catalogue.find(entry))),
        None,
    )
    if parent is None:
        return _from_size(model_type, name, model_part, settings, catalogue, modality)
    defaults = _defaults(settings, parent.defaults)
    kind = (
        "distilled"
        if _DISTILLED.search(f"{name} {model_type}") and not _DISTILLED.search(parent.name)
        else "base"
    )
    model = replace(
        parent,
        model_type=model_type,
        name=name,
        defaults=defaults,
        weights=_weights(model_part) or parent.weights,
        quality=QualityFacts(None, kind, parent.model_type, None),
        licence=None,
        notes=("A variant of {name}; {plan}." if defaults.steps else "A variant of {name}.").format(
            name=parent.name, plan=_plan(defaults)
        ),
    )
    return Inferred(model, catalogue.architecture_of(parent), parent.model_type, f"Built on {parent.name}.")


def _from_size(  # noqa: PLR0913 - all that the definition says of itself
    model_type: str,
    name: str,
    definition: Mapping[str, Any],
    settings: Mapping[str, Any],
    catalogue: Catalogue,
    modality: str,
) -> Inferred | None:
    match = _PARAMETERS.search(name) or _PARAMETERS.search(model_type.replace("_", " "))
    if match is None or modality == "audio" or not 0.1 <= float(match[1]) <= 500:
        return None
    params_b = float(match[1])
    candidates = [
        architecture_like
        for architecture_like in catalogue.architectures.values()
        if architecture_like.is_visual and architecture_like.params_b and _kind(architecture_like) == modality
    ]
    nearest = min(
        candidates,
        key=lambda architecture_like: abs(math.log((architecture_like.params_b or 1.0) / params_b)),
    )
    like = catalogue.get(nearest.name)
    scale = params_b / (nearest.params_b or params_b)
    architecture = replace(
        nearest,
        name="",
        params_b=params_b,
        active_b=None if nearest.active_b is None else nearest.active_b * scale,
        largest_block_b=None if nearest.largest_block_b is None else nearest.largest_block_b * scale,
        base_b=nearest.base_b * scale,
        token_factor=1.0,
        confidence="low",
        source=None,
    )
    given = _whole(settings.get("num_inference_steps"), 1, 1000)
    defaults = _defaults(settings, replace(like.defaults, steps=given))
    basis = f"Judged by the {params_b:g}B in its name, like {like.name}."
    model = replace(
        like,
        model_type=model_type,
        name=name,
        defaults=defaults,
        tasks=(),
        weights=_weights(definition) or "int8",
        first_stage=None,
        quality=QualityFacts(None, "none", None, UNKNOWN_QUALITY.reason),
        best_for="",
        notes=basis,
        licence=None,
    )
    return Inferred(model, architecture, None, basis)


def _defaults(settings: Mapping[str, Any], base: Defaults) -> Defaults:
    size = _RESOLUTION.match(str(settings.get("resolution", "")))
    guidance = _number(settings.get("guidance_scale"))
    passes = base.passes
    if guidance is not None and guidance <= 1:
        passes = 1
    elif guidance is not None and base.guidance is not None and base.guidance <= 1:
        passes = 2
    frames = _whole(settings.get("video_length"), 1, 100_000) if (base.frames or 0) > 1 else None
    return replace(
        base,
        width=int(size[1]) if size else base.width,
        height=int(size[2]) if size else base.height,
        frames=frames or base.frames,
        steps=_whole(settings.get("num_inference_steps"), 1, 1000) or base.steps,
        guidance=base.guidance if guidance is None else guidance,
        passes=passes,
        duration_s=_seconds(settings.get("duration_seconds")) or base.duration_s,
    )


def _plan(defaults: Defaults) -> str:
    form = _STEPS_UNGUIDED if defaults.passes == 1 else _STEPS
    return form.format(steps=defaults.steps)


def _kind(architecture: Architecture) -> str:
    return "image" if architecture.modality == "image" else "video"


def _weights(definition: Mapping[str, Any]) -> str | None:
    urls = definition.get("URLs")
    if not isinstance(urls, list):
        return None
    formats = [_format(str(url).rsplit("/", 1)[-1]) for url in cast("list[object]", urls)]
    if HOST_DEFAULT in formats:
        return HOST_DEFAULT
    return min(formats, key=lambda name: quantization(name).bytes_per_param, default=None)


def _format(file_name: str) -> str:
    try:
        return quantization(file_name).name
    except UnknownNameError:
        return "bf16"


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):  # an integer of 309 digits is beyond a float
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and _SHORTEST_S <= number <= _LONGEST_S else None


def _whole(value: object, least: int, most: int) -> int | None:
    number = _number(value)
    return int(number) if number is not None and least <= number <= most else None
