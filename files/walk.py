"""Walking through the folders below a folder, with limits, so that no drive and no loop of links can hold it up."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..phrases import counted
from ..wan2gp.problems import Problem

_ASK_EVERY = 256
"""Entries between two questions whether to stop."""
MOST_PROBLEMS = 20
"""Folders that cannot be read are named up to this many; the others are counted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far to look.

    Attributes:
        depth: Levels of folders below the first one; 0: only the first itself.
        entries: Files and folders seen altogether, in all folders of a `Walk`.
    """

    depth: int
    entries: int


def not_cancelled() -> bool:
    """Return that nobody wants to stop."""
    return False


@dataclass(slots=True)
class Walk:
    """One walk through several folders; each folder is entered once, by whatever links it is reached.

    Attributes:
        limits: How far to look.
        cancelled: Asked between folders; True ends the walk.
        should_enter: Whether to go into a folder, by its entry; the first one is always entered.
        problems: What could not be looked at, filled while walking; see `all_problems`.
        unnamed: How many folders more could not be looked at.
        was_cancelled: Whether it was ended from outside.
    """

    limits: Limits
    cancelled: Callable[[], bool] = not_cancelled
    should_enter: Callable[[os.DirEntry[str]], bool] = lambda entry: not entry.name.startswith(".")
    problems: list[Problem] = field(default_factory=list[Problem])
    was_cancelled: bool = False
    unnamed: int = 0
    _seen: set[str] = field(default_factory=set[str])
    _left: int = -1
    _ended_early: bool = False

    def files(self, folder: str, depth: int | None = None) -> Iterator[os.DirEntry[str]]:
        """Yield what is no folder, level by level, in the order of names.

        A folder that is not there yields nothing; one that cannot be read leaves a problem.

        Args:
            folder: Where to begin.
            depth: Levels below it, where that is other than the limit.
        """
        deepest = self.limits.depth if depth is None else depth
        waiting = deque([(folder, 0)])
        while waiting:
            current, level = waiting.popleft()
            for entry in self._entries(current):
                if not _is_folder(entry):
                    yield entry
                elif level < deepest and self.should_enter(entry):
                    waiting.append((entry.path, level + 1))

    def listing(self, folder: str) -> Iterator[os.DirEntry[str]]:
        """Yield what is in one folder as it comes, up to the limit of entries and until cancelled.

        A folder that is not there yields nothing; one that cannot be read, or has more, leaves a problem. Whether
        it was entered before does not count.
        """
        try:
            with os.scandir(folder) as entries:
                for number, entry in enumerate(entries):
                    if number >= self.limits.entries:
                        self._end_early(folder)
                        return
                    if number % _ASK_EVERY == 0 and self._stops():
                        return
                    yield entry
        except (FileNotFoundError, NotADirectoryError):
            return
        except (OSError, ValueError) as error:
            self._unreadable(folder, error)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        real = os.path.normcase(os.path.realpath(folder))
        if real in self._seen or self._stops():
            return []
        self._seen.add(real)
        listed: list[os.DirEntry[str]] = []
        if self._left < 0:
            self._left = self.limits.entries
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not self._left:
                        self._end_early(folder)
                        break
                    self._left -= 1
                    listed.append(entry)
                    if len(listed) % _ASK_EVERY == 0 and self._stops():
                        return []
        except (FileNotFoundError, NotADirectoryError):
            return []  # gone since, or never there
        except (OSError, ValueError) as error:
            self._unreadable(folder, error)
        return sorted(listed, key=lambda entry: entry.name)

    def _unreadable(self, folder: str, error: Exception) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            self.unnamed += 1
            return
        self.problems.append(
            Problem(
                folder,
                f"The folder cannot be read: {error}.",
                "Check its permissions and whether its drive is connected.",
                folder,
            )
        )

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """What could not be looked at, and how many more there are."""
        if not self.unnamed:
            return tuple(self.problems)
        more = counted(
            self.unnamed,
            ("{number} folder more cannot be read.", "{number} folders more cannot be read."),
        )
        return (*self.problems, Problem("", more, "Name a folder deeper down, of files that are yours."))

    def _stops(self) -> bool:
        self.was_cancelled = self.was_cancelled or self.cancelled()
        return self.was_cancelled

    def _end_early(self, folder: str) -> None:
        if not self._ended_early:
            self._ended_early = True
            self.problems.insert(
                0,
                Problem(
                    folder,
                    f"Only {self.limits.entries:,} files and folders were looked at; there are more.",
                    "Name a folder deeper down.",
                    folder,
                ),
            )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_below(path: str, folder: str, normalize: Callable[[str], str] = os.path.realpath) -> bool:
    """Return whether a path is a folder or lies below it, links followed; names alone prove nothing.

    Args:
        path: The path in question; it need not exist.
        folder: The folder.
        normalize: Returns the real path of both; another system's rule in tests.
    """
    inner, outer = os.path.normcase(normalize(path)), os.path.normcase(normalize(folder))
    try:
        return os.path.commonpath([inner, outer]) == outer
    except ValueError:  # different drives
        return False
