"""Where a file named in a definition lies."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.wan2gp import entry_paths
from model_tracker.wan2gp.problems import DefinitionError

NAMES = {
    "an address": ("https://h.test/a/b/x.safetensors", "x.safetensors"),
    "an address with a folder": ("https://h.test/x.safetensors|sub/deep", "sub/deep/x.safetensors"),
    "an address with an empty folder": ("https://h.test/x.safetensors|", "x.safetensors"),
    "a folder with blanks in it": ("https://h.test/x.safetensors|my models", "my models/x.safetensors"),
    "a local name": ("x.safetensors", "x.safetensors"),
    "a local name with a folder": ("sub/x.safetensors", "sub/x.safetensors"),
    "an absolute path": ("/models/x.safetensors", "/models/x.safetensors"),
    "an address with a question mark": ("https://h.test/x.bin?download=true", "x.bin?download=true"),
    "plain http": ("http://h.test/x.bin", "x.bin"),
}


@pytest.mark.parametrize(("entry", "name"), NAMES.values(), ids=NAMES)
def test_an_entry_is_looked_for_under_this_name(entry, name):
    assert entry_paths.local_name(entry).replace(os.sep, "/") == name


def test_lora_dir_stands_for_the_models_lora_folder_as_an_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = entry_paths.local_name("https://h.test/x.safetensors|%lora_dir", "loras/wan")
    assert found == str(tmp_path / "loras" / "wan" / "x.safetensors")


ESCAPES = {
    "up": "../x.safetensors",
    "up from below": "a/../../x.safetensors",
    "up, Windows": "..\\x.safetensors",
    "drive": "C:/x.safetensors",
    "drive, relative": "C:x.safetensors",
    "network share": "\\\\server\\share\\x.safetensors",
    "NUL": "x\x00.safetensors",
    "address, folder up": "https://h.test/x.safetensors|../up",
    "address, folder up at the end": "https://h.test/x.safetensors|a/..",
    "address, Windows folder up": "https://h.test/x.safetensors|a\\..\\..",
    "address, absolute folder": "https://h.test/x.safetensors|/etc",
    "address, drive": "https://h.test/x.safetensors|D:\\models",
    "address, the folder itself": "https://h.test/x.safetensors|.",
    "address, blank folder": "https://h.test/x.safetensors| ",
    "address, NUL in the folder": "https://h.test/x.safetensors|a\x00b",
    "address, folder up behind blanks": "https://h.test/x.safetensors| ../up",
    "two folders": "https://h.test/x.safetensors|a|b",
    "local name with a folder mark": "x.safetensors|a",
    "address without a file": "https://h.test/",
    "address that ends in two dots": "https://h.test/..",
    "address with a backslash way up": "https://h.test/..\\..\\x.safetensors",
    "LoRA folder where none is known": "https://h.test/x.safetensors|%lora_dir",
}


@pytest.mark.parametrize("entry", ESCAPES.values(), ids=ESCAPES)
def test_what_leads_out_or_is_malformed_is_refused_with_a_remedy(entry):
    with pytest.raises(DefinitionError) as refusal:
        entry_paths.local_name(entry)
    assert refusal.value.remedy


folders = st.text("ab./\\: %x", max_size=12)


@given(folders)
def test_no_folder_ever_leads_out_of_the_root(folder):
    root = Path("/root/of/all")
    try:
        name = entry_paths.local_name(f"https://h.test/x.bin|{folder}")
    except DefinitionError:
        return
    assert Path(os.path.normpath(root / name)).is_relative_to(root)
    windows = PureWindowsPath("C:/root") / name
    assert windows.is_relative_to("C:/root")
    assert ".." not in windows.parts


LORAS = {
    "an address": ("https://h.test/a/x.safetensors", "L/x.safetensors"),
    "an address with a folder": ("https://h.test/x.safetensors|sub", "L/sub/x.safetensors"),
    "a local name": ("sub/x.safetensors", "L/sub/x.safetensors"),
    "an absolute path": ("/models/x.safetensors", "/models/x.safetensors"),
}


@pytest.mark.parametrize(("entry", "path"), LORAS.values(), ids=LORAS)
def test_a_lora_lies_in_the_lora_folder(entry, path):
    assert entry_paths.lora_name(entry, "L").replace(os.sep, "/") == path


@pytest.mark.parametrize(
    "entry", ["../x.safetensors", "https://h.test/x.safetensors|../up", "D:x.safetensors"]
)
def test_a_lora_never_leads_out_of_the_lora_folder(entry):
    with pytest.raises(DefinitionError):
        entry_paths.lora_name(entry, "L")


def test_an_address_is_told_from_a_local_name():
    assert entry_paths.address_of("https://h.test/x.bin|folder") == "https://h.test/x.bin"
    assert entry_paths.address_of("x.bin") is None
    assert entry_paths.address_of("/models/x.bin") is None


def test_a_hub_address_names_repository_branch_folder_and_file():
    address = entry_paths.hub_address("owner/name", "a/b/", "x.bin")
    assert address == "https://huggingface.co/owner/name/resolve/main/a/b/x.bin"
    assert entry_paths.hub_address("owner/name", "", "x.bin").endswith("/main/x.bin")
