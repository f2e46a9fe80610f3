"""Putting found files where Wan2GP looks: a plan that can be shown, then its execution.

Candidate + How → Wish ─ plan_relocation() → RelocationPlan ─ .execute() → tuple[Outcome]
                              │ refused: what cannot be done, and why

Only the checkpoint and LoRA folders are written to, links followed. Nothing is ever overwritten.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..files.file_ops import Cancelled, PlacementMethod, describe_os_error, put_in_place
from ..files.walk import is_below, not_cancelled
from ..inventory.drives import free_bytes_for
from ..units import amount
from .link_options import DiskFacts, lack_of_space, look_at_disk

if TYPE_CHECKING:
    from ..inventory.disk import FileOnDisk
    from .misplaced import Candidate

_STEPS_THAT_WRITE = {
    "move": "Move {source} to {target} ({size} to write).",
    "copy": "Copy {source} to {target} ({size} to write).",
}
_STEPS = {
    "move": "Move {source} to {target}.",
    "hard-link": "Hard link {source} to {target}.",
    "symbolic-link": "Symbolic link {source} to {target}.",
    "copy": "Copy {source} to {target}.",
}
_DONE_BUT = {
    "move": "Moved {source} to {target}, but {reason}.",
    "hard-link": "Linked {source} to {target}, but {reason}.",
    "symbolic-link": "Linked {source} to {target}, but {reason}.",
    "copy": "Copied {source} to {target}, but {reason}.",
}
_DONE = {
    "move": "Moved {source} to {target}.",
    "hard-link": "Linked {source} to {target}.",
    "symbolic-link": "Linked {source} to {target}.",
    "copy": "Copied {source} to {target}.",
}
_NOT_DONE = {"skipped": "{name} skipped: {reason}.", "failed": "{name} failed: {reason}."}


_BAD_ON_WINDOWS = frozenset('<>:"|?*')


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """What the user chose for one file.

    Attributes:
        method: The way.
        source: The file as it was found.
        target: Absolute path that it is to have.
        keep_reason: Why it may not be moved away, or None.
    """

    method: PlacementMethod
    source: FileOnDisk
    target: str
    keep_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the plan will do.

    Attributes:
        method: The way.
        source: The file as it was found.
        target: Absolute path that it will have.
        copied_bytes: Bytes that must be written; 0 where only a name changes.
    """

    method: PlacementMethod
    source: FileOnDisk
    target: str
    copied_bytes: int

    def sentence(self) -> str:
        """Return what will be done."""
        form = (_STEPS_THAT_WRITE if self.copied_bytes else _STEPS)[self.method.value]
        return form.format(source=self.source.path, target=self.target, size=amount(self.copied_bytes))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wish that cannot be met, and why: a sentence."""

    placement_request: PlacementRequest
    reason: str


class Result(Enum):
    """What became of a step; the value is shown to users."""

    DONE = "done"
    SKIPPED = "skipped"  # nothing was tried, or the user stopped it; nothing has changed
    FAILED = "failed"  # it was tried and did not work; nothing is left of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What really happened to one step.

    Attributes:
        step: The step.
        result: What became of it.
        reason: Why it was skipped or failed; with a step that is done, what is left to say, or "".
        written_bytes: Bytes written to the target's drive that are still there.
    """

    step: Step
    result: Result
    reason: str
    written_bytes: int

    def sentence(self) -> str:
        """Return what happened, and the remedy where it did not work."""
        if self.result is Result.DONE:
            form = (_DONE_BUT if self.reason else _DONE)[self.step.method.value]
            return form.format(source=self.step.source.path, target=self.step.target, reason=self.reason)
        name = os.path.basename(self.step.target)
        return _NOT_DONE[self.result.value].format(name=name, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the execution is.

    Attributes:
        step: Number of the step under way, from 1.
        steps: How many there are.
        name: Its file's name.
        done_bytes: Bytes written by all steps so far.
        total_bytes: Bytes to write altogether.
    """

    step: int
    steps: int
    name: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class RelocationPlan:
    """What will be done, and what cannot be.

    Attributes:
        steps: In this order.
        refused: The other wishes.
        folders: Absolute: the only folders that are written to.
    """

    steps: tuple[Step, ...]
    refused: tuple[Refusal, ...]
    folders: tuple[str, ...]

    @property
    def copied_bytes(self) -> int:
        """Bytes that must be written."""
        return sum(step.copied_bytes for step in self.steps)

    def execute(
        self,
        progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = not_cancelled,
    ) -> tuple[Outcome, ...]:
        """Do it, step by step, each looked at once more before; return what really happened to each.

        Args:
            progress: Is told at each step and every few megabytes.
            cancelled: Asked as often; True stops the copy under way without a trace and skips the rest.
        """
        watch = _Executor(self, progress, cancelled)
        return tuple([watch.run_step(step) for step in self.steps])


class _Executor:
    """Carries out the steps of a plan and tells how far it is."""

    def __init__(
        self, plan: RelocationPlan, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> None:
        self._plan = plan
        self._progress = progress
        self._cancelled = cancelled
        self._number = 0
        self._name = ""
        self._done_bytes = 0

    def run_step(self, step: Step) -> Outcome:
        """Do one step and return what happened."""
        self._number += 1
        self._name = os.path.basename(step.target)
        return _run_step(step, self._plan.folders, self._written)

    def _written(self, length: int) -> None:
        self._done_bytes += length
        steps, total = len(self._plan.steps), self._plan.copied_bytes
        self._progress(Progress(self._number, steps, self._name, self._done_bytes, total))
        if self._cancelled():
            raise Cancelled


def _run_step(step: Step, folders: Sequence[str], written: Callable[[int], None]) -> Outcome:
    made: list[str] = []
    copied = 0

    def count(length: int) -> None:
        nonlocal copied
        copied += length
        written(length)

    try:
        written(0)
        reason = _rejection(step, folders)
        if reason is None and step.copied_bytes:
            reason = lack_of_space(step.copied_bytes, free_bytes_for(step.target))
        if reason is None:
            _make_folders(os.path.dirname(step.target), made)
            reason = _rejection(step, folders)  # once more: links may have changed meanwhile
        if reason is None:
            note = put_in_place(step.method, step.source, step.target, count)
            return Outcome(step, Result.DONE, note or "", copied)
        result = Result.SKIPPED
    except Cancelled:
        result, reason = Result.SKIPPED, "you stopped it"
    except OSError as error:
        result, reason = Result.FAILED, describe_os_error(error)
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            os.rmdir(folder)  # an empty folder would draw later downloads to it
    return Outcome(step, result, reason.rstrip("."), 0)


def _make_folders(folder: str, made: list[str]) -> None:
    """Make a folder and those above it; note each that was not there."""
    if os.path.isdir(folder):
        return
    _make_folders(os.path.dirname(folder), made)
    os.mkdir(folder)
    made.append(folder)


def placement_request(found: Candidate, method: PlacementMethod) -> PlacementRequest:
    """Return the wish to put a found file in its place in this way."""
    return PlacementRequest(method, found.file, found.target, found.keep_reason)


def plan_relocation(
    requests: Iterable[PlacementRequest],
    folders: Sequence[str],
    look: Callable[[str, str], DiskFacts] = look_at_disk,
) -> RelocationPlan:
    """Return what can be done of the wishes, and what cannot and why. Nothing is changed.

    Args:
        requests: In the order in which they are to be done.
        folders: Absolute: the checkpoint folders and the LoRA folder.
        look: Tells what the disk allows.
    """
    draft = _PlanBuilder(tuple(folders))
    refused: list[Refusal] = []
    for one in requests:
        reason = draft.take(one, look(one.source.path, one.target))
        if reason is not None:
            refused.append(Refusal(one, reason))
    return RelocationPlan(tuple(draft.steps), tuple(refused), draft.folders)


class _PlanBuilder:
    """A plan in the making: knows what the steps before a step will have done."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self.folders = folders
        self.steps: list[Step] = []
        self._taken: dict[str, str] = {}
        self._moved: set[str] = set()
        self._planned_bytes: dict[int | None, int] = {}

    def take(self, wanted: PlacementRequest, facts: DiskFacts) -> str | None:
        """Add a step, or return why it cannot be done, a sentence."""
        copies = wanted.method is PlacementMethod.COPY or (
            wanted.method is PlacementMethod.MOVE and not facts.same_drive
        )
        step = Step(wanted.method, wanted.source, wanted.target, wanted.source.size_bytes if copies else 0)
        reason = _rejection(step, self.folders) or self._clash(wanted, facts)
        needed = self._planned_bytes.get(facts.drive, 0) + step.copied_bytes
        if reason is None and copies:
            reason = lack_of_space(needed, facts.free_bytes)
        if reason is None:
            self.steps.append(step)
            self._taken[os.path.normcase(step.target)] = step.source.path
            self._planned_bytes[facts.drive] = needed
            if step.method is PlacementMethod.MOVE:
                self._moved.add(os.path.normcase(step.source.path))
        return reason

    def _clash(self, wanted: PlacementRequest, facts: DiskFacts) -> str | None:
        first = self._taken.get(os.path.normcase(wanted.target))
        if first is not None:
            return f"{first} is to be put there already."
        if os.path.normcase(wanted.source.path) in self._moved:
            return "The plan moves this file elsewhere: link it from there afterwards."
        if wanted.method is PlacementMethod.MOVE and wanted.keep_reason:
            return f"It must stay where it is, as {wanted.keep_reason}: link or copy it."
        if wanted.method is PlacementMethod.HARD_LINK and not facts.same_drive:
            return "Hard links need both folders on one drive: choose a copy or a symbolic link."
        return None


def _rejection(step: Step, folders: Sequence[str]) -> str | None:
    """Return why a step cannot be done as the disk is now, a sentence; None where it can."""
    return _target_rejection(step, folders) or _source_rejection(step, folders)


def _target_rejection(step: Step, folders: Sequence[str]) -> str | None:
    bad = name_rejection(os.path.basename(step.target), windows=os.name == "nt")
    if bad is not None:
        return bad
    if not os.path.isabs(step.target) or not _is_inside(os.path.dirname(step.target), folders):
        return "The target is outside the checkpoint and LoRA folders."
    if os.path.lexists(step.target):
        return "A file of that name is there already, and nothing is overwritten."
    return None


def _source_rejection(step: Step, folders: Sequence[str]) -> str | None:
    if step.method is PlacementMethod.MOVE and not _is_inside(os.path.dirname(step.source.path), folders):
        return "Only files within the checkpoint and LoRA folders are moved: link or copy it."
    if step.method is PlacementMethod.MOVE and os.path.islink(step.source.path):
        return "It is a link: link or copy what it points to."
    try:
        status = os.stat(step.source.path)
    except (OSError, ValueError):
        return "It is no longer there: search again."
    if (status.st_size, status.st_mtime_ns) != (step.source.size_bytes, step.source.mtime_ns):
        return "It has changed since it was found: search again."
    return None


def _is_inside(folder: str, folders: Sequence[str]) -> bool:
    try:
        return any(is_below(folder, allowed) for allowed in folders)
    except (OSError, ValueError):
        return False


def name_rejection(name: str, *, windows: bool) -> str | None:
    """Return why a file cannot have this name, a sentence; None where it can."""
    if not name or name in {".", ".."} or any(ord(character) < 32 for character in name):
        return "That is no name of a file."
    if windows and (set(name) & _BAD_ON_WINDOWS or name[-1] in " ."):
        return "Windows does not allow this file name."
    return None
