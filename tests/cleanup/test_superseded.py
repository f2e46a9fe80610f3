"""The user's files that Wan2GP will delete at its next start are announced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from model_tracker.cleanup import superseded
from model_tracker.cleanup.superseded import (
    RemovalList,
    find_superseded,
    names_removed_by,
    removal_list,
    summary,
)

PROGRAM = """
import os
if True:
    for path in ["inner.safetensors"]:
        os.remove(path)

for path in ["old_a.safetensors", "old_b.safetensors",
    'sub/old_c.safetensors',
]:
    if find(path) is not None:

        print(f"away with {path}")
        os.remove( find(path))

for name in ["kept.safetensors"]:
    print(name)
    load(name)
os.remove("x")
"""
NAMES = ("old_a.safetensors", "old_b.safetensors", "sub/old_c.safetensors")
READ = RemovalList(NAMES, read_from="wgp.py")


@pytest.fixture
def roots(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name / "sub").mkdir(parents=True)
    return [str(tmp_path / "first"), str(tmp_path / "second")]


def put(folder: str, name: str, size: int = 1_000) -> str:
    path = Path(folder, name)
    with path.open("wb") as stream:
        stream.truncate(size)
    return str(path)


def test_the_names_are_read_from_the_loop_that_deletes_them():
    assert names_removed_by(PROGRAM) == NAMES


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\x00\xff",
        "for path in [name for name in names]:\n    os.remove(path)\n",
        "for path in [1, 2]:\n    os.remove(path)\n",
        "for path in ['a' 'b', f'{x}']:\n    os.remove(path)\n",
        "for path in [open('/etc/passwd').read()]:\n    os.remove(path)\n",
        "for path in ['a.bin',\n    os.remove(path)\n",
        "for path in ['a.bin']: pass\nos.remove(path)\n",
        "for path in ['../a.bin', '/etc/a.bin', 'C:/a.bin', '']:\n    os.remove(path)\n",
    ],
)
def test_what_is_no_list_of_names_below_the_roots_is_not_taken_and_nothing_is_run(source):
    assert names_removed_by(source) == ()


def test_a_loop_at_the_very_end_of_the_program_is_read():
    assert names_removed_by("for path in ['a.bin']:\n    os.remove(path)") == ("a.bin",)


def test_the_running_programs_own_list_is_taken(tmp_path):
    program = tmp_path / "wgp.py"
    program.write_text(PROGRAM, encoding="utf-8")
    assert removal_list(str(program)) == RemovalList(NAMES, read_from=str(program))


@pytest.mark.parametrize("program", [None, "gone.py", "empty.py", "\x00"])
def test_without_it_the_list_of_a_known_version_is_taken(tmp_path, monkeypatch, program):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.py").touch()
    removals = removal_list(program)
    assert (removals.version, removals.read_from) == ("12.60", None)
    assert len(removals.names) == 24
    assert "ltx-2-19b-dev.safetensors" in removals.names


def test_the_known_list_says_where_and_when_it_was_taken():
    path = Path(superseded.__file__).with_name("superseded.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert "wgp.py" in document["about"]
    assert (document["version"], document["date"]) == ("12.60", "2026-08-21")


def test_no_model_of_the_known_version_needs_a_file_that_it_deletes(recorded):
    urls = json.dumps([one.get("URLs") for one in recorded.definitions.values()])
    assert [name for name in removal_list(None).names if f"/{name}" in urls] == []


def test_only_what_the_user_owns_is_announced_the_largest_first(roots):
    small, large = put(roots[0], NAMES[0], 1_000), put(roots[1], NAMES[2], 28_000_000_000)
    put(roots[0], "other.safetensors")
    put(roots[0] + "/sub", NAMES[1])
    found = find_superseded(roots, READ)
    assert [file.path for file in found] == [large, small]
    assert {file.start for file in found} == {1}


def test_a_copy_in_a_later_folder_goes_at_a_later_start(roots):
    first, second = (put(root, NAMES[0]) for root in roots)
    found = find_superseded(roots, READ)
    assert [(file.path, file.start) for file in found] == [(first, 1), (second, 2)]
    assert (
        found[1].sentence().startswith(f"Wan2GP will delete {second} (1 kB) at its start number 2 from now.")
    )


def test_the_sentence_tells_what_goes_when_and_how_to_keep_it(roots):
    path = put(roots[0], NAMES[0], 14_800_000_000)
    (file,) = find_superseded(roots, READ)
    assert file.sentence() == (
        f"Wan2GP will delete {path} (14.8 GB) at its next start. "
        "To keep it, move it out of the checkpoint folders first."
    )


def test_a_known_versions_list_is_said_to_be_that(roots):
    put(roots[0], NAMES[0])
    (file,) = find_superseded(roots, RemovalList(NAMES, version="12.60"))
    assert file.sentence().startswith(
        "Wan2GP 12.60 deletes this file when it starts, so yours will probably delete"
    )


def test_of_a_link_only_the_link_goes(roots, tmp_path):
    (tmp_path / "first" / NAMES[0]).symlink_to(put(str(tmp_path), "far.safetensors", 5_000))
    (file,) = find_superseded(roots, READ)
    assert file.is_link
    assert "delete the link" in file.sentence()
    assert "(0 bytes)" in summary([file])


def test_the_summary_counts_the_next_start_only(roots):
    for root in roots:
        put(root, NAMES[0], 2_000_000)
    put(roots[0], NAMES[1], 1_000_000)
    assert summary(find_superseded(roots, READ)) == (
        "Wan2GP will delete 2 files of yours (3 MB) at its next start: newer ones replace them."
    )
    assert summary([]) == ""


def test_a_folder_and_a_dangling_link_of_that_name_are_no_files(roots, tmp_path):
    (tmp_path / "first" / NAMES[0]).mkdir()
    (tmp_path / "first" / NAMES[1]).symlink_to(tmp_path / "nowhere")
    assert find_superseded([*roots, str(tmp_path / "gone")], READ) == ()
