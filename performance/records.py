"""The records of the data files, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Fields


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """A text encoder.

    Attributes:
        name: Its name.
        params_b: Parameters, 10⁹.
        embedding_params_b: Those of its embedding, which stays in VRAM in 16 bits.
        layers: Its blocks.
    """

    name: str
    params_b: float
    embedding_params_b: float
    layers: int


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the cost of a model follows from. None is unknown or without meaning (sound models have no codec sizes).

    Attributes:
        name: The host's id of the architecture.
        modality: "video", "video+audio", "image", "tts" or "music".
        params_b: Parameters of one transformer, 10⁹.
        active_b: Those that a picture token passes through, 10⁹.
        transformers: How many are stored.
        hidden: Width.
        layers: Depth.
        vae_spatial: Pixels per latent cell, each way; 1 for models that work in pixels.
        vae_temporal: Frames per latent frame.
        patch_area: Latent cells per token.
        largest_block_b: Parameters of the largest block, 10⁹.
        base_b: Parameters outside the blocks, 10⁹.
        token_factor: Length of the sequence against the output alone (2: a source of the same size joins it).
        text_encoder: None where there is none.
        confidence: "high", "medium" or "low": of the parameter count.
        note: A remark, or "".
        source: Where the parameter count comes from; None where nothing is published.
        same_network_as: An architecture with the same network, whose published figures hold here too; or None.
    """

    name: str
    modality: str
    params_b: float | None
    active_b: float | None
    transformers: int
    hidden: int | None
    layers: int | None
    vae_spatial: int | None
    vae_temporal: int | None
    patch_area: float | None
    largest_block_b: float | None
    base_b: float
    token_factor: float
    text_encoder: TextEncoder | None
    confidence: str
    note: str
    source: str | None
    same_network_as: str | None

    @property
    def is_visual(self) -> bool:
        """Whether it makes pictures or video: tokens of an area."""
        return None not in (
            self.hidden,
            self.layers,
            self.vae_spatial,
            self.vae_temporal,
            self.patch_area,
            self.active_b,
        )


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the host's form starts with. None: not set, or without meaning for the kind."""

    width: int | None
    height: int | None
    frames: int | None
    fps: float | None
    steps: int | None
    guidance: float | None
    phases: int | None
    passes: int
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class FirstStage:
    """A first stage at a smaller size, then a few steps at full size.

    Attributes:
        scale: Side of the first stage against the full one, or None.
        pixels: Pixels of the first stage, whatever the full size, or None.
        second_steps: Steps at full size.
    """

    scale: float | None
    pixels: int | None
    second_steps: int


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """How a model's quality is known.

    Attributes:
        tier: A tier of its own, or None.
        evidence: "own", "base", "distilled", "pruned", "lowbit", "smaller", "quantized", "under", "none"; several
            joined by "+".
        parent: The model type it is placed by.
        reason: A sentence; None where it follows from evidence and parent.
    """

    tier: str | None
    evidence: str
    parent: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One model type of the host."""

    model_type: str
    name: str
    architecture: str
    tasks: tuple[str, ...]
    defaults: Defaults
    weights: str
    first_stage: FirstStage | None
    quality: QualityFacts
    best_for: str
    notes: str
    licence: str | None


def read_text_encoder(fields: Fields) -> TextEncoder:
    """Return a text encoder of architectures.json."""
    return TextEncoder(
        fields.text("name"),
        fields.number("params_b"),
        fields.number("embedding_params_b"),
        int(fields.number("layers")),
    )


def read_architecture(name: str, fields: Fields, encoders: dict[str, TextEncoder]) -> Architecture:
    """Return an architecture of architectures.json."""
    params_b = fields.maybe_number("params_b")
    layers = fields.maybe_whole("layers")
    patch = fields.numbers("patch")
    block_m = fields.maybe_number("largest_block_params_m")
    if block_m is not None:
        block_b = block_m / 1e3
    else:
        block_b = params_b / layers if params_b is not None and layers else None
    encoder = fields.maybe_text("text_encoder")
    return Architecture(
        name=name,
        modality=fields.text("modality"),
        params_b=params_b,
        active_b=fields.maybe_number("params_active_b") or params_b,
        transformers=int(fields.number("transformers")),
        hidden=fields.maybe_whole("hidden"),
        layers=layers,
        vae_spatial=fields.maybe_whole("vae_spatial"),
        vae_temporal=fields.maybe_whole("vae_temporal"),
        patch_area=patch[1] * patch[2] if patch else None,
        largest_block_b=block_b,
        base_b=(fields.maybe_number("base_params_m") or 0.0) / 1e3,
        token_factor=fields.number("token_factor"),
        text_encoder=encoders[encoder] if encoder else None,
        confidence=fields.text("confidence"),
        note=fields.maybe_text("note") or "",
        source=fields.maybe_text("source"),
        same_network_as=fields.maybe_text("same_network_as"),
    )


def read_model(model_type: str, fields: Fields) -> ModelRecord:
    """Return a model of models.json."""
    defaults = fields.fields("defaults")
    stage = fields.fields("first_stage")
    quality = fields.fields("quality")
    return ModelRecord(
        model_type=model_type,
        name=fields.text("name"),
        architecture=fields.text("architecture"),
        tasks=fields.texts("tasks"),
        defaults=Defaults(
            width=defaults.maybe_whole("width"),
            height=defaults.maybe_whole("height"),
            frames=defaults.maybe_whole("frames"),
            fps=defaults.maybe_number("fps"),
            steps=defaults.maybe_whole("steps"),
            guidance=defaults.maybe_number("guidance"),
            phases=defaults.maybe_whole("phases"),
            passes=int(defaults.number("passes")),
            duration_s=defaults.maybe_number("duration_s"),
        ),
        weights=fields.text("weights"),
        first_stage=FirstStage(
            stage.maybe_number("scale"), stage.maybe_whole("pixels"), int(stage.number("second_steps"))
        )
        if stage.values
        else None,
        quality=QualityFacts(
            quality.maybe_text("tier"),
            quality.text("evidence"),
            quality.maybe_text("parent"),
            quality.maybe_text("reason"),
        ),
        best_for=fields.text("best_for"),
        notes=fields.text("notes"),
        licence=fields.maybe_text("licence"),
    )
