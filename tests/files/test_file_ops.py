"""Renaming that never overwrites, on drives with and without hard links."""

from __future__ import annotations

import errno
import os

import pytest
from model_tracker.files import file_ops
from model_tracker.files.file_ops import rename_no_replace


@pytest.fixture
def pair(tmp_path):
    source = tmp_path / "source.bin"
    source.write_bytes(b"new")
    return source, tmp_path / "target.bin"


@pytest.fixture
def no_links(monkeypatch):
    """Let the drive have no hard links, as exFAT."""

    def refuse(here, _there):
        raise OSError(errno.EPERM, "Operation not permitted", here)

    monkeypatch.setattr(os, "link", refuse)


@pytest.fixture(params=["renameat2", "placeholder"])
def way(request, monkeypatch):
    """Rename by the system's own promise where it gives one, and without it."""
    if request.param == "placeholder":
        monkeypatch.setattr(file_ops, "_renamed_by_system", lambda *_: False)
    return request.param


def test_a_file_is_renamed_without_hard_links(pair, no_links, way):
    source, target = pair
    rename_no_replace(str(source), str(target))
    assert (target.read_bytes(), source.exists()) == (b"new", False)


def test_a_file_that_is_there_is_never_overwritten(pair, no_links, way):
    source, target = pair
    target.write_bytes(b"PRECIOUS")
    with pytest.raises(FileExistsError):
        rename_no_replace(str(source), str(target))
    assert (target.read_bytes(), source.read_bytes()) == (b"PRECIOUS", b"new")


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses by itself")
def test_a_file_that_appears_after_every_question_is_not_overwritten(pair, no_links, monkeypatch):
    source, target = pair
    monkeypatch.setattr(file_ops, "_renamed_by_system", lambda *_: False)
    monkeypatch.setattr(os.path, "lexists", lambda _path: False)
    real = os.open

    def late(path, *arguments):
        if str(path) == str(target):
            target.write_bytes(b"PRECIOUS")
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(FileExistsError):
        rename_no_replace(str(source), str(target))
    assert (target.read_bytes(), source.read_bytes()) == (b"PRECIOUS", b"new")


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses by itself")
def test_what_another_program_puts_in_place_of_the_placeholder_stays(pair, no_links, monkeypatch):
    source, target = pair
    monkeypatch.setattr(file_ops, "_renamed_by_system", lambda *_: False)
    real = os.close

    def then(descriptor):
        real(descriptor)
        target.write_bytes(b"PRECIOUS")

    monkeypatch.setattr(os, "close", then)
    with pytest.raises(FileExistsError):
        rename_no_replace(str(source), str(target))
    monkeypatch.undo()
    assert (target.read_bytes(), source.read_bytes()) == (b"PRECIOUS", b"new")


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses by itself")
def test_a_rename_that_fails_leaves_no_placeholder(pair, no_links, monkeypatch):
    source, target = pair
    monkeypatch.setattr(file_ops, "_renamed_by_system", lambda *_: False)

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(OSError, match="Input/output"):
        rename_no_replace(str(source), str(target))
    assert (target.exists(), source.read_bytes()) == (False, b"new")
