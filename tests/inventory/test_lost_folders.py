"""Checkpoint folders that do not answer: what is known of the files in them, before and after a restart."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from model_tracker.catalog.fetch_state import FetchState, fetch_state
from model_tracker.catalog.labels import status_words
from model_tracker.catalog.sentences import what_generate_does
from model_tracker.inventory import roots
from model_tracker.inventory.folder_memory import FolderMemory
from model_tracker.inventory.models import FileState, ModelStatus
from model_tracker.inventory.roots import RootState, Sighting
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.relocation.missing import missing_files_of
from model_tracker.store.database import FILE_NAME, MemoryStore, Store

needs_links = pytest.mark.skipif(os.name == "nt", reason="symbolic links need a right on Windows")
as_user = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")


@pytest.fixture
def share(world, tmp_path):
    """Return a world whose checkpoint folder is on a share with one model of two, and the folder."""
    folder = tmp_path / "mnt" / "share" / "wan"
    world.locator._checkpoints_paths = [str(folder), "ckpts"]
    world.add("here", URLs=world.urls("a.safetensors"), VAE_URLs=world.urls("vae.safetensors"))
    world.add("not_here", URLs=world.urls("b.safetensors"))
    world.put("mnt/share/wan/a.safetensors", size=5_000)
    world.put("mnt/share/wan/vae.safetensors")
    return world, folder


def unmount(folder: Path) -> None:
    shutil.rmtree(folder.parent)


def nowhere(path: Path) -> str:
    return str(path / "not_there" / "wan")


NEVER_MEANT = {
    "a share that is not mounted": (nowhere, "Connect its drive"),
    "a path of Windows": (lambda _: "D:\\AI\\ckpts", "path of Windows"),
    "quotation marks": (lambda path: f'"{path}/models"', "quotation marks"),
    "a tilde": (lambda _: "~/models", "enter the whole path"),
}


@pytest.mark.skipif(os.name == "nt", reason="paths of Windows are meant there")
@pytest.mark.parametrize("order", ["alone", "first", "last"])
@pytest.mark.parametrize(("path_of", "remedy"), NEVER_MEANT.values(), ids=NEVER_MEANT)
def test_a_folder_that_was_never_there_is_told_and_nothing_is_concluded(
    world, tmp_path, path_of, remedy, order
):
    path = path_of(tmp_path)
    world.locator._checkpoints_paths = {"alone": [path], "first": [path, "ckpts"], "last": ["ckpts", path]}[
        order
    ]
    world.add("m", URLs=world.urls("m.safetensors"))
    inventory = world.inventory()
    (lost,) = inventory.lost_roots
    assert (lost.state, lost.seen) == (RootState.ABSENT, None)
    assert remedy in lost.problem().remedy
    assert str(lost.problem()) in map(str, inventory.problems)
    model = inventory.models["m"]
    assert (model.to_fetch, model.stopped_by, model.last_status) == ((), None, None)
    assert model.status is not ModelStatus.MISSING
    assert fetch_state(model) is FetchState.NOT_SURE
    assert missing_files_of(inventory, None).missing == ()


def test_a_file_that_is_found_in_a_folder_that_answers_is_no_doubt(world, tmp_path):
    world.locator._checkpoints_paths = [nowhere(tmp_path), "ckpts"]
    world.add("m", URLs=world.urls("m.safetensors"))
    world.put("ckpts/m.safetensors")
    assert world.inventory().models["m"].status is ModelStatus.DOWNLOADED


def test_the_folders_of_a_new_installation_are_no_fault(world):
    world.add("m", URLs=world.urls("m.safetensors"))
    inventory = world.inventory()
    assert inventory.lost_roots == ()
    assert inventory.models["m"].status is ModelStatus.MISSING
    assert len(inventory.models["m"].to_fetch) == 1


def test_a_file_where_a_folder_should_be_is_told(world, tmp_path):
    (tmp_path / "wan.txt").write_text("x")
    world.locator._checkpoints_paths = [str(tmp_path / "wan.txt")]
    assert [lost.state for lost in world.inventory().lost_roots] == [RootState.NOT_A_FOLDER]


@needs_links
def test_a_default_folder_that_is_a_link_to_nowhere_is_told(world, tmp_path):
    world.add("m", URLs=world.urls("m.safetensors"))
    (tmp_path / "ckpts").symlink_to(tmp_path / "gone")
    inventory = world.inventory()
    (lost,) = inventory.lost_roots
    assert (lost.state, lost.detail) == (RootState.DEAD_LINK, str(tmp_path / "gone"))
    assert inventory.models["m"].to_fetch == ()


@as_user
def test_a_folder_that_cannot_be_listed_is_told(world, tmp_path):
    world.put("closed/m.safetensors")
    world.locator._checkpoints_paths = [str(tmp_path / "closed")]
    (tmp_path / "closed").chmod(0)
    try:
        assert [lost.state for lost in world.inventory().lost_roots] == [RootState.UNREADABLE]
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_folder_whose_listing_fails_is_told(world, tmp_path, monkeypatch):
    world.put("mnt/m.safetensors")
    world.locator._checkpoints_paths = [str(tmp_path / "mnt")]
    scandir = os.scandir

    def fail(path):
        if str(path) == str(tmp_path / "mnt"):
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", fail)
    world.add("there", URLs=world.urls("m.safetensors"))
    world.add("other", URLs=world.urls("n.safetensors"))
    inventory = world.inventory()
    (lost,) = inventory.lost_roots
    assert (lost.state, lost.detail) == (RootState.UNREADABLE, "Input/output error")
    assert inventory.models["there"].status is ModelStatus.DOWNLOADED, "asked for by name, it answers"
    assert inventory.models["other"].to_fetch == ()


@needs_links
def test_a_link_to_nowhere_on_the_way_to_a_file_is_a_doubt_about_that_file_alone(world, tmp_path):
    world.add("linked", URLs=world.urls("m.safetensors|enc/deep"))
    world.add("plain", URLs=world.urls("n.safetensors"))
    (tmp_path / "ckpts").mkdir()
    (tmp_path / "ckpts/enc").symlink_to(tmp_path / "gone")
    inventory = world.inventory()
    assert [file.state for file in inventory.models["linked"].files] == [FileState.UNANSWERED]
    assert [file.state for file in inventory.models["plain"].files] == [FileState.MISSING]
    assert "leads to nothing" in str(inventory.problems[0])


def test_a_folder_that_vanishes_keeps_the_last_result(share):
    world, folder = share
    analyzer = ModelAnalyzer.from_host(world.host)
    first = analyzer.refresh()
    assert first.models["here"].status is ModelStatus.DOWNLOADED
    unmount(folder)
    inventory = analyzer.refresh()
    (lost,) = inventory.lost_roots
    assert lost.path == str(folder)
    assert lost.seen.seen_at == first.taken_at
    message = lost.problem().message
    assert f"{first.taken_at.astimezone():%Y-%m-%d %H:%M}: 2 files of models, " in message
    here, not_here = inventory.models["here"], inventory.models["not_here"]
    assert (here.status, here.last_status) == (ModelStatus.PARTIAL, ModelStatus.DOWNLOADED)
    assert status_words(here) == "? downloaded"
    assert [file.was_seen for file in here.files] == [True, True]
    assert here.files[-1].path == str(folder / "vae.safetensors")
    assert here.size == first.models["here"].size
    assert (not_here.status, not_here.last_status) == (ModelStatus.PARTIAL, None)
    assert status_words(not_here) == "? not known"
    assert (here.to_fetch, not_here.to_fetch) == ((), ())
    assert "does not answer" in what_generate_does(here)
    assert "Delete" not in what_generate_does(here)
    assert analyzer.get_download_urls("here") == []
    assert inventory.bytes_on_disk == 0
    assert str(folder) not in [root for drive in inventory.drives for root in drive.roots]


def test_a_folder_that_is_back_is_as_it_was(share):
    world, folder = share
    analyzer = ModelAnalyzer.from_host(world.host)
    analyzer.refresh()
    folder.rename(folder.parent / "away")
    assert analyzer.refresh().models["here"].last_status is ModelStatus.DOWNLOADED
    (folder.parent / "away").rename(folder)
    inventory = analyzer.refresh()
    assert (inventory.lost_roots, inventory.models["here"].status) == ((), ModelStatus.DOWNLOADED)
    assert [file.required.name for file in inventory.models["not_here"].to_fetch] == ["b.safetensors"]


def test_what_was_seen_lasts_over_a_restart(share):
    world, folder = share
    ModelAnalyzer.from_host(world.host).refresh()
    unmount(folder)
    inventory = ModelAnalyzer.from_host(world.host).refresh()
    assert inventory.models["here"].last_status is ModelStatus.DOWNLOADED
    assert len(inventory.lost_roots[0].seen.files) == 2


def test_a_default_folder_that_had_files_and_is_gone_is_lost(world, tmp_path):
    world.add("m", URLs=world.urls("m.safetensors"))
    world.put("ckpts/m.safetensors")
    analyzer = ModelAnalyzer.from_host(world.host)
    analyzer.refresh()
    shutil.rmtree(tmp_path / "ckpts")
    inventory = analyzer.refresh()
    assert [lost.state for lost in inventory.lost_roots] == [RootState.ABSENT]
    assert inventory.models["m"].last_status is ModelStatus.DOWNLOADED


def test_a_folder_that_the_user_emptied_is_empty(share):
    world, folder = share
    analyzer = ModelAnalyzer.from_host(world.host)
    analyzer.refresh()
    for file in folder.iterdir():
        file.unlink()
    inventory = analyzer.refresh()
    assert inventory.lost_roots == ()
    assert inventory.models["here"].status is ModelStatus.MISSING


def test_the_empty_folder_that_a_drive_leaves_when_it_is_unmounted_is_no_answer(tmp_path):
    seen = Sighting(_now(), {str(tmp_path / "m.safetensors"): 5}, tmp_path.stat().st_dev + 1)
    lost = roots.look_at_root(str(tmp_path), is_default=False, seen=seen)
    assert lost.state is RootState.EMPTIED
    same = replace(seen, device=tmp_path.stat().st_dev)
    assert roots.look_at_root(str(tmp_path), is_default=False, seen=same) is None


def _now():
    from datetime import datetime, timezone

    return datetime(2026, 8, 1, 12, 0, tzinfo=timezone.utc)


def test_a_lora_folder_that_does_not_answer_is_told_too(world, tmp_path, handler):
    world.names["args"] = type("Arguments", (), {"loras": nowhere(tmp_path)})()
    world.handlers["arch"] = handler((), f"{nowhere(tmp_path)}/arch")
    world.add("m", loras=world.urls("l.safetensors"))
    inventory = world.inventory()
    assert [lost.path for lost in inventory.lost_roots] == [nowhere(tmp_path)]
    assert inventory.models["m"].to_fetch == ()


NAMES = ["/models/ä.safetensors", "/models/caf\udce9/m.gguf", "/models/日本/x"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_kept_as_it_is(tmp_path, name):
    store = Store(tmp_path / FILE_NAME)
    sighting = Sighting(_now(), {name: 7}, 2**64 - 1)
    FolderMemory(store).keep({"/models/caf\udce9": sighting})
    assert FolderMemory(store).recall("/models/caf\udce9") == sighting


def test_what_has_not_changed_is_not_written_again_within_the_hour():
    store = MemoryStore()
    memory = FolderMemory(store)
    sighting = Sighting(_now(), {"/m/a": 7}, 3)
    memory.keep({"/m": sighting})

    def written():
        with store.reading() as connection:
            return connection.execute("SELECT seen_at FROM sightings").fetchall()

    memory.keep({"/m": replace(sighting, seen_at=_now() + timedelta(minutes=59))})
    assert written() == [(_now().isoformat(timespec="seconds"),)]
    memory.keep({"/m": replace(sighting, seen_at=_now() + timedelta(minutes=61))})
    assert written() == [((_now() + timedelta(minutes=61)).isoformat(timespec="seconds"),)]
    assert memory.recall("/m").seen_at == _now() + timedelta(minutes=61)


def test_folders_seen_long_ago_are_forgotten():
    store = MemoryStore()
    memory = FolderMemory(store)
    for number in range(30):
        memory.keep({f"/m{number}": Sighting(_now() + timedelta(days=number), {f"/m{number}/a": 7}, 3)})
    kept = [number for number in range(30) if FolderMemory(store).recall(f"/m{number}")]
    assert kept == list(range(10, 30))


def test_a_database_that_cannot_be_used_costs_the_memory_of_earlier_runs_alone(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all" * 100)
    memory = FolderMemory(Store(tmp_path / FILE_NAME))
    memory.keep({"/m": Sighting(_now(), {"/m/a": 7}, 3)})
    assert memory.recall("/m").files == {"/m/a": 7}
    assert memory.recall("/n") is None


@pytest.mark.parametrize(
    "row", [("x", "2026", "1", "{"), (b"x", "2026-01-01", "1", "[]"), (b"\xff", "x", "y", "{}")]
)
def test_rows_that_this_plugin_did_not_write_are_passed_over(tmp_path, row):
    store = Store(tmp_path / FILE_NAME)
    FolderMemory(store).keep({"/m": Sighting(_now(), {"/m/a": 7}, 3)})
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("INSERT INTO sightings VALUES (?, ?, ?, ?)", row)
    connection.close()
    assert FolderMemory(store).recall("/m").files == {"/m/a": 7}
