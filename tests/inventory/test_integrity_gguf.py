"""Telling whole GGUF files from cut ones by their headers, both byte orders, with and without a tokenizer."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.inventory.damage import Damage, DamageKind
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.gguf_header import (
    BLOCKS,
    HeaderCutError,
    NotGgufError,
    UnknownGgufError,
    read_gguf_header,
)
from model_tracker.inventory.integrity import Integrity

U8, I8, U32, BOOL, STRING, ARRAY, U64, F64 = 0, 1, 4, 7, 8, 9, 10, 12
F32, Q8_0, TYPE_I8 = 0, 8, 24
PLAIN = {U8: "B", U32: "I", BOOL: "B", U64: "Q", F64: "d"}


class Writer:
    """Writes the format as its description says."""

    def __init__(self, order="<", version=3):
        self.order = order
        self.version = version

    def pack(self, fields, *values):
        return struct.pack(self.order + fields, *values)

    def text(self, text: bytes):
        return self.pack("Q", len(text)) + text

    def value(self, kind, value):
        if kind == STRING:
            return self.text(value)
        if kind == ARRAY:
            item, items = value
            return self.pack("IQ", item, len(items)) + b"".join(self.value(item, one) for one in items)
        return self.pack(PLAIN[kind], value)

    def header(self, keys=(), tensors=()):
        """Keys: (name, kind, value); tensors: (name, dimensions, type, offset)."""
        parts = [b"GGUF", self.pack("IQQ", self.version, len(tensors), len(keys))]
        parts += [
            self.text(name) + self.pack("I", kind) + self.value(kind, value) for name, kind, value in keys
        ]
        parts += [
            self.text(name) + self.pack(f"I{len(shape)}QIQ", len(shape), *shape, kind, offset)
            for name, shape, kind, offset in tensors
        ]
        return b"".join(parts)

    def file(self, keys=(), shapes=(), alignment=32):
        """Return a file whose tensors, (dimensions, type) each, lie one behind the other; the last is not padded."""
        tensors, offset, end = [], 0, 0
        for number, (shape, kind) in enumerate(shapes):
            tensors.append((b"blk.%d.weight" % number, shape, kind, offset))
            end = offset + size_of(shape, kind)
            offset = -(-end // alignment) * alignment
        header = self.header(keys, tensors)
        if not tensors:
            return header
        return header.ljust(-(-len(header) // alignment) * alignment, b"\0") + b"\x01" * end


def size_of(shape, kind):
    weights = 1
    for length in shape:
        weights *= length
    block, size = BLOCKS.get(kind, (1, 1))
    return weights // block * size if kind in BLOCKS else min(weights, 1)


WRITER = Writer()
KEYS = (
    (b"general.architecture", STRING, b"wan"),
    (b"general.quantization_version", U32, 2),
    (b"wan.scale", F64, 0.5),
    (b"wan.flag", BOOL, 1),
    (b"wan.sizes", ARRAY, (U32, [1, 2, 3])),
    (b"tokenizer.ggml.tokens", ARRAY, (STRING, [b"a", b"", "ü".encode() * 200, b"x" * 300])),
    (b"wan.nested", ARRAY, (ARRAY, [(U8, [1]), (STRING, [b"x", b"yy"]), (ARRAY, [(U64, [7])])])),
)
SHAPES = (((5120, 2), Q8_0), ((7,), F32), ((3, 1, 2, 2), TYPE_I8), ((256,), 12))


@pytest.fixture
def damage(tmp_path):
    """Return a function that writes a file, cut where asked, and says what is wrong with it."""

    def ask(content: bytes, size: int | None = None) -> Damage | None:
        path = tmp_path / "x.gguf"
        path.write_bytes(content)
        if size is not None:
            os.truncate(path, size)
        return Integrity().damage(FileOnDisk(str(path), path.stat().st_size, 0))

    return ask


WHOLE = {
    "tensors and keys": WRITER.file(KEYS, SHAPES),
    "without keys": WRITER.file((), SHAPES),
    "a vocabulary alone": WRITER.file(KEYS),
    "neither": WRITER.file(),
    "big-endian": Writer(">").file(KEYS, SHAPES),
    "version 2": Writer(version=2).file(KEYS, SHAPES),
    "padded at its end": WRITER.file(KEYS, SHAPES) + b"\0" * 31,
    "aligned to 64": WRITER.file([*KEYS, (b"general.alignment", U32, 64)], SHAPES, 64),
    "aligned to 1": WRITER.file([(b"general.alignment", U32, 1)], SHAPES, 1),
    "a tensor without dimensions": WRITER.file((), [((), F32)]),
    "an empty tensor at its end": WRITER.file((), [((4,), F32), ((0,), F32)]),
    "two empty tensors before others": WRITER.file((), [((0,), F32), ((0,), F32), ((4,), F32)]),
    "a tensor of a type that is not known": WRITER.file((), [((4,), F32), ((1_000_000,), 999)]),
    "a version that is not known yet": Writer(version=4).file() + b"whatever it may hold",
    "version 1, whose counts are shorter": Writer(version=1).file() + b"whatever it may hold",
    "a header of 300 kB": WRITER.file([(b"t", ARRAY, (STRING, [b"token"] * 23_000))], SHAPES),
}  # fmt: skip


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_a_whole_file_is_not_called_damaged(damage, content):
    assert damage(content) is None


BROKEN = {
    "cut by a byte": (WRITER.file(KEYS, SHAPES)[:-1], "it is cut off: 12,399 of at least 12,400 bytes"),
    "cut right behind its header": (WRITER.file((), SHAPES)[:256], "cut off: 256 of at least 11,"),
    "cut in its header": (WRITER.file(KEYS, SHAPES)[:200], "cut off in its header"),
    "big-endian, cut": (Writer(">").file(KEYS, SHAPES)[:-1], "cut off: "),
    "of three bytes": (b"GGU", "cut off in its header"),
    "a magic alone": (b"GGUF", "cut off in its header"),
    "empty": (b"", "it is empty"),
    "a web page": (b"<!DOCTYPE html><html>" * 9, "it is a web page"),
    "a row that is no number of blocks": (WRITER.file((), [((33,), Q8_0)]), "shape does not fit its type"),
    "quantized, but without a row": (WRITER.file((), [((), Q8_0)]), "shape does not fit its type"),
    "of zeros": (b"\0" * 1_000, "not a GGUF file"),
    "another format": (b"ggjt" + b"\1" * 100, "not a GGUF file"),
    "a magic, then zeros": (b"GGUF" + b"\0" * 1_000, "not a GGUF file"),
    "a magic, then noise": (b"GGUF" + b"\xa7" * 1_000, "not a GGUF file"),
    "more keys than anyone has": (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63) + b"\0" * 99, "not a GGUF file"),
    "more tensors than anyone has": (b"GGUF" + struct.pack("<IQQ", 3, 2**40, 0) + b"\0" * 99, "not a GGUF file"),
    "more tensors than it has room for": (b"GGUF" + struct.pack("<IQQ", 3, 500, 0) + b"\0" * 99, "cut off in"),
    "a name of 2^63 bytes": (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**63) + b"\0" * 99, "cut off in"),
    "an array of 2^62 strings": (WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<IIQ", 9, 8, 2**62) + b"\0" * 99, "cut off in"),
    "an array of 2^62 numbers": (WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<IIQ", 9, 4, 2**62) + b"\0" * 99, "cut off in"),
    "an array of 2^62 arrays": (WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<IIQ", 9, 9, 2**62) + b"\0" * 99, "not a GGUF file"),
    "a value of no known type": (WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<I", 13) + b"\0" * 99, "not a GGUF file"),
    "an alignment of zero": (WRITER.file([(b"general.alignment", U32, 0)], SHAPES), "not a GGUF file"),
    "an alignment of 33": (WRITER.file([(b"general.alignment", U32, 33)], SHAPES), "not a GGUF file"),
    "a tensor of 1,000 dimensions": (WRITER.header((), [(b"t", (1,) * 1_000, F32, 0)]), "not a GGUF file"),
    "a tensor larger than any disk": (WRITER.header((), [(b"t", (2**40, 2**40), F32, 0)]), "not a GGUF file"),
    "a tensor name of 2^63 bytes": (WRITER.header((), [(b"t", (1,), F32, 0)])[:24] + struct.pack("<Q", 2**63) + b"\0" * 99, "cut off in"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_with_what_is_wrong(damage, content, words):
    assert words in str(damage(content))


ODD = {
    "overlapping": ([(b"a", (8,), F32, 0), (b"b", (8,), F32, 0)], 32, "its tensors overlap"),
    "unaligned": ([(b"a", (8,), F32, 0), (b"b", (8,), F32, 33)], 65, "not aligned"),
    "with a gap": ([(b"a", (8,), F32, 0), (b"b", (8,), F32, 96)], 128, "a gap between"),
    "of one name": ([(b"a", (8,), F32, 0), (b"a", (8,), F32, 32)], 64, "the same name"),
    "of a type from the future": ([(b"a", (8,), 999, 0)], 64, "a data type that is not known"),
    "one of two": ([(b"a", (8,), F32, 0)], 64, "it has 32 bytes more than"),
    "none, with data": ([], 64, "it has 72 bytes more than"),
}


@pytest.mark.parametrize(("tensors", "data_bytes", "words"), ODD.values(), ids=ODD)
def test_what_loaders_take_and_writers_do_not_write_is_a_note(tmp_path, tensors, data_bytes, words):
    header = WRITER.header((), tensors)
    content = header.ljust(-(-len(header) // 32) * 32, b"\0") + b"\1" * data_bytes
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    file, integrity = FileOnDisk(str(path), len(content), 0), Integrity()
    assert integrity.damage(file) is None
    assert words in str(integrity.finding(file))


def test_a_sparse_file_of_20_gb_is_told_by_its_header_alone(damage):
    header = WRITER.header(
        (), [(b"a", (19_999_999_000,), TYPE_I8, 0), (b"b", (32,), TYPE_I8, 19_999_999_008)]
    )
    start = -(-len(header) // 32) * 32
    assert damage(header, start + 19_999_999_040) is None
    assert str(damage(header, start + 19_999_999_039)).endswith(
        f"of at least {start + 19_999_999_040:,} bytes"
    )


def test_the_tensor_that_starts_last_counts_wherever_it_is_listed(damage):
    header = WRITER.header((), [(b"b", (100,), TYPE_I8, 64), (b"a", (64,), TYPE_I8, 0)])
    whole = header.ljust(-(-len(header) // 32) * 32, b"\0") + b"\1" * 164
    assert damage(whole) is None
    assert "cut off" in str(damage(whole[:-1]))


class Counting(io.BytesIO):
    """A stream that counts what is read, and gives little at a time."""

    def __init__(self, content: bytes, most: int = 1 << 30):
        super().__init__(content)
        self.most = most
        self.count = 0

    def read(self, size=-1):
        part = super().read(min(size, self.most))
        self.count += len(part)
        return part


def test_little_more_than_the_header_is_read():
    tokens = WRITER.file([(b"tokens", ARRAY, (STRING, [b"token"] * 50_000))], SHAPES)
    stream = Counting(tokens + b"\0" * 10_000_000)
    read_gguf_header(stream, len(tokens) + 10_000_000)
    assert stream.count < 2 * len(tokens)


def test_a_drive_that_gives_some_bytes_at_a_time_gives_the_same_answer():
    content = WRITER.file(KEYS, SHAPES)
    slow = read_gguf_header(Counting(content, most=7), len(content))
    assert slow == read_gguf_header(io.BytesIO(content), len(content))
    assert slow.least_bytes == len(content)


def test_a_file_that_becomes_shorter_while_it_is_read_is_cut():
    content = WRITER.file(KEYS, SHAPES)
    with pytest.raises(HeaderCutError):
        read_gguf_header(io.BytesIO(content[:100]), len(content))


@pytest.mark.parametrize("kind", [STRING, U8])
def test_a_header_longer_than_64_mib_is_left_undecided(damage, kind):
    items = struct.pack("<Q", 70_000_000) if kind == STRING else b""
    start = WRITER.header([(b"k", U32, 0)])[:33] + struct.pack(
        "<IIQ", ARRAY, kind, 1 if items else 70_000_000
    )
    assert damage(start + items, 80_000_000) is None


def test_nonsense_of_64_mib_is_done_with_in_seconds(damage):
    arrays = WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<IIQ", ARRAY, ARRAY, 1_000_000)
    strings = WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<IIQ", ARRAY, STRING, 8_000_000)
    begun = time.process_time()
    damage(arrays + struct.pack("<IQ", STRING, 1) * 1_000_000, 64 << 20)
    damage(strings, 64 << 20)
    assert time.process_time() - begun < 20


def test_arrays_within_arrays_without_end_are_no_gguf(damage):
    nested = (
        WRITER.header([(b"k", U32, 0)])[:33] + struct.pack("<I", ARRAY) + struct.pack("<IQ", ARRAY, 1) * 5_000
    )
    assert damage(nested).kind is DamageKind.WRONG_FORMAT


names = st.binary(max_size=20).filter(lambda name: name != b"general.alignment")  # the reader heeds it
leaves = st.one_of(
    st.tuples(st.just(U32), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(BOOL), st.integers(0, 1)),
    st.tuples(st.just(F64), st.floats()),
    st.tuples(st.just(STRING), st.binary(max_size=40)),
)
arrays = st.one_of(
    st.tuples(st.just(STRING), st.lists(st.binary(max_size=20), max_size=20)),
    st.tuples(st.just(U64), st.lists(st.integers(0, 2**64 - 1), max_size=20)),
)
values = st.one_of(leaves, st.tuples(st.just(ARRAY), arrays))
keys = st.lists(st.tuples(names, values), max_size=5).map(
    lambda found: [(name, *value) for name, value in found]
)
plain_shapes = st.tuples(st.lists(st.integers(0, 20), max_size=4), st.sampled_from([F32, TYPE_I8]))
block_shapes = st.builds(
    lambda blocks, rows, kind: ([blocks * BLOCKS[kind][0], *rows], kind),
    st.integers(0, 3),
    st.lists(st.integers(0, 20), max_size=3),
    st.sampled_from([Q8_0, 12, 41]),
)
shapes = st.lists(st.one_of(plain_shapes, block_shapes), max_size=6)
writers = st.builds(Writer, st.sampled_from("<>"), st.sampled_from([2, 3]))


@given(writers, keys, shapes)
def test_no_whole_file_is_called_damaged(writer, some_keys, some_shapes):
    content = writer.file(some_keys, some_shapes)
    header = read_gguf_header(io.BytesIO(content), len(content))
    assert header.tensors == len(some_shapes)
    assert header.least_bytes <= len(content)


@given(writers, keys, shapes, st.data())
def test_any_cut_of_any_file_is_noticed(tmp_path_factory, writer, some_keys, some_shapes, data):
    whole = writer.file(some_keys, some_shapes)
    needed = read_gguf_header(io.BytesIO(whole), len(whole)).least_bytes
    length = data.draw(st.integers(1, needed - 1))
    path = tmp_path_factory.getbasetemp() / "cut.gguf"
    path.write_bytes(whole[:length])
    assert "cut off" in str(Integrity().damage(FileOnDisk(str(path), length, 0)))


@given(writers, keys, shapes, st.data())
def test_no_change_of_any_byte_makes_the_check_itself_fail(
    tmp_path_factory, writer, some_keys, some_shapes, data
):
    content = bytearray(writer.file(some_keys, some_shapes))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "changed.gguf"
    path.write_bytes(content)
    answer = Integrity().damage(FileOnDisk(str(path), len(content), 0))
    assert answer is None or answer.kind is not DamageKind.UNREADABLE


@given(st.binary(max_size=300).map(lambda rest: b"GGUF\x03\0\0\0" + rest))
def test_no_content_behind_the_magic_makes_it_fail(content):
    with contextlib.suppress(HeaderCutError, NotGgufError, UnknownGgufError):
        read_gguf_header(io.BytesIO(content), len(content))
