"""Telling whole files from broken ones by what they say of themselves."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.inventory.damage import Damage, DamageKind
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.integrity import Integrity


def safetensors(sizes=(16,), metadata=None, padding=b"") -> bytes:
    header = {"__metadata__": metadata} if metadata is not None else {}
    start = 0
    for number, size in enumerate(sizes):
        header[f"t{number}"] = {"dtype": "I8", "shape": [size], "data_offsets": [start, start + size]}
        start += size
    text = json.dumps(header).encode() + padding
    return struct.pack("<Q", len(text)) + text + b"\x01" * start


def backwards(content: bytes) -> bytes:
    """Return the same file with its header's tensors in the other order."""
    (length,) = struct.unpack("<Q", content[:8])
    header = dict(reversed(json.loads(content[8 : 8 + length]).items()))
    return content[:8] + json.dumps(header).encode() + content[8 + length :]


def archive(size=1_000) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        opened.writestr("archive/data.pkl", b"\x80\x02" + b"\x00" * size)
        opened.writestr("archive/version", "3\n")
    return stream.getvalue()


def archive_of_many_gb() -> bytes:
    """Return an archive with the additional end record of large ones."""
    plain = archive()
    directory = plain.rindex(b"PK\x01\x02", 0, plain.rindex(b"PK\x01\x02"))
    end = plain.rindex(b"PK\x05\x06")
    more = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, end - directory, directory)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return plain[:end] + more + locator + b"PK\x05\x06" + b"\0" * 4 + b"\xff" * 12 + b"\0\0"


def large_json(entries=20_000) -> bytes:
    return json.dumps({"model": {"vocab": {f"token{number}": number for number in range(entries)}}}).encode()


@pytest.fixture
def damage(tmp_path):
    """Return a function that writes a file and says what is wrong with it."""

    def ask(name: str, content: bytes) -> Damage | None:
        path = tmp_path / name
        path.write_bytes(content)
        status = path.stat()
        return Integrity().damage(FileOnDisk(str(path), status.st_size, status.st_mtime_ns))

    return ask


WHOLE = {
    "safetensors": ("x.safetensors", safetensors()),
    "safetensors of many tensors": ("x.safetensors", safetensors([1, 200, 3, 0])),
    "safetensors with a long header": ("x.safetensors", safetensors([3] * 300)),
    "safetensors whose header is in another order": ("x.safetensors", backwards(safetensors([30, 200, 5]))),
    "safetensors with a long header in another order": ("x.safetensors", backwards(safetensors([3] * 300))),
    "safetensors without a tensor": ("x.safetensors", safetensors([])),
    "safetensors with a padded header": ("x.safetensors", safetensors(padding=b"   ")),
    "safetensors whose metadata tells of offsets": (
        "x.safetensors",
        safetensors(metadata={"note": '{"data_offsets": [0, 99999999]}'}),
    ),
    "suffix .sft": ("x.sft", safetensors()),
    "suffix in upper case": ("x.SAFETENSORS", safetensors()),
    "zip .pth": ("x.pth", archive()),
    "zip .pt": ("x.pt", archive()),
    "zip .ckpt": ("x.ckpt", archive()),
    "legacy .pth": ("x.pth", pickle.dumps({"a": 1}, protocol=2)),
    "a zip followed by a comment": ("x.pth", archive()[:-2] + struct.pack("<H", 3) + b"abc"),
    "a text": ("config.json", b"{}"),
    "zip .pth of more than 4 GB, as torch writes it": ("x.pth", archive_of_many_gb()),
    "a zip with the longest comment": ("x.pth", archive()[:-2] + struct.pack("<H", 65_535) + b"c" * 65_535),
    "an empty archive": ("x.pth", b"PK\x05\x06" + b"\0" * 18),
    "a pickle of one byte": ("x.bin", b"."),
    "JSON with a byte order mark": ("a.json", b"\xef\xbb\xbf{}"),
    "JSON of one number": ("a.json", b" 7 \n"),
    "JSON of a list": ("model.safetensors.index.json", b"[1, 2]"),
    "large JSON": ("tokenizer.json", large_json() + b"\n \n"),
    "large JSON with a byte order mark": ("tokenizer.json", b"\xef\xbb\xbf \n" + large_json()),
    "a large list": ("vocab.json", b"[" + b"1,\n" * 50_000 + b"1]"),
    "a large text in JSON": ("vocab.json", b'"' + b"x" * 100_000 + b'"'),
    "a short text": ("merges.txt", b"version https://git is a token here"),
    "a file of a format that tells nothing": ("x.onnx", b"PK"),
}


@pytest.mark.parametrize(("name", "content"), WHOLE.values(), ids=WHOLE)
def test_a_whole_file_is_not_called_damaged(damage, name, content):
    assert damage(name, content) is None


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1234567\n"

BROKEN = {
    "safetensors cut off in its data": ("x.safetensors", safetensors()[:-1], "cut off"),
    "safetensors cut off right behind its header": ("x.safetensors", safetensors()[:-16], "cut off"),
    "safetensors cut off in its header": ("x.safetensors", safetensors()[:30], "cut off in its header"),
    "safetensors of seven bytes": ("x.safetensors", safetensors()[:7], "cut off in its header"),
    "safetensors of eight bytes": ("x.safetensors", safetensors()[:8], "cut off in its header"),
    "safetensors with a long header cut off": ("x.safetensors", safetensors([3] * 300)[:-4], "cut off"),
    "safetensors in another order cut off": ("x.safetensors", backwards(safetensors([30, 200, 5]))[:-4], "cut off"),
    "safetensors that is a web page": ("x.safetensors", b"<!DOCTYPE html><html>" * 9, "a web page"),
    "safetensors whose header is no object": ("x.safetensors", struct.pack("<Q", 4) + b"[1] ", "not a safetensors"),
    "safetensors of zeros": ("x.safetensors", b"\x00" * 100, "not a safetensors"),
    "empty safetensors": ("x.safetensors", b"", "empty"),
    "empty text": ("config.json", b"", "empty"),
    "empty .pth": ("x.pth", b"", "empty"),
    "zip .pth cut in half": ("x.pth", archive(10_000)[:5_000], "cut off"),
    "zip .bin without its last bytes": ("x.bin", archive()[:-22], "cut off"),
    "zip .pt of two bytes": ("x.pt", b"PK", "cut off"),
    "zip .pth cut within its last bytes": ("x.pth", archive()[:-1], "cut off"),
    "zip .ckpt cut within its comment": ("x.ckpt", b"PK" + b"\0" * 200_000, "cut off"),
    "a pointer in place of a .pth": ("x.pth", POINTER, "Git LFS pointer"),
    "a pointer in place of a .model": ("spiece.model", POINTER, "Git LFS pointer"),
    "a pointer in place of a safetensors": ("x.safetensors", POINTER, "Git LFS pointer"),
    "a pointer in place of a GGUF": ("x.gguf", POINTER, "Git LFS pointer"),
    "a pointer in place of a JSON": ("tokenizer.json", POINTER, "Git LFS pointer"),
    "a web page in place of a .bin": ("x.bin", b"<!doctype HTML>\n<html>", "web page"),
    "JSON cut off": ("config.json", b'{"a": [1, 2', "does not parse"),
    "JSON of zeros": ("config.json", b"\0" * 700, "does not parse"),
    "JSON that is a web page": ("config.json", b"<html>", "web page"),
    "JSON that is no UTF-8": ("config.json", b'{"a": "\xff"}', "does not parse"),
    "JSON that is nested without end": ("config.json", b"[" * 50_000, "does not parse"),
    "JSON of blanks": ("config.json", b" \n", "does not parse"),
    "JSON followed by more": ("config.json", b"{} {}", "does not parse"),
    "large JSON cut off": ("tokenizer.json", large_json()[:-1_000], "cut off"),
    "large JSON without its last byte": ("tokenizer.json", large_json()[:-1] + b",", "cut off"),
    "large JSON that ends in zeros": ("tokenizer.json", large_json()[:200_000] + b"\0" * 5_000, "cut off"),
    "large JSON of zeros": ("tokenizer.json", b"\0" * 100_000, "not a JSON"),
    "large JSON that is a web page": ("tokenizer.json", b"<html>" * 50_000, "web page"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_with_what_is_wrong(damage, name, content, words):
    assert words in str(damage(name, content))


TRAILING = {
    "a byte": ("x.safetensors", safetensors() + b"1", "it has 1 byte more than"),
    "some bytes": ("x.safetensors", safetensors() + b"12345", "it has 5 bytes more than"),
    "a page of zeros": ("x.safetensors", safetensors() + bytes(4_096), "it has 4,096 bytes more than"),
    "in another order": (
        "x.safetensors",
        backwards(safetensors([9] * 300)) + b"1",
        "it has 1 byte more than",
    ),
}


@pytest.mark.parametrize(("name", "content", "words"), TRAILING.values(), ids=TRAILING)
def test_bytes_behind_the_last_tensor_are_noted_and_no_damage(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    file, integrity = FileOnDisk(str(path), len(content), 0), Integrity()
    assert integrity.damage(file) is None
    assert words in str(integrity.finding(file))


def test_a_sparse_file_of_28_gb_is_told_by_its_header_alone(tmp_path, write_file):
    path = write_file(tmp_path / "x.safetensors", 28_000_000_000)
    whole = Integrity().damage(FileOnDisk(str(path), 28_000_000_000, 0))
    os.truncate(path, 27_999_999_999)
    cut = Integrity().damage(FileOnDisk(str(path), 27_999_999_999, 0))
    assert whole is None
    assert "27,999,999,999 of 28,000,000,000" in str(cut)


def test_a_file_that_has_vanished_counts_as_damaged(tmp_path):
    assert (
        Integrity().damage(FileOnDisk(str(tmp_path / "gone.safetensors"), 5, 0)).kind is DamageKind.UNREADABLE
    )


def test_what_could_not_be_read_is_looked_at_again(tmp_path):
    path = tmp_path / "x.safetensors"
    integrity = Integrity()
    seen = FileOnDisk(str(path), len(safetensors()), 1)
    assert integrity.damage(seen).kind is DamageKind.UNREADABLE
    path.write_bytes(safetensors())
    assert integrity.damage(seen) is None


def test_the_answer_is_remembered_for_the_same_path_size_and_time(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors()[:-1])
    integrity = Integrity()
    seen = FileOnDisk(str(path), path.stat().st_size, 1)
    assert integrity.damage(seen) is not None
    path.write_bytes(safetensors([15]))  # whole, and as long as the cut one was
    assert Integrity().damage(seen) is None
    assert integrity.damage(seen) is not None, "read again, though nothing told of a change"


@pytest.mark.parametrize("change", ["size", "time", "path"])
def test_a_change_of_path_size_or_time_makes_it_look_again(tmp_path, change):
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors()[:-1])
    size = path.stat().st_size
    integrity = Integrity()
    assert integrity.damage(FileOnDisk(str(path), size, 1)) is not None
    other = path.rename(tmp_path / "y.safetensors") if change == "path" else path
    other.write_bytes(safetensors([15]))  # whole, and as long as the cut one was
    file = FileOnDisk(str(other), other.stat().st_size, 2 if change == "time" else 1)
    if change == "size":
        other.write_bytes(safetensors())
        file = FileOnDisk(str(other), size + 1, 1)
    assert integrity.damage(file) is None


@given(st.lists(st.integers(0, 50), max_size=5), st.data())
def test_any_cut_of_any_safetensors_file_is_noticed(tmp_path_factory, sizes, data):
    whole = safetensors(sizes)
    length = data.draw(st.integers(1, len(whole) - 1))
    path = tmp_path_factory.getbasetemp() / "cut.safetensors"
    path.write_bytes(whole[:length])
    assert Integrity().damage(FileOnDisk(str(path), length, 0)) is not None


@given(st.binary(max_size=200), st.sampled_from(["safetensors", "pth", "gguf", "json", "txt"]))
def test_no_content_makes_the_check_itself_fail(tmp_path_factory, content, suffix):
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(content)
    answer = Integrity().damage(FileOnDisk(str(path), len(content), 0))
    assert answer is None or str(answer)


@given(st.lists(st.integers(0, 5_000), max_size=3), st.data())
def test_any_cut_of_any_archive_is_noticed(tmp_path_factory, sizes, data):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for number, size in enumerate([1, *sizes]):
            opened.writestr(f"archive/data/{number}", b"\x01" * size)
    whole = stream.getvalue()
    length = data.draw(st.integers(2, len(whole) - 1))
    path = tmp_path_factory.getbasetemp() / "cut.pth"
    path.write_bytes(whole[:length])
    assert Integrity().damage(FileOnDisk(str(path), length, 0)).kind is DamageKind.CUT


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans(), max_size=20), st.data())
def test_any_cut_of_a_configuration_is_noticed(tmp_path_factory, content, data):
    whole = json.dumps(content, ensure_ascii=False).encode()
    path = tmp_path_factory.getbasetemp() / "cut.json"
    path.write_bytes(whole)
    assert Integrity().damage(FileOnDisk(str(path), len(whole), 0)) is None
    length = data.draw(st.integers(1, len(whole) - 1))
    path.write_bytes(whole[:length])
    assert Integrity().damage(FileOnDisk(str(path), length, 0)).kind is DamageKind.UNPARSABLE


@pytest.mark.parametrize("suffix", ["safetensors", "gguf", "pth", "json"])
def test_of_a_file_of_28_gb_little_is_read(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    with path.open("wb") as stream:
        stream.write({"pth": b"PK\x03\x04", "json": b"{"}.get(suffix, b"\x01" * 16))
        stream.truncate(28_000_000_000)
    begun = time.process_time()
    assert Integrity().damage(FileOnDisk(str(path), 28_000_000_000, 0))
    assert time.process_time() - begun < 1


def test_a_safetensors_header_whose_numbers_have_no_end_is_no_failure(damage):
    header = b'{"a": {"data_offsets": [0, ' + b"9" * 10_000 + b"]}} " + b" " * 5_000
    answer = damage("x.safetensors", struct.pack("<Q", len(header)) + header + b"1")
    assert answer.kind is DamageKind.INVALID_HEADER


@pytest.mark.parametrize("name", ["gone.gguf", "gone.pth", "gone.json", "gone.model", "a\0b.json"])
def test_a_file_that_cannot_be_opened_is_told_so(tmp_path, name):
    assert Integrity().damage(FileOnDisk(str(tmp_path / name), 5, 0)).kind is DamageKind.UNREADABLE


def test_what_could_not_be_read_is_read_again_once_it_can_be(tmp_path):
    file = FileOnDisk(str(tmp_path / "a.json"), 2, 1)
    integrity = Integrity()
    assert integrity.damage(file).kind is DamageKind.UNREADABLE
    (tmp_path / "a.json").write_bytes(b"{}")
    assert integrity.damage(file) is None


def test_every_kind_of_damage_has_words_of_its_own():
    facts = {"size_bytes": 5, "expected_bytes": 7, "detail": "JSON"}
    assert len({str(Damage(kind=kind, **facts)) for kind in DamageKind}) == len(DamageKind)
