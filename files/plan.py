"""What plans that change files have in common: a plan is shown first, then executed step by step.

plan_…() → Plan ─ steps and refusals are shown ─ execute() → an outcome per step: what really happened
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from .file_ops import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        subject: What it is at: a file's name, a folder.
        step: Number of the step under way, from 1; 0 where steps are not counted.
        steps: How many there are.
        done_bytes: Bytes of all steps so far.
        total_bytes: Bytes altogether; 0 where they are not counted.
    """

    subject: str
    step: int = 0
    steps: int = 0
    done_bytes: int = 0
    total_bytes: int = 0


class StepResult(Enum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"  # nothing was tried, or the user stopped it; nothing has changed
    FAILED = "failed"  # it was tried and did not work; nothing is left of it


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the user asked for and the plan will not do.

    Attributes:
        path: The file.
        reason: Why, a sentence.
    """

    path: str
    reason: str


class Step(Protocol):
    """One thing that a plan will do."""

    @property
    def name(self) -> str:
        """The name of its file."""
        ...

    def sentence(self) -> str:
        """Return what will be done."""
        ...


class Outcome(Protocol):
    """What really happened to one step."""

    def sentence(self) -> str:
        """Return what happened, and the remedy where it did not work."""
        ...


class Plan(Protocol):
    """What will be done, and what will not; compared by value, executed once."""

    @property
    def steps(self) -> Sequence[Step]:
        """What will be done, in this order."""
        ...

    @property
    def refused(self) -> Sequence[Refusal]:
        """What will not."""
        ...

    def execute(
        self, progress: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> Sequence[Outcome]:
        """Do it; return what really happened, step by step."""
        ...


S = TypeVar("S", bound=Step)
R = TypeVar("R")


def run_steps(
    steps: Sequence[S],
    run: Callable[[S, Callable[[int], None]], R],
    total_bytes: int,
    progress: Callable[[Progress], None],
    is_cancelled: Callable[[], bool],
) -> tuple[R, ...]:
    """Run the steps in their order.

    Args:
        steps: The steps.
        run: Does one and returns what happened. It calls the function it is given with the bytes done since the
            last call, and first with 0; that raises `Cancelled` once the user wants to stop.
        total_bytes: Of all steps.
        progress: Called at each of those calls.
        is_cancelled: The same.
    """
    done_bytes = 0
    outcomes: list[R] = []
    for number, step in enumerate(steps, 1):

        def count(length: int, number: int = number, step: S = step) -> None:
            nonlocal done_bytes
            done_bytes += length
            progress(Progress(step.name, number, len(steps), done_bytes, total_bytes))
            if is_cancelled():
                raise Cancelled

        outcomes.append(run(step, count))
    return tuple(outcomes)
