"""Published figures beside an estimate: they win for their own case, and no estimate contradicts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .labels import Origin


@dataclass(frozen=True, slots=True)
class Point:
    """A published figure.

    Attributes:
        case: The sizes of the case (pixels, frames, steps …): where each is larger, the figure is no smaller.
        value: The figure.
        source: Who published it, and for what.
    """

    case: tuple[float, ...]
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """An estimate after the published figures had their say.

    Attributes:
        value: The figure to show.
        origin: Published, estimated, or bounded.
        source: Of the published figure that decided, or "".
    """

    value: float
    origin: Origin
    source: str


def dominates(larger: Sequence[float], smaller: Sequence[float]) -> bool:
    """Return whether a case is at least as large in every respect."""
    return all(one >= other for one, other in zip(larger, smaller, strict=True))


def without_contradictions(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the points that agree: of two where the larger case has the smaller figure, the one named first."""
    kept: list[Point] = []
    for point in points:
        if not any(_contradict(point, other) for other in kept):
            kept.append(point)
    return tuple(kept)


def _contradict(one: Point, other: Point) -> bool:
    if one.case == other.case:
        return True
    larger, smaller = (one, other) if one.value > other.value else (other, one)
    return dominates(smaller.case, larger.case) and larger.value != smaller.value


def reconcile(estimate: float, case: tuple[float, ...], points: Iterable[Point]) -> Reconciled:
    """Return the estimate, held between the figures published for smaller and for larger cases.

    For a published case both are the published figure, so it wins there; elsewhere the result keeps growing with the
    case, as the estimate does.
    """
    points = tuple(points)
    exact = next((point for point in points if point.case == case), None)
    if exact is not None:
        return Reconciled(exact.value, Origin.PUBLISHED, exact.source)
    below = max(
        (point for point in points if dominates(case, point.case)),
        key=lambda point: point.value,
        default=None,
    )
    above = min(
        (point for point in points if dominates(point.case, case)),
        key=lambda point: point.value,
        default=None,
    )
    decided = None
    if above is not None and estimate > above.value:
        estimate, decided = above.value, above
    if below is not None and estimate < below.value:
        estimate, decided = below.value, below
    if decided is None:
        return Reconciled(estimate, Origin.ESTIMATED, "")
    return Reconciled(estimate, Origin.BOUNDED, decided.source)
