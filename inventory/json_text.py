"""Whether a .json file parses, or looks whole where it is too large to be parsed in every scan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO, cast

from .byte_ranges import read_between
from .damage import Damage, DamageKind
from .substitutes import LONGEST_MARK, substitute

if TYPE_CHECKING:
    from io import FileIO

    from .disk import FileOnDisk

_LONGEST_PARSED = 64 * 1024
"""Larger JSON is not parsed: a vocabulary of 0.85 MB takes 20 ms, and a user has dozens of them.

One that was cut off passes only where the cut falls right behind a closing bracket.
"""
_LONGEST_READ = 4 * 1024 * 1024
"""Larger JSON is not read to its end either, but in places."""
_PLACES = 64
_CLOSING = {b"{": b"}", b"[": b"]", b'"': b'"'}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TAIL = 4096
_OF_ERRORS = frozenset({"error", "error_type", "message", "status", "code", "detail"})


def json_damage(file: FileOnDisk) -> Damage | None:
    """Return what is wrong with a .json file, or None.

    Raises:
        OSError: It cannot be read.
    """
    with open(file.path, "rb", buffering=0) as stream:
        if file.size_bytes > _LONGEST_PARSED:
            return _damage_of_large(stream, file.size_bytes)
        content = read_between(stream, 0, file.size_bytes)
    try:
        document: object = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return substitute(content[:LONGEST_MARK]) or Damage(kind=DamageKind.UNPARSABLE, detail="JSON")
    if (
        isinstance(document, dict)
        and "error" in document
        and cast("dict[str, object]", document).keys() <= _OF_ERRORS
    ):
        return Damage(kind=DamageKind.SERVER_ERROR)
    return None


def _damage_of_large(stream: BinaryIO | FileIO, size_bytes: int) -> Damage | None:
    head = read_between(stream, 0, LONGEST_MARK)
    start = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    closing = _CLOSING.get(start[:1])
    if closing is None:
        return substitute(head) or Damage(kind=DamageKind.WRONG_FORMAT, detail="JSON")
    end = read_between(stream, size_bytes - _TAIL, size_bytes).rstrip()
    if not end.endswith(closing):
        return Damage(kind=DamageKind.CUT, detail="its JSON does not end")
    if _has_zeros(stream, size_bytes):
        return Damage(kind=DamageKind.CUT, detail="there are zeros within it")
    return None


def _has_zeros(stream: BinaryIO | FileIO, size_bytes: int) -> bool:
    """Return whether a byte of it is zero, which no text has; of a very large file, in some places."""
    if size_bytes <= _LONGEST_READ:
        return b"\0" in read_between(stream, 0, size_bytes)
    step = size_bytes // _PLACES
    return any(b"\0" in read_between(stream, place, place + _TAIL) for place in range(0, size_bytes, step))
