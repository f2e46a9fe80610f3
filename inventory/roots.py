"""Whether the folders that Wan2GP searches answer, and what is said of one that does not.

A checkpoint folder may be on a drive that is not connected, or may never have been meant: then nothing is known of
the files in it, and none of them is called missing. What was seen there last is remembered (`folder_memory.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from ..phrases import counted
from ..units import amount
from ..wan2gp.problems import Problem

_WINDOWS_PATH = re.compile(r"(^|[\\/])[A-Za-z]:[\\/]|\\\\")


class RootState(Enum):
    """Why a folder does not answer."""

    ABSENT = "absent"
    NOT_A_FOLDER = "not_a_folder"
    DEAD_LINK = "dead_link"  # `detail` says where it points to
    UNREADABLE = "unreadable"  # `detail` says why
    EMPTIED = (
        "emptied"  # nothing is in it, and it is on another drive than before: a drive that is not mounted
    )


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen in a folder when it last answered.

    Attributes:
        seen_at: When, in UTC.
        files: Absolute path → bytes of the files in it that models need.
        device: The file system it was on, as the system numbers them.
    """

    seen_at: datetime
    files: Mapping[str, int]
    device: int


@dataclass(frozen=True, slots=True)
class LostRoot:
    """A folder that does not answer.

    Attributes:
        path: Absolute.
        state: Why.
        detail: What belongs to it; empty where there is nothing more to say.
        seen: What was seen there last; None: nothing is known of it.
    """

    path: str
    state: RootState
    detail: str = ""
    seen: Sighting | None = None

    def problem(self) -> Problem:
        """Return what is wrong, what was seen there last, and what to do."""
        message = f"{_WORDS[self.state].format(path=self.path, detail=self.detail)} {self._last_seen()}"
        return Problem(self.path, message, _remedy(self.path), self.path)

    def _last_seen(self) -> str:
        consequence = "No file is called missing and nothing is planned because of it."
        if self.seen is None or not self.seen.files:
            return consequence
        files = counted(
            len(self.seen.files),
            ("{number} file of models", "{number} files of models"),
        )
        when = f"{self.seen.seen_at.astimezone():%Y-%m-%d %H:%M}"
        return (
            f"Last seen there, on {when}: {files}, {amount(sum(self.seen.files.values()))}. "
            f"What they gave is shown in grey. {consequence}"
        )


_WORDS = {
    RootState.ABSENT: "The folder {path} does not exist.",
    RootState.NOT_A_FOLDER: "{path} is a file, where Wan2GP expects a folder.",
    RootState.DEAD_LINK: "The folder {path} is a link, and what it points to is not there: {detail}.",
    RootState.UNREADABLE: "The folder {path} cannot be read: {detail}.",
    RootState.EMPTIED: "The folder {path} is empty, and no longer on the drive that it was on.",
}


def _remedy(path: str) -> str:
    where = "in Wan2GP's Configuration, or where you set it"
    if '"' in path or "'" in path:
        return f"Remove the quotation marks from its path {where}."
    if "~" in path.replace("\\", "/").split("/"):
        return f"Wan2GP does not replace “~”: enter the whole path {where}."
    if os.name != "nt" and _WINDOWS_PATH.search(path):
        return f"This is a path of Windows: enter the path that this system has for it {where}."
    return f"Connect its drive, then press Refresh; or correct the folder {where}."


def look_at_root(path: str, *, is_default: bool, seen: Sighting | None) -> LostRoot | None:
    """Return why a folder does not answer, or None where it does.

    Args:
        path: Absolute.
        is_default: Whether a new installation may have it: then it may not have been made yet.
        seen: What was seen there last, or None.
    """
    had_files = seen is not None and bool(seen.files)
    try:
        with os.scandir(path) as entries:
            is_empty = next(entries, None) is None
        if is_empty and seen is not None and had_files and os.stat(path).st_dev != seen.device:
            return LostRoot(path, RootState.EMPTIED, seen=seen)
    except FileNotFoundError:
        if os.path.islink(path):
            return LostRoot(path, RootState.DEAD_LINK, _link_target(path), seen)
        return None if is_default and not had_files else LostRoot(path, RootState.ABSENT, seen=seen)
    except NotADirectoryError:
        return LostRoot(path, RootState.NOT_A_FOLDER, seen=seen)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return LostRoot(path, RootState.UNREADABLE, reason, seen)
    return None


def _link_target(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
