"""Files that were given their full length at once and are written piece by piece, as download managers do.

What was not written yet is a hole: it takes no space. A file system that compresses makes holes too, but weights are
never zeros for most of their length. Files that are holes but for both ends are left alone: they stand in for models
in demonstrations, and a download leaves that state at once.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .damage import Damage, DamageKind

if TYPE_CHECKING:
    from .disk import FileOnDisk

_ENDS = 1024 * 1024
"""Bytes at both ends that may be written without it meaning anything."""
_MOST_WRITTEN = 0.5
_MOST_PIECES = 4096
_SEEK_DATA: int | None = getattr(os, "SEEK_DATA", None)
_SEEK_HOLE: int | None = getattr(os, "SEEK_HOLE", None)


def hole_damage(file: FileOnDisk) -> Damage | None:
    """Return that less than half of a file is written, or None; a file system that does not tell counts as whole.

    Raises:
        OSError: It cannot be read.
    """
    allocated = file.allocated_bytes
    if _SEEK_DATA is None or _SEEK_HOLE is None or allocated is None or file.size_bytes <= 2 * _ENDS:
        return None
    if allocated >= file.size_bytes * _MOST_WRITTEN:
        return None
    descriptor = os.open(file.path, os.O_RDONLY)
    try:
        pieces = _written_pieces(descriptor, file.size_bytes, _SEEK_DATA, _SEEK_HOLE)
    finally:
        os.close(descriptor)
    written = sum(end - start for start, end in pieces)
    is_begun = any(start < file.size_bytes - _ENDS and end > _ENDS for start, end in pieces)
    if not is_begun or written >= file.size_bytes * _MOST_WRITTEN:
        return None
    return Damage(kind=DamageKind.HOLES, size_bytes=written, expected_bytes=file.size_bytes)


def _written_pieces(descriptor: int, size_bytes: int, data: int, hole: int) -> list[tuple[int, int]]:
    """Return start and end of what is written; of a file in very many pieces, as if the rest were too."""
    pieces: list[tuple[int, int]] = []
    at = 0
    while at < size_bytes:
        try:
            start = os.lseek(descriptor, at, data)
        except OSError:  # nothing is written behind this
            break
        if len(pieces) == _MOST_PIECES:
            return [*pieces, (start, size_bytes)]
        at = os.lseek(descriptor, start, hole)
        pieces.append((start, at))
    return pieces
