"""CSV and JSON: the page's figures for spreadsheets and programs."""

import csv
import io
import json

import pytest
from model_tracker.performance.hardware import Machine
from model_tracker.reports.file_list import file_list
from model_tracker.reports.rows import COLUMNS
from model_tracker.reports.table_csv import as_csv
from model_tracker.reports.table_json import as_json

MACHINE = Machine(gpu_name="RTX 3060", vram_gib=12)


def read_csv(text):
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_has_a_line_for_each_model_and_empty_cells_where_nothing_is_known(world, scanned):
    world.add("here", URLs=world.urls("h.bin"))
    world.add("away", URLs=world.urls("a.bin"))
    world.put("ckpts/h.bin", size=2_500_000_000)
    inventory, models = scanned()
    rows = {row["name"]: row for row in read_csv(as_csv(inventory, models, MACHINE))}
    assert set(rows) == {"here", "away"}
    assert tuple(rows["here"]) == COLUMNS
    assert (rows["here"]["status"], rows["here"]["fetch_gb"], rows["here"]["fetch_origin"]) == (
        "downloaded",
        "0.0",
        "exact",
    )
    assert (rows["away"]["fetch_gb"], rows["away"]["fetch_origin"]) == ("", "unknown")
    assert rows["here"]["vram_min_gb"] == rows["here"]["speed_tier"] == ""


@pytest.mark.parametrize("hostile", ["=1+1", "+a", "-a", "@a"])
def test_a_name_is_no_formula_for_a_spreadsheet(world, scanned, hostile):
    world.add("m", name=hostile, URLs=world.urls("m.bin"))
    inventory, models = scanned()
    (row,) = read_csv(as_csv(inventory, models, MACHINE))
    assert row["name"] == f"'{hostile}"


def test_commas_quotes_and_lines_survive_csv(world, scanned):
    world.add("m", name='a, "b"\nc', URLs=world.urls("m.bin"))
    inventory, models = scanned()
    (row,) = read_csv(as_csv(inventory, models, MACHINE))
    assert row["name"] == models[0].tracked.name


def test_json_holds_every_file_with_its_reason_and_null_where_nothing_is_known(world, scanned):
    world.add("m", name="a \u2028 <b>", URLs=world.urls("m.bin"), preload_URLs=world.urls("p.bin"))
    world.put("ckpts/m.bin")
    inventory, models = scanned(vram_min_gb=8.5)
    told = json.loads(as_json(inventory, models, MACHINE))
    assert (told["schema"], told["machine"]["vram_gb"]) == (1, 12)
    assert told["totals"] == {
        "models": 2,  # the base type too
        "downloaded": 1,
        "partial": 1,
        "missing": 0,
        "bytes_on_disk": inventory.bytes_on_disk,
    }
    (model,) = told["models"]
    assert (model["name"], model["status"], model["vram_min_gb"]) == ("a \u2028 <b>", "partial", 8.5)
    assert (model["fetch_gb"], model["speed_multiplier"]) == (None, None)
    files = {file["name"]: file for file in model["files"]}
    assert (files["m.bin"]["state"], files["p.bin"]["state"]) == ("on disk", "missing")
    assert files["p.bin"]["size_bytes"] is None
    assert files["p.bin"]["url"] == world.url("p.bin")
    assert all(file["reason"] for file in model["files"])
    assert [drive["model_bytes"] for drive in told["drives"]] == [inventory.bytes_on_disk]


def test_the_list_of_files_has_a_line_for_each_whatever_its_name(world, scanned):
    world.add("m", URLs=world.urls("a\tb\nc.bin"), preload_URLs=world.urls("p.bin"))
    _, (model,) = scanned()
    head, *lines = file_list(model.tracked).splitlines()
    assert head.startswith("m (m): Generate would fetch")
    assert len(lines) == len(model.tracked.files)
    assert all(line.count("\t") == 3 for line in lines)
