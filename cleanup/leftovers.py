"""What interrupted downloads leave behind in the checkpoint folders. Only a list: nothing is deleted here.

The names are those of `files/part_names.py`, in a checkpoint folder and its direct sub-folders. Partial downloads of
huggingface_hub are in <folder>/.cache/huggingface/download/ too, at any depth.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING

from ..files.part_names import is_copy, is_hub_download, is_script_folder, is_temp_folder, target_of_script
from ..files.walk import Limits, Walk, is_below, not_cancelled
from ..phrases import counted
from ..units import amount

if TYPE_CHECKING:
    from ..wan2gp.problems import Problem

STILL_WRITTEN = timedelta(minutes=2)
"""What was changed within this time is probably still being written."""
_DOWNLOADS = os.path.join(".cache", "huggingface", "download")
_ADMINISTRATIVE = (".metadata", ".lock", ".gitignore", "CACHEDIR.TAG")
"""Ends of the names of huggingface_hub's own files."""
_LIMITS = Limits(depth=8, entries=100_000)


class LeftoverKind(Enum):
    """What is left."""

    PARTIAL = "partial"  # a single file that may be continued
    TEMP_FOLDER = "temp-folder"  # named after its second of birth, so no later download finds it again
    COPY = "copy"  # made by this plugin
    SCRIPT = "script"  # the script continues it


_UNUSED = "Nothing will use it again: it can be deleted."
_KIND_SENTENCES = {
    LeftoverKind.PARTIAL: (
        "partial download",
        "The next download of the same file may continue it; otherwise it can be deleted.",
    ),
    LeftoverKind.TEMP_FOLDER: ("temporary folder", _UNUSED),
    LeftoverKind.COPY: ("unfinished copy", _UNUSED),
    LeftoverKind.SCRIPT: (
        "partial download by a script",
        "Run the script again to continue it; otherwise it can be deleted.",
    ),
}
"""What it is, and what may be done about it."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or folder that a download left behind, or is writing now.

    Attributes:
        path: Absolute path.
        kind: What it is.
        size_bytes: Its bytes, those of all files in a folder.
        changed_at: When any of it was last changed, in UTC.
        age: Time since then; never negative.
        is_live: Whether it is probably still being written.
        part_of: Name of the file that it is a part of, where that is known.
    """

    path: str
    kind: LeftoverKind
    size_bytes: int
    changed_at: datetime
    age: timedelta
    is_live: bool
    part_of: str | None = None

    def sentence(self) -> str:
        """Return what it is, how large and how old, and what may be done about it."""
        kind, remedy = _KIND_SENTENCES[self.kind]
        whole = f" of {self.part_of}" if self.part_of else ""
        name, folder = os.path.basename(self.path), os.path.dirname(self.path)
        age = age_words(self.age)
        state = (
            f"Changed {age} ago: probably still being written. Leave it alone."
            if self.is_live
            else f"Not changed for {age}. {remedy}"
        )
        return f"{name}: {kind}{whole}, {amount(self.size_bytes)}, in {folder}. {state}"


@dataclass(frozen=True, slots=True)
class Leftovers:
    """The result of one search.

    Attributes:
        items: The largest first.
        problems: Folders that could not be searched.
        was_cancelled: Whether it was ended before it was complete.
    """

    items: tuple[Leftover, ...]
    problems: tuple[Problem, ...]
    was_cancelled: bool = False

    @property
    def left_over(self) -> tuple[Leftover, ...]:
        """Those that nothing seems to write any more."""
        return tuple(item for item in self.items if not item.is_live)

    @property
    def left_over_bytes(self) -> int:
        """Bytes of those."""
        return sum(item.size_bytes for item in self.left_over)

    def summary(self) -> str:
        """Return how much there is, in a sentence or two."""
        left, live = self.left_over, len(self.items) - len(self.left_over)
        parts: list[str] = []
        if left:
            parts.append(
                counted(
                    len(left),
                    (
                        "Interrupted downloads left {size} in {number} place.",
                        "Interrupted downloads left {size} in {number} places.",
                    ),
                    size=amount(self.left_over_bytes),
                )
            )
        elif not self.was_cancelled:
            parts.append("No interrupted download has left anything.")
        if live:
            parts.append(
                counted(
                    live,
                    (
                        "{number} download is probably still running.",
                        "{number} downloads are probably still running.",
                    ),
                )
            )
        if self.was_cancelled:
            parts.append("You stopped the search, so there may be more.")
        return " ".join(parts)


def find_leftovers(
    folders: Sequence[str],
    now: datetime,
    *,
    home: str | None = None,
    names: Iterable[str] = (),
    cancelled: Callable[[], bool] = not_cancelled,
) -> Leftovers:
    """Look for what downloads left in these folders and their direct sub-folders.

    Args:
        folders: Absolute: the checkpoint folders, and the LoRA folder.
        now: The time, with its zone.
        home: The application's folder, by default the current one; it and what is above it are searched
            without their sub-folders.
        names: Names of known files, to recognise what a partial download is a part of.
        cancelled: Asked between folders; True ends the search.
    """
    walk = Walk(_LIMITS, cancelled, should_enter=lambda entry: not entry.is_symlink())
    known_names = {os.path.basename(name) for name in names}
    hashes = {_short_hash(f"{name}.metadata"): name for name in known_names}
    leftovers: dict[str, Leftover] = {}
    for folder in _with_direct_folders(folders, home or os.getcwd(), walk):
        for entry in walk.listing(folder):
            target = target_of_script(entry.name)
            if target in known_names:
                leftover = _by_script(entry, target, now, walk)
            elif is_temp_folder(entry.name) and _is_plain_folder(entry):
                leftover = _temp_folder(entry.path, now, walk)
            else:
                leftover = _partial(entry.path, now, hashes)
            if leftover is not None:
                leftovers[entry.path] = leftover
        for entry in walk.files(os.path.join(folder, _DOWNLOADS)):
            if leftover := _partial(entry.path, now, hashes):
                leftovers[entry.path] = leftover
    items = sorted(leftovers.values(), key=lambda item: (-item.size_bytes, item.path))
    return Leftovers(tuple(items), walk.all_problems, cancelled())


def _with_direct_folders(folders: Sequence[str], home: str, walk: Walk) -> Iterator[str]:
    """Yield each folder once, followed by those in it, links and hidden ones left out."""
    seen: set[str] = set()
    for folder in folders:
        direct = () if is_below(home, folder) else walk.listing(folder)
        below = [
            entry.path
            for entry in direct
            if not (entry.name.startswith(".") or is_script_folder(entry.name))
            and not is_temp_folder(entry.name)
            and _is_plain_folder(entry)
        ]
        for path in [folder, *below]:
            real = os.path.normcase(os.path.realpath(path))
            if real not in seen and not walk.cancelled():
                seen.add(real)
                yield path


def _is_plain_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _by_script(entry: os.DirEntry[str], target: str | None, now: datetime, walk: Walk) -> Leftover | None:
    paths = [file.path for file in walk.files(entry.path)] if _is_plain_folder(entry) else [entry.path]
    statuses = [status for path in paths if (status := _status(path))]
    return _leftover(entry.path, LeftoverKind.SCRIPT, statuses, now, target)


def _partial(path: str, now: datetime, hashes: dict[str, str]) -> Leftover | None:
    """Return a single unfinished file; None where it is none, has gone since or is a link or folder."""
    name = os.path.basename(path)
    if not (is_hub_download(name) or is_copy(name)):
        return None
    status = _status(path)
    if status is None:
        return None
    kind = LeftoverKind.PARTIAL if is_hub_download(name) else LeftoverKind.COPY
    return _leftover(path, kind, [status], now, hashes.get(name.partition(".")[0]))


def _temp_folder(path: str, now: datetime, walk: Walk) -> Leftover | None:
    files = list(walk.files(path))
    statuses = [status for entry in files if (status := _status(entry.path))]
    contents = [
        entry.name
        for entry in files
        if not (is_hub_download(entry.name) or entry.name.endswith(_ADMINISTRATIVE))
    ]
    lock = next((entry.name[: -len(".lock")] for entry in files if entry.name.endswith(".lock")), None)
    return _leftover(path, LeftoverKind.TEMP_FOLDER, statuses, now, contents[0] if contents else lock)


def _status(path: str) -> os.stat_result | None:
    """Return size and time as they are now: a folder's listing on Windows has them from before the writing."""
    try:
        status = os.stat(path, follow_symlinks=False)
    except (OSError, ValueError):
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _leftover(
    path: str, kind: LeftoverKind, statuses: Sequence[os.stat_result], now: datetime, part_of: str | None
) -> Leftover | None:
    """Return the leftover; None where it has gone since."""
    seconds = max((status.st_mtime for status in statuses), default=None)
    if seconds is None:
        try:
            seconds = os.stat(path).st_mtime  # an empty folder
        except OSError:
            return None
    changed = datetime.fromtimestamp(seconds, timezone.utc)
    age = max(now - changed, timedelta())
    return Leftover(
        path=path,
        kind=kind,
        size_bytes=sum(status.st_size for status in statuses),
        changed_at=changed,
        age=age,
        is_live=age < STILL_WRITTEN,
        part_of=part_of,
    )


def _short_hash(name: str) -> str:
    """Return what huggingface_hub begins a partial download's name with."""
    return base64.urlsafe_b64encode(
        hashlib.sha1(name.encode(errors="surrogatepass"), usedforsecurity=False).digest()
    ).decode()


def age_words(age: timedelta) -> str:
    """Return an age as users say it: "40 seconds", "3 hours", "12 days"."""
    seconds = int(age.total_seconds())
    for unit, forms in (
        (86_400, ("{number} day", "{number} days")),
        (3_600, ("{number} hour", "{number} hours")),
        (60, ("{number} minute", "{number} minutes")),
    ):
        if seconds >= unit:
            return counted(seconds // unit, forms)
    return counted(seconds, ("{number} second", "{number} seconds"))
