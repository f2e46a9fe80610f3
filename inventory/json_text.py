"""Whether a .json file parses, or ends as it begins where it is too large to be parsed in every scan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .byte_ranges import read_between
from .damage import Damage, DamageKind

if TYPE_CHECKING:
    from .disk import FileOnDisk

_LONGEST_PARSED = 64 * 1024
"""Larger JSON is not parsed: a vocabulary of 0.85 MB takes 20 ms, and a user has dozens of them.

One that was cut off passes only where the cut falls right behind a closing bracket.
"""
_CLOSING = {b"{": b"}", b"[": b"]", b'"': b'"'}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TAIL = 4096


def json_damage(file: FileOnDisk) -> Damage | None:
    """Return what is wrong with a .json file, or None.

    Raises:
        OSError: It cannot be read.
    """
    with open(file.path, "rb", buffering=0) as stream:
        if file.size_bytes > _LONGEST_PARSED:
            start = read_between(stream, 0, 64).removeprefix(_BYTE_ORDER_MARK).lstrip()
            end = read_between(stream, file.size_bytes - _TAIL, file.size_bytes).rstrip()
            closing = _CLOSING.get(start[:1])
            if closing is None:
                return Damage(kind=DamageKind.WRONG_FORMAT, detail="JSON")
            return (
                None if end.endswith(closing) else Damage(kind=DamageKind.CUT, detail="its JSON does not end")
            )
        content = read_between(stream, 0, file.size_bytes)
    try:
        json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Damage(kind=DamageKind.UNPARSABLE, detail="JSON")
    return None
