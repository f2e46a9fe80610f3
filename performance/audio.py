"""Time of speech and music: published real-time factors, never FLOPs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .gpus import Gpu, find_gpu, get_gpu
from .labels import Origin
from .speed import SpeedEstimate, reference_seconds, speed_rows

if TYPE_CHECKING:
    from .records import ModelRecord


@dataclass(frozen=True, slots=True)
class RealTimeFactor:
    """Seconds of computing per second of sound.

    Attributes:
        factor: Below 1 is faster than it plays.
        gpu: The card; None where the source does not say.
        source: Who published it.
    """

    factor: float
    gpu: Gpu | None
    source: str

    def told(self, template: str) -> str:
        """Fill in a text with the factor, the card and the source."""
        where = f"an {self.gpu.name}" if self.gpu else "a card that the source does not name"
        return template.format(factor=f"{self.factor:.3g}", where=where, source=self.source)


@cache
def real_time_factors() -> dict[str, tuple[RealTimeFactor, ...]]:
    """Return the published factors by architecture."""
    by_architecture: dict[str, list[RealTimeFactor]] = {}
    for row in speed_rows():
        length = row.maybe_number("audio_seconds")
        name = row.maybe_text("architecture")
        if length is not None and name is not None:
            factor = RealTimeFactor(
                row.number("seconds") / length, find_gpu(row.text("gpu")), row.text("source")
            )
            by_architecture.setdefault(name, []).append(factor)
    return {name: tuple(factors) for name, factors in by_architecture.items()}


def estimate_audio_seconds(model: ModelRecord, gpu: str | None, duration_s: float | None) -> SpeedEstimate:
    """Return the time for a stretch of speech or music.

    Args:
        model: The model.
        gpu: A card's name, or None. A factor published for another card is named, not converted.
        duration_s: Seconds of sound; None: the model's default.

    Raises:
        UnknownNameError: The card is not in the table.
    """
    factors = real_time_factors().get(model.architecture, ())
    length = duration_s if duration_s is not None else model.defaults.duration_s
    if not factors or length is None:
        why = "Not known: its default length is not set." if factors else "Not known: no timing is published."
        return SpeedEstimate(None, None, why, Origin.UNKNOWN)
    compared = next((factor for factor in factors if factor.gpu is not None), None)
    relative = None
    if compared is not None and compared.gpu is not None:
        relative = compared.factor * length / reference_seconds(compared.gpu.name)
    own_gpu = None if gpu is None else get_gpu(gpu)
    same = next((factor for factor in factors if own_gpu is not None and factor.gpu == own_gpu), None)
    if same is not None:
        basis = same.told("Published: {factor} s per second of sound on {where} ({source}).")
        return SpeedEstimate(same.factor * length, relative, basis, Origin.PUBLISHED, same.source)
    first = factors[0]
    basis = first.told(
        "Published: {factor} s per second of sound on {where} ({source}); not converted to other cards."
    )
    return SpeedEstimate(None, relative, basis, Origin.PUBLISHED, first.source)
