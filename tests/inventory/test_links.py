"""One file under several names: counted once, on the drive where it lies, and deleting one name frees nothing."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from model_tracker.catalog.sentences import sharing
from model_tracker.inventory import drives
from model_tracker.inventory.disk import FileOnDisk
from model_tracker.inventory.drives import drives_of
from model_tracker.ui.models.charts import bytes_by_family

needs_links = pytest.mark.skipif(os.name == "nt", reason="symbolic links need a right on Windows")


@pytest.fixture
def finetunes(world):
    """Return a world of two local finetunes whose weights are one file of 5 GB, made by this function."""
    world.add("a", URLs=["a_bf16.safetensors"])
    world.add("b", URLs=["b_bf16.safetensors"])
    (path,) = world.put("ckpts/a_bf16.safetensors", size=5_000_000_000)
    return world, path, path.with_name("b_bf16.safetensors")


@pytest.mark.parametrize("link", [os.link, pytest.param(os.symlink, marks=needs_links)])
def test_a_file_of_two_names_is_counted_once(finetunes, link):
    world, path, second = finetunes
    link(path, second)
    inventory = world.inventory()
    assert inventory.bytes_on_disk == 5_000_000_000
    assert sum(drive.model_bytes for drive in inventory.drives) == 5_000_000_000
    assert sum(size for _, size in bytes_by_family(inventory)) == 5_000_000_000


def test_a_hard_link_says_that_deleting_it_frees_nothing(finetunes):
    world, path, second = finetunes
    os.link(path, second)
    inventory = world.inventory()
    for model in ("a", "b"):
        tracked = inventory.models[model]
        assert "frees no space while that is there" in sharing(tracked.files[0], tracked, inventory)


@needs_links
def test_a_symbolic_link_says_so_and_what_it_points_to_does_not(finetunes):
    world, path, second = finetunes
    second.symlink_to(path)
    inventory = world.inventory()
    texts = {
        name: sharing(model.files[0], model, inventory)
        for name, model in inventory.models.items()
        if model.files
    }
    assert texts["a"] == "Only for this model."
    assert texts["b"] == "Only for this model. It is a link: deleting it frees no space."


def test_the_bytes_of_a_link_are_on_the_drive_where_the_file_lies(tmp_path, monkeypatch):
    (tmp_path / "ckpts").mkdir()
    device = tmp_path.stat().st_dev
    files = [
        FileOnDisk(str(tmp_path / "ckpts/here"), 3, 0, (device, 1)),
        FileOnDisk(str(tmp_path / "ckpts/linked"), 4, 0, (device + 1, 1), is_link=True),
    ]
    name = drives.drive_name
    monkeypatch.setattr(
        drives, "drive_name", lambda path: "/mnt/big" if path.endswith("linked") else name(path)
    )
    found = drives_of([str(tmp_path / "ckpts")], files)
    assert [(drive.roots, drive.model_bytes) for drive in found] == [((str(tmp_path / "ckpts"),), 3), ((), 4)]
    assert found[1].name == "/mnt/big"


@needs_links
@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="no second drive here")  # noqa: PTH112
def test_a_link_to_a_file_on_a_second_drive(world, tmp_path):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        if os.stat(folder).st_dev == os.stat(tmp_path).st_dev:  # noqa: PTH116
            pytest.skip("no second drive here")
        world.add("m", URLs=world.urls("m.safetensors"))
        (tmp_path / "ckpts").mkdir()
        elsewhere = os.path.join(folder, "m.safetensors")  # noqa: PTH118
        shutil.move(world.put("m.safetensors")[0], elsewhere)
        (tmp_path / "ckpts/m.safetensors").symlink_to(elsewhere)
        bytes_by_drive = {drive.name: drive.model_bytes for drive in world.inventory().drives}
        assert bytes_by_drive["/dev/shm"] == 1_000
        assert sum(bytes_by_drive.values()) == 1_000
