"""Reading a part of a file."""

from __future__ import annotations

from io import FileIO
from typing import BinaryIO


def read_between(stream: BinaryIO | FileIO, start: int, end: int) -> bytes:
    """Return the bytes from `start` up to `end`; fewer where the file ends before. A raw read may give less at once."""
    stream.seek(start)
    parts: list[bytes] = []
    while start < end:
        part = stream.read(end - start)
        if not part:
            break
        parts.append(part)
        start += len(part)
    return b"".join(parts)
