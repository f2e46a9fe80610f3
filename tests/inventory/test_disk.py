"""The index of what lies on the disk answers as `os.path.isfile` would, root by root."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.inventory import disk as disk_module
from model_tracker.inventory.disk import DiskIndex, parent_folders

MANY = 4_001


@pytest.fixture
def roots(tmp_path):
    """Return two roots that exist."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    return [str(tmp_path / "first"), str(tmp_path / "second")]


def put(root: str, name: str, content: bytes = b"x") -> str:
    path = Path(root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def test_a_file_in_a_root_is_found_with_path_size_and_time(roots):
    path = put(roots[0], "sub/x.bin", b"12345")
    found = DiskIndex(roots).find(["sub/x.bin"])
    assert (found.path, found.size_bytes, found.mtime_ns) == (path, 5, os.stat(path).st_mtime_ns)  # noqa: PTH116


def test_the_first_root_wins(roots):
    put(roots[1], "x.bin", b"second")
    assert DiskIndex(roots).find(["x.bin"]).path.startswith(roots[1])
    put(roots[0], "x.bin", b"first")
    assert DiskIndex(roots).find(["x.bin"]).path.startswith(roots[0])
    assert DiskIndex(roots[::-1]).find(["x.bin"]).path.startswith(roots[1])


def test_an_earlier_name_in_a_later_root_wins_over_a_later_name(roots):
    put(roots[0], "x.bin")
    path = put(roots[1], "t5/x.bin")
    assert DiskIndex(roots).find(["t5/x.bin", "x.bin"]).path == path


def test_nothing_is_found_deeper_than_named(roots):
    put(roots[0], "sub/x.bin")
    assert DiskIndex(roots).find(["x.bin"]) is None


def test_an_absolute_path_is_looked_up_as_it_is(roots, tmp_path):
    path = put(str(tmp_path / "elsewhere"), "x.bin")
    assert DiskIndex(roots).find([path]).path == path
    assert DiskIndex(roots).find([path + ".gone"]) is None


def test_an_index_tells_of_one_moment_and_a_new_one_of_the_next(roots):
    index = DiskIndex(roots)
    assert index.find(["x.bin"]) is None
    put(roots[0], "x.bin")
    assert index.find(["x.bin"]) is None
    assert DiskIndex(roots).find(["x.bin"]) is not None


def test_a_file_that_vanishes_after_the_listing_is_not_found(roots):
    path = put(roots[0], "x.bin")
    put(roots[0], "y.bin")
    index = DiskIndex(roots)
    assert index.find(["y.bin"])
    os.unlink(path)  # noqa: PTH108
    assert index.find(["x.bin"]) is None


def test_a_folder_that_vanishes_after_its_parents_listing_is_no_problem(roots):
    path = put(roots[0], "sub/x.bin")
    index = DiskIndex(roots)
    assert index.find(["none"]) is None
    os.unlink(path)  # noqa: PTH108
    os.rmdir(Path(path).parent)  # noqa: PTH106
    assert index.find(["sub/x.bin"]) is None
    assert index.problems == []


def test_a_root_that_does_not_exist_is_no_problem(roots, tmp_path):
    put(roots[0], "x.bin")
    index = DiskIndex([str(tmp_path / "gone"), *roots])
    assert index.find(["x.bin"]).path.startswith(roots[0])
    assert index.find(["deep/er/x.bin"]) is None
    assert index.problems == []


def test_links_are_followed_and_dangling_ones_are_missing(roots, tmp_path):
    target = put(str(tmp_path / "elsewhere"), "big.bin", b"12345")
    Path(roots[0], "link.bin").symlink_to(target)
    Path(roots[0], "dangling.bin").symlink_to(tmp_path / "nowhere")
    Path(roots[1], "folder").symlink_to(tmp_path / "elsewhere")
    index = DiskIndex(roots)
    assert index.find(["link.bin"]).size_bytes == 5
    assert index.find(["dangling.bin"]) is None
    assert index.find(["folder/big.bin"]).size_bytes == 5
    assert index.has_folder(str(Path(roots[1], "folder")))


def test_a_dangling_link_in_the_first_root_leaves_the_file_to_the_second(roots):
    Path(roots[0], "x.bin").symlink_to("nowhere")
    path = put(roots[1], "x.bin")
    assert DiskIndex(roots).find(["x.bin"]).path == path


def test_looping_links_are_missing_and_harm_nothing_else(roots):
    Path(roots[0], "a").symlink_to("b")
    Path(roots[0], "b").symlink_to("a")
    put(roots[0], "x.bin")
    index = DiskIndex(roots)
    assert index.find(["a"]) is None
    assert index.find(["a/x.bin"]) is None
    assert not index.has_folder(str(Path(roots[0], "a")))
    assert index.find(["x.bin"])


def test_a_folder_with_a_files_name_is_no_file_and_the_next_root_is_asked(roots):
    Path(roots[0], "x.safetensors").mkdir()
    assert DiskIndex(roots).find(["x.safetensors"]) is None
    path = put(roots[1], "x.safetensors")
    assert DiskIndex(roots).find(["x.safetensors"]).path == path


def test_a_file_with_a_folders_name_holds_nothing(roots):
    put(roots[0], "sub")
    index = DiskIndex(roots)
    assert index.find(["sub/x.bin"]) is None
    assert not index.has_folder(str(Path(roots[0], "sub")))
    assert index.problems == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_no_file(roots):
    os.mkfifo(Path(roots[0], "x.bin"))
    assert DiskIndex(roots).find(["x.bin"]) is None


def test_an_unreadable_folder_is_told_once_and_its_files_are_asked_for_one_by_one(roots, monkeypatch):
    put(roots[0], "locked/x.bin")
    path = put(roots[1], "open/y.bin")
    scan = os.scandir

    def refuse(folder):
        if str(folder).endswith("locked") and str(folder).startswith(roots[0]):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(disk_module.os, "scandir", refuse)
    index = DiskIndex(roots)
    assert index.find(["locked/x.bin"]), "its files can be reached by name, so the host finds them"
    assert index.find(["locked/y.bin"]) is None
    assert index.find(["open/y.bin"]).path == path
    (problem,) = index.problems
    assert problem.path == str(Path(roots[0], "locked"))
    assert problem.remedy


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_any_permission_hides_its_files(roots):
    put(roots[0], "locked/x.bin")
    folder = Path(roots[0], "locked")
    folder.chmod(0)
    try:
        index = DiskIndex(roots)
        assert index.find(["locked/x.bin"]) is None
        assert len(index.problems) == 1
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("entries", [9, 10, 11, 40])
def test_a_folder_too_long_to_list_answers_the_same(roots, monkeypatch, entries):
    monkeypatch.setattr(disk_module, "_LONGEST_LISTING", 10)
    names = [f"{number}.txt" for number in range(entries - 1)]
    for name in names:
        Path(roots[0], name).touch()
    put(roots[0], "sub/x.bin")
    index = DiskIndex(roots)
    assert all(index.find([name]) for name in names)
    assert index.find(["none.txt"]) is None
    assert index.find(["sub"]) is None
    assert index.find(["sub/x.bin"])
    assert index.find(["none/x.bin"]) is None
    assert index.has_folder(str(Path(roots[0], "sub")))
    assert not index.has_folder(str(Path(roots[0], "0.txt")))
    assert index.problems == []


def test_a_folder_of_more_than_4000_entries_hides_none(roots):
    for number in range(MANY):
        Path(roots[0], f"{number}.txt").touch()
    index = DiskIndex(roots)
    assert all(index.find([f"{number}.txt"]) for number in range(MANY))
    assert index.find([f"{MANY}.txt"]) is None


ODD = {
    "blanks": "my model file.bin",
    "emoji": "🦊 model.bin",
    "accents": "modèle_été.bin",
    "leading dot": ".hidden.bin",
    "brackets": "[a]{b}*.bin",
    "255 bytes": "n" * 251 + ".bin",
}


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
@pytest.mark.parametrize("folder", ["", "my folder 🦊/"], ids=["in the root", "in an odd folder"])
def test_odd_names_are_found(roots, folder, name):
    put(roots[1], folder + name)
    index = DiskIndex(roots)
    assert index.find([folder + name])
    assert index.find([folder + name + "x"]) is None


IMPOSSIBLE = {
    "NUL": "x\x00.bin",
    "NUL in a folder": "a\x00b/x.bin",
    "NUL in an absolute path": "/a\x00b/x.bin",
    "lone surrogate": "x\ud800.bin",
    "lone surrogate in a folder": "\ud800/x.bin",
    "lone surrogate in an absolute path": "/\ud800/x.bin",
    "10,000 characters": "x" * 10_000,
    "a folder of 10,000 characters": "x" * 10_000 + "/x.bin",
    "an absolute path of 10,000 characters": "/" + "x" * 10_000 + "/x.bin",
    "nothing": "",
    "only a folder": "sub/",
}


@pytest.mark.parametrize("name", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_names_are_not_found_and_harm_nothing(roots, name):
    put(roots[0], "sub/x.bin")
    index = DiskIndex(roots)
    assert index.find([name]) is None
    assert index.find(["sub/x.bin"])


def test_a_new_file_goes_to_the_first_root_that_has_its_folder(roots):
    index = DiskIndex(roots)
    assert index.root_for(None) == roots[0]
    assert index.root_for("t5/deep") == roots[0]
    Path(roots[1], "t5", "deep").mkdir(parents=True)
    assert DiskIndex(roots).root_for("t5/deep") == roots[1]
    assert DiskIndex(roots).root_for("t5") == roots[1]
    Path(roots[0], "t5").mkdir()
    assert DiskIndex(roots).root_for("t5") == roots[0]
    assert DiskIndex(roots).root_for("t5/deep") == roots[1]


@pytest.mark.parametrize("listed_before", [False, True], ids=["asked at once", "after a listing"])
def test_a_folder_is_a_folder_whether_or_not_its_parent_was_listed(roots, listed_before):
    put(roots[0], "sub/x.bin")
    put(roots[0], "file")
    index = DiskIndex(roots)
    if listed_before:
        index.find(["file"])
    assert index.has_folder(str(Path(roots[0], "sub")))
    assert not index.has_folder(str(Path(roots[0], "file")))
    assert not index.has_folder(str(Path(roots[0], "none")))


def test_reading_ahead_lists_what_is_asked_for_and_runs_what_follows(roots):
    path = put(roots[0], "sub/deep/x.bin")
    index = DiskIndex(roots)
    found = []
    index.read_ahead(
        ["sub/deep/x.bin", "none/x.bin", path], [lambda: found.append(index.find(["sub/deep/x.bin"]))]
    )
    assert [file.path for file in found] == [path]
    put(roots[0], "sub/deep/late.bin")
    assert index.find(["sub/deep/late.bin"]) is None, "listed beforehand"


def test_a_call_that_fails_while_reading_ahead_is_not_swallowed(roots):
    def fail():
        raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        DiskIndex(roots).read_ahead(["x.bin"], [fail])


@pytest.mark.parametrize("limit", [-1.0, 1e9])
def test_a_drive_is_slow_when_a_call_takes_longer_than_the_limit(roots, monkeypatch, limit):
    monkeypatch.setattr(disk_module, "_SLOW_S", limit)
    assert DiskIndex(roots).is_slow() is (limit < 0)


def test_parent_folders_are_named_from_the_inside_out():
    assert list(parent_folders("a/b/c.bin")) == ["a/b", "a"]
    assert list(parent_folders("c.bin")) == []


part = st.sampled_from(["a", "b", "c d", "é"])
paths = st.lists(part, min_size=1, max_size=3).map("/".join)


@given(
    present=st.sets(st.tuples(st.integers(0, 2), paths), max_size=8),
    asked=st.lists(paths, min_size=1, max_size=12),
    ahead=st.booleans(),
)
def test_in_any_order_it_answers_as_isfile_does_root_by_root(tmp_path_factory, present, asked, ahead):
    home = tmp_path_factory.mktemp("disk")
    roots = [str(home / str(number)) for number in range(3)]
    for number, path in sorted(present):
        try:
            put(roots[number], path)
        except OSError:
            continue  # it is a folder already, or a file is in the way
    index = DiskIndex(roots)
    if ahead:
        index.read_ahead(asked, [])
    for path in asked:
        plain = next((found for root in roots if os.path.isfile(found := os.path.join(root, path))), None)  # noqa: PTH113, PTH118
        found = index.find([path])
        assert (found and found.path) == plain
        folder = next((root for root in roots if os.path.isdir(os.path.join(root, path))), roots[0])  # noqa: PTH112, PTH118
        assert index.root_for(path) == folder


@pytest.mark.parametrize("asked", ["Model.BIN", "sub/MODEL.bin", "SUB/model.bin"])
def test_where_the_system_folds_case_the_drive_decides_whether_it_is_the_same_file(tmp_path, asked):
    (tmp_path / "sub").mkdir()
    for name in ("model.bin", "sub/model.bin"):
        (tmp_path / name).write_bytes(b"12345")
    folding = DiskIndex([str(tmp_path)], fold=str.casefold)
    drive_folds = (tmp_path / "MODEL.BIN").is_file()
    assert (folding.find([asked]) is not None) == drive_folds
    assert folding.find(["sub/model.bin"]).size_bytes == 5


def test_a_drive_that_folds_case_has_the_file_under_any_spelling(tmp_path, monkeypatch):
    (tmp_path / "Sub").mkdir()
    (tmp_path / "Sub/Model.bin").write_bytes(b"12345")
    real = os.stat

    def as_windows_does(path, **what_if):
        text = os.fspath(path)
        return real(text.replace("sub/MODEL.bin", "Sub/Model.bin").replace("sub", "Sub"), **what_if)

    monkeypatch.setattr(os, "stat", as_windows_does)
    index = DiskIndex([str(tmp_path)], fold=str.casefold)
    index.find(["nothing"])
    monkeypatch.setattr(
        os, "scandir", lambda path, real=os.scandir: real(os.fspath(path).replace("sub", "Sub"))
    )
    assert index.find(["sub/MODEL.bin"]).size_bytes == 5
    assert index.has_folder(str(tmp_path / "sub"))
