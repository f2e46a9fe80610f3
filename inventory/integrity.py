"""Telling offline whether a file is whole: formats that say in themselves how long they are.

.safetensors   8 bytes: length of the JSON header; header: last `data_offsets` end
.gguf          header: where the tensors' data starts, and offset, shape and type of each (gguf_header.py)
.pth .pt .bin .ckpt   zip archives since PyTorch 1.6: an end record in the last bytes
.json          parses; of a large one only the ends are looked at
any            a file of no bytes is never whole, nor is one that only points to where Git LFS keeps the real one

What a format does not tell stays unknown, and unknown is not called damaged.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Callable
from io import FileIO
from typing import TYPE_CHECKING, BinaryIO

from .gguf_header import HeaderCutError, NotGgufError, UnknownGgufError, read_gguf_header

if TYPE_CHECKING:
    from .disk import FileOnDisk

_DATA_END = re.compile(rb'"data_offsets"\s*:\s*\[\s*\d+\s*,\s*(\d{1,19})\s*\]')
_LONGEST_HEADER = 100_000_000  # the format's own limit
_TAIL = 4096
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
_ZIP_LONGEST_COMMENT = 0xFFFF
_LONGEST_PARSED_JSON = 64 * 1024
"""Larger JSON is not parsed: a vocabulary of 0.85 MB takes 20 ms, and a user has dozens of them.

One that was cut off passes only where the cut falls right behind a closing bracket.
"""
_JSON_CLOSES = {b"{": b"}", b"[": b"]", b'"': b'"'}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_LONGEST_LFS_POINTER = 1024  # by that specification


class Integrity:
    """Checks files and remembers the answer while path, size and time of change stay the same."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, str | None]] = {}

    def damage(self, file: FileOnDisk) -> str | None:
        """Return what is wrong with the file in a few words, or None where nothing is known to be wrong.

        A file that vanishes or cannot be read meanwhile counts as damaged: the host could not load it either. That
        is not remembered: a drive that is back, or a permission that was given, changes neither size nor time.
        """
        known = self._known.get(file.path)
        if known is not None and known[0] == file.size_bytes and known[1] == file.mtime_ns:
            return known[2]
        try:
            damage = _damage(file)
        except OSError as error:
            return f"it cannot be read ({error.strerror or error})"
        except ValueError as error:  # a name that no file can have
            return f"it cannot be read ({error})"
        self._known[file.path] = (file.size_bytes, file.mtime_ns, damage)
        return damage


def _damage(file: FileOnDisk) -> str | None:
    if file.size_bytes == 0:
        return "it is empty"
    check = _CHECKS.get(os.path.splitext(file.path)[1].lower())
    if check is not None:
        return check(file)
    if file.size_bytes > _LONGEST_LFS_POINTER:
        return None
    with open(file.path, "rb", buffering=0) as stream:
        return _substitute(stream.read(len(_LFS_POINTER)))


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
    too_long = f"it is {file.size_bytes - expected:,} bytes too long"
    return too_long if file.size_bytes > expected else None


def _gguf_damage(file: FileOnDisk) -> str | None:
    try:
        with open(file.path, "rb", buffering=0) as stream:
            header = read_gguf_header(stream, file.size_bytes)
    except HeaderCutError:
        return "it is cut off in its header"
    except NotGgufError:
        return "it is no GGUF file"
    except UnknownGgufError:
        return None
    if file.size_bytes < header.least_bytes:
        return f"it is cut off: {file.size_bytes:,} of at least {header.least_bytes:,} bytes"
    return None


def _zip_damage(file: FileOnDisk) -> str | None:
    with open(file.path, "rb", buffering=0) as stream:
        start = stream.read(len(_LFS_POINTER))
        if not start.startswith(b"PK"):
            return _substitute(start)  # the older format does not tell its length
        end = _read_at(stream, max(file.size_bytes - _ZIP_END_BYTES, 0), file.size_bytes)
        if end.startswith(_ZIP_END):
            return None
        comment = max(file.size_bytes - _ZIP_END_BYTES - _ZIP_LONGEST_COMMENT, 0)
        end = _read_at(stream, comment, file.size_bytes)
    at = end.rfind(_ZIP_END)
    if at < 0 or at + _ZIP_END_BYTES > len(end):
        return "it is cut off: the end of the archive is missing"
    return None


def _json_damage(file: FileOnDisk) -> str | None:
    with open(file.path, "rb", buffering=0) as stream:
        if file.size_bytes > _LONGEST_PARSED_JSON:
            start = _read_at(stream, 0, 64).removeprefix(_BYTE_ORDER_MARK).lstrip()
            end = _read_at(stream, file.size_bytes - _TAIL, file.size_bytes).rstrip()
            closing = _JSON_CLOSES.get(start[:1])
            if closing is None:
                return "it is no JSON file"
            return None if end.endswith(closing) else "it is cut off: its JSON does not end"
        content = _read_at(stream, 0, file.size_bytes)
    try:
        json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "it does not parse as JSON"
    return None


def _substitute(start: bytes) -> str | None:
    """Tell a file that something else was saved as, by its first bytes."""
    if start.startswith(_LFS_POINTER):
        return "it is only a Git LFS pointer to the real file"
    return "it is a web page" if start[:15].lower().startswith((b"<!doctype html", b"<html")) else None


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


_CHECKS: dict[str, Callable[[FileOnDisk], str | None]] = {
    ".safetensors": _safetensors_damage,
    ".sft": _safetensors_damage,
    ".gguf": _gguf_damage,
    ".json": _json_damage,
    **dict.fromkeys((".pth", ".pt", ".bin", ".ckpt"), _zip_damage),
}
