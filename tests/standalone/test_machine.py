"""The demo stands for a machine: the plugin sees its card, memory and drive, and nothing is left afterwards."""

import shutil
import sys
from types import SimpleNamespace

import demo
import machine
import psutil
import pytest
from machine import DRIVE_BYTES, MadeUpMachine, stands_for
from model_tracker.performance.gpus import get_gpu, load_gpus
from model_tracker.performance.hardware import detect_machine
from sparse import write_stand_in

USUAL = MadeUpMachine(get_gpu("RTX 3060"), 32)


@pytest.fixture
def real(monkeypatch):
    """Return the figures of the real drive, which has much room."""
    real = SimpleNamespace(total=10**13, used=10**12, free=9 * 10**12)
    usage = type(shutil.disk_usage("."))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(real.total, real.used, real.free))
    return real


@pytest.mark.parametrize("card", load_gpus())
def test_the_plugin_sees_the_card_and_the_memory(tmp_path, card):
    with stands_for(MadeUpMachine(get_gpu(card), 64), tmp_path):
        seen = detect_machine()
    assert (seen.known_gpu, seen.card_gb, seen.ram_gib) == (card, load_gpus()[card].vram_gb, 64)
    assert seen.free_vram_gib < seen.vram_gib
    assert seen.free_ram_gib < seen.ram_gib


def test_afterwards_all_is_as_before(tmp_path, monkeypatch):
    own = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "pynvml", own)
    before = psutil.virtual_memory, shutil.disk_usage
    with stands_for(USUAL, tmp_path):
        assert sys.modules["pynvml"] is not own
    assert sys.modules["pynvml"] is own
    assert (psutil.virtual_memory, shutil.disk_usage) == before


@pytest.mark.usefixtures("real")
def test_the_drive_is_as_full_as_its_files_say(tmp_path):
    workdir, other = tmp_path / "work", tmp_path / "other"
    workdir.mkdir()
    other.mkdir()
    with stands_for(USUAL, workdir):
        empty = shutil.disk_usage(workdir)
        write_stand_in(workdir / "ckpts" / "a.safetensors", 28_000_000_000)
        (workdir / "b.safetensors").hardlink_to(workdir / "ckpts" / "a.safetensors")
        full = shutil.disk_usage(str(workdir / "ckpts"))
        elsewhere = shutil.disk_usage(other)
    assert empty.total == full.total == DRIVE_BYTES == full.used + full.free
    assert empty.free - full.free == 28_000_000_000
    assert elsewhere.total == 10**13


def test_a_real_drive_with_little_room_is_shown_so_that_no_copy_fills_it(tmp_path, real):
    with stands_for(USUAL, tmp_path):
        real.free = machine.ROOM_BYTES - 1
        assert shutil.disk_usage(tmp_path).free == real.free
        real.free = machine.ROOM_BYTES
        assert shutil.disk_usage(tmp_path).total == DRIVE_BYTES


def test_the_page_says_which_machine_it_stands_for():
    notice = MadeUpMachine(get_gpu("rtx 4060 ti"), 64).notice
    assert "**RTX 4060 Ti** (16 GB)" in notice
    assert "64 GB of RAM" in notice


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--gpu", "RTX 4061"], ["'RTX 4061'", "RTX 4060, "]),
        (["--gpu", "voodoo"], ["'voodoo'", "it has for "]),
        (["--ram", "0"], ["'0'", "above 0"]),
        (["--ram", "much"], ["'much'", "whole number"]),
    ],
)
def test_a_machine_that_cannot_be_is_refused_with_what_can(capsys, arguments, words):
    with pytest.raises(SystemExit) as stopped:
        demo.main(arguments)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert all(word in told for word in words), told
