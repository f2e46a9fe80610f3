"""Files that are here after all, but where Wan2GP does not look: in a wrong folder, or in another program's.

MissingFiles ─ find_misplaced()  within the checkpoint and LoRA folders ─┐
             ─ find_in_folder()  in a folder that the user names ────────┴→ SearchResult → plan.plan_relocation()
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ..files.part_names import is_temp_folder
from ..files.walk import Limits, Walk, is_below, not_cancelled
from ..inventory.disk import FileOnDisk
from ..inventory.drives import drive_of
from ..phrases import counted
from ..units import amount
from ..wan2gp.problems import Problem
from .missing import MissingFile, MissingFiles, place_of

if TYPE_CHECKING:
    from ..inventory.integrity import Integrity


ROOT_LIMITS = Limits(depth=3, entries=50_000)
"""How far to search within the checkpoint and LoRA folders."""
USER_FOLDER_LIMITS = Limits(depth=8, entries=300_000)
"""How far to search in a folder that the user names."""
_LARGE = 1_000_000
"""Bytes from which on an equal size means the same file."""


class Match(Enum):
    """What speaks for a file being the missing one."""

    NAME_AND_SIZE = "name-and-size"
    NAME_ONLY = "name-only"  # its published size is not known, or another


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file on the disk that may be a missing one.

    Attributes:
        file: The file.
        missing: The missing file that it may be.
        target: Absolute: where Wan2GP would find it.
        match: What speaks for it.
        rejection: Why it cannot be used, in a few words; None where nothing speaks against it.
        keep_reason: Why it must stay where it is and may only be linked or copied; None where it may be moved.
    """

    file: FileOnDisk
    missing: MissingFile
    target: str
    match: Match
    rejection: str | None
    keep_reason: str | None

    def sentence(self) -> str:
        """Return what lies where, where Wan2GP looks, and what to do."""
        folder, target_folder = os.path.dirname(self.file.path), os.path.dirname(self.target)
        location = f"{self.missing.name} ({amount(self.file.size_bytes)}) is in {folder}"
        if self.rejection:
            return f"{location}, but cannot be used: {self.rejection}."
        advice = (
            f"Move it to {target_folder}."
            if self.keep_reason is None
            else f"Link or copy it to {target_folder}: {self.keep_reason}."
        )
        doubt = (
            " Only its name matches: the published size is not known."
            if self.match is Match.NAME_ONLY
            else ""
        )
        return f"{location}; Wan2GP looks for it in {target_folder}. {advice}{doubt}"


@dataclass(frozen=True)
class SearchResult:
    """The result of one search.

    Attributes:
        files: All candidates, good ones first.
        problems: What could not be searched.
        was_cancelled: Whether it was ended before it was complete.
    """

    files: tuple[Candidate, ...]
    problems: tuple[Problem, ...]
    was_cancelled: bool

    @cached_property
    def usable(self) -> tuple[Candidate, ...]:
        """The best candidate for each missing file, without those that cannot be used."""
        best: dict[str, Candidate] = {}
        for candidate in self.files:
            if candidate.rejection is None:
                best.setdefault(place_of(candidate.missing.target), candidate)
        return tuple(best.values())

    @property
    def bytes_saved(self) -> int:
        """Bytes that need not be downloaded when all usable files are put in place."""
        return sum(candidate.file.size_bytes for candidate in self.usable)

    def summary(self) -> str:
        """Return the result in a sentence or two."""
        parts: list[str] = []
        if self.usable:
            parts.append(
                counted(
                    len(self.usable),
                    (
                        "{number} missing file is on disk after all: {size} less to download.",
                        "{number} missing files are on disk after all: {size} less to download.",
                    ),
                    size=amount(self.bytes_saved),
                )
            )
        else:
            where = " where it could be looked for" if self.problems else ""
            parts.append(f"None of the missing files was found{where}.")
        rejected = sum(candidate.rejection is not None for candidate in self.files)
        if rejected:
            parts.append(
                counted(
                    rejected,
                    (
                        "{number} file of the right name cannot be used.",
                        "{number} files of the right name cannot be used.",
                    ),
                )
            )
        if self.was_cancelled:
            parts.append("You stopped the search, so there may be more.")
        return " ".join(parts)


def find_misplaced(
    missing_files: MissingFiles,
    integrity: Integrity,
    *,
    limits: Limits = ROOT_LIMITS,
    cancelled: Callable[[], bool] = not_cancelled,
) -> SearchResult:
    """Look within the checkpoint and LoRA folders for missing files that lie in a wrong folder.

    The application's folder, and any folder above it, is searched without its sub-folders. Links to other
    folders are not followed.

    Args:
        missing_files: What is missing.
        integrity: Recognises damaged files.
        limits: How far to search.
        cancelled: Asked between folders; True ends the search.
    """
    walk = Walk(limits, cancelled, should_enter=lambda entry: _may_enter(entry) and not entry.is_symlink())
    entries = (
        entry
        for folder in missing_files.folders
        for entry in walk.files(folder, depth=0 if is_below(missing_files.home, folder) else None)
    )
    candidates = [
        _candidate(
            Candidate(
                file,
                missing,
                missing_files.best_place(missing, file),
                match,
                rejection,
                _keep_reason(file, missing_files),
            )
        )
        for file, missing, match, rejection in _matches(entries, missing_files, integrity)
    ]
    return SearchResult(
        tuple(sorted(candidates, key=_best_first)),
        (*missing_files.unanswered, *walk.all_problems),
        walk.was_cancelled,
    )


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
        integrity: Recognises damaged files.
        limits: How far to search.
        cancelled: Asked between folders; True ends the search.
    """
    path = os.path.expanduser(folder.strip().strip("\"'"))
    problem = _folder_problem(path, folder)
    if problem is not None:
        return SearchResult((), (problem,), was_cancelled=False)
    walk = Walk(limits, cancelled, should_enter=_may_enter)
    candidates = [
        _candidate(
            Candidate(
                file,
                missing,
                _place_on_same_drive(missing, file, missing_files),
                match,
                rejection,
                "another program may use it there",
            )
        )
        for file, missing, match, rejection in _matches(
            walk.files(os.path.normpath(path)), missing_files, integrity
        )
    ]
    return SearchResult(
        tuple(sorted(candidates, key=_best_first)),
        (*missing_files.unanswered, *walk.all_problems),
        walk.was_cancelled,
    )


def _folder_problem(path: str, entered: str) -> Problem | None:
    """Return what is wrong with the folder that was entered."""
    if not os.path.isabs(path):
        return Problem(
            entered,
            "This is not an absolute path.",
            "Enter an absolute path, with its drive or from the top folder.",
        )
    try:
        is_folder = os.path.isdir(path)
    except ValueError:
        is_folder = False
    if not is_folder:
        return Problem(
            entered, "This folder does not exist.", "Check the name and whether its drive is connected."
        )
    return None


def _may_enter(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and not is_temp_folder(entry.name)


def _best_first(candidate: Candidate) -> tuple[object, ...]:
    return (
        candidate.rejection is not None,
        candidate.match is Match.NAME_ONLY,
        candidate.keep_reason is not None,
        candidate.file.path,
    )


def _matches(
    entries: Iterable[os.DirEntry[str]], missing_files: MissingFiles, integrity: Integrity
) -> Iterator[tuple[FileOnDisk, MissingFile, Match, str | None]]:
    """Yield files with the missing file that each may be, what speaks for it and what against."""
    by_name = missing_files.by_name()
    for entry in entries:
        for missing in by_name.get(os.path.normcase(entry.name), ()):
            file = _on_disk(entry)
            if file is None or place_of(file.path) in map(place_of, missing.places):
                continue  # gone since, or put there since
            if missing.has_unique_name or _is_surely_the_same(file, missing):
                yield file, missing, *_judge(file, missing, integrity)


def _candidate(candidate: Candidate) -> Candidate:
    """Return the candidate, rejected where something else has its place already."""
    if candidate.rejection is not None or not os.path.lexists(candidate.target):
        return candidate
    kind = "a folder" if os.path.isdir(candidate.target) else "a link to nowhere"
    if os.path.isfile(candidate.target):
        kind = "a file"
    return replace(candidate, rejection=f"{kind} of that name is in its place, {candidate.target}")


def _on_disk(entry: os.DirEntry[str]) -> FileOnDisk | None:
    try:
        status = entry.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileOnDisk.of(os.path.abspath(entry.path), status, is_link=entry.is_symlink())


def _is_surely_the_same(file: FileOnDisk, missing: MissingFile) -> bool:
    """Return whether a file of a common name is this one: by its size, or by its folder's name."""
    if missing.size_bytes is not None and file.size_bytes != missing.size_bytes:
        return False
    if missing.size_bytes is not None and missing.size_bytes >= _LARGE:
        return True
    folders = (os.path.basename(os.path.dirname(path)) for path in (file.path, missing.target))
    return len(set(map(os.path.normcase, folders))) == 1


def _judge(file: FileOnDisk, missing: MissingFile, integrity: Integrity) -> tuple[Match, str | None]:
    damage = integrity.damage(file)
    if damage is not None:
        match = Match.NAME_ONLY if missing.size_bytes is None else Match.NAME_AND_SIZE
        return match, str(damage)
    if missing.size_bytes is None:
        return Match.NAME_ONLY, None
    if file.size_bytes != missing.size_bytes:
        rejection = f"it has {file.size_bytes:,} bytes, the published file {missing.size_bytes:,}"
        return Match.NAME_ONLY, rejection
    return Match.NAME_AND_SIZE, None


def _keep_reason(file: FileOnDisk, missing_files: MissingFiles) -> str | None:
    """Return why a file within Wan2GP's folders must not be moved away."""
    if place_of(file.path) in missing_files.searched:
        return "another model looks for it where it is"
    if missing_files.lora_root is not None and is_below(os.path.dirname(file.path), missing_files.lora_root):
        return "as a LoRA it can be chosen from where it is"
    if os.path.islink(file.path):
        return "it is a link"
    return None


def _place_on_same_drive(missing: MissingFile, file: FileOnDisk, missing_files: MissingFiles) -> str:
    """Return a place that a hard link can reach, where there is one; else where Wan2GP would put it."""
    drive = drive_of(file.path)
    for folder in missing_files.folders:
        if drive is None or folder == missing_files.home or drive_of(folder) != drive:
            continue
        for place in missing.places:
            if place.startswith(os.path.join(folder, "")):
                return place
    return missing.target
