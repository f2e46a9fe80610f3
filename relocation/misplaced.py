"""Files that are here after all, but where Wan2GP does not look: in a wrong folder, or in another program's.

Wants ─ find_misplaced()  within the checkpoint and LoRA folders ─┐
      ─ find_in_folder()  in a folder that the user names ────────┴→ Finds → placing.plan_placing()
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ..catalog.labels import amount
from ..cleanup.leftovers import is_temp_folder
from ..files.walk import Limits, Walk, is_below, never
from ..inventory.disk import FileOnDisk
from ..texts import counted
from ..texts import files as texts
from ..wan2gp.problems import Problem
from .link_options import drive_of
from .missing import WantedFile, Wants, place_of

if TYPE_CHECKING:
    from ..inventory.integrity import Integrity

NEAR = Limits(depth=3, entries=50_000)
"""How far to look within the checkpoint and LoRA folders."""
FAR = Limits(depth=8, entries=300_000)
"""How far to look in a folder that the user names."""
_LARGE = 1_000_000
"""Bytes from which on the same size tells the same file."""


class Match(Enum):
    """What speaks for a file being the wanted one; the value is shown to users."""

    NAME_AND_SIZE = texts.NAME_AND_SIZE
    NAME_ONLY = texts.NAME_ONLY  # its published size is not known


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file on the disk that may be a missing one.

    Attributes:
        file: The file.
        wanted: The missing file that it may be.
        target: Absolute: where Wan2GP would find it.
        match: What speaks for it.
        objection: Why it cannot be used, in a few words; None where nothing speaks against it.
        stays: Why it must stay where it is and may only be linked or copied; None where it may be moved.
    """

    file: FileOnDisk
    wanted: WantedFile
    target: str
    match: Match
    objection: str | None
    stays: str | None

    def sentence(self) -> str:
        """Return what lies where, where Wan2GP looks, and what to do."""
        form = texts.MOVE_IT if self.stays is None else texts.LINK_IT
        told = (texts.CANNOT_BE_USED if self.objection else form).format(
            name=self.wanted.name,
            size=amount(self.file.size_bytes),
            here=os.path.dirname(self.file.path),
            objection=self.objection,
            there=os.path.dirname(self.target),
            stays=self.stays,
        )
        is_doubtful = self.match is Match.NAME_ONLY and not self.objection
        return f"{told} {texts.ONLY_THE_NAME}" if is_doubtful else told


@dataclass(frozen=True)
class Finds:
    """The result of one look.

    Attributes:
        files: All that was found, good ones first.
        problems: What could not be looked at.
        was_cancelled: Whether the look was ended before it was complete.
    """

    files: tuple[FoundFile, ...]
    problems: tuple[Problem, ...]
    was_cancelled: bool

    @cached_property
    def usable(self) -> tuple[FoundFile, ...]:
        """The best file for each missing one, without those that have an objection."""
        best: dict[str, FoundFile] = {}
        for found in self.files:
            if found.objection is None:
                best.setdefault(place_of(found.wanted.target), found)
        return tuple(best.values())

    @property
    def spared_bytes(self) -> int:
        """Bytes that need not be downloaded when all usable files are put in place."""
        return sum(found.file.size_bytes for found in self.usable)

    def summary(self) -> str:
        """Return what was found in a sentence or two."""
        parts: list[str] = []
        if self.usable:
            parts.append(counted(len(self.usable), texts.HERE_AFTER_ALL, size=amount(self.spared_bytes)))
        elif not self.problems:
            parts.append(texts.NONE_FOUND)
        objected = sum(found.objection is not None for found in self.files)
        if objected:
            parts.append(counted(objected, texts.NOT_USABLE))
        if self.was_cancelled:
            parts.append(texts.SEARCH_STOPPED)
        return " ".join(parts)


def find_misplaced(
    wants: Wants, integrity: Integrity, *, limits: Limits = NEAR, cancelled: Callable[[], bool] = never
) -> Finds:
    """Look within the checkpoint and LoRA folders for missing files that lie in a wrong folder.

    The application's folder, and any folder above it, is looked at without its sub-folders. Links to other
    folders are not followed.

    Args:
        wants: What is missing.
        integrity: Tells broken files.
        limits: How far to look.
        cancelled: Asked between folders; True ends the look.
    """
    walk = Walk(limits, cancelled, enter=lambda entry: _may_enter(entry) and not entry.is_symlink())
    entries = (
        entry
        for folder in wants.folders
        for entry in walk.files(folder, depth=0 if is_below(wants.home, folder) else None)
    )
    found = [
        FoundFile(file, wanted, wants.best_place(wanted, file), match, objection, _why_it_stays(file, wants))
        for file, wanted, match, objection in _matches(entries, wants, integrity)
    ]
    return Finds(tuple(sorted(found, key=_best_first)), tuple(walk.problems), walk.was_cancelled)


def find_in_folder(
    folder: str,
    wants: Wants,
    integrity: Integrity,
    *,
    limits: Limits = FAR,
    cancelled: Callable[[], bool] = never,
) -> Finds:
    """Look for missing files in a folder that the user names, such as another program's models.

    Args:
        folder: Absolute, or beginning with `~`; on any drive.
        wants: What is missing.
        integrity: Tells broken files.
        limits: How far to look.
        cancelled: Asked between folders; True ends the look.
    """
    named = os.path.expanduser(folder.strip().strip("\"'"))
    problem = _objection_to(named, folder)
    if problem is not None:
        return Finds((), (problem,), was_cancelled=False)
    walk = Walk(limits, cancelled, enter=_may_enter)
    found = [
        FoundFile(
            file,
            wanted,
            _place_on_same_drive(wanted, file, wants),
            match,
            objection,
            texts.USED_THERE,
        )
        for file, wanted, match, objection in _matches(walk.files(os.path.normpath(named)), wants, integrity)
    ]
    return Finds(tuple(sorted(found, key=_best_first)), tuple(walk.problems), walk.was_cancelled)


def _objection_to(named: str, folder: str) -> Problem | None:
    """Return what is wrong with the folder that was named."""
    if not os.path.isabs(named):
        return Problem.of(folder, texts.NOT_WHOLE_PATH)
    try:
        is_folder = os.path.isdir(named)
    except ValueError:
        is_folder = False
    if not is_folder:
        return Problem.of(folder, texts.NO_FOLDER)
    return None


def _may_enter(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and not is_temp_folder(entry.name)


def _best_first(found: FoundFile) -> tuple[object, ...]:
    return (
        found.objection is not None,
        found.match is Match.NAME_ONLY,
        found.stays is not None,
        found.file.path,
    )


def _matches(
    entries: Iterable[os.DirEntry[str]], wants: Wants, integrity: Integrity
) -> Iterator[tuple[FileOnDisk, WantedFile, Match, str | None]]:
    """Yield files with the missing file that each may be, what speaks for it and what against."""
    by_name = wants.by_name()
    for entry in entries:
        for wanted in by_name.get(os.path.normcase(entry.name), ()):
            file = _on_disk(entry)
            if file is None or place_of(file.path) in map(place_of, wanted.places):
                continue  # gone since, or put there since
            if wanted.is_telling or _is_plainly_the_same(file, wanted):
                yield file, wanted, *_judge(file, wanted, integrity)


def _on_disk(entry: os.DirEntry[str]) -> FileOnDisk | None:
    try:
        status = entry.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileOnDisk(os.path.abspath(entry.path), status.st_size, status.st_mtime_ns)


def _is_plainly_the_same(file: FileOnDisk, wanted: WantedFile) -> bool:
    """Tell whether a file of a common name is this one: by its size, or by its folder's name."""
    if wanted.size_bytes is not None and file.size_bytes != wanted.size_bytes:
        return False
    if wanted.size_bytes is not None and wanted.size_bytes >= _LARGE:
        return True
    here, there = (os.path.basename(os.path.dirname(path)) for path in (file.path, wanted.target))
    return os.path.normcase(here) == os.path.normcase(there)


def _judge(file: FileOnDisk, wanted: WantedFile, integrity: Integrity) -> tuple[Match, str | None]:
    damage = integrity.damage(file)
    if wanted.size_bytes is None:
        return Match.NAME_ONLY, damage
    if damage is None and file.size_bytes != wanted.size_bytes:
        damage = texts.OTHER_SIZE.format(size=f"{file.size_bytes:,}", published=f"{wanted.size_bytes:,}")
        return Match.NAME_ONLY, damage
    return Match.NAME_AND_SIZE, damage


def _why_it_stays(file: FileOnDisk, wants: Wants) -> str | None:
    """Return why a file within Wan2GP's folders must not be moved away."""
    if place_of(file.path) in wants.searched:
        return texts.ANOTHER_MODELS
    if wants.lora_root is not None and is_below(os.path.dirname(file.path), wants.lora_root):
        return texts.CHOSEN_LORA
    if os.path.islink(file.path):
        return texts.IS_A_LINK
    return None


def _place_on_same_drive(wanted: WantedFile, file: FileOnDisk, wants: Wants) -> str:
    """Return a place that a hard link can reach, where there is one; else where Wan2GP would put it."""
    here = drive_of(file.path)
    for folder in wants.folders:
        if here is None or folder == wants.home or drive_of(folder) != here:
            continue
        for place in wanted.places:
            if place.startswith(os.path.join(folder, "")):
                return place
    return wanted.target
