"""What the page shows where a checkpoint folder does not answer any more."""

from __future__ import annotations

import shutil

import pytest
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.performance.hardware import Machine
from model_tracker.performance_db import PerformanceDatabase
from model_tracker.reports.script import ScriptForm, download_script
from model_tracker.ui.models.file_table import file_tables
from model_tracker.ui.models.listings import Listings
from model_tracker.ui.models.summary import cards, chosen_line
from model_tracker.ui.this_host import compatibility_html
from model_tracker.ui_components import STALE_CLASS, table_value


@pytest.fixture
def lost(world, tmp_path):
    """Return the analyzer of a world whose folder has vanished since the last scan."""
    world.locator._checkpoints_paths = [str(tmp_path / "mnt/<share>")]
    world.add("m", name="Mine", URLs=world.urls("m.safetensors"))
    world.put("mnt/<share>/m.safetensors")
    analyzer = ModelAnalyzer.from_host(world.host)
    analyzer.refresh()
    shutil.rmtree(tmp_path / "mnt")
    analyzer.refresh()
    return analyzer


def test_it_is_told_before_all_else_with_what_was_seen_there(lost):
    html = cards(lost.inventory, Machine())
    assert html.index('role="alert"') < html.index("mt-card")
    assert "mnt/&lt;share&gt; does not exist. Last seen there, on " in html
    assert "1 file of models" in html


def test_nothing_is_told_where_all_folders_answer(world):
    world.add("m", URLs=world.urls("m.safetensors"))
    assert 'role="alert"' not in cards(world.inventory(), Machine())


def test_the_last_result_stays_in_grey(lost):
    listings = Listings(lost, PerformanceDatabase(), Machine())
    value = table_value(listings.of())
    (place,) = (place for place, row in enumerate(value["data"]) if row[-1] == "m")
    assert value["data"][place][0] == "? downloaded"
    assert all(STALE_CLASS in style for style in value["metadata"]["styling"][place])
    model = lost.model("m")
    assert f'mt-state {STALE_CLASS}">? last seen' in file_tables(model, lost.inventory)


def test_the_chosen_models_line_is_a_doubt(lost):
    line = chosen_line(lost.inventory, "m", lost.what_if("m"))
    assert f'<span class="{STALE_CLASS}">?</span>' in line
    assert "does not answer" in line
    assert "Ready" not in line


def test_this_wan2gp_marks_the_folder_among_the_others(lost):
    assert "mnt/&lt;share&gt; (does not answer)</li>" in compatibility_html(lost.inventory)


@pytest.mark.parametrize("form", ScriptForm)
def test_a_script_downloads_nothing_on_its_account_and_says_so(lost, form):
    script = download_script(lost.model("m"), form)
    assert "Downloads nothing for Mine" in script
    assert "# Not sure: " in script
    assert "https://files.test/m.safetensors" not in script
