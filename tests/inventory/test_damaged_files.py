"""What a format's header tells of damage, each kind once; and that the loaders of these formats agree.

A loader that is not installed here is not asked: safetensors and gguf are Wan2GP's, not this plugin's.
"""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from pathlib import Path

import pytest
from model_tracker.inventory.damage import NOTES, Damage, DamageKind
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.integrity import Integrity


def finding(path: Path) -> Damage | None:
    return Integrity().finding(FileOnDisk.of(str(path), path.stat()))


def is_damaged(path: Path) -> bool:
    damage = finding(path)
    return damage is not None and damage.kind not in NOTES


def tensor(start: int, end: int, dtype: str = "F16", shape: list[int] | None = None) -> dict[str, object]:
    length = (end - start) // 2
    return {"dtype": dtype, "shape": [length] if shape is None else shape, "data_offsets": [start, end]}


def safetensors(header: object, data_bytes: int = 32) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"\1" * data_bytes


GOOD = {"a": tensor(0, 16), "b": tensor(16, 32)}
GOOD_TEXT = json.dumps(GOOD).encode()

HEADERS: dict[str, bytes] = {
    "a page of zeros within": safetensors(GOOD_TEXT[:40] + bytes(40) + GOOD_TEXT[80:]),
    "noise within": safetensors(GOOD_TEXT[:40] + b"\x07\xf3\x9a" * 10 + GOOD_TEXT[70:]),
    "no UTF-8": safetensors(GOOD_TEXT.replace(b'"a"', b'"\xff"')),
    "no closing brace": safetensors(GOOD_TEXT[:-1]),
    "an opening brace alone": safetensors(b"{"),
    "two tensors that overlap": safetensors({"a": tensor(0, 24), "b": tensor(16, 32)}),
    "two tensors in one place": safetensors({"a": tensor(0, 32), "b": tensor(0, 32)}),
    "a gap between tensors": safetensors({"a": tensor(0, 8), "b": tensor(16, 32)}),
    "a gap before the first": safetensors({"a": tensor(8, 32)}),
    "an end before its start": safetensors({"a": tensor(0, 32), "b": {"dtype": "F16", "shape": [4], "data_offsets": [40, 32]}}),
    "a shape larger than its bytes": safetensors({"a": tensor(0, 32, shape=[17])}),
    "a shape smaller than its bytes": safetensors({"a": tensor(0, 32, shape=[4, 3])}),
    "a name twice": safetensors(b'{"a":' + json.dumps(tensor(0, 16)).encode() + b',"a":' + json.dumps(tensor(16, 32)).encode() + b"}"),
    "an entry without a shape": safetensors({"a": {"dtype": "F16", "data_offsets": [0, 32]}}),
    "an entry without a type": safetensors({"a": {"shape": [16], "data_offsets": [0, 32]}}),
    "an entry without offsets": safetensors({"a": {"dtype": "F16", "shape": [16]}}),
    "offsets of three numbers": safetensors({"a": {"dtype": "F16", "shape": [16], "data_offsets": [0, 16, 32]}}),
    "offsets that are texts": safetensors({"a": {"dtype": "F16", "shape": [16], "data_offsets": ["0", "32"]}}),
    "an entry that is a number": safetensors({"a": 5}),
    "a list": safetensors([1, 2]),
    "metadata that is a text": safetensors({"__metadata__": "x", **GOOD}),
    "cut where the tensor named last ends": safetensors({"a": tensor(16, 32), "b": tensor(0, 16)}, 16),
    "cut behind the header": safetensors(GOOD, 0),
    "cut by a byte": safetensors(GOOD, 31),
}  # fmt: skip


@pytest.mark.parametrize("content", HEADERS.values(), ids=HEADERS)
def test_a_safetensors_header_that_contradicts_itself_is_damage(tmp_path, content):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    assert is_damaged(path)


def random_headers(number: int):
    """Yield headers of some tensors with one thing changed, and some that are whole."""
    draw = random.Random(12)
    for _ in range(number):
        header: dict[str, object] = {}
        at = 0
        for name in range(draw.randint(0, 5)):
            dtype, width = draw.choice(
                [("F16", 2), ("BF16", 2), ("F32", 4), ("I8", 1), ("BOOL", 1), ("F8_E4M3", 1)]
            )
            shape = [draw.randint(0, 4) for _ in range(draw.randint(0, 3))]
            length = width
            for side in shape:
                length *= side
            header[f"t{name}"] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + length]}
            at += length
        content = bytearray(safetensors(header, at + draw.choice([0, 0, 0, 0, -1, 1, 7]) if at else 0))
        for _ in range(draw.choice([0, 0, 1, 2])):
            content[draw.randrange(8, len(content))] = draw.choice(b'{}[]",:0123456789x \0\xff')
        yield bytes(content)


def test_safetensors_itself_agrees_about_whole_and_damaged_headers(tmp_path):
    safe_open = pytest.importorskip("safetensors", reason="not installed: nothing to compare with").safe_open
    path = tmp_path / "x.safetensors"
    refused = opened = 0
    for content in (
        *HEADERS.values(),
        safetensors(GOOD),
        safetensors(GOOD, 33),
        safetensors(b"  " + GOOD_TEXT),
        *random_headers(3_000),
    ):
        path.write_bytes(content)
        try:
            with safe_open(str(path), framework="np") as file:
                list(file.keys())
        except Exception:  # noqa: BLE001 - whatever it raises, it refuses
            refused += 1
            assert finding(path) is not None, content
        else:
            opened += 1
            assert not is_damaged(path), (content, finding(path))
    assert refused > 100
    assert opened > 100


def archive(members: int = 30, size: int = 500) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for number in range(members):
            opened.writestr(f"archive/data/{number}", bytes([number]) * size)
    return stream.getvalue()


ARCHIVE = archive()
DIRECTORY = ARCHIVE.index(b"PK\x01\x02")
END = ARCHIVE.rindex(b"PK\x05\x06")
ARCHIVES: dict[str, bytes] = {
    "its middle gone": ARCHIVE[:4_000] + ARCHIVE[9_000:],
    "its directory zeroed": ARCHIVE[:DIRECTORY] + bytes(END - DIRECTORY) + ARCHIVE[END:],
    "a part of its directory zeroed": ARCHIVE[: DIRECTORY + 300] + bytes(200) + ARCHIVE[DIRECTORY + 500 :],
    "a larger directory than there is": ARCHIVE[: END + 12] + struct.pack("<I", 10**6) + ARCHIVE[END + 16 :],
    "a smaller directory than there is": ARCHIVE[: END + 12] + struct.pack("<I", END - DIRECTORY - 9) + ARCHIVE[END + 16 :],
    "a directory farther on": ARCHIVE[: END + 16] + struct.pack("<I", DIRECTORY + 7) + ARCHIVE[END + 20 :],
    "a directory farther ahead": ARCHIVE[: END + 16] + struct.pack("<I", DIRECTORY - 7) + ARCHIVE[END + 20 :],
    "its beginning zeroed": b"PK\x03\x04"[:2] + bytes(998) + ARCHIVE[1_000:],
    "no end": ARCHIVE[:END],
    "half of it": ARCHIVE[: len(ARCHIVE) // 2],
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["pth", "pt", "bin", "ckpt", "npz"])
@pytest.mark.parametrize("content", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_whose_directory_does_not_fit_it_is_damage(tmp_path, content, suffix):
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(content)
    assert is_damaged(path)


def zipfile_reads(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as opened:
            names = opened.namelist()
            if names:
                opened.open(names[0]).close()
    except Exception:  # noqa: BLE001 - whatever it raises, it refuses
        return False
    return True


def test_zipfile_agrees_about_whole_and_damaged_archives(tmp_path):
    path, draw = tmp_path / "x.pth", random.Random(13)
    verdicts = {True: 0, False: 0}
    contents = [ARCHIVE, b"a program that unpacks it" + ARCHIVE, archive(0), *ARCHIVES.values()]
    for _ in range(1_500):
        changed = bytearray(archive(draw.randint(0, 4), 20))
        for _ in range(draw.choice([0, 1, 2])):
            changed[draw.randrange(2, len(changed))] = draw.randrange(256)
        cut = draw.choice([0, 0, 0, 30])
        place = draw.randrange(2, len(changed))
        contents.append(bytes(changed[:place] + changed[place + cut :]))
    for content in contents:
        path.write_bytes(content)
        reads = zipfile_reads(path)
        verdicts[reads] += 1
        if reads:
            assert not is_damaged(path), (content, finding(path))
    assert min(verdicts.values()) > 50


@pytest.mark.parametrize("content", ARCHIVES.values(), ids=ARCHIVES)
def test_zipfile_refuses_each_kind_of_damaged_archive(tmp_path, content):
    path = tmp_path / "x.pth"
    path.write_bytes(content)
    assert not zipfile_reads(path)


def gguf(tensors: list[tuple[bytes, tuple[int, ...], int, int]], data_bytes: int) -> bytes:
    parts = [struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), 0)]
    for name, shape, kind, offset in tensors:
        fields = f"<Q{len(name)}sI{len(shape)}QIQ"
        parts.append(struct.pack(fields, len(name), name, len(shape), *shape, kind, offset))
    header = b"".join(parts)
    return header.ljust(-(-len(header) // 32) * 32, b"\0") + b"\1" * data_bytes


def test_gguf_itself_agrees_about_whole_and_damaged_headers(tmp_path):
    reader = pytest.importorskip("gguf", reason="not installed: nothing to compare with").GGUFReader
    path, draw = tmp_path / "x.gguf", random.Random(14)
    verdicts = {True: 0, False: 0}
    for _ in range(1_500):
        tensors: list[tuple[bytes, tuple[int, ...], int, int]] = []
        at = 0
        for number in range(draw.randint(1, 4)):
            kind, unit, unit_bytes = draw.choice(
                [(0, 1, 4), (1, 1, 2), (8, 32, 34), (12, 256, 144), (24, 1, 1)]
            )
            units, rows = draw.randint(1, 3), draw.randint(1, 3)
            odd = draw.choice([0, 0, 0, 0, 0, 1])
            offset = max(0, at + draw.choice([0, 0, 0, 0, 32, -32, 1]))
            tensors.append(
                (b"t%d" % draw.choice([number, number, number, 0]), (units * unit + odd, rows), kind, offset)
            )
            at = -(-(offset + units * rows * unit_bytes + 40) // 32) * 32
        content = gguf(tensors, at + draw.choice([0, 0, 32, -64, -20]))
        path.write_bytes(content)
        try:
            reader(str(path))
        except Exception:  # noqa: BLE001 - whatever it raises, it refuses
            verdicts[False] += 1
            assert finding(path) is not None, content
        else:
            verdicts[True] += 1
            assert not is_damaged(path), (content, finding(path))
    assert min(verdicts.values()) > 50


PAGE = b"<!DOCTYPE html>\n<html><head><title>Error</title></head>" + b"<p>Not here.</p>" * 200
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9000000000\n"
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>'
ANSWERS: dict[str, tuple[bytes, DamageKind]] = {
    "a page longer than a kilobyte": (PAGE, DamageKind.WEB_PAGE),
    "a page behind a byte order mark": (b"\xef\xbb\xbf\n " + PAGE, DamageKind.WEB_PAGE),
    "a pointer": (POINTER, DamageKind.LFS_POINTER),
    "an error in XML": (XML, DamageKind.SERVER_ERROR),
    "an error in JSON": (b'{"error":"Invalid username or password."}', DamageKind.SERVER_ERROR),
    "an error in words": (b"Entry not found", DamageKind.SERVER_ERROR),
    "an error in a line": (b"404: Not Found\n", DamageKind.SERVER_ERROR),
    "a gate": (b"Access to model a/b is restricted. You must be authenticated.", DamageKind.SERVER_ERROR),
}
SUFFIXES = (
    "safetensors",
    "sft",
    "gguf",
    "pth",
    "pt",
    "bin",
    "ckpt",
    "onnx",
    "pkl",
    "model",
    "npz",
    "json",
    "txt",
    "task",
)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("content", "kind"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_server_answered_in_place_of_a_file_is_said(tmp_path, content, kind, suffix):
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(content)
    assert finding(path).kind is kind


@pytest.mark.parametrize("suffix", [*SUFFIXES, "yaml", "bin", "npy", "dat"])
def test_zeros_of_the_right_length_are_damage(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(bytes(200_000))
    assert is_damaged(path)


def test_a_text_with_a_head_of_zeros_is_damage_and_bare_numbers_are_not(tmp_path):
    for name, damaged in (("a.txt", True), ("a.onnx", True), ("a.dat", False), ("a.bin", False)):
        path = tmp_path / name
        path.write_bytes(bytes(4_096) + b"\1" * 4_096)
        assert is_damaged(path) is damaged, name


def test_large_json_with_a_hole_of_zeros_is_damage(tmp_path):
    whole = json.dumps({f"token{number}": number for number in range(20_000)}).encode()
    path = tmp_path / "vocab.json"
    path.write_bytes(whole)
    assert finding(path) is None
    path.write_bytes(whole[:100_000] + bytes(4_096) + whole[104_096:])
    assert is_damaged(path)


def test_a_hole_is_seen_in_json_too_large_to_be_read_to_its_end(tmp_path):
    path = tmp_path / "tokenizer.json"
    with path.open("wb") as stream:
        stream.write(b'{"a": "')
        for _ in range(12):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}')
    assert finding(path) is None
    with path.open("r+b") as stream:
        stream.seek(3_000_000)
        stream.write(bytes(500_000))
    assert is_damaged(path)


def test_a_page_under_a_name_of_markup_is_what_it_should_be(tmp_path):
    path = tmp_path / "help.html"
    path.write_bytes(PAGE)
    assert finding(path) is None


def test_a_configuration_that_names_an_error_among_others_is_no_answer(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"error": 0.5, "hidden_size": 3}')
    assert finding(path) is None


def test_a_header_of_ten_thousand_tensors_is_read_in_a_fraction_of_a_second(tmp_path):
    import time

    header = {f"blocks.{number}.weight": tensor(number * 16, number * 16 + 16) for number in range(10_000)}
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors(header, 160_000))
    begun = time.process_time()
    assert finding(path) is None
    assert time.process_time() - begun < 5
