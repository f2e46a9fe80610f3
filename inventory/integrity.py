"""Telling offline whether a file is whole: formats that say in themselves how long they are.

.safetensors   8 bytes: length of the JSON header; header: last `data_offsets` end
.pth .pt .bin .ckpt   zip archives since PyTorch 1.6: an end record in the last bytes
any            a file of no bytes is never whole
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
from io import FileIO
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from .disk import FileOnDisk

_DATA_END = re.compile(rb'"data_offsets"\s*:\s*\[\s*\d+\s*,\s*(\d+)\s*\]')
_LONGEST_HEADER = 100_000_000  # the format's own limit
_TAIL = 4096
_ZIP_LIKE = (".pth", ".pt", ".bin", ".ckpt")


class Integrity:
    """Checks files and remembers the answer while path, size and time of change stay the same."""

    def __init__(self) -> None:
        self._known: dict[FileOnDisk, str | None] = {}

    def damage(self, file: FileOnDisk) -> str | None:
        """Return what is wrong with the file in a few words, or None where nothing is known to be wrong.

        A file that vanishes or cannot be read meanwhile counts as damaged: the host could not load it either.
        """
        if file not in self._known:
            self._known[file] = _damage(file)
        return self._known[file]


def _damage(file: FileOnDisk) -> str | None:
    if file.size_bytes == 0:
        return "it is empty"
    suffix = os.path.splitext(file.path)[1].lower()
    try:
        if suffix in {".safetensors", ".sft"}:
            return _safetensors_damage(file)
        if suffix in _ZIP_LIKE:
            return _zip_damage(file)
    except OSError as error:
        return f"it cannot be read ({error.strerror or error})"
    return None


def _safetensors_damage(file: FileOnDisk) -> str | None:
    with open(file.path, "rb", buffering=0) as stream:
        start = stream.read(9)
        if len(start) < 9:
            return "it is cut off in its header"
        (length,) = struct.unpack("<Q", start[:8])
        if length > _LONGEST_HEADER or start[8:] not in b"{ ":
            return "it is no safetensors file"
        if 8 + length > file.size_bytes:
            return "it is cut off in its header"
        # writers put the last tensor last, so that the header's end tells; else all of it is read
        tail = _read_at(stream, max(8, 8 + length - _TAIL), 8 + length)
        ends = _DATA_END.findall(tail)
        if ends and 8 + length + int(ends[-1]) == file.size_bytes:
            return None
        header = _read_at(stream, 8, 8 + length)
    expected = 8 + length + max(map(int, _DATA_END.findall(header)), default=0)
    if file.size_bytes < expected:
        return f"it is cut off: {file.size_bytes:,} of {expected:,} bytes"
    return f"it is {file.size_bytes - expected:,} bytes too long" if file.size_bytes > expected else None


def _read_at(stream: BinaryIO | FileIO, start: int, end: int) -> bytes:
    stream.seek(start)
    parts: list[bytes] = []
    while start < end:
        part = stream.read(end - start)
        if not part:
            break
        parts.append(part)
        start += len(part)
    return b"".join(parts)


def _zip_damage(file: FileOnDisk) -> str | None:
    with open(file.path, "rb") as stream:
        if stream.read(2) != b"PK":
            return None  # the older format does not tell its length
        return None if zipfile.is_zipfile(stream) else "it is cut off: the end of the archive is missing"
