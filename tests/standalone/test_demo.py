"""The demo sets its scene in a temporary folder and cleans up."""

import os
import shutil
from pathlib import Path

import demo
import gradio as gr
import pytest
from headless import HeadlessPage
from machine import ROOM_BYTES
from shared.utils.plugins import WAN2GPPlugin


class Small(WAN2GPPlugin):
    def setup_ui(self):
        self.add_tab("small", "Small", lambda: gr.Markdown("small"))


@pytest.fixture
def own_environment(monkeypatch):
    """Have what the demo sets undone afterwards."""
    for name in (demo.HOME_VARIABLE, *demo.OFFLINE):
        monkeypatch.setenv(name, "")


def test_an_empty_disk_is_empty(tmp_path):
    scene = demo.set_scene(tmp_path, empty=True)
    assert list(tmp_path.iterdir()) == []
    assert scene.notice == ""


def test_finetunes_are_added(tmp_path):
    scene = demo.set_scene(tmp_path, finetunes=20, empty=True)
    assert sum(kind.startswith("finetune_") for kind in scene.namespace["displayed_model_types"]) == 20


def test_the_notice_is_on_the_page(tmp_path):
    scene = demo.set_scene(tmp_path, empty=True)
    page = demo.build_demo(scene.namespace, Small, "Sizes are not true.")
    texts = [block.value for block in page.blocks.values() if isinstance(block, gr.Markdown)]
    assert "Sizes are not true." in texts
    HeadlessPage(page).open_tab("Small")


def shown_first(page):
    (tabs,) = (block for block in page.blocks.values() if isinstance(block, gr.Tabs))
    return tabs.selected


def test_it_opens_on_the_plugins_tab_where_that_is_asked_for(tmp_path):
    names = demo.set_scene(tmp_path, empty=True).namespace
    assert shown_first(demo.build_demo(names, Small)) == "media_gen"
    assert shown_first(demo.build_demo(names, Small, opens_plugin=True)) == "plugin_small"


@pytest.mark.usefixtures("own_environment", "patient")
def test_what_is_shown_is_the_machine_that_was_asked_for(monkeypatch):
    shown = []
    monkeypatch.setattr(demo, "_show", lambda page, _options: shown.append(page))
    assert demo.main(["--gpu", "rtx 4090", "--ram", "64", "--open-tracker"]) == 0
    (page,) = shown
    words = " ".join(str(getattr(block, "value", "")) for block in page.blocks.values())
    assert "**RTX 4090** (24 GB)" in words
    assert "24 GB VRAM, 64 GiB RAM" in words
    assert "1000.2 GB" in words or shutil.disk_usage(".").free < ROOM_BYTES
    assert shown_first(page) == "plugin_model_tracker"


@pytest.mark.parametrize("stop", [None, KeyboardInterrupt])
@pytest.mark.usefixtures("own_environment")
def test_the_temporary_folder_is_there_while_shown_and_gone_afterwards(monkeypatch, stop):
    seen = []

    def show(_page, options):
        home = Path(os.environ[demo.HOME_VARIABLE])
        seen.append((home.parent, (home.parent / "ckpts").is_dir(), options.port))
        assert os.environ["HF_HUB_OFFLINE"] == "1"
        if stop:
            raise stop

    monkeypatch.setattr(demo, "_show", show)
    monkeypatch.setattr(demo, "build_demo", lambda *_, **__: None)
    assert demo.main(["--port", "7999", "--no-browser"]) == 0
    ((workdir, there, port),) = seen
    assert there
    assert port == 7999
    assert not workdir.exists()
