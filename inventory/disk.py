"""What lies in the checkpoint folders, read once.

A folder is listed the first time something is looked for in it; a look-up then costs no disk access. A folder
with very many entries is not listed to the end: its files are asked for one by one. Of a folder that does not answer
nothing is known: what is looked for there is neither found nor missing.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import PurePath

from ..wan2gp.problems import Problem
from .damage import Damage, DamageKind

_LONGEST_LISTING = 1_000
"""Entries read of one folder before its files are asked for one by one (about 1 ms)."""
_LARGE_BYTES = 50_000_000
"""From here on Windows is asked too whether two names are one file."""
_WORTH_ASKING_BYTES = 1_000_000
_SLOW_S = 0.0005
_THREADS = 32


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file that was found.

    Attributes:
        path: Absolute path.
        size_bytes: Its size.
        mtime_ns: When it was changed, as the file system tells.
        identity: Device and number of the file: the same for all of its names; None: not known.
        links: How many names it has, symbolic links not counted.
        allocated_bytes: What it takes on its drive; None: not known.
        is_link: Whether the path is a symbolic link.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    identity: tuple[int, int] | None = None
    links: int = 1
    allocated_bytes: int | None = None
    is_link: bool = False

    @property
    def key(self) -> object:
        """What is equal for all names of a file, as far as that is known."""
        return self.identity or self.path

    @classmethod
    def of(cls, path: str, status: os.stat_result, *, is_link: bool = False) -> FileOnDisk:
        """Return the file of a path whose status was asked for."""
        blocks: int | None = getattr(status, "st_blocks", None)
        return cls(
            path,
            status.st_size,
            status.st_mtime_ns,
            (status.st_dev, status.st_ino) if status.st_ino else None,
            max(1, status.st_nlink),
            None if blocks is None else blocks * 512,
            is_link,
        )


class DiskIndex:
    """Answers as the host's own look-up does: several roots, the first one wins, nothing deeper.

    Attributes:
        roots: Searched in this order.
        problems: Folders that cannot be read.
        looking_at: The folder that is asked for now.
        last_seen: Absolute path → bytes of what was seen earlier, in folders that do not answer now too.
    """

    def __init__(
        self,
        roots: Sequence[str],
        locate: Callable[[str], str | None] | None = None,
        fold: Callable[[str], str] | None = None,
    ) -> None:
        """Take the absolute roots; nothing is read yet.

        Args:
            roots: Searched in this order.
            locate: Finds a name instead of a search, where the roots are not known.
            fold: Makes names equal that the file system may take for the same; None: this system's way.
        """
        self.roots = tuple(roots)
        self._locate = locate
        self.problems: list[Problem] = []
        self.looking_at = ""
        self.last_seen: Mapping[str, int] = {}
        self._without_answer: set[str] = set()
        self._controlled: dict[str, dict[str, str]] = {}
        self._folders: dict[str, dict[str, os.DirEntry[str]] | None] = {}
        self._fold = fold or _fold

    def find(self, names: Iterable[str]) -> FileOnDisk | None:
        """Return the first of these names that is a file in a root, or None.

        Args:
            names: Names below the roots ("umt5-xxl/model.safetensors"), or absolute paths, in order.
        """
        for name in names:
            if os.path.isabs(name):
                found = self._file(os.path.dirname(name), os.path.basename(name))
                if found:
                    return found
                continue
            if self._locate is not None:
                path = self._locate(name)
                found = _stat_file(path) if path else None
                if found:
                    return found
                continue
            folder, base = os.path.split(name)
            for root in self.roots:
                found = self._file(os.path.join(root, folder) if folder else root, base)
                if found:
                    return found
        return None

    def give_up(self, folder: str) -> None:
        """Take it that a folder does not answer."""
        self._without_answer.add(folder)

    @property
    def has_doubts(self) -> bool:
        """Whether any folder does not answer."""
        return bool(self._without_answer)

    def without_answer(self, names: Iterable[str]) -> str | None:
        """Return a folder that is asked for one of these names and does not answer; None where all do."""
        if not self._without_answer:
            return None
        for name in names:
            for path in self._places(name):
                folder = os.path.dirname(path)
                while folder not in self._without_answer and os.path.dirname(folder) != folder:
                    folder = os.path.dirname(folder)
                if folder in self._without_answer:
                    return folder
        return None

    def seen_before(self, names: Iterable[str]) -> tuple[str, int] | None:
        """Return path and bytes of the first of these names that was seen earlier, or None."""
        if not self.last_seen:
            return None
        paths = (path for name in names for path in self._places(name))
        return next(((path, self.last_seen[path]) for path in paths if path in self.last_seen), None)

    def obstacle(self, path: str) -> Damage | None:
        """Return what is in a file's place that is no file: a folder, or a link to nowhere."""
        folder, name = os.path.split(path)
        entries = self._entries(folder) if name else {}
        if entries is not None and self._fold(name) not in entries:
            return None
        if os.path.isdir(path):
            return Damage(kind=DamageKind.FOLDER_IN_PLACE)
        if os.path.islink(path):
            try:
                return Damage(kind=DamageKind.DEAD_LINK, detail=os.readlink(path))
            except OSError:
                return None
        return None

    def control_file(self, file: FileOnDisk, suffixes: tuple[str, ...]) -> str | None:
        """Return the name of a file beside this one that is called as it is with one of these suffixes, or None.

        In a folder that is not listed to the end, only large files are worth the questions.
        """
        folder, name = os.path.split(file.path)
        entries = self._folders.get(folder)
        if entries is None:
            names = (name + suffix for suffix in suffixes if file.size_bytes >= _WORTH_ASKING_BYTES)
            return next((one for one in names if os.path.lexists(os.path.join(folder, one))), None)
        if folder not in self._controlled:
            folded = tuple(map(self._fold, suffixes))
            self._controlled[folder] = {
                self._fold(os.path.splitext(entry.name)[0]): entry.name
                for key, entry in entries.items()
                if key.endswith(folded)
            }
        return self._controlled[folder].get(self._fold(name))

    def _places(self, name: str) -> Sequence[str]:
        """Return where a name is looked for."""
        return [name] if os.path.isabs(name) else [os.path.join(root, name) for root in self.roots]

    def is_slow(self) -> bool:
        """Return whether one call takes more than half a millisecond, as on a network drive."""
        return any(self._is_slow(root) for root in self.roots)

    def _is_slow(self, root: str) -> bool:
        self.looking_at = root
        return min(_seconds_to_ask(root) for _ in range(2)) > _SLOW_S

    def read_ahead(self, names: Iterable[str], then: Iterable[Callable[[], object]]) -> None:
        """List all folders of these names at once, then run the calls that follow, many at a time.

        Worth it on a slow drive only, where a call waits rather than works.
        """
        below = dict.fromkeys(os.path.dirname(name) for name in names if not os.path.isabs(name))
        folders = [os.path.join(root, folder) if folder else root for root in self.roots for folder in below]
        with ThreadPoolExecutor(_THREADS) as pool:
            for _, level in groupby(sorted(folders, key=_depth), key=_depth):
                list(pool.map(self._entries, level))
            for waiting in [pool.submit(call) for call in then]:
                waiting.result()

    def root_for(self, folder: str | None) -> str:
        """Return the root that a new file goes to: the first that has the folder, else the first."""
        first = self.roots[0]
        if folder is None:
            return first
        return next((root for root in self.roots if self.has_folder(os.path.join(root, folder))), first)

    def has_folder(self, path: str) -> bool:
        """Return whether this absolute path is a folder."""
        path = os.path.normpath(path)
        parent, name = os.path.split(path)
        listed = self._folders.get(parent)
        entry = None if listed is None else listed.get(self._fold(name))
        if listed is None or (entry is not None and entry.name != name):
            return os.path.isdir(path)
        return entry is not None and _is_folder(entry)

    def _file(self, folder: str, name: str) -> FileOnDisk | None:
        path = os.path.join(folder, name)
        entries = self._entries(folder) if name else {}
        entry = None if entries is None else entries.get(self._fold(name))
        if entries is None or (entry is not None and entry.name != name):
            return _stat_file(path)  # not listed to the end; or the drive decides whether it is the same name
        return None if entry is None else _listed_file(path, entry)

    def _entries(self, folder: str) -> dict[str, os.DirEntry[str]] | None:
        """Return the folder's entries by name; None where they must be asked for one by one."""
        if folder not in self._folders:
            self._folders[folder] = self._list(folder)
        return self._folders[folder]

    def _list(self, folder: str) -> dict[str, os.DirEntry[str]] | None:
        parent, name = os.path.split(folder)
        above = self._folders.get(parent)
        if above is not None and self._fold(name) not in above:
            return {}  # its parent has been listed without it
        self.looking_at = folder
        try:
            with os.scandir(folder) as entries:
                listed = {self._fold(entry.name): entry for entry in islice(entries, _LONGEST_LISTING)}
        except (FileNotFoundError, NotADirectoryError) as error:
            if isinstance(error, NotADirectoryError) or not _leads_nowhere(folder):
                return {}
            self._without_answer.add(folder)
            self.problems.append(
                Problem(
                    folder,
                    "A link on the way to this folder leads to nothing.",
                    "Connect the drive it points to, or remove the link.",
                    folder,
                )
            )
            return {}
        except (OSError, ValueError) as error:
            self._without_answer.add(folder)
            self.problems.append(
                Problem(
                    folder,
                    f"The folder cannot be read: {error}.",
                    "Check its permissions and its drive.",
                    folder,
                )
            )
            return None
        return listed if len(listed) < _LONGEST_LISTING else None


def _fold(name: str) -> str:
    """Return a name in the form in which this system compares it: Windows and macOS do not tell A from a."""
    if sys.platform == "darwin":
        return unicodedata.normalize("NFC", name).casefold()
    return os.path.normcase(name)


def _depth(folder: str) -> int:
    return folder.count(os.sep)


def _seconds_to_ask(path: str) -> float:
    start = time.perf_counter()
    os.path.isdir(path)
    return time.perf_counter() - start


def _listed_file(path: str, entry: os.DirEntry[str]) -> FileOnDisk | None:
    try:
        # Windows has the size at hand with the listing; elsewhere this asks once, following links
        status = entry.stat()
        if not status.st_ino and status.st_size >= _LARGE_BYTES:
            status = os.stat(path)  # but not which file it is
    except OSError:
        return None  # a link to nowhere, or gone since
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileOnDisk.of(path, status, is_link=entry.is_symlink())


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _stat_file(path: str) -> FileOnDisk | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return FileOnDisk.of(path, status, is_link=os.path.islink(path)) if stat.S_ISREG(status.st_mode) else None


def _leads_nowhere(folder: str) -> bool:
    """Return whether a folder that is not there is below a link to nowhere, or is one."""
    while not os.path.lexists(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return os.path.islink(folder) and not os.path.exists(folder)


def parent_folders(name: str) -> Iterable[str]:
    """Yield the folders above a relative name: "a/b/c" → "a/b", "a"."""
    yield from (str(parent) for parent in PurePath(name).parents if str(parent) != ".")
