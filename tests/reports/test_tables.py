"""CSV, JSON and the list of files: the page's figures for spreadsheets and programs."""

import csv
import io
import json
from dataclasses import replace

import pytest
from model_tracker.catalog.columns import figures as figures_of
from model_tracker.inventory.sizes import SMALL_SIZE
from model_tracker.performance.hardware import Machine
from model_tracker.reports.file_list import file_list
from model_tracker.reports.table_csv import HEADINGS, as_csv
from model_tracker.reports.table_json import as_json

MACHINE = Machine(gpu_name="RTX 3060", vram_gib=12, source="chosen")


def read_csv(text):
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def rows(world, scanned):
    """Return model type → figures."""

    def read(**figures):
        return {model.tracked.model_type: figures_of(model) for model in scanned(**figures)[1]}

    return read


def test_nothing_to_fetch_is_0_and_a_size_that_is_not_known_is_not(world, rows):
    world.add("here", URLs=world.urls("h.gguf"))
    world.add("away", URLs=world.urls("a.bin"))
    world.add("half", URLs=world.urls("h.gguf"), preload_URLs=world.urls("q.bin"))
    world.put("ckpts/h.gguf")
    names = ("fetch", "fetch_files", "fetch_bytes", "fetch_origin", "size_bytes", "size_origin")
    assert {model_type: tuple(map(figures.get, names)) for model_type, figures in rows().items()} == {
        "here": ("nothing", 0, 0, "exact", 1000, "exact"),
        "away": ("downloads", 1, None, "unknown", None, "unknown"),
        "half": ("downloads", 1, None, "unknown", 1000, "at_least"),
    }


def test_what_is_fetched_is_not_known_where_generate_would_stop_or_the_definition_has_a_problem(world, rows):
    world.add("stops", URLs=["by_hand.bin"])
    world.add("bad", URLs=5)
    names = ("fetch", "fetch_files", "fetch_bytes", "fetch_origin")
    assert {model_type: tuple(map(figures.get, names)) for model_type, figures in rows().items()} == {
        "stops": ("stops", None, None, "unknown"),
        "bad": ("not_sure", None, None, "unknown"),
    }


def test_a_broken_file_is_told_from_one_to_download(world, rows, cut_file):
    world.add("broken", URLs=world.urls("b.safetensors"))
    (path,) = world.put("ckpts/b.safetensors")
    cut_file(path, path.stat().st_size - 1)
    assert (rows()["broken"]["fetch"], rows()["broken"]["fetch_files"]) == ("broken", 0)


def test_small_texts_of_unknown_size_are_not_said_to_have_0_bytes(world, scanned):
    world.add("m", URLs=world.urls("m.bin"), preload_URLs=world.urls("config.json"))
    world.put("ckpts/m.bin")
    (model,) = scanned()[1]
    assert [file.size for file in model.tracked.to_fetch] == [SMALL_SIZE]
    figures = figures_of(model)
    assert (figures["fetch_files"], figures["fetch_bytes"], figures["fetch_origin"]) == (1, None, "unknown")


def test_labels_that_say_unknown_are_not_known(world, rows):
    world.add(URLs=world.urls("m.bin"))
    names = ("speed_tier", "speed_multiplier", "quality_tier", "vram_min_gb", "best_for")
    assert [rows()["m"][name] for name in names] == [None] * 5
    model = rows(speed_tier="Very fast", speed_multiplier=2.4, quality_tier="High")["m"]
    assert [model[name] for name in names[:3]] == ["very_fast", 2.4, "high"]


def test_csv_has_a_line_for_each_model_and_empty_cells_where_nothing_is_known(world, scanned):
    world.add("here", URLs=world.urls("h.gguf"))
    world.add("away", URLs=world.urls("a.bin"))
    world.put("ckpts/h.gguf", size=2_500_000_000)
    inventory, models = scanned(tasks=("text to video", "image to video"))
    lines = {line["name"]: line for line in read_csv(as_csv(inventory, models, MACHINE))}
    assert set(lines) == {"here", "away"}
    assert tuple(lines["here"]) == HEADINGS
    assert (lines["here"]["size_gb"], lines["here"]["fetch_gb"]) == ("2.5", "0.0")
    assert (lines["away"]["size_gb"], lines["away"]["fetch_gb"]) == ("", "")
    assert lines["here"]["tasks"] == "text to video; image to video"
    assert lines["here"]["vram_min_gb"] == lines["here"]["speed_tier"] == ""


def test_every_heading_of_a_size_names_its_unit():
    assert not [name for name in HEADINGS if "bytes" in name]
    assert {"size_gb", "fetch_gb", "vram_min_gb", "vram_recommended_gb"} <= set(HEADINGS)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_name_is_no_formula_for_a_spreadsheet(world, scanned, first):
    name = f"{first}cmd|'/c calc'!A1"
    world.add("m", name=name, URLs=world.urls("m.bin"))
    inventory, models = scanned(best_for=name, tasks=(name,))
    (line,) = read_csv(as_csv(inventory, models, MACHINE))
    assert {line["name"], line["best_for"], line["tasks"]} == {f"'{name}"}


def test_numbers_are_no_texts_for_a_spreadsheet(world, scanned):
    world.add(URLs=world.urls("m.bin"))
    inventory, models = scanned(speed_multiplier=-1.0)
    (line,) = read_csv(as_csv(inventory, models, MACHINE))
    assert line["speed_multiplier"] == "-1.0"


def test_commas_quotes_and_lines_survive_csv(world, scanned):
    world.add("m", name='a, "b"\r\nc;\u2028d', URLs=world.urls("m.bin"))
    inventory, models = scanned()
    (line,) = read_csv(as_csv(inventory, models, MACHINE))
    assert line["name"] == models[0].tracked.name


def test_json_holds_every_file_with_its_reason_and_null_where_nothing_is_known(world, scanned):
    world.add("m", name="a \u2028 <b>", URLs=world.urls("m.gguf"), preload_URLs=world.urls("p.bin"))
    world.put("ckpts/m.gguf")
    inventory, models = scanned(vram_min_gb=8.5)
    told = json.loads(as_json(inventory, models, MACHINE))
    assert (told["machine"]["vram_gb"], told["machine"]["source"]) == (12, "chosen")
    assert told["taken_at"] == inventory.taken_at.isoformat()
    assert told["totals"] == {
        "models": 1,
        "downloaded": 0,
        "partial": 1,
        "missing": 0,
        "bytes_on_disk": inventory.bytes_on_disk,
        "listed": 1,
    }
    assert (told["wan2gp"]["version"], told["wan2gp"]["verified"]) == ("12.60", True)
    assert {"name": "args", "impact": "command-line options are not known"} in told["wan2gp"]["not_found"]
    (model,) = told["models"]
    assert (model["name"], model["status"], model["vram_min_gb"]) == ("a \u2028 <b>", "partial", 8.5)
    assert (model["fetch_bytes"], model["speed_multiplier"], model["size_bytes"]) == (None, None, 1000)
    files = {file["name"]: file for file in model["files"]}
    assert (files["m.gguf"]["state"], files["p.bin"]["state"]) == ("present", "missing")
    assert files["p.bin"]["size_bytes"] is None
    assert files["p.bin"]["url"] == world.url("p.bin")
    assert files["p.bin"]["path"] == str(world.home / "ckpts/p.bin")
    assert all(file["reason"] for file in model["files"])
    assert [drive["model_bytes"] for drive in told["drives"]] == [inventory.bytes_on_disk]


def test_json_names_the_file_at_which_generate_would_stop(world, scanned):
    world.add(URLs=["by_hand.bin"])
    inventory, models = scanned()
    (model,) = json.loads(as_json(inventory, models, MACHINE))["models"]
    assert model["stopped_by"] == "by_hand.bin"


@pytest.mark.parametrize("make", [as_csv, as_json])
def test_half_a_character_in_a_name_does_not_keep_a_report_from_being_saved(world, scanned, make):
    world.add("m", name="a\ud800b", URLs=world.urls("m.bin"))
    inventory, models = scanned()
    assert make(inventory, models, MACHINE).encode()


def test_json_keeps_half_a_character(world, scanned):
    world.add("m", name="a\ud800b😀", URLs=world.urls("m.bin"))
    inventory, models = scanned()
    assert json.loads(as_json(inventory, models, MACHINE))["models"][0]["name"] == "a\ud800b😀"


def test_the_list_of_files_has_a_line_for_each_whatever_its_name(world, scanned):
    world.add("m", URLs=world.urls("a\tb\nc.bin"), preload_URLs=world.urls("p.bin"))
    _, (model,) = scanned()
    head, columns, *lines = file_list(model.tracked).splitlines()
    assert head.startswith("m (m): Generate would download 2 files")
    assert columns.split("\t") == ["State", "Size", "Path", "URL"]
    assert [line.split("\t") for line in lines] == [
        ["missing", "unknown size", str(world.home / "ckpts/a b c.bin"), world.url("a b c.bin")],
        ["missing", "unknown size", str(world.home / "ckpts/p.bin"), world.url("p.bin")],
    ]


def test_the_list_says_where_a_file_has_no_download_url(world, scanned):
    world.add("m", name="a\nb", URLs=["by_hand.bin"])
    _, (model,) = scanned()
    text = file_list(replace(model.tracked, problems=()))
    assert text.splitlines()[-1].endswith("\tno download URL")
    assert len(text.splitlines()) == 3
