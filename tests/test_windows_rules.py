"""What can be shown of Windows without it: its path rules in place of this system's, in the modules that make paths."""

import ntpath
import os

import pytest
import recordings
from model_tracker.files.walk import is_below
from model_tracker.host import Host
from model_tracker.inventory import drives
from model_tracker.wan2gp import choice, entry_paths
from model_tracker.wan2gp import requirements as requirements_module
from model_tracker.wan2gp.required_files import FilePool
from model_tracker.wan2gp.requirements import requirements

PATH_MAKERS = (choice, entry_paths, requirements_module, drives)


class Windows:
    """The module `os` with Windows' names and path rules; everything else is this system's."""

    name, sep, altsep, path = "nt", "\\", "/", ntpath

    def __getattr__(self, name):
        return getattr(os, name)


@pytest.fixture
def windows(monkeypatch):
    for module in PATH_MAKERS:
        monkeypatch.setattr(module, "os", Windows())


def places(host):
    pool = FilePool()
    return {
        model_type: [
            (file.name, file.target, file.lookup_paths)
            for file in requirements(host, model_type, pool=pool).files
        ]
        for model_type in host.definitions
    }


def with_slashes(value):
    if isinstance(value, str):
        return value.replace("\\", "/")
    return tuple(map(with_slashes, value))


def test_every_recorded_file_has_the_same_place_by_windows_rules(recorded, request):
    host = Host.from_namespace(recorded.namespace("int8/int8/")).snapshot()
    here = places(host)
    request.getfixturevalue("windows")
    there = places(host)
    assert any("\\" in target for files in there.values() for _, target, _ in files)
    assert {model: [with_slashes(file) for file in files] for model, files in there.items()} == {
        model: [tuple(file) for file in files] for model, files in here.items()
    }
    assert here.keys() == recordings.models_def().keys()


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("path", "name"), [(r"D:\models\x.bin", "D:"), (r"\\server\share\models", r"\\server\share")]
)
def test_a_drive_is_its_letter_or_its_share(path, name):
    assert drives.drive_name(path) == name


@pytest.mark.parametrize(
    ("path", "folder", "below"),
    [
        (r"D:\Models\wan", r"d:\models", True),
        (r"D:\models2\wan", r"D:\models", False),
        (r"E:\models\wan", r"D:\models", False),
        ("D:/models/wan", r"D:\models", True),
    ],
)
def test_capitals_and_slashes_do_not_matter_below_a_folder(path, folder, below, monkeypatch):
    monkeypatch.setattr("model_tracker.files.walk.os", Windows())
    assert is_below(path, folder, ntpath.normpath) is below


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("entry", [r"..\x.bin", r"C:x.bin", r"a\..\..\x.bin", "../x.bin"])
def test_no_name_climbs_out_by_windows_rules(entry):
    with pytest.raises(entry_paths.DefinitionError):
        entry_paths.local_name(entry)
