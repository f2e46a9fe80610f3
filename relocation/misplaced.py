"""Files that are here after all, but where Wan2GP does not look: in a wrong folder, or in another program's.

Wants ─ find_misplaced()  within the checkpoint and LoRA folders ─┐
      ─ find_in_folder()  in a folder that the user names ────────┴→ Finds → placing.plan_relocation()
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ..cleanup.leftovers import is_temp_folder
from ..files.walk import Limits, Walk, is_below, not_cancelled
from ..inventory.disk import FileOnDisk
from ..inventory.drives import drive_of
from ..phrases import counted
from ..units import amount
from ..wan2gp.problems import Problem
from .missing import MissingFile, MissingFiles, place_of

if TYPE_CHECKING:
    from ..inventory.integrity import Integrity

_SEARCH_STOPPED = "You stopped the search, so there may be more."
_ONLY_THE_NAME = "Only its name matches: the published size is not known."


ROOT_LIMITS = Limits(depth=3, entries=50_000)
"""How far to look within the checkpoint and LoRA folders."""
USER_FOLDER_LIMITS = Limits(depth=8, entries=300_000)
"""How far to look in a folder that the user names."""
_LARGE = 1_000_000
"""Bytes from which on the same size tells the same file."""


class Match(Enum):
    """What speaks for a file being the wanted one; the value is shown to users."""

    NAME_AND_SIZE = "name and size match"
    NAME_ONLY = "only the name matches"  # its published size is not known


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file on the disk that may be a missing one.

    Attributes:
        file: The file.
        wanted: The missing file that it may be.
        target: Absolute: where Wan2GP would find it.
        match: What speaks for it.
        rejection: Why it cannot be used, in a few words; None where nothing speaks against it.
        keep_reason: Why it must stay where it is and may only be linked or copied; None where it may be moved.
    """

    file: FileOnDisk
    wanted: MissingFile
    target: str
    match: Match
    rejection: str | None
    keep_reason: str | None

    def sentence(self) -> str:
        """Return what lies where, where Wan2GP looks, and what to do."""
        form = (
            "{name} ({size}) lies in {here}; Wan2GP looks for it in {there}. Move it to {there}."
            if self.keep_reason is None
            else "{name} ({size}) lies in {here}; Wan2GP looks for it in {there}. Link or copy it to {there}: {keep_reason}."
        )
        told = (
            "{name} ({size}) lies in {here}, but cannot be used: {rejection}." if self.rejection else form
        ).format(
            name=self.wanted.name,
            size=amount(self.file.size_bytes),
            here=os.path.dirname(self.file.path),
            rejection=self.rejection,
            there=os.path.dirname(self.target),
            keep_reason=self.keep_reason,
        )
        is_doubtful = self.match is Match.NAME_ONLY and not self.rejection
        return f"{told} {_ONLY_THE_NAME}" if is_doubtful else told


@dataclass(frozen=True)
class SearchResult:
    """The result of one look.

    Attributes:
        files: All that was found, good ones first.
        problems: What could not be looked at.
        was_cancelled: Whether the look was ended before it was complete.
    """

    files: tuple[Candidate, ...]
    problems: tuple[Problem, ...]
    was_cancelled: bool

    @cached_property
    def usable(self) -> tuple[Candidate, ...]:
        """The best file for each missing one, without those that have an objection."""
        best: dict[str, Candidate] = {}
        for found in self.files:
            if found.rejection is None:
                best.setdefault(place_of(found.wanted.target), found)
        return tuple(best.values())

    @property
    def bytes_saved(self) -> int:
        """Bytes that need not be downloaded when all usable files are put in place."""
        return sum(found.file.size_bytes for found in self.usable)

    def summary(self) -> str:
        """Return what was found in a sentence or two."""
        parts: list[str] = []
        if self.usable:
            parts.append(
                counted(
                    len(self.usable),
                    (
                        "{number} missing file is here after all: {size} less to download.",
                        "{number} missing files are here after all: {size} less to download.",
                    ),
                    size=amount(self.bytes_saved),
                )
            )
        elif not self.problems:
            parts.append("None of the missing files was found.")
        objected = sum(found.rejection is not None for found in self.files)
        if objected:
            parts.append(
                counted(
                    objected,
                    (
                        "{number} file of the right name cannot be used.",
                        "{number} files of the right name cannot be used.",
                    ),
                )
            )
        if self.was_cancelled:
            parts.append(_SEARCH_STOPPED)
        return " ".join(parts)


def find_misplaced(
    missing_files: MissingFiles,
    integrity: Integrity,
    *,
    limits: Limits = ROOT_LIMITS,
    cancelled: Callable[[], bool] = not_cancelled,
) -> SearchResult:
    """Look within the checkpoint and LoRA folders for missing files that lie in a wrong folder.

    The application's folder, and any folder above it, is looked at without its sub-folders. Links to other
    folders are not followed.

    Args:
        missing_files: What is missing.
        integrity: Tells broken files.
        limits: How far to look.
        cancelled: Asked between folders; True ends the look.
    """
    walk = Walk(limits, cancelled, should_enter=lambda entry: _may_enter(entry) and not entry.is_symlink())
    entries = (
        entry
        for folder in missing_files.folders
        for entry in walk.files(folder, depth=0 if is_below(missing_files.home, folder) else None)
    )
    found = [
        Candidate(
            file,
            wanted,
            missing_files.best_place(wanted, file),
            match,
            rejection,
            _keep_reason(file, missing_files),
        )
        for file, wanted, match, rejection in _matches(entries, missing_files, integrity)
    ]
    return SearchResult(tuple(sorted(found, key=_best_first)), tuple(walk.problems), walk.was_cancelled)


def find_in_folder(
    folder: str,
    missing_files: MissingFiles,
    integrity: Integrity,
    *,
    limits: Limits = USER_FOLDER_LIMITS,
    cancelled: Callable[[], bool] = not_cancelled,
) -> SearchResult:
    """Look for missing files in a folder that the user names, such as another program's models.

    Args:
        folder: Absolute, or beginning with `~`; on any drive.
        missing_files: What is missing.
        integrity: Tells broken files.
        limits: How far to look.
        cancelled: Asked between folders; True ends the look.
    """
    named = os.path.expanduser(folder.strip().strip("\"'"))
    problem = _objection_to(named, folder)
    if problem is not None:
        return SearchResult((), (problem,), was_cancelled=False)
    walk = Walk(limits, cancelled, should_enter=_may_enter)
    found = [
        Candidate(
            file,
            wanted,
            _place_on_same_drive(wanted, file, missing_files),
            match,
            rejection,
            "another program may use it there",
        )
        for file, wanted, match, rejection in _matches(
            walk.files(os.path.normpath(named)), missing_files, integrity
        )
    ]
    return SearchResult(tuple(sorted(found, key=_best_first)), tuple(walk.problems), walk.was_cancelled)


def _objection_to(named: str, folder: str) -> Problem | None:
    """Return what is wrong with the folder that was named."""
    if not os.path.isabs(named):
        return Problem(folder, "Not a whole path.", "Name the folder with its drive or from the top.")
    try:
        is_folder = os.path.isdir(named)
    except ValueError:
        is_folder = False
    if not is_folder:
        return Problem(
            folder, "There is no such folder.", "Check the name and whether its drive is connected."
        )
    return None


def _may_enter(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and not is_temp_folder(entry.name)


def _best_first(found: Candidate) -> tuple[object, ...]:
    return (
        found.rejection is not None,
        found.match is Match.NAME_ONLY,
        found.keep_reason is not None,
        found.file.path,
    )


def _matches(
    entries: Iterable[os.DirEntry[str]], missing_files: MissingFiles, integrity: Integrity
) -> Iterator[tuple[FileOnDisk, MissingFile, Match, str | None]]:
    """Yield files with the missing file that each may be, what speaks for it and what against."""
    by_name = missing_files.by_name()
    for entry in entries:
        for wanted in by_name.get(os.path.normcase(entry.name), ()):
            file = _on_disk(entry)
            if file is None or place_of(file.path) in map(place_of, wanted.places):
                continue  # gone since, or put there since
            if wanted.has_unique_name or _is_plainly_the_same(file, wanted):
                yield file, wanted, *_judge(file, wanted, integrity)


def _on_disk(entry: os.DirEntry[str]) -> FileOnDisk | None:
    try:
        status = entry.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileOnDisk(os.path.abspath(entry.path), status.st_size, status.st_mtime_ns)


def _is_plainly_the_same(file: FileOnDisk, wanted: MissingFile) -> bool:
    """Tell whether a file of a common name is this one: by its size, or by its folder's name."""
    if wanted.size_bytes is not None and file.size_bytes != wanted.size_bytes:
        return False
    if wanted.size_bytes is not None and wanted.size_bytes >= _LARGE:
        return True
    here, there = (os.path.basename(os.path.dirname(path)) for path in (file.path, wanted.target))
    return os.path.normcase(here) == os.path.normcase(there)


def _judge(file: FileOnDisk, wanted: MissingFile, integrity: Integrity) -> tuple[Match, str | None]:
    damage = integrity.damage(file)
    if damage is not None:
        match = Match.NAME_ONLY if wanted.size_bytes is None else Match.NAME_AND_SIZE
        return match, str(damage)
    if wanted.size_bytes is None:
        return Match.NAME_ONLY, None
    if file.size_bytes != wanted.size_bytes:
        return (
            Match.NAME_ONLY,
            f"it has {file.size_bytes:,} bytes, the published file {wanted.size_bytes:,}",
        )
    return Match.NAME_AND_SIZE, None


def _keep_reason(file: FileOnDisk, missing_files: MissingFiles) -> str | None:
    """Return why a file within Wan2GP's folders must not be moved away."""
    if place_of(file.path) in missing_files.searched:
        return "another model looks for it where it lies"
    if missing_files.lora_root is not None and is_below(os.path.dirname(file.path), missing_files.lora_root):
        return "as a LoRA it can be chosen from where it lies"
    if os.path.islink(file.path):
        return "it is a link"
    return None


def _place_on_same_drive(wanted: MissingFile, file: FileOnDisk, missing_files: MissingFiles) -> str:
    """Return a place that a hard link can reach, where there is one; else where Wan2GP would put it."""
    here = drive_of(file.path)
    for folder in missing_files.folders:
        if here is None or folder == missing_files.home or drive_of(folder) != here:
            continue
        for place in wanted.places:
            if place.startswith(os.path.join(folder, "")):
                return place
    return wanted.target
