"""Stand-in files look whole, or cut off, and cost next to nothing."""

import json
import struct

import pytest
import sample_disk
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from sample_disk import DiskFile, lay_out, sample_files
from sparse import bytes_on_disk, sparse_files_work, write_stand_in

GIGABYTES_28 = 28_577_112_345


def damage(folder, name):
    return Integrity().damage(DiskIndex([str(folder)]).find([name]))


def needs_sparse_files(folder):
    if not sparse_files_work(folder):
        pytest.skip("no sparse files here")


def test_a_large_file_has_its_size_and_a_valid_header_and_costs_little(tmp_path):
    needs_sparse_files(tmp_path)
    path = tmp_path / "large.safetensors"
    write_stand_in(path, GIGABYTES_28)
    assert path.stat().st_size == GIGABYTES_28
    assert bytes_on_disk(path) < 100_000
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    ((_, end),) = [tensor["data_offsets"] for tensor in header.values()]
    assert 8 + length + end == GIGABYTES_28


@pytest.mark.parametrize("size", [1, 264, 265, 1_000_003])
def test_a_safetensors_file_of_any_size_is_whole(tmp_path, size):
    write_stand_in(tmp_path / "a.safetensors", size)
    assert damage(tmp_path, "a.safetensors") is None


@pytest.mark.parametrize("size", [1, 64, 65, 2_000, 28_577_112_345])
def test_a_gguf_file_of_any_size_is_whole(tmp_path, size):
    needs_sparse_files(tmp_path)
    write_stand_in(tmp_path / "a.gguf", size)
    assert (tmp_path / "a.gguf").stat().st_size == max(size, 64)
    assert damage(tmp_path, "a.gguf") is None


@pytest.mark.parametrize(
    "name", ["a.pth", "a.bin", "a.pt", "a.ckpt", "a.onnx", "a.json", "a.yaml", "spiece.model"]
)
def test_other_files_are_not_taken_for_damaged(tmp_path, name):
    write_stand_in(tmp_path / name, 2_000)
    assert damage(tmp_path, name) is None


def test_a_cut_off_file_says_more_than_it_has(tmp_path):
    write_stand_in(tmp_path / "a.safetensors", 5_000_000, cut_to=3_000_000)
    assert (tmp_path / "a.safetensors").stat().st_size == 3_000_000
    assert "3,000,000 of 5,000,000" in str(damage(tmp_path, "a.safetensors"))
    write_stand_in(tmp_path / "a.gguf", 5_000_000, cut_to=3_000_000)
    assert "3,000,000 of at least 5,000,000" in str(damage(tmp_path, "a.gguf"))


def test_json_is_valid(tmp_path):
    write_stand_in(tmp_path / "below" / "config.json", 700)
    assert json.loads((tmp_path / "below" / "config.json").read_text(encoding="utf-8")) == {"sample": True}


def test_the_whole_sample_costs_little_disk(tmp_path):
    needs_sparse_files(tmp_path)
    laid_out = lay_out(tmp_path, sample_files())
    there = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in there) > 100 * 10**9
    assert sum(bytes_on_disk(path) for path in there) < 8_000_000
    assert laid_out.notice == ""
    assert len(there) == len(laid_out.files)


def test_without_sparse_files_sizes_are_a_thousandth_and_the_page_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_disk, "sparse_files_work", lambda _folder: False)
    files = (
        DiskFile("ckpts/a.safetensors", 2_000_000),
        DiskFile("ckpts/b.safetensors", 9_000_000, 4_000_000),
    )
    laid_out = lay_out(tmp_path, files)
    assert (tmp_path / "ckpts" / "a.safetensors").stat().st_size == 2_000
    assert damage(tmp_path / "ckpts", "a.safetensors") is None
    assert "cut off" in str(damage(tmp_path / "ckpts", "b.safetensors"))
    assert "1/1000" in laid_out.notice


def test_the_probe_leaves_nothing_behind(tmp_path):
    sparse_files_work(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_has_no_sparse_files(tmp_path):
    assert not sparse_files_work(tmp_path / "not there")


@pytest.mark.parametrize("path", ["../outside.safetensors", "ckpts/../../outside.safetensors"])
def test_nothing_is_written_outside_the_folder(tmp_path, path):
    with pytest.raises(ValueError, match="leads out"):
        lay_out(tmp_path / "inside", [DiskFile(path, 10)])
    assert not (tmp_path / "outside.safetensors").exists()
