"""What the header of a GGUF file says of its tensors, and how long the file must be at least.

Read by hand: where the package gguf takes 67 s to open a file with a large tokenizer, this takes 0.13 s.

The format, as ggml's `docs/gguf.md` describes it (versions 2 and 3; nothing is aligned before the tensors' data):

    "GGUF"   version u32   tensors u64   keys u64
    keys     × (name, value type u32, value)
    tensors  × (name, dimensions u32, each u64, ggml type u32, offset u64)
    padding up to a multiple of `general.alignment` (32 without that key)
    data     offsets count from here

A name is its length (u64) and its bytes; an array is its item type (u32), its length (u64) and its items.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import RawIOBase
from typing import TypeAlias

_MAGIC = b"GGUF"
_READABLE = (2, 3)  # version 1 had shorter counts; Wan2GP's reader takes 2 and 3 too
_NEWEST_THINKABLE = 1_000
_SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_U32, _STRING, _ARRAY = 4, 8, 9
_MOST_ENTRIES = 1_000_000  # keys, tensors, nested arrays; the largest models have some thousands
_MOST_DIMENSIONS = 16  # ggml has 4
_DEEPEST_ARRAY = 8
_LONGEST_FILE = 2**63
_FIRST_READ = 64 * 1024
_GROWTH = 2
_MOST_READ = 64 * 1024 * 1024

_Unpack: TypeAlias = Callable[[bytes, int], tuple[int, ...]]

BLOCKS: dict[int, tuple[int, int]] = {
    0: (1, 4),  # F32
    1: (1, 2),  # F16
    2: (32, 18),  # Q4_0
    3: (32, 20),  # Q4_1
    6: (32, 22),  # Q5_0
    7: (32, 24),  # Q5_1
    8: (32, 34),  # Q8_0
    9: (32, 36),  # Q8_1
    10: (256, 84),  # Q2_K
    11: (256, 110),  # Q3_K
    12: (256, 144),  # Q4_K
    13: (256, 176),  # Q5_K
    14: (256, 210),  # Q6_K
    15: (256, 292),  # Q8_K
    16: (256, 66),  # IQ2_XXS
    17: (256, 74),  # IQ2_XS
    18: (256, 98),  # IQ3_XXS
    19: (256, 50),  # IQ1_S
    20: (32, 18),  # IQ4_NL
    21: (256, 110),  # IQ3_S
    22: (256, 82),  # IQ2_S
    23: (256, 136),  # IQ4_XS
    24: (1, 1),  # I8
    25: (1, 2),  # I16
    26: (1, 4),  # I32
    27: (1, 8),  # I64
    28: (1, 8),  # F64
    29: (256, 56),  # IQ1_M
    30: (1, 2),  # BF16
    34: (256, 54),  # TQ1_0
    35: (256, 66),  # TQ2_0
    39: (32, 17),  # MXFP4
    40: (64, 36),  # NVFP4
    41: (128, 18),  # Q1_0
}
"""ggml type → (weights, bytes) of a block: `GGML_QUANT_SIZES` of the package gguf 0.19.0.

But for Q8_1, of which that package says 40 bytes and ggml's own `block_q8_1` has 36; no file is known to hold it.
"""


class NotGgufError(ValueError):
    """It is not a GGUF file, or its header makes no sense."""


class UnknownGgufError(ValueError):
    """It is a GGUF file of which nothing can be said: another version, or a header longer than is read."""


class HeaderCutError(ValueError):
    """The file ends before its header does."""


class GgufShapeError(ValueError):
    """A tensor's shape does not fit its type: no loader can read it."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What the header says.

    Attributes:
        tensors: How many there are.
        data_start: Where their data begins, in bytes from the file's start; without tensors, where the header ends.
        least_bytes: How long the file is at least. Padding may follow; a tensor of unknown type counts as a byte.
        padded_bytes: How long it is at most with that padding; None: not known, as a type is not.
        oddity: What is unusual about the tensors, in a few words; empty where nothing is.
    """

    tensors: int
    data_start: int
    least_bytes: int
    padded_bytes: int | None = None
    oddity: str = ""


def read_gguf_header(stream: RawIOBase, size_bytes: int) -> GgufHeader:
    """Return what the header says.

    Args:
        stream: The file, unbuffered, at its start. No more than 64 MiB are read, a tokenizer takes about 10.
        size_bytes: How long the file is.

    Raises:
        HeaderCutError: The file ends before the header does.
        NotGgufError: It is not a GGUF file.
        UnknownGgufError: It is of a version other than 2 and 3, or its header is longer than 64 MiB.
        GgufShapeError: A tensor's shape does not fit its type.
        OSError: It cannot be read.
    """
    return _Reader(stream, size_bytes).header()


class _Reader:
    """Walks over the header, reading on as it needs to. `_at` is where it stands, in bytes."""

    def __init__(self, stream: RawIOBase, size_bytes: int) -> None:
        self._stream = stream
        self._size = size_bytes
        self._data = b""
        self._at = 0
        self._order = "<"
        self._alignment = 32
        self._arrays_left = _MOST_ENTRIES
        self._tensor_infos: dict[int, _Unpack] = {}

    def header(self) -> GgufHeader:
        self._need(4)
        if not self._data.startswith(_MAGIC):
            raise NotGgufError
        self._need(24)
        if self._data[4:6] == b"\0\0":  # the version is small: its zeros tell the byte order
            self._order = ">"
        self._u32, self._u64 = self._unpacker("I"), self._unpacker("Q")
        version, tensors, keys = self._unpacker("IQQ")(self._data, 4)
        if version not in _READABLE:
            raise UnknownGgufError if 0 < version < _NEWEST_THINKABLE else NotGgufError
        if tensors > _MOST_ENTRIES or keys > _MOST_ENTRIES:
            raise NotGgufError
        self._at = 24
        self._skip_keys(keys)
        infos, has_twins = self._read_tensors(tensors)
        data_start = self._aligned(self._at)
        if not infos:
            return GgufHeader(0, self._at, self._at, data_start)
        ranges = sorted((info[-1], info[-1] + _bytes_of(info)) for info in infos)
        least = data_start + max(end for _, end in ranges)
        if least > _LONGEST_FILE:
            raise NotGgufError
        is_known = all(info[-2] in BLOCKS for info in infos)
        oddity = "two of its tensors have the same name" if has_twins else self._oddity(ranges, is_known)
        return GgufHeader(tensors, data_start, least, self._aligned(least) if is_known else None, oddity)

    def _aligned(self, place: int) -> int:
        return -(-place // self._alignment) * self._alignment

    def _oddity(self, ranges: list[tuple[int, int]], is_known: bool) -> str:  # noqa: FBT001 - private
        """Return what is unusual about where tensors start and end, those of known types; "" where nothing is."""
        if not is_known:
            return "it has a data type that is not known to this plugin"
        at = 0
        for start, end in ranges:
            if start % self._alignment:
                return "its tensors are not aligned as it says"
            if start < at:
                return "its tensors overlap"
            if start > self._aligned(at):
                return "there is a gap between its tensors"
            at = end
        return ""

    def _need(self, more_bytes: int) -> None:
        """Have this many bytes at hand from where it stands."""
        end = self._at + more_bytes
        if end <= len(self._data):
            return
        if end > self._size:
            raise HeaderCutError
        if end > _MOST_READ:
            raise UnknownGgufError
        wanted = min(max(end, _GROWTH * len(self._data), _FIRST_READ), self._size, _MOST_READ)
        parts, there = [self._data], len(self._data)
        while there < wanted and (part := self._stream.read(wanted - there)):
            parts.append(part)
            there += len(part)
        self._data = b"".join(parts)
        if end > there:
            raise HeaderCutError  # it has become shorter meanwhile

    def _unpacker(self, fields: str) -> _Unpack:
        return struct.Struct(self._order + fields).unpack_from

    def _number(self, unpack: _Unpack, size: int) -> int:
        self._need(size)
        (number,) = unpack(self._data, self._at)
        self._at += size
        return number

    def _skip_keys(self, count: int) -> None:
        for _ in range(count):
            length = self._number(self._u64, 8)
            self._need(length + 4)
            name = self._at
            self._at += length
            kind = self._number(self._u32, 4)
            if length == 17 and kind == _U32 and self._data[name : name + 17] == b"general.alignment":
                self._alignment = self._number(self._u32, 4)
            else:
                self._skip_value(kind)
        if self._alignment < 1 or self._alignment & (self._alignment - 1):
            raise NotGgufError

    def _skip_value(self, kind: int, depth: int = 0) -> None:
        if kind in _SCALARS:
            self._at += _SCALARS[kind]
        elif kind == _STRING:
            self._skip_strings(1)
        elif kind == _ARRAY and depth < _DEEPEST_ARRAY:
            item = self._number(self._u32, 4)
            count = self._number(self._u64, 8)
            if item in _SCALARS:
                self._need(count * _SCALARS[item])
                self._at += count * _SCALARS[item]
            elif item == _STRING:
                self._skip_strings(count)
            else:
                self._skip_arrays(item, count, depth)
        else:
            raise NotGgufError

    def _skip_arrays(self, kind: int, count: int, depth: int) -> None:
        self._arrays_left -= count
        if self._arrays_left < 0:
            raise NotGgufError
        for _ in range(count):
            self._skip_value(kind, depth + 1)

    def _skip_strings(self, left: int) -> None:
        """Skip strings one after the other: a tokenizer has some 300,000, so the inner loop does nothing else."""
        unpack, at, done = self._u64, self._at, 0
        while left:
            self._need(8 * left)
            data = self._data
            try:
                for done in range(left):  # noqa: B007 - tells how far it came
                    at += 8 + unpack(data, at)[0]
                left = 0
            except (struct.error, OverflowError):
                left -= done
            self._at = at
        self._need(0)

    def _read_tensors(self, left: int) -> tuple[list[tuple[int, ...]], bool]:
        """Return of each tensor its dimensions, type and offset; and whether two have one name."""
        found, names = list[tuple[int, ...]](), set[bytes]()
        count, u64, u32, infos = left, self._u64, self._u32, self._tensor_infos
        self._need(24 * left)
        while left:
            data, at = self._data, self._at
            try:
                dimensions_at = at + 8 + u64(data, at)[0]
                (dimensions,) = u32(data, dimensions_at)
                info = (infos.get(dimensions) or self._tensor_info(dimensions))(data, dimensions_at + 4)
            except (struct.error, OverflowError):
                self._need(len(data) - at + 1)
                continue
            self._at = dimensions_at + 16 + 8 * dimensions
            left -= 1
            found.append(info)
            names.add(data[at + 8 : dimensions_at])
        return found, len(names) < count

    def _tensor_info(self, dimensions: int) -> _Unpack:
        """Return what unpacks a tensor's dimensions, type and offset."""
        if dimensions > _MOST_DIMENSIONS:
            raise NotGgufError
        unpack = self._tensor_infos[dimensions] = self._unpacker(f"{dimensions}QIQ")
        return unpack


def _bytes_of(info: tuple[int, ...]) -> int:
    """Return the bytes of a tensor, at least; `info` is its dimensions, type and offset.

    Raises:
        GgufShapeError: A row is not made of whole blocks.
    """
    weights = math.prod(info[:-2])
    known = BLOCKS.get(info[-2])
    if known is None:
        return 1 if weights else 0
    block, size = known
    if block > 1 and (len(info) == 2 or info[0] % block):
        raise GgufShapeError
    return weights // block * size
