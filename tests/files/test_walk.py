"""Walking through folders: what cannot be read is named up to a number, and every listing can be stopped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from model_tracker.files.walk import MOST_PROBLEMS, Limits, Walk


@pytest.fixture
def closed_folders(tmp_path, monkeypatch):
    """Return a folder with 500 folders in it that cannot be read."""
    for number in range(500):
        (tmp_path / f"closed-{number:03}").mkdir()
    scandir = os.scandir

    def refuse(path):
        if Path(path).name.startswith("closed-"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    return tmp_path


def test_hundreds_of_folders_that_cannot_be_read_are_a_few_lines_and_a_count(closed_folders):
    walk = Walk(Limits(depth=3, entries=10_000))
    assert list(walk.files(str(closed_folders))) == []
    assert len(walk.all_problems) == MOST_PROBLEMS + 1
    assert str(walk.all_problems[-1]).startswith(f"{500 - MOST_PROBLEMS} folders more cannot be read.")


def test_that_the_limit_was_reached_is_said_first(closed_folders):
    walk = Walk(Limits(depth=3, entries=400))
    list(walk.files(str(closed_folders)))
    assert "Only 400 files and folders were looked at" in str(walk.all_problems[0])


def test_a_listing_ends_at_its_limit_and_says_so(tmp_path):
    for number in range(300):
        (tmp_path / str(number)).touch()
    walk = Walk(Limits(depth=0, entries=100))
    assert len(list(walk.listing(str(tmp_path)))) == 100
    assert "Only 100 files and folders" in str(walk.all_problems[0])


def test_a_listing_of_many_files_ends_soon_after_it_is_stopped(tmp_path):
    for number in range(2_000):
        (tmp_path / str(number)).touch()
    asked = []
    walk = Walk(Limits(depth=0, entries=10_000), cancelled=lambda: len(asked) >= 300)
    for entry in walk.listing(str(tmp_path)):
        asked.append(entry.name)  # noqa: PERF401 - it is counted as it grows
    assert len(asked) < 600
    assert walk.was_cancelled


def test_a_folder_that_is_not_there_is_an_empty_listing_without_a_word(tmp_path):
    walk = Walk(Limits(depth=0, entries=10))
    assert (list(walk.listing(str(tmp_path / "none"))), walk.all_problems) == ([], ())
