"""Putting found files where Wan2GP looks: a plan that can be shown, then its execution.

Candidate + PlacementMethod → PlacementRequest ─ plan_relocation() → RelocationPlan ─ .execute() → tuple[Placed]
                                                      │ refused: what cannot be done, and why

Only the checkpoint and LoRA folders are written to, links followed. Nothing is ever overwritten.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..files.file_ops import Cancelled, PlacementMethod, describe_os_error, put_in_place
from ..files.plan import Progress, Refusal, StepResult, run_steps
from ..files.walk import is_below, not_cancelled
from ..inventory.drives import free_bytes_for
from ..units import amount
from .link_options import METHOD_NAMES, DiskFacts, lack_of_space, look_at_disk

if TYPE_CHECKING:
    from ..inventory.disk import FileOnDisk
    from .misplaced import Candidate

_DONE = {
    PlacementMethod.MOVE: "Moved",
    PlacementMethod.HARD_LINK: "Linked",
    PlacementMethod.SYMLINK: "Linked",
    PlacementMethod.COPY: "Copied",
}
_BAD_ON_WINDOWS = frozenset('<>:"|?*')


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """What the user chose for one file.

    Attributes:
        method: The method.
        source: The file as it was found.
        target: Absolute path that it is to have.
        keep_reason: Why it may not be moved away, or None.
    """

    method: PlacementMethod
    source: FileOnDisk
    target: str
    keep_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """The step of this plan: one file that will be put in place.

    Attributes:
        method: The method.
        source: The file as it was found.
        target: Absolute path that it will have.
        copied_bytes: Bytes that must be written; 0 where only a name changes.
    """

    method: PlacementMethod
    source: FileOnDisk
    target: str
    copied_bytes: int

    @property
    def name(self) -> str:
        """The file's name."""
        return os.path.basename(self.target)

    def sentence(self) -> str:
        """Return what will be done."""
        size = f" ({amount(self.copied_bytes)} to write)" if self.copied_bytes else ""
        return f"{METHOD_NAMES[self.method]} {self.source.path} to {self.target}{size}."


@dataclass(frozen=True, slots=True)
class Placed:
    """What really happened to one step.

    Attributes:
        step: The step.
        result: What became of it.
        reason: Why it was skipped or failed; with a step that is done, what is left to say, or "".
        written_bytes: Bytes written to the target's drive that are still there.
    """

    step: Placement
    result: StepResult
    reason: str
    written_bytes: int

    def sentence(self) -> str:
        """Return what happened, and the remedy where it did not work."""
        if self.result is StepResult.DONE:
            doubt = f", but {self.reason}" if self.reason else ""
            return f"{_DONE[self.step.method]} {self.step.source.path} to {self.step.target}{doubt}."
        verb = "skipped" if self.result is StepResult.SKIPPED else "failed"
        return f"{self.step.name} {verb}: {self.reason}."


@dataclass(frozen=True, slots=True)
class RelocationPlan:
    """What will be done, and what cannot be.

    Attributes:
        steps: In this order.
        refused: The other requests.
        folders: Absolute: the only folders that are written to.
        present: Those of them that are there: one that vanishes is not made again, which would fill another drive.
    """

    steps: tuple[Placement, ...]
    refused: tuple[Refusal, ...]
    folders: tuple[str, ...]
    present: tuple[str, ...] = ()

    @property
    def copied_bytes(self) -> int:
        """Bytes that must be written."""
        return sum(step.copied_bytes for step in self.steps)

    def execute(
        self,
        progress: Callable[[Progress], None] = lambda _: None,
        is_cancelled: Callable[[], bool] = not_cancelled,
    ) -> tuple[Placed, ...]:
        """Do it, step by step, each checked once more before; return what really happened to each.

        Args:
            progress: Called at each step and every few megabytes.
            is_cancelled: Asked as often; True stops the copy under way without a trace and skips the rest.
        """
        return run_steps(
            self.steps,
            lambda step, on_written: _run_step(step, self, on_written),
            self.copied_bytes,
            progress,
            is_cancelled,
        )


def _run_step(step: Placement, plan: RelocationPlan, on_written: Callable[[int], None]) -> Placed:
    made: list[str] = []
    copied = 0

    def count(length: int) -> None:
        nonlocal copied
        copied += length
        on_written(length)

    try:
        on_written(0)
        reason = _vanished(step, plan.present) or _rejection(step, plan.folders)
        if reason is None and step.copied_bytes:
            reason = lack_of_space(step.copied_bytes, free_bytes_for(step.target))
        if reason is None:
            _make_folders(os.path.dirname(step.target), made)
            reason = _rejection(step, plan.folders)  # once more: links may have changed meanwhile
        if reason is None:
            note = put_in_place(step.method, step.source, step.target, count)
            return Placed(step, StepResult.DONE, note or "", copied)
        result = StepResult.SKIPPED
    except Cancelled:
        result, reason = StepResult.SKIPPED, "you stopped it"
    except OSError as error:
        result, reason = StepResult.FAILED, describe_os_error(error)
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            os.rmdir(folder)  # an empty folder would draw later downloads to it
    return Placed(step, result, reason.rstrip("."), 0)


def _make_folders(folder: str, made: list[str]) -> None:
    """Make a folder and those above it; note each that was not there."""
    if os.path.isdir(folder):
        return
    _make_folders(os.path.dirname(folder), made)
    os.mkdir(folder)
    made.append(folder)


def placement_request(candidate: Candidate, method: PlacementMethod) -> PlacementRequest:
    """Return the request to put a found file in its place by this method."""
    return PlacementRequest(method, candidate.file, candidate.target, candidate.keep_reason)


def plan_relocation(
    requests: Iterable[PlacementRequest],
    folders: Sequence[str],
    look: Callable[[str, str], DiskFacts] = look_at_disk,
) -> RelocationPlan:
    """Return which requests can be met, and which cannot and why. Nothing is changed.

    Args:
        requests: In the order in which they are to be done.
        folders: Absolute: the checkpoint folders and the LoRA folder.
        look: `look_at_disk`, or what stands in for it in tests.
    """
    builder = _PlanBuilder(tuple(folders))
    refused: list[Refusal] = []
    for request in requests:
        reason = builder.add(request, look(request.source.path, request.target))
        if reason is not None:
            refused.append(Refusal(request.source.path, reason))
    present = tuple(folder for folder in builder.folders if os.path.isdir(folder))
    return RelocationPlan(tuple(builder.steps), tuple(refused), builder.folders, present)


class _PlanBuilder:
    """A plan in the making: knows what the steps before a step will have done."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self.folders = folders
        self.steps: list[Placement] = []
        self._taken: dict[str, str] = {}
        self._moved: set[str] = set()
        self._planned_bytes: dict[int | None, int] = {}

    def add(self, request: PlacementRequest, facts: DiskFacts) -> str | None:
        """Add a step, or return why it cannot be done, a sentence."""
        copies = request.method is PlacementMethod.COPY or (
            request.method is PlacementMethod.MOVE and not facts.same_drive
        )
        step = Placement(
            request.method, request.source, request.target, request.source.size_bytes if copies else 0
        )
        reason = _rejection(step, self.folders) or self._clash(request, facts)
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

    def _clash(self, request: PlacementRequest, facts: DiskFacts) -> str | None:
        first = self._taken.get(os.path.normcase(request.target))
        if first is not None:
            return f"{first} is to be put there already."
        if os.path.normcase(request.source.path) in self._moved:
            return "The plan moves this file elsewhere: link it from there afterwards."
        if request.method is PlacementMethod.MOVE and request.keep_reason:
            return f"It must stay where it is, as {request.keep_reason}: link or copy it."
        if request.method is PlacementMethod.HARD_LINK and not facts.same_drive:
            return "Hard links need both folders on one drive: choose a copy or a symbolic link."
        return None


def _vanished(step: Placement, present: Sequence[str]) -> str | None:
    """Return that the folder is gone which the target would be in; None where it is there."""
    gone = next(
        (folder for folder in present if not os.path.isdir(folder) and is_below(step.target, folder)), None
    )
    return None if gone is None else f"The folder {gone} does not answer any more: connect its drive."


def _rejection(step: Placement, folders: Sequence[str]) -> str | None:
    """Return why a step cannot be done as the disk is now, a sentence; None where it can."""
    return _target_rejection(step, folders) or _source_rejection(step, folders)


def _target_rejection(step: Placement, folders: Sequence[str]) -> str | None:
    rejection = name_rejection(step.name, windows=os.name == "nt")
    if rejection is not None:
        return rejection
    if not os.path.isabs(step.target) or not _is_inside(os.path.dirname(step.target), folders):
        return "The target is outside the checkpoint and LoRA folders."
    if os.path.lexists(step.target):
        kind = (
            "folder"
            if os.path.isdir(step.target)
            else "file"
            if os.path.exists(step.target)
            else "link to nowhere"
        )
        return f"A {kind} of that name already exists, and nothing is overwritten."
    return None


def _source_rejection(step: Placement, folders: Sequence[str]) -> str | None:
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
        return "This is not a valid file name."
    if windows and (set(name) & _BAD_ON_WINDOWS or name[-1] in " ."):
        return "Windows does not allow this file name."
    return None
