"""The drives that checkpoint folders and other paths lie on, and how full they are."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
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
    """Return the drives of the checkpoint folders; each is asked once, which may take a while on a network.

    Args:
        roots: Absolute checkpoint folders, whether they exist or not.
        files: Path → bytes of the files on the disk that models need.
    """
    roots_by_drive: dict[str, list[str]] = {}
    for root in roots:
        roots_by_drive.setdefault(drive_name(root), []).append(root)
    bytes_by_root = _bytes_by_root(roots, files)
    return tuple(
        _drive(name, tuple(on_drive), sum(bytes_by_root[root] for root in set(on_drive)))
        for name, on_drive in roots_by_drive.items()
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
        usage = shutil.disk_usage(nearest_folder(roots[0]))
    except OSError:  # gone, or unreadable
        return Drive(name, roots, None, None, model_bytes)
    return Drive(name, roots, usage.total, usage.free, model_bytes)


def _bytes_by_root(roots: Sequence[str], files: Mapping[str, int]) -> Counter[str]:
    """Return the bytes below each root; of roots that contain each other, the innermost gets the file."""
    prefixes = sorted(((os.path.join(root, ""), root) for root in roots), key=lambda pair: -len(pair[0]))
    bytes_by_root: Counter[str] = Counter()
    for path, size_bytes in files.items():
        root = next((root for prefix, root in prefixes if path.startswith(prefix)), None)
        if root is not None:
            bytes_by_root[root] += size_bytes
    return bytes_by_root
