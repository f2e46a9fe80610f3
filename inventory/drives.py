"""How full the drives of the checkpoint folders are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive with checkpoint folders on it.

    Attributes:
        name: How users know it: "D:", a mount point.
        roots: The checkpoint folders on it.
        total_bytes: Its size; None: not known.
        free_bytes: What is free for the user; None: not known.
        model_bytes: Of the files on it that models need.
    """

    name: str
    roots: tuple[str, ...]
    total_bytes: int | None
    free_bytes: int | None
    model_bytes: int


def drives_of(roots: Sequence[str], files: Mapping[str, int]) -> tuple[Drive, ...]:
    """Return the drives of the checkpoint folders; one asks each drive once, and may wait for it.

    Args:
        roots: Absolute checkpoint folders, there or not.
        files: Path → bytes of the files on the disk that models need.
    """
    by_name: dict[str, list[str]] = {}
    for root in roots:
        by_name.setdefault(drive_name(root), []).append(root)
    return tuple(_drive(name, tuple(folders), files) for name, folders in by_name.items())


def drive_name(path: str) -> str:
    """Return the drive letter or network share of a path, else the mount point above it."""
    letter = os.path.splitdrive(path)[0]
    if letter:
        return letter
    folder = os.path.realpath(path)
    while not os.path.ismount(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def _drive(name: str, roots: tuple[str, ...], files: Mapping[str, int]) -> Drive:
    used = sum(size for path, size in files.items() if _is_below_any(path, roots))
    try:
        usage = shutil.disk_usage(_existing(roots[0]))
    except OSError:  # gone, or not to be read
        return Drive(name, roots, None, None, used)
    return Drive(name, roots, usage.total, usage.free, used)


def _existing(path: str) -> str:
    """Return the folder, or the nearest one above it that exists."""
    while not os.path.isdir(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path


def _is_below_any(path: str, roots: Iterable[str]) -> bool:
    return any(path.startswith(os.path.join(root, "")) for root in roots)
