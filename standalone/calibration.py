"""Fits the constants to the shipped measurement rows, the same way for everybody.

VRAM: least squares of log(estimate / published) over c, k and the margin, on a grid as fine as the figures deserve.
Work: least absolute deviation of log(seconds / work) from its group's median over a and v, inside groups that share
table, card, framework, precision, attention and kind of timing. Rates: the median over a card's rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from model_tracker.performance.catalogue import load_catalogue
from model_tracker.performance.constants import SpeedConstants, VramConstants, load_constants
from model_tracker.performance.gpus import find_gpu, load_gpus
from model_tracker.performance.speed import SpeedCase, codec_flop, forward_flop, runs, speed_rows
from model_tracker.performance.speed import row_case as speed_case
from model_tracker.performance.vram import VramCase, formula_gb, vram_rows
from model_tracker.performance.vram import row_case as vram_case

if TYPE_CHECKING:
    from model_tracker.performance.facts import Fields
    from model_tracker.performance.records import Architecture, FirstStage

C_GRID = tuple(step * 0.25 for step in range(2, 21))
K_GRID = tuple(step * 0.5 for step in range(6, 29))
MARGIN_GRID = tuple(step * 0.25 for step in range(13))
ATTENTION_GRID = tuple(round(step * 0.05, 2) for step in range(4, 31))
CODEC_GRID = tuple(step * 2e7 for step in range(21))
_NO_CONSTANTS = VramConstants(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class VramSample:
    """A row of the fit.

    Attributes:
        row_id: Its id.
        architecture: Its architecture.
        case: Its case.
        is_card: Whether the figure is a card's size (need and margin) rather than memory in use (need alone).
        published_gb: The figure.
    """

    row_id: str
    architecture: Architecture
    case: VramCase
    is_card: bool
    published_gb: float

    def predicted_gb(self, constants: VramConstants) -> float:
        """Return the formula's figure for this row."""
        need = formula_gb(self.architecture, self.case, constants)
        return need + constants.margin_gb if self.is_card else need


@dataclass(frozen=True, slots=True)
class SpeedSample:
    """A timing of the fit.

    Attributes:
        row_id: Its id.
        group: Timings that compare with each other.
        gpu: The card's name in the table of cards, or None.
        model: What the source calls it.
        matrix: Work of matrix products, FLOP.
        attention: Work of attention before its factor, FLOP.
        codec: Pixels as codecs of 8x8 count them; 0 where the timing leaves decoding out.
        reduced: Whether the weights are under 16 bits.
        seconds: The figure.
    """

    row_id: str
    group: tuple[str, ...]
    gpu: str | None
    model: str
    matrix: float
    attention: float
    codec: float
    reduced: bool
    seconds: float

    def work(self, constants: SpeedConstants) -> float:
        """Return the work by the formula, in effective FLOP."""
        return (
            self.matrix + constants.attention * self.attention + constants.codec_flops_per_pixel * self.codec
        )


def vram_samples() -> tuple[VramSample, ...]:
    """Return the rows that the VRAM fit uses."""
    architectures = load_catalogue().architectures
    return tuple(
        VramSample(
            row.text("id"),
            architectures[row.text("architecture")],
            vram_case(row),
            row.text("bound") == "card",
            row.number("vram_gb"),
        )
        for row in vram_rows()
        if row.values.get("excluded") is None
    )


def speed_samples() -> tuple[SpeedSample, ...]:
    """Return the timings that the fit uses."""
    return tuple(_speed_sample(row) for row in speed_rows() if row.values.get("excluded") is None)


def _speed_sample(row: Fields) -> SpeedSample:
    architecture = load_catalogue().architectures[row.text("architecture")]
    case = speed_case(row)
    whole = row.text("kind") == "e2e"
    stage = None  # timings of other programs run one stage
    gpu = find_gpu(row.text("gpu"))
    group = tuple(
        str(row.values.get(key) or "")
        for key in ("table", "gpu", "framework", "precision", "attention", "kind")
    )
    return SpeedSample(
        row_id=row.text("id"),
        group=group,
        gpu=gpu.name if gpu else None,
        model=row.text("model"),
        matrix=_network(architecture, stage, case, SpeedConstants(0.0, 0.0)),
        attention=_network(architecture, stage, case, SpeedConstants(1.0, 0.0))
        - _network(architecture, stage, case, SpeedConstants(0.0, 0.0)),
        codec=codec_flop(architecture, case.width, case.height, case.frames, SpeedConstants(0.0, 1.0))
        if whole
        else 0.0,
        reduced=case.precision.is_reduced,
        seconds=row.number("seconds"),
    )


def _network(
    architecture: Architecture, stage: FirstStage | None, case: SpeedCase, constants: SpeedConstants
) -> float:
    return sum(
        count * forward_flop(architecture, length, constants)
        for count, length in runs(architecture, stage, case)
    )


def fit_vram(samples: Sequence[VramSample]) -> VramConstants:
    """Return the c, k and margin of least squared log error."""
    # need = c + max(fixed + k * activation): the parts of each branch are taken once
    prepared = [(_branches(sample), sample.is_card, math.log(sample.published_gb)) for sample in samples]
    best = (math.inf, VramConstants(C_GRID[0], K_GRID[0], 0.0))
    for k in K_GRID:
        peaks = [max(fixed + k * slope for fixed, slope in branches) for branches, _, _ in prepared]
        for c in C_GRID:
            for margin in MARGIN_GRID:
                loss = 0.0
                for peak, (_, is_card, published) in zip(peaks, prepared, strict=True):
                    loss += (math.log(c + peak + (margin if is_card else 0.0)) - published) ** 2
                if loss < best[0] - 1e-12:
                    best = (loss, VramConstants(c, k, margin))
    return best[1]


def _branches(sample: VramSample) -> tuple[tuple[float, float], ...]:
    """Return (fixed, slope in k) of the formula's branches, read off the formula itself."""
    low, high = (formula_gb(sample.architecture, sample.case, VramConstants(0.0, k, 0.0)) for k in (1e6, 2e6))
    slope = (high - low) / 1e6
    fixed = low - 1e6 * slope
    return (fixed, slope), (formula_gb(sample.architecture, sample.case, _NO_CONSTANTS), 0.0)


def groups(samples: Iterable[SpeedSample]) -> tuple[tuple[SpeedSample, ...], ...]:
    """Return the groups with at least two timings."""
    by_group: dict[tuple[str, ...], list[SpeedSample]] = {}
    for sample in samples:
        by_group.setdefault(sample.group, []).append(sample)
    return tuple(tuple(group) for group in by_group.values() if len(group) > 1)


def fit_speed(samples: Iterable[SpeedSample]) -> SpeedConstants:
    """Return the a and v of least absolute log deviation inside the groups."""
    grouped = groups(samples)
    logs = [[math.log(sample.seconds) for sample in group] for group in grouped]
    best = (math.inf, SpeedConstants(ATTENTION_GRID[0], 0.0))
    for attention in ATTENTION_GRID:
        for codec in CODEC_GRID:
            loss = 0.0
            for group, seconds in zip(grouped, logs, strict=True):
                paces = [
                    second - math.log(sample.matrix + attention * sample.attention + codec * sample.codec)
                    for sample, second in zip(group, seconds, strict=True)
                ]
                middle = median(paces)
                loss += sum(abs(throughput - middle) for throughput in paces)
            if loss < best[0] - 1e-12:
                best = (loss, SpeedConstants(attention, codec))
    return best[1]


def fit_rates(samples: Iterable[SpeedSample], constants: SpeedConstants) -> dict[str, float]:
    """Return what each card of the table reaches in bf16, TFLOP/s: the median over its timings."""
    gain = load_constants().reduced_gain
    by_gpu: dict[str, list[float]] = {}
    for sample in samples:
        if sample.gpu is not None:
            throughput = sample.work(constants) / sample.seconds / 1e12
            by_gpu.setdefault(sample.gpu, []).append(throughput / gain if sample.reduced else throughput)
    return {name: float(f"{median(paces):.3g}") for name, paces in sorted(by_gpu.items())}


def fit_utilisation(rates: dict[str, float]) -> float:
    """Return the usual share of a card's published TFLOP/s."""
    gpus = load_gpus()
    return round(median(rate / gpus[name].published_tflops for name, rate in rates.items()), 2)
