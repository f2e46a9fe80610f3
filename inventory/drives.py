"""The drives that checkpoint folders and other paths lie on, and how full they are."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .disk import FileOnDisk


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive with checkpoint folders on it.

    Attributes:
        name: How users know it: "D:", a mount point.
        roots: The checkpoint folders on it; none where only links lead to it.
        total_bytes: Its size; None: not known.
        free_bytes: What is free for the user; None: not known.
        model_bytes: Of the files on it that models need.
    """

    name: str
    roots: tuple[str, ...]
    total_bytes: int | None
    free_bytes: int | None
    model_bytes: int


def drives_of(roots: Sequence[str], files: Iterable[FileOnDisk]) -> tuple[Drive, ...]:
    """Return the drives of the checkpoint folders, and those that links in them lead to.

    Each is asked once, which may take a while on a network.

    Args:
        roots: Absolute checkpoint folders that answer, or have not been made yet.
        files: The distinct files on the disk that models need.
    """
    roots_by_drive: dict[str, list[str]] = {}
    names_by_device: dict[int, str] = {}
    for root in roots:
        name = drive_name(root)
        roots_by_drive.setdefault(name, []).append(root)
        device = drive_of(root)
        if device is not None:
            names_by_device[device] = name
    bytes_by_drive: Counter[str] = Counter()
    for file, root in _with_roots(files, roots):
        device = file.identity[0] if file.identity else None
        if device is not None and device not in names_by_device:
            names_by_device[device] = drive_name(os.path.realpath(file.path))
        name = (drive_name(root) if root else "") if device is None else names_by_device[device]
        bytes_by_drive[name] += file.size_bytes
    return tuple(
        _drive(name, tuple(roots_by_drive.get(name, ())), bytes_by_drive[name])
        for name in dict.fromkeys((*roots_by_drive, *filter(None, bytes_by_drive)))
    )


def drive_name(path: str) -> str:
    """Return the drive letter or network share of a path, else the mount point above it."""
    letter = os.path.splitdrive(path)[0]
    if letter:
        return letter
    folder = os.path.realpath(path)
    while not os.path.ismount(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def drive_of(path: str) -> int | None:
    """Return the id of the file system that holds an existing path; None where it does not exist."""
    try:
        return os.stat(path).st_dev
    except (OSError, ValueError):
        return None


def free_bytes_for(path: str) -> int | None:
    """Return the free bytes for a file that is to be written; None where the drive does not say."""
    try:
        return shutil.disk_usage(nearest_folder(path)).free
    except (OSError, ValueError):
        return None


def nearest_folder(path: str) -> str:
    """Return the path where it is a folder, else the nearest folder above it that exists."""
    folder = os.path.abspath(path)
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def _drive(name: str, roots: tuple[str, ...], model_bytes: int) -> Drive:
    try:
        usage = shutil.disk_usage(nearest_folder(roots[0] if roots else os.path.join(name, "")))
    except OSError:  # gone, or unreadable
        return Drive(name, roots, None, None, model_bytes)
    return Drive(name, roots, usage.total, usage.free, model_bytes)


def _with_roots(files: Iterable[FileOnDisk], roots: Sequence[str]) -> Iterator[tuple[FileOnDisk, str | None]]:
    """Yield each file with the root that it is below; of roots that contain each other, the innermost has it."""
    prefixes = sorted(((os.path.join(root, ""), root) for root in roots), key=lambda pair: -len(pair[0]))
    for file in files:
        yield file, next((root for prefix, root in prefixes if file.path.startswith(prefix)), None)
