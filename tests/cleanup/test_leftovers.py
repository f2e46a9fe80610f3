"""What broken downloads leave behind is listed, and told apart from what is still being written."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from model_tracker.cleanup import leftovers
from model_tracker.cleanup.leftovers import LeftoverKind, age_words, find_leftovers
from model_tracker.files.part_names import is_copy, is_temp_folder, new_copy_name, target_of_script
from model_tracker.files.walk import Limits
from model_tracker.reports.script import _PROGRAMS, ScriptForm, _program

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=timezone.utc)
DOWNLOADS = ".cache/huggingface/download"


@pytest.fixture
def put(tmp_path):
    """Return a function that writes a sparse file of a size, changed so many seconds before NOW."""

    def write(name: str, size: int = 1_000, age_s: float = 3_600) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            stream.truncate(size)
        changed = NOW.timestamp() - age_s
        os.utime(path, (changed, changed))
        return path

    return write


@pytest.fixture
def find(tmp_path):
    def look(*folders: str, **more):
        paths = [str(tmp_path / folder) for folder in folders or ("ckpts",)]
        return find_leftovers(paths, NOW, home=str(tmp_path), **more)

    return look


def below(tmp_path, found) -> list[str]:
    return [Path(item.path).relative_to(tmp_path).as_posix() for item in found.items]


def test_a_partial_download_is_found_in_the_download_folder_of_a_root_and_of_its_sub_folders(
    tmp_path, put, find
):
    put(f"ckpts/{DOWNLOADS}/a.incomplete", 3_000)
    put(f"ckpts/{DOWNLOADS}/deep/er/b.incomplete", 2_000)
    put(f"ckpts/vae/{DOWNLOADS}/c.incomplete", 1_000)
    found = find()
    assert below(tmp_path, found) == [
        f"ckpts/{DOWNLOADS}/a.incomplete",
        f"ckpts/{DOWNLOADS}/deep/er/b.incomplete",
        f"ckpts/vae/{DOWNLOADS}/c.incomplete",
    ]
    assert {item.kind for item in found.items} == {LeftoverKind.PARTIAL}
    assert found.left_over_bytes == 6_000


def test_a_partial_download_beside_files_is_found(tmp_path, put, find):
    put("ckpts/x.safetensors.incomplete")
    put("ckpts/vae/y.safetensors.incomplete")
    assert len(find().items) == 2


def test_what_a_download_script_began_counts_as_one_and_can_be_continued(tmp_path, put, find):
    put("ckpts/x.safetensors.part", 700)
    put(f"ckpts/vae/y.safetensors.download/{DOWNLOADS}/vae/q.incomplete", 500)
    put("ckpts/vae/y.safetensors.download/vae/z.json", 5)
    put("ckpts/holiday.part", 9)
    found = find(names=["x.safetensors", "vae/y.safetensors"]).items
    assert [(item.kind, item.size_bytes, item.part_of) for item in found] == [
        (LeftoverKind.SCRIPT, 700, "x.safetensors"),
        (LeftoverKind.SCRIPT, 505, "y.safetensors"),
    ]
    assert all("Run the script again" in item.sentence() for item in found)


@pytest.mark.parametrize("form", ScriptForm)
def test_scripts_begin_files_under_names_that_are_known_as_theirs(form):
    name = "x.safetensors"
    begun = {f"{name}.part", f"{name}.download"}
    script = "".join(_program(program) for program in _PROGRAMS[form])
    written = {f"{name}{end}" for end in re.findall(r'(?:\$[24]|"\$Target)(\.[a-z]+)', script)}
    assert written
    assert written <= begun
    assert {target_of_script(one) for one in begun} == {name}


def test_the_name_of_a_copy_in_the_making_is_new_and_known_as_a_copys():
    names = {new_copy_name() for _ in range(50)}
    assert len(names) == 50
    assert all(is_copy(name) and target_of_script(name) is None for name in names)
    assert not is_copy("x.safetensors.part")


def test_a_temporary_folder_counts_as_one_with_all_its_bytes(tmp_path, put, find):
    put("ckpts/_temp1754000000.1234567/umt5/x.safetensors", 28_000_000_000)
    put(f"ckpts/_temp1754000000.1234567/{DOWNLOADS}/umt5/q.incomplete", 500, age_s=900)
    (item,) = find().items
    assert (item.kind, item.size_bytes, item.part_of) == (
        LeftoverKind.TEMP_FOLDER,
        28_000_000_500,
        "x.safetensors",
    )
    assert item.age == timedelta(seconds=900), "as old as the youngest file in it"
    assert not item.is_live


def test_the_name_of_a_temporary_folders_file_is_known_by_its_lock(put, find):
    put(f"ckpts/_temp1754000000.5/{DOWNLOADS}/umt5/model.safetensors.lock", 0)
    put(f"ckpts/_temp1754000000.5/{DOWNLOADS}/umt5/q.incomplete")
    assert find().items[0].part_of == "model.safetensors"


def test_a_temporary_folder_in_a_sub_folder_and_an_empty_one_are_found(tmp_path, put, find):
    put("ckpts/umt5/_temp1754000000.5/x.bin")
    (tmp_path / "ckpts/_temp1754000001").mkdir()
    assert sorted(below(tmp_path, find())) == ["ckpts/_temp1754000001", "ckpts/umt5/_temp1754000000.5"]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("_temp1754000000.123", True),
        ("_temp1754000000", True),
        ("_temp", False),
        ("_temp_old", False),
        ("_temp1.2.3", False),
        ("my_temp1754000000", False),
        ("_temp1754000000.123 copy", False),
    ],
)
def test_only_temp_with_seconds_is_a_temporary_folder(name, is_one):
    assert is_temp_folder(name) is is_one


def test_a_file_that_is_named_like_a_temporary_folder_is_none(put, find):
    put("ckpts/_temp1754000000.5")
    assert find().items == ()


@pytest.mark.parametrize(("age_s", "is_live"), [(0, True), (119, True), (120, False), (3_600, False)])
def test_what_changed_within_two_minutes_is_probably_still_being_written(put, find, age_s, is_live):
    put("ckpts/x.incomplete", age_s=age_s)
    found = find()
    assert found.items[0].is_live is is_live
    assert found.left_over == (() if is_live else found.items)


def test_a_time_in_the_future_is_taken_as_now(put, find):
    put("ckpts/x.incomplete", age_s=-5_000)
    (item,) = find().items
    assert (item.age, item.is_live) == (timedelta(), True)


def test_the_name_of_a_partial_downloads_file_is_told_where_it_is_known(put, find, tmp_path):
    huggingface = pytest.importorskip("huggingface_hub._local_folder")
    paths = huggingface.get_local_download_paths(tmp_path / "ckpts", "umt5/x.safetensors")
    name = paths.incomplete_path("0123abcd").name
    put(f"ckpts/{DOWNLOADS}/umt5/{name}")
    (item,) = find(names=["other.bin", "x.safetensors"]).items
    assert item.part_of == "x.safetensors"
    assert find().items[0].part_of is None


def test_the_application_folder_and_those_above_are_not_looked_through(tmp_path, put):
    put("app/outputs/x.incomplete")
    put("app/x.incomplete")
    put("y.incomplete")
    put(f"app/{DOWNLOADS}/z.incomplete")
    found = find_leftovers([str(tmp_path / "app"), str(tmp_path)], NOW, home=str(tmp_path / "app"))
    assert sorted(below(tmp_path, found)) == [
        f"app/{DOWNLOADS}/z.incomplete",
        "app/x.incomplete",
        "y.incomplete",
    ]


def test_a_folder_named_twice_or_linked_counts_once(tmp_path, put, find):
    put("ckpts/x.incomplete")
    (tmp_path / "again").symlink_to(tmp_path / "ckpts")
    assert len(find("ckpts", "again", "ckpts").items) == 1


def test_links_are_not_followed_and_not_counted(tmp_path, put, find):
    elsewhere = put("elsewhere/big.bin", 9_000_000)
    put("ckpts/_temp1754000000.5/x.bin", 10)
    (tmp_path / "ckpts/_temp1754000000.5/link.bin").symlink_to(elsewhere)
    (tmp_path / "ckpts/_temp1754000000.5/loop").symlink_to(tmp_path / "ckpts")
    (tmp_path / "ckpts/y.incomplete").symlink_to(elsewhere)
    (tmp_path / "ckpts/_temp1754000001.5").symlink_to(tmp_path / "elsewhere")
    (item,) = find().items
    assert item.size_bytes == 10


def test_an_unfinished_copy_of_this_plugin_is_found(put, find):
    put("ckpts/.model-tracker-0a1b2c3d.part")
    (item,) = find().items
    assert item.kind is LeftoverKind.COPY
    assert "can be deleted" in item.sentence()


def test_a_root_that_is_not_there_and_a_healthy_one_have_none(put, find):
    put("ckpts/x.safetensors")
    found = find("ckpts", "gone")
    assert (found.items, found.problems) == ((), ())
    assert found.summary() == "No interrupted download has left anything."


def test_a_folder_that_cannot_be_read_is_told(tmp_path, put, find, monkeypatch):
    put(f"ckpts/{DOWNLOADS}/a.incomplete")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("download"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (problem,) = find().problems
    assert "cannot be read" in problem.message


def test_a_file_that_vanishes_meanwhile_is_left_out(put, find, monkeypatch):
    gone, here = put("ckpts/a.incomplete"), put("ckpts/b.incomplete")
    real = os.stat

    def stat(path, **more):
        if str(path) == str(gone):
            raise FileNotFoundError(2, "No such file", path)
        return real(path, **more)

    monkeypatch.setattr(leftovers.os, "stat", stat)
    assert [item.path for item in find().items] == [str(here)]


def test_a_look_that_is_stopped_finds_no_more(put, find):
    put("ckpts/a.incomplete")
    assert find(cancelled=lambda: True).items == ()


def test_the_sentences_tell_what_where_how_old_and_what_to_do(tmp_path, put, find):
    put("ckpts/old.incomplete", 2_500_000_000, age_s=3 * 86_400)
    put("ckpts/new.incomplete", 1_000_000, age_s=40)
    put("ckpts/_temp1754000000.5/x.bin", 5_000, age_s=7_300)
    old, new, temp = (item.sentence() for item in find().items)
    folder = tmp_path / "ckpts"
    assert old == (
        f"old.incomplete: partial download, 2.5 GB, in {folder}. Not changed for 3 days. "
        "The next download of the same file may continue it; otherwise it can be deleted."
    )
    assert new.endswith("Changed 40 seconds ago: probably still being written. Leave it alone.")
    assert temp.startswith("_temp1754000000.5: temporary folder of x.bin, 5 kB")
    assert temp.endswith("Not changed for 2 hours. Nothing will use it again: it can be deleted.")
    assert (
        find().summary()
        == "Interrupted downloads left 2.5 GB in 2 places. 1 download is probably still running."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (7_199, "1 hour"),
        (86_400, "1 day"),
        (864_000, "10 days"),
    ],
)
def test_ages_are_said_in_their_largest_unit(seconds, words):
    assert age_words(timedelta(seconds=seconds)) == words


def test_a_folder_of_very_many_files_is_listed_to_a_limit_that_is_said(put, find, monkeypatch):
    monkeypatch.setattr(leftovers, "_LIMITS", Limits(depth=8, entries=50))
    for number in range(200):
        put(f"ckpts/{number}.txt", 1)
    assert "Only 50 files and folders were looked at" in str(find().problems[0])


def test_the_listing_of_a_folder_is_stopped_at_once(put, find):
    for number in range(1_000):
        put(f"ckpts/{number}.txt", 1)
    asked = []

    def cancelled():
        asked.append(None)
        return len(asked) > 2

    assert find(cancelled=cancelled).was_cancelled
    assert len(asked) < 12
