"""The constants of the estimators: a few fitted ones and a few taken from sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .facts import read_facts


@dataclass(frozen=True, slots=True)
class VramConstants:
    """Of the VRAM formula.

    Attributes:
        c_gb: What any run takes: context, small models, working buffers.
        k: Copies of one activation of the whole sequence that are alive at the peak.
        margin_gb: What desktop, browser and allocator take beside the need.
    """

    c_gb: float
    k: float
    margin_gb: float


@dataclass(frozen=True, slots=True)
class SpeedConstants:
    """Of the work formula.

    Attributes:
        attention: Cost of an attention FLOP against one of a matrix product.
        codec_flops_per_pixel: Decoding and other per-pixel work of a codec of 8x8 pixels.
    """

    attention: float
    codec_flops_per_pixel: float


@dataclass(frozen=True, slots=True)
class Constants:
    """All of them.

    Attributes:
        vram: Of the VRAM formula.
        speed: Of the work formula.
        rates_tflops: TFLOP/s that cards really reach in bf16, by name.
        utilisation: Share of the published TFLOP/s that the measured cards reach: places the others.
        reduced_gain: Speed of 8-bit and smaller weights against bf16.
        streaming_gb_s: Weights from RAM to the card.
        ram_overhead_gb: RAM beside the weights.
    """

    vram: VramConstants
    speed: SpeedConstants
    rates_tflops: Mapping[str, float]
    utilisation: float
    reduced_gain: float
    streaming_gb_s: float
    ram_overhead_gb: float


@cache
def load_constants() -> Constants:
    """Return the shipped constants, read once."""
    facts = read_facts("constants")
    fitted, given = facts.fields("fitted"), facts.fields("given")
    vram, speed, rates = fitted.fields("vram"), fitted.fields("speed"), fitted.fields("rates_tflops")
    return Constants(
        vram=VramConstants(vram.number("c_gb"), vram.number("k"), vram.number("margin_gb")),
        speed=SpeedConstants(speed.number("attention"), speed.number("codec_flops_per_pixel")),
        rates_tflops={name: rates.number(name) for name in rates.values},
        utilisation=fitted.number("utilisation"),
        reduced_gain=given.number("reduced_precision_gain"),
        streaming_gb_s=given.number("streaming_gb_per_s"),
        ram_overhead_gb=given.number("ram_overhead_gb"),
    )
