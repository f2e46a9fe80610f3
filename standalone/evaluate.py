"""How good the estimates are, on the shipped rows, each estimated without knowing it: `python3 dev.py evaluate`.

VRAM: c, k and the margin are fitted without the row. Time: a and v are fitted without the row, and the pace of its group
comes from the group's other timings; the order of pairs is judged with a and v fitted without their whole table.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

from calibration import (
    SpeedSample,
    VramSample,
    fit_rates,
    fit_speed,
    fit_utilisation,
    fit_vram,
    groups,
    speed_samples,
    vram_samples,
)
from model_tracker.performance.catalogue import load_catalogue
from model_tracker.performance.constants import load_constants
from model_tracker.performance.labels import Origin
from model_tracker.performance.published import Point, reconcile, without_contradictions
from model_tracker.performance.vram import formula_gb, vram_rows
from model_tracker.performance.vram import row_case as vram_case

VRAM_ERROR_TARGET = 0.13
VRAM_RANK_TARGET = 0.88
SPEED_ORDER_TARGET = 0.97
SPEED_ERROR_TARGET = 0.10


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row, estimated without knowing it.

    Attributes:
        row_id: Its id.
        what: The row in words.
        estimated: GB or seconds.
        published: GB or seconds.
    """

    row_id: str
    what: str
    estimated: float
    published: float

    @property
    def error(self) -> float:
        """Share of the published figure."""
        return abs(self.estimated / self.published - 1)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures.

    Attributes:
        vram: By the formula alone.
        vram_bounded: Held between the other rows, as the product does.
        vram_usual: By the usual rule, weights × 1.2, for comparison.
        speed: Inside groups.
        rates: Whole seconds from a card's pace, that pace without the row.
        pairs_right: Pairs of a table and card in the right order.
        pairs: All of them.
    """

    vram: tuple[Outcome, ...]
    vram_bounded: tuple[Outcome, ...]
    vram_usual: tuple[Outcome, ...]
    speed: tuple[Outcome, ...]
    rates: tuple[Outcome, ...]
    pairs_right: int
    pairs: int

    @property
    def meets_targets(self) -> bool:
        """Whether every target is met by the formulas alone."""
        return (
            median_error(self.vram) <= VRAM_ERROR_TARGET
            and rank_correlation(self.vram) >= VRAM_RANK_TARGET
            and median_error(self.speed) <= SPEED_ERROR_TARGET
            and self.pairs_right >= SPEED_ORDER_TARGET * self.pairs
        )


def evaluate() -> Evaluation:
    """Return the figures of the shipped rows; takes some seconds."""
    vram, speed = vram_samples(), speed_samples()
    plain, bounded = _leave_one_out_vram(vram)
    right, pairs = _pairs(speed)
    usual = tuple(
        replace(
            outcome,
            estimated=1.2 * (sample.architecture.params_b or 0.0) * sample.case.quantization.bytes_per_param,
        )
        for outcome, sample in zip(plain, vram, strict=True)
    )
    return Evaluation(
        vram=plain,
        vram_bounded=bounded,
        vram_usual=usual,
        speed=_leave_one_out_speed(speed),
        rates=_leave_one_out_rates(speed),
        pairs_right=right,
        pairs=pairs,
    )


def _leave_one_out_vram(samples: Sequence[VramSample]) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]]:
    plain: list[Outcome] = []
    bounded: list[Outcome] = []
    for sample in samples:
        others = [other for other in samples if other is not sample]
        constants = fit_vram(others)
        by_formula = sample.predicted_gb(constants)
        case = sample.case
        label = f"{sample.architecture.name} {case.width}x{case.height}x{case.frames} {case.quantization.name} profile {case.profile}"
        label += " card" if sample.is_card else " in use"
        plain.append(Outcome(sample.row_id, label, by_formula, sample.published_gb))
        points = without_contradictions(
            Point(
                other.case.sizes,
                other.published_gb + (0.0 if other.is_card else constants.margin_gb),
                other.row_id,
            )
            for other in others
            if other.architecture is sample.architecture
        )
        margin = 0.0 if sample.is_card else constants.margin_gb
        card = reconcile(by_formula + margin, case.sizes, points)
        if card.origin is not Origin.PUBLISHED:
            bounded.append(Outcome(sample.row_id, label, card.value - margin, sample.published_gb))
    return tuple(plain), tuple(bounded)


def _leave_one_out_speed(samples: Sequence[SpeedSample]) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for group in groups(samples):
        for sample in group:
            constants = fit_speed([other for other in samples if other is not sample])
            throughput = _middle(
                [other.seconds / other.work(constants) for other in group if other is not sample]
            )
            estimated = throughput * sample.work(constants)
            outcomes.append(
                Outcome(
                    sample.row_id,
                    f"{sample.model}, {sample.group[1]}, {sample.group[0]}",
                    estimated,
                    sample.seconds,
                )
            )
    return tuple(outcomes)


def _leave_one_out_rates(samples: Sequence[SpeedSample]) -> tuple[Outcome, ...]:
    constants, gain = load_constants().speed, load_constants().reduced_gain
    outcomes: list[Outcome] = []
    for sample in samples:
        others = [other for other in samples if other.gpu == sample.gpu and other is not sample]
        if sample.gpu is None or not others:
            continue
        rate = fit_rates(others, constants)[sample.gpu] * 1e12 * (gain if sample.reduced else 1.0)
        outcomes.append(
            Outcome(
                sample.row_id, f"{sample.model}, {sample.gpu}", sample.work(constants) / rate, sample.seconds
            )
        )
    return tuple(outcomes)


def _pairs(samples: Sequence[SpeedSample]) -> tuple[int, int]:
    right = pairs = 0
    for group in groups(samples):
        constants = fit_speed([sample for sample in samples if sample.group[0] != group[0].group[0]])
        for one, other in combinations(group, 2):
            estimated = one.work(constants) - other.work(constants)
            if estimated and one.seconds != other.seconds:
                pairs += 1
                right += (estimated > 0) == (one.seconds > other.seconds)
    return right, pairs


def _middle(values: Sequence[float]) -> float:
    return math.exp(median(math.log(value) for value in values))


def median_error(outcomes: Sequence[Outcome]) -> float:
    """Return the median error, as a share of the published figure."""
    return median(outcome.error for outcome in outcomes)


def rank_correlation(outcomes: Sequence[Outcome]) -> float:
    """Return Spearman's rank correlation of estimated and published, ties sharing their mean rank."""
    first = _ranks([outcome.estimated for outcome in outcomes])
    second = _ranks([outcome.published for outcome in outcomes])
    mean = (len(outcomes) + 1) / 2
    both = sum((a - mean) * (b - mean) for a, b in zip(first, second, strict=True))
    spread = math.sqrt(sum((a - mean) ** 2 for a in first) * sum((b - mean) ** 2 for b in second))
    return both / spread


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) + 1) / 2 for value in values]


def bounds_kept() -> list[tuple[str, bool]]:
    """Return the rows that give only a bound ("less than", "fails on") and whether the formula keeps it."""
    constants, architectures = load_constants().vram, load_catalogue().architectures
    bounds: list[tuple[str, bool]] = []
    for row in vram_rows():
        bound = row.text("bound")
        sized = row.maybe_number("width") is not None and row.text("app") == "wan2gp"
        if bound not in {"upper", "oom"} or not sized:
            continue
        need = formula_gb(architectures[row.text("architecture")], vram_case(row), constants)
        kept = (
            need <= row.number("vram_gb")
            if bound == "upper"
            else need + constants.margin_gb > row.number("vram_gb")
        )
        relation = "less than" if bound == "upper" else "fails on"
        bounds.append(
            (
                f"{row.text('id')} {row.text('model')}: {relation} {row.number('vram_gb'):g} GB, formula {need:.1f} GB",
                kept,
            )
        )
    return bounds


def main(write: Callable[[str], object] = sys.stdout.write) -> int:
    """Print every row and the figures; return 0 if the targets are met, else 1."""
    evaluation, shipped = evaluate(), load_constants()

    def table(title: str, outcomes: Sequence[Outcome], unit: str) -> None:
        write(f"\n{title}\n")
        for outcome in sorted(outcomes, key=lambda outcome: outcome.error):
            write(
                f"  {outcome.row_id}  {outcome.estimated:9.1f} {unit} estimated {outcome.published:9.1f} {unit} published"
                f" {outcome.error:6.1%}  {outcome.what}\n"
            )

    table("VRAM, leave-one-out, formula alone", evaluation.vram, "GB")
    table("Time inside a table and card, leave-one-out", evaluation.speed, "s")
    write("\nRows that give only a bound\n")
    for bound, kept in bounds_kept():
        write(f"  {'kept  ' if kept else 'BROKEN'} {bound}\n")
    speed = fit_speed(speed_samples())
    rates = fit_rates(speed_samples(), speed)
    refitted = replace(
        shipped,
        vram=fit_vram(vram_samples()),
        speed=speed,
        rates_tflops=rates,
        utilisation=fit_utilisation(rates),
    )
    write(
        f"\nConstants as fitted now: {refitted.vram}, {refitted.speed}, utilisation {refitted.utilisation}\n"
    )
    write(f"Shipped constants are the fit: {'yes' if refitted == shipped else 'NO'}\n")
    write(
        f"\nVRAM, formula alone: {len(evaluation.vram)} rows, median error {median_error(evaluation.vram):.1%} "
        f"(target {VRAM_ERROR_TARGET:.0%}), rank correlation {rank_correlation(evaluation.vram):.3f} (target {VRAM_RANK_TARGET})\n"
        f"VRAM, held between the other published rows: median error {median_error(evaluation.vram_bounded):.1%}, "
        f"rank correlation {rank_correlation(evaluation.vram_bounded):.3f}\n"
        f"VRAM, the usual weights × 1.2: median error {median_error(evaluation.vram_usual):.1%}, "
        f"rank correlation {rank_correlation(evaluation.vram_usual):.3f}\n"
        f"Time inside a table and card: {len(evaluation.speed)} rows, median error {median_error(evaluation.speed):.1%} "
        f"(target {SPEED_ERROR_TARGET:.0%}); order of pairs {evaluation.pairs_right} of {evaluation.pairs} right "
        f"(target {SPEED_ORDER_TARGET:.0%})\n"
        f"Seconds from a card's pace alone, any program: {len(evaluation.rates)} rows, median error {median_error(evaluation.rates):.1%}\n"
    )
    return 0 if evaluation.meets_targets and refitted == shipped else 1


if __name__ == "__main__":
    raise SystemExit(main())
