"""Whether another program is still writing a file, or left it half-way.

x.safetensors            of full length from the start, with holes in it, or growing
x.safetensors.aria2      what is written so far: there until the download has ended
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .damage import SUBSTITUTES, UNFINISHED, Damage, DamageKind
from .integrity import tells_its_length

if TYPE_CHECKING:
    from .disk import FileOnDisk

CONTROL_SUFFIXES = (
    ".aria2",
    ".part",
    ".crdownload",
    ".dl-meta",
    ".partial",
    ".opdownload",
    ".filepart",
    ".download",
    ".incomplete",
    ".!ut",
    ".!qB",
    ".st",
)
"""What download managers and browsers add to a file's name for what they note, or write, until it is whole."""
_STILL_WRITTEN_S = 120
"""A file that is not whole and was changed within this time is probably being written."""
_JUST_CHANGED_S = 10
"""The same of a file whose format does not say whether it is whole."""
_LOCKED_S = 86_400
"""Whether an older file is locked is not asked: nobody has been writing it."""
_SMALL_BYTES = 4_000_000
"""A smaller file is written in a moment."""
_NEVER_GROWS = SUBSTITUTES | {DamageKind.UNREADABLE}
_LOCKS = Path("/proc/locks")


def unfinished(
    file: FileOnDisk,
    found: Damage | None,
    control_file: str | None,
    now_s: float,
    locked: Callable[[], frozenset[tuple[int, int]]],
) -> Damage | None:
    """Return what says that a file is not finished, or None.

    Args:
        file: The file.
        found: What is wrong with it.
        control_file: Name of the download's own file beside it, or None.
        now_s: The time, in seconds since 1970.
        locked: Returns the files that are locked for writing.
    """
    if control_file is not None:
        return Damage(kind=DamageKind.CONTROL_FILE, detail=control_file)
    if found is not None and found.kind in UNFINISHED:
        return found
    age_s = abs(now_s - file.mtime_ns / 1e9)  # clocks of network drives may be ahead
    if found is not None and found.kind not in _NEVER_GROWS and age_s < _STILL_WRITTEN_S:
        return Damage(kind=DamageKind.JUST_CHANGED)
    if found is None and file.size_bytes >= _SMALL_BYTES and age_s < _JUST_CHANGED_S:
        return None if tells_its_length(file.path) else Damage(kind=DamageKind.JUST_CHANGED)
    if age_s < _LOCKED_S and file.identity is not None and file.identity in locked():
        return Damage(kind=DamageKind.LOCKED)
    return None


def locked_files() -> frozenset[tuple[int, int]]:
    """Return device and number of the files that a program has locked for writing; only Linux tells."""
    if sys.platform != "linux":
        return frozenset()
    try:
        lines = _LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    found: set[tuple[int, int]] = set()
    for line in lines:
        fields = line.split()
        if "WRITE" not in fields:
            continue
        try:
            major, minor, inode = fields[fields.index("WRITE") + 2].split(":")
            found.add((os.makedev(int(major, 16), int(minor, 16)), int(inode)))
        except (ValueError, IndexError):
            continue
    return frozenset(found)
