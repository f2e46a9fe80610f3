"""How full the drives of the checkpoint folders are."""

import os
import shutil

import pytest
from model_tracker.inventory import drives
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.drives import drive_name, drive_of, drives_of, free_bytes_for, nearest_folder


def files_at(sizes: dict[str, int]) -> list[FileOnDisk]:
    """Return files of which nothing is known but path and size, as Windows lists small ones."""
    return [FileOnDisk(path, size, 0) for path, size in sizes.items()]


def test_two_folders_on_one_drive_are_one_drive_with_the_bytes_of_both(tmp_path):
    roots = [str(tmp_path / "a"), str(tmp_path / "b")]
    files = {os.path.join(roots[0], "x"): 3, os.path.join(roots[1], "y"): 4, str(tmp_path / "ab"): 100}  # noqa: PTH118
    (drive,) = drives_of(roots, files_at(files))
    assert (drive.roots, drive.model_bytes) == (tuple(roots), 7)
    usage = shutil.disk_usage(tmp_path)
    assert drive.total_bytes == usage.total
    assert abs(drive.free_bytes - usage.free) < 10**9


def test_bytes_below_two_roots_are_counted_once(tmp_path):
    outer, inner = str(tmp_path), str(tmp_path / "ckpts")
    files = {str(tmp_path / "ckpts" / "x"): 3, str(tmp_path / "y"): 4}
    assert [drive.model_bytes for drive in drives_of([inner, outer], files_at(files))] == [7]
    assert [drive.model_bytes for drive in drives_of([outer, inner, inner], files_at(files))] == [7]


@pytest.mark.parametrize("inner_first", [True, False])
def test_a_root_inside_another_on_a_drive_of_its_own_has_the_bytes_below_it(
    tmp_path, monkeypatch, inner_first
):
    outer, inner = str(tmp_path), str(tmp_path / "ckpts")
    monkeypatch.setattr(drives, "drive_name", lambda path: "inner" if path.startswith(inner) else "outer")
    files = {str(tmp_path / "ckpts" / "x"): 3, str(tmp_path / "y"): 4, str(tmp_path / "ckpts-old"): 8}
    roots = [inner, outer] if inner_first else [outer, inner]
    model_bytes = {drive.name: drive.model_bytes for drive in drives_of(roots, files_at(files))}
    assert model_bytes == {"outer": 12, "inner": 3}


def test_the_free_space_for_a_new_file_is_that_of_the_nearest_folder_above(tmp_path):
    usage = shutil.disk_usage(tmp_path)
    free = free_bytes_for(str(tmp_path / "not" / "there" / "x.bin"))
    assert abs(free - usage.free) < 10**9
    assert nearest_folder(str(tmp_path / "not" / "there")) == str(tmp_path)
    assert drive_of(str(tmp_path / "none")) is None


def test_a_folder_that_is_not_there_yet_is_on_the_drive_of_the_one_above(tmp_path):
    (drive,) = drives_of([str(tmp_path / "not" / "there")], ())
    assert drive.free_bytes
    assert drive.name == drive_name(str(tmp_path))


def test_a_drive_that_does_not_tell_is_not_known(tmp_path, monkeypatch):
    def gone(_):
        raise OSError

    monkeypatch.setattr(drives.shutil, "disk_usage", gone)
    (drive,) = drives_of([str(tmp_path)], ())
    assert (drive.total_bytes, drive.free_bytes) == (None, None)


@pytest.mark.parametrize("path", ["D:\\models\\ckpts", "d:\\x"])
def test_on_windows_a_drive_is_told_by_its_letter(monkeypatch, path):
    import ntpath

    monkeypatch.setattr(drives.os.path, "splitdrive", ntpath.splitdrive)
    assert drive_name(path) == path[:2]


def test_the_scan_knows_the_drives(world):
    inventory = world.inventory()
    assert [drive.roots for drive in inventory.drives] == [inventory.roots]
