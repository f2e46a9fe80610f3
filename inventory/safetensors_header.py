"""Whether a .safetensors file is what its own header says.

    8 bytes   length of the header
    header    JSON: name → {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, and "__metadata__"
    data      tensors one behind the other, from offset 0 to the file's end

Read by hand: the package safetensors refuses a file without saying how long it should be, and Wan2GP's own loader
(mmgp) takes files that the package refuses: those with bytes behind the last tensor. What the package refuses and
mmgp would read in the wrong place, such as tensors that overlap, is damage.
"""

from __future__ import annotations

import json
import math
import re
import struct
from typing import TYPE_CHECKING, Any, cast

from .byte_ranges import read_between
from .damage import Damage, DamageKind
from .substitutes import LONGEST_MARK, substitute

if TYPE_CHECKING:
    from .disk import FileOnDisk

_DATA_END = re.compile(rb'"data_offsets"\s*:\s*\[\s*\d+\s*,\s*(\d{1,19})\s*\]')
_LONGEST_HEADER = 100_000_000  # the format's own limit
_LONGEST_PARSED = 8_000_000
"""A longer header is not parsed: 1 MB takes about 15 ms, and the largest models have 0.5 MB."""
_BEGINNINGS = (b"{", b" ", b"\t", b"\n", b"\r")  # the package takes blanks before the brace
_METADATA = "__metadata__"
_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}
"""Bits of one number, by the format's names."""


class _HeaderError(ValueError):
    """The header contradicts itself; its text says how, in a few words."""


def safetensors_damage(file: FileOnDisk) -> Damage | None:
    """Return what is wrong with a .safetensors file or worth a note, or None.

    Raises:
        OSError: It cannot be read.
    """
    with open(file.path, "rb", buffering=0) as stream:
        start = stream.read(LONGEST_MARK)
        damage = substitute(start)
        if damage is not None:
            return damage
        if len(start) < 9:
            return Damage(kind=DamageKind.CUT_IN_HEADER)
        (length,) = struct.unpack("<Q", start[:8])
        if length > _LONGEST_HEADER or start[8:9] not in _BEGINNINGS:
            return Damage(kind=DamageKind.WRONG_FORMAT, detail="safetensors")
        if 8 + length > file.size_bytes:
            return Damage(kind=DamageKind.CUT_IN_HEADER)
        header = start[8 : 8 + length]
        if len(header) < length:
            header += read_between(stream, 8 + len(header), 8 + length)
    return _header_damage(header, file.size_bytes)


def _header_damage(header: bytes, size_bytes: int) -> Damage | None:
    data_start = 8 + len(header)
    try:
        data_end, note = _read(header)
    except _HeaderError as error:
        return Damage(kind=DamageKind.INVALID_HEADER, detail=str(error))
    expected = data_start + data_end
    if size_bytes == expected:
        return note
    kind = DamageKind.CUT if size_bytes < expected else DamageKind.TOO_LONG
    return Damage(kind=kind, size_bytes=size_bytes, expected_bytes=expected)


def _read(header: bytes) -> tuple[int, Damage | None]:
    """Return where the data ends, in bytes from its start, and what is worth a note.

    Raises:
        _HeaderError: The header contradicts itself.
    """
    if len(header) > _LONGEST_PARSED:
        return max(map(int, _DATA_END.findall(header)), default=0), None
    try:
        catalog: object = json.loads(header.decode())
    except (ValueError, RecursionError):
        raise _HeaderError("it does not parse as JSON") from None
    if not isinstance(catalog, dict):
        raise _HeaderError("it is no JSON object")
    return _layout(cast("dict[str, Any]", catalog))


def _layout(catalog: dict[str, Any]) -> tuple[int, Damage | None]:
    metadata: object = catalog.pop(_METADATA, None) or {}
    if not isinstance(metadata, dict):
        raise _HeaderError("its metadata is no JSON object")
    ranges: list[tuple[int, int]] = []
    unknown = ""
    for name, entry in catalog.items():
        try:
            dtype, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
            bits = _BITS.get(dtype)
            needed_bits = (end - start) * 8 if bits is None else math.prod(shape) * bits
        except (TypeError, KeyError, ValueError, OverflowError):
            raise _HeaderError(f"the entry of {name[:60]} is malformed") from None
        if type(start) is not int or type(end) is not int:
            raise _HeaderError(f"the entry of {name[:60]} is malformed")
        if (end - start) * 8 != needed_bits or not 0 <= start <= end:
            raise _HeaderError(f"the length of {name[:60]} does not fit its shape")
        if bits is None:
            unknown = str(dtype)
        ranges.append((start, end))
    ranges.sort()
    at = 0
    for start, end in ranges:
        if start != at:
            raise _HeaderError("its tensors overlap" if start < at else "there is a gap between its tensors")
        at = end
    note = f"its data type {unknown[:60]} is not known to this plugin" if unknown else ""
    return at, Damage(kind=DamageKind.UNUSUAL, detail=note) if note else None
