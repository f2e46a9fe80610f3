"""Files that are being written, or were left half-way; and what is in a place that is no file."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path

import pytest
from model_tracker.catalog.fetch_state import FetchState, fetch_state
from model_tracker.catalog.sentences import reason, what_generate_does
from model_tracker.inventory.damage import DamageKind
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.holes import hole_damage
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import FileState, ModelStatus
from model_tracker.inventory.unfinished import CONTROL_SUFFIXES, locked_files, unfinished

MIB = 2**20


@pytest.fixture
def model(world):
    """Return a function that tracks a model of one file, of this name."""

    def track(name="m.safetensors"):
        world.add("m", URLs=world.urls(name))
        return world.track()

    return track


def assert_unfinished(tracked, kind):
    assert [file.state for file in tracked.files] == [FileState.UNFINISHED]
    assert tracked.files[0].damage.kind is kind
    assert tracked.status is ModelStatus.PARTIAL
    assert fetch_state(tracked) is FetchState.UNFINISHED
    told = what_generate_does(tracked) + reason(tracked.files[0])
    assert "being written" in told
    assert "Delete" not in told
    assert "Ready" not in told


@pytest.mark.parametrize("suffix", CONTROL_SUFFIXES)
def test_a_file_with_a_downloads_own_file_beside_it_is_being_written(world, model, suffix):
    world.put("ckpts/m.safetensors", f"ckpts/m.safetensors{suffix}")
    assert_unfinished(model(), DamageKind.CONTROL_FILE)


def test_a_file_of_that_kind_beside_another_file_means_nothing(world, model):
    world.put("ckpts/m.safetensors", "ckpts/n.safetensors.aria2", "ckpts/m.aria2")
    assert model().status is ModelStatus.DOWNLOADED


def test_it_is_seen_in_a_folder_that_is_too_full_to_be_listed(world, model):
    world.put("ckpts/m.safetensors", size=2_000_000)
    world.put("ckpts/m.safetensors.aria2", *(f"ckpts/{number}.txt" for number in range(1_100)))
    assert_unfinished(model(), DamageKind.CONTROL_FILE)


@pytest.mark.parametrize("ago_s", [0, 60, -3])
def test_a_cut_file_of_moments_ago_is_being_written(world, model, ago_s):
    (path,) = world.put("ckpts/m.safetensors", size=4_000)
    os.truncate(path, 2_000)
    moment = time.time() - ago_s
    os.utime(path, (moment, moment))
    assert_unfinished(model(), DamageKind.JUST_CHANGED)


@pytest.mark.parametrize("ago_s", [3_600, -100_000])
def test_a_cut_file_of_another_time_is_broken(world, model, ago_s):
    (path,) = world.put("ckpts/m.safetensors", size=4_000)
    os.truncate(path, 2_000)
    moment = time.time() - ago_s
    os.utime(path, (moment, moment))
    assert [file.state for file in model().files] == [FileState.DAMAGED]


def test_a_whole_file_of_moments_ago_is_there_where_its_format_says_so(world, model):
    (path,) = world.put("ckpts/m.safetensors", size=50_000_000)
    os.utime(path)
    assert model().status is ModelStatus.DOWNLOADED


@pytest.mark.parametrize(("size", "state"), [(50_000_000, FileState.UNFINISHED), (90_000, FileState.PRESENT)])
def test_a_large_file_of_moments_ago_is_in_doubt_where_its_format_says_nothing(world, model, size, state):
    (path,) = world.put("ckpts/m.onnx", size=size)
    moment = time.time() + 5  # however long the test takes
    os.utime(path, (moment, moment))
    assert [file.state for file in model("m.onnx").files] == [state]


def test_a_page_of_moments_ago_is_a_page(world, model):
    (path,) = world.put("ckpts/m.safetensors")
    path.write_bytes(b"<!DOCTYPE html><html><title>file</title></html>")
    assert model().files[0].damage.kind is DamageKind.WEB_PAGE


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux tells of locks")
def test_a_file_that_another_program_has_locked_for_writing_is_being_written(world, model):
    import fcntl

    (path,) = world.put("ckpts/m.safetensors")
    os.utime(path)
    with path.open("r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if (path.stat().st_dev, path.stat().st_ino) not in locked_files():
            pytest.skip("this file system's numbers are not those of its locks")
        assert_unfinished(model(), DamageKind.LOCKED)
    with path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        assert model().status is ModelStatus.DOWNLOADED, "shared by its readers"


def test_a_lock_is_told_by_the_number_of_the_file():
    file = FileOnDisk("/m/x.safetensors", 5, 0, identity=(3, 4))
    locked = unfinished(file, None, None, 3_600, lambda: frozenset({(3, 4)}))
    assert locked.kind is DamageKind.LOCKED
    assert unfinished(file, None, None, 3_600, lambda: frozenset({(4, 3)})) is None
    assert unfinished(file, None, None, 1e9, lambda: frozenset({(3, 4)})) is None, "changed long ago"


def test_a_file_that_windows_keeps_for_another_program_is_being_written(world, model, monkeypatch):
    world.put("ckpts/m.safetensors")

    def refuse(_file):
        error = PermissionError(13, "in use")
        error.winerror = 32
        raise error

    monkeypatch.setattr("model_tracker.inventory.integrity._damage", refuse)
    assert_unfinished(model(), DamageKind.LOCKED)


def holey(path: Path, size: int, pieces: list[tuple[int, int]]) -> FileOnDisk:
    """Write a whole safetensors file of which only the header and these pieces take space."""
    data = size - 8 - 100
    header = b'{"w":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]}}' % (data, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(struct.pack("<Q", 100) + header.ljust(100))
        for start, length in pieces:
            stream.seek(start)
            stream.write(b"\1" * length)
        stream.truncate(size)
    os.utime(path, (1, 1))
    return FileOnDisk.of(str(path), path.stat())


PIECES = {
    "written from the front": [(0, 4 * MIB)],
    "written in four places": [(place * 16 * MIB, 2 * MIB) for place in range(4)],
    "written at its end": [(56 * MIB, 6 * MIB)],
}


def has_holes(file: FileOnDisk) -> bool:
    """Return whether the file system of a test makes holes at all."""
    return file.allocated_bytes is not None and file.allocated_bytes < file.size_bytes // 2


@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="this system does not tell holes")
@pytest.mark.parametrize("pieces", PIECES.values(), ids=PIECES)
def test_a_file_of_full_length_that_is_mostly_holes_is_being_written(world, model, tmp_path, pieces):
    file = holey(
        tmp_path / "ckpts/m.safetensors", 64 * MIB, [(start or 108, length) for start, length in pieces]
    )
    if not has_holes(file):
        pytest.skip("this file system makes no holes")
    tracked = model()
    assert_unfinished(tracked, DamageKind.HOLES)
    assert tracked.files[0].damage.expected_bytes == 64 * MIB


@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="this system does not tell holes")
def test_a_file_with_holes_for_less_than_half_of_it_is_whole(tmp_path):
    assert hole_damage(holey(tmp_path / "m.safetensors", 64 * MIB, [(8 * MIB, 40 * MIB)])) is None


def test_a_file_that_is_all_hole_stands_in_for_a_model(tmp_path):
    assert hole_damage(holey(tmp_path / "m.safetensors", 64 * MIB, [(64 * MIB - 1, 1)])) is None


def test_a_drive_that_does_not_tell_what_a_file_takes_is_believed(tmp_path):
    file = holey(tmp_path / "m.safetensors", 64 * MIB, PIECES["written from the front"][:0])
    assert hole_damage(FileOnDisk(file.path, file.size_bytes, 0)) is None
    assert Integrity().damage(FileOnDisk(file.path, file.size_bytes, 0)) is None


def test_a_note_leaves_the_file_where_it_is(world, model):
    (path,) = world.put("ckpts/m.safetensors")
    with path.open("ab") as stream:
        stream.write(b"tail")
    tracked = model()
    assert tracked.status is ModelStatus.DOWNLOADED
    assert "it has 4 bytes more than its header accounts for. Wan2GP loads it all the same." in reason(
        tracked.files[0]
    )


def test_a_folder_in_a_files_place_is_told(world, model):
    (world.home / "ckpts/m.safetensors").mkdir(parents=True)
    tracked = model()
    assert tracked.files[0].damage.kind is DamageKind.FOLDER_IN_PLACE
    assert fetch_state(tracked) is FetchState.NOT_SURE
    assert "a folder of this name is in its place" in what_generate_does(tracked)
    assert "Rename that folder" in reason(tracked.files[0])


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a right on Windows")
def test_a_link_to_nowhere_in_a_files_place_is_told(world, model, tmp_path):
    (world.home / "ckpts").mkdir()
    (world.home / "ckpts/m.safetensors").symlink_to("/mnt/not_there/m.safetensors")
    tracked = model()
    assert tracked.files[0].state is FileState.MISSING
    assert "what it points to is not there: /mnt/not_there/m.safetensors" in reason(tracked.files[0])
