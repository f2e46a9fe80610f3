"""What a group of measurements is made of: a scene, actions that take turns, and rows with a ratio and its bound.

    def measure(scene: Scene) -> Iterator[Measurement]:
        taken = turn_about({"plain": timed(plain_way), "ours": timed(our_way)}, rounds=15)
        yield figure("plain way", taken["plain"])
        yield compared("our way", taken["ours"], taken["plain"], against="plain way", bound=1.5)

Times differ from machine to machine and from minute to minute; what holds is a ratio of two times taken one right after
the other. So a bound is on a ratio, and both sides of it take turns within one run.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue import Catalogue, generated_finetunes

MODELS = 217
"""As many as Wan2GP 12.60 has. Ratios depend on the number, since each refresh and each page has costs of its own."""


class NotMeasured(Exception):  # noqa: N818 - nothing is wrong: this machine lacks what the group needs
    """A group cannot be measured on this machine; the message says what is not there."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a group measures on.

    Attributes:
        dump: A folder with all models of a Wan2GP; None: the embedded sample, filled up with made-up finetunes.
        workdir: A new, empty folder; removed afterwards.
    """

    dump: Path | None
    workdir: Path

    def finetunes(self) -> int:
        """Return how many made-up finetunes fill up the sample; a dump needs none."""
        return 0 if self.dump else max(0, MODELS - len(Catalogue.sample().definitions))

    def catalogue(self, more: int = 0) -> Catalogue:
        """Return the models, and so many more made-up finetunes."""
        catalogue = Catalogue.from_dump(self.dump) if self.dump else Catalogue.sample()
        return catalogue.with_definitions(generated_finetunes(catalogue, self.finetunes() + more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One row.

    Attributes:
        name: What was measured; one of its kind in the group, and the same each time.
        figure: The median.
        unit: Of the figure, the 95th percentile and the aim.
        percentile_95: 95 % of the figures are not above it; None where there are too few to say.
        aim: What the figure should be on a usual machine; shown, never judged. None: no aim.
        ratio: The figure divided by that of `against`, the median over the rounds; None: not compared.
        against: What it is compared with.
        bound: The ratio may be this at most; None: it is shown, not judged.
    """

    name: str
    figure: float
    unit: str = "ms"
    percentile_95: float | None = None
    aim: float | None = None
    ratio: float | None = None
    against: str = ""
    bound: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the ratio is over its bound."""
        return self.ratio is not None and self.bound is not None and self.ratio > self.bound


@dataclass(frozen=True, slots=True)
class Group:
    """A group of measurements.

    Attributes:
        purpose: What it measures, in one line.
        measure: Yields the rows as they are measured. Raises `NotMeasured` where that cannot be done here.
    """

    purpose: str
    measure: Callable[[Scene], Iterable[Measurement]]


def timed(action: Callable[[], object]) -> Callable[[], float]:
    """Return a function that does this and returns the milliseconds that it took.

    Garbage that others left is collected first, so that nobody pays for what another made.
    """

    def milliseconds() -> float:
        gc.collect()
        start = time.perf_counter()
        action()
        return (time.perf_counter() - start) * 1e3

    return milliseconds


def turn_about(takers: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Let all take turns, and return what each took in each round.

    What slows the machine for a while slows all of them. Every other round goes backwards, so that none has always the
    same one before it.
    """
    taken: dict[str, list[float]] = {name: [] for name in takers}
    for turn in range(rounds):
        for name in reversed(takers) if turn % 2 else takers:
            taken[name].append(takers[name]())
    return taken


def figure(name: str, taken: Sequence[float]) -> Measurement:
    """Return a row that is compared with nothing."""
    return Measurement(name=name, figure=statistics.median(taken), percentile_95=_percentile_95(taken))


def compared(  # noqa: PLR0913 - a row has as many parts
    name: str,
    taken: Sequence[float],
    baseline: Sequence[float],
    *,
    against: str,
    bound: float | None = None,
    aim: float | None = None,
) -> Measurement:
    """Return a row that is compared with what the baseline took in the same rounds.

    The ratio is the median of the rounds' ratios: where the machine is slow for half of the time, the two medians may
    stem from different halves, but the two times of a round do not.
    """
    return Measurement(
        name=name,
        figure=statistics.median(taken),
        percentile_95=_percentile_95(taken),
        aim=aim,
        ratio=statistics.median(ours / theirs for ours, theirs in zip(taken, baseline, strict=True)),
        against=against,
        bound=bound,
    )


def _percentile_95(taken: Sequence[float]) -> float | None:
    return statistics.quantiles(taken, n=20)[-1] if len(taken) >= 20 else None
