"""The section about the Wan2GP at hand: what it offers, what it lacks and what that costs, what is not sure."""

import importlib.util
import re
from dataclasses import replace
from datetime import datetime, timezone
from html import escape
from pathlib import Path

import pytest
from model_tracker.inventory.models import Inventory, ModelStatus
from model_tracker.ui.this_host import compatibility_html, headline
from model_tracker.wan2gp.names import HOST_NAMES
from model_tracker.wan2gp.problems import Problem
from model_tracker.wan2gp.settings import Settings


def stand_ins(name):
    """Return another test module, for the hosts that it describes."""
    path = Path(__file__).parents[1] / name
    spec = importlib.util.spec_from_file_location(f"stand_ins_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OLDER = stand_ins("test_older_hosts.py")
MISMATCH = stand_ins("wan2gp/test_differences.py")


def plain(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def told(world, names):
    world.names = names
    inventory = world.inventory()
    return headline(inventory), compatibility_html(inventory), inventory


@pytest.mark.parametrize("version", OLDER.VERSIONS)
def test_an_older_version_is_verified_and_says_what_it_lacks_and_what_that_costs(version, world):
    names = OLDER.Standin(version, "int8/int8/").namespace()
    label, html, inventory = told(world, names)
    assert label == f"This Wan2GP: {version[1:]}, verified"
    assert "What is not sure" not in html
    assert "✗ missing" in html
    assert "The details show no config choices." in html
    for name in inventory.missing_names:
        assert f"<code>{name.name}</code>" in html
        assert escape(name.impact) in html


def test_the_oldest_lacks_more_than_a_later_one(world):
    lacking = [
        told(world, OLDER.Standin(version, "int8/int8/").namespace())[1].count("✗ missing")
        for version in OLDER.VERSIONS
    ]
    assert lacking == sorted(lacking, reverse=True)
    assert lacking[0] > lacking[-1]


def test_a_newer_version_without_doubts_is_not_verified_and_says_that_all_was_found(world):
    world.add(URLs=world.urls("m.bin"))
    names = {**MISMATCH.names_13_141(world), "WanGP_version": "13.141"}
    label, html, _ = told(world, names)
    assert label == "This Wan2GP: 13.141, not verified"
    assert "All that decides downloads was found" in html
    assert "They are in no figure of what Generate would download." in html


def test_an_unknown_host_that_lost_names_shows_each_doubt_in_bold_and_what_it_means(world):
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    names = {**MISMATCH.names_12_34(world), "WanGP_version": "12.99"}
    del names["transformer_quantization"], names["query_core_shared_model_files"]
    label, html, inventory = told(world, names)
    assert label == "This Wan2GP: 12.99, not verified: 2 things are not sure"
    assert len(inventory.compatibility.uncertainties) == 2
    for uncertainty in inventory.compatibility.uncertainties:
        assert f"<li><b>{escape(uncertainty)}</b></li>" in html
    assert "no model is called downloaded" in html
    assert inventory.models["m"].status is ModelStatus.PARTIAL
    assert "⚠ not sure" in html
    assert "All that decides downloads was found" not in html


@pytest.mark.parametrize("lost", HOST_NAMES, ids=lambda entry: entry.name)
def test_any_name_that_is_gone_is_named_with_what_is_lost(lost, world):
    world.add(URLs=world.urls("m.bin"))
    names = {name: value for name, value in MISMATCH.names_12_34(world).items() if name != lost.name}
    _, html, inventory = told(world, names)
    (gone,) = [name for name in inventory.missing_names if name.name == lost.name]
    row = html.partition(f"<code>{lost.name}</code>")[2].partition("</tr>")[0]
    assert plain(row) == plain(escape(gone.impact))


def test_settings_folders_in_their_order_and_their_problems_are_there(world):
    world.add(URLs=world.urls("m.bin"))
    inventory = replace(world.inventory(), problems=(Problem("x", "This folder cannot be read.", path="/x"),))
    html = compatibility_html(inventory)
    assert "Transformer quantization</dt><dd>int8</dd>" in html
    folders = html.partition("<ol>")[2].partition("</ol>")[0]
    assert folders == "".join(f"<li>{escape(root)}</li>" for root in inventory.roots)
    assert "This folder cannot be read. (/x)" in html


def test_texts_of_the_host_are_shown_as_they_are(world):
    world.add(URLs=world.urls("m.bin"))
    world.names["WanGP_version"] = "<img src=x onerror=alert(1)>"
    html = compatibility_html(world.inventory())
    assert "<img" not in html
    assert "&lt;img" in html


def test_before_the_first_scan_nothing_is_said(world):
    nothing = Inventory.nothing_yet(Settings(), world.inventory().taken_at)
    assert headline(nothing) == "This Wan2GP: not looked at yet"
    assert plain(compatibility_html(nothing)) == "Not looked at yet."


def test_a_scan_renews_label_and_text(page):
    answer = page.fire("mt-scan-id", "change", scan_id="2|")
    assert answer["mt-host-box"]["label"].startswith("This Wan2GP: 12.60, verified")
    assert "Wan2GP 12.60 is verified" in answer["mt-host"]


def test_nothing_is_said_before_the_first_scan():
    nothing = Inventory.nothing_yet(Settings(), datetime.now(timezone.utc))
    assert headline(nothing) == "This Wan2GP: not looked at yet"
    assert "Not looked at yet" in compatibility_html(nothing)
