"""Finetunes that Wan2GP ignored or hid are listed, with the file and what to do."""

import json

import pytest
from model_tracker.catalog.query import Query, find
from model_tracker.inventory.models import ModelStatus
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.performance.hardware import Machine
from model_tracker.performance_db import PerformanceDatabase
from model_tracker.reports.markdown import full_report
from model_tracker.reports.table_json import as_json
from model_tracker.ui.models.listings import Listings
from model_tracker.wan2gp import finetune_files

GOOD = '{"model": {"name": "Mine", "architecture": "arch", "URLs": ["a.bin"]}}'
IGNORED = {
    "a byte-order mark": (b"\xef\xbb\xbf" + GOOD.encode(), "byte-order mark", "without BOM"),
    "UTF-16": (GOOD.encode("utf-16"), "UTF-16", "UTF-8"),
    "Latin-1": (GOOD.replace("Mine", "Mé").encode("latin-1"), "no UTF-8", "UTF-8"),
    "a trailing comma": (GOOD.replace("]", ",]").encode(), "comma behind the last", "Remove the comma"),
    "a lost quotation mark": (GOOD.replace('"arch"', 'arch"').encode(), "line 1, column", "quotation marks"),
    "its end lost": (GOOD[:-1].encode(), "ends before", "what is missing"),
    "nothing in it": (b"", "empty", "definition"),
    "a list on top": (f"[{GOOD}]".encode(), "a list", "model"),
    "no model": (b'{"name": "Mine"}', "no “model”", "architecture"),
    "a list for a model": (b'{"model": []}', "a list", "model"),
    "nesting without end": (b"[" * 200_000, "nested too deep", "Correct"),
    "more than a definition": (b" " * 3_000_000, "longer than", "Remove"),
}


def put(world, name, content):
    folder = world.home / "finetunes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_bytes(content)


def unoffered(world):
    return [model for model in world.inventory().listed if not model.is_offered]


@pytest.mark.parametrize(("content", "cause", "remedy"), IGNORED.values(), ids=IGNORED)
def test_an_ignored_file_is_a_row_with_cause_and_remedy(world, content, cause, remedy):
    world.add("other", URLs=[])
    put(world, "mine", content)
    (model,) = unoffered(world)
    (problem,) = model.problems
    assert (model.model_type, model.status, model.is_finetune) == ("mine", ModelStatus.MISSING, True)
    assert cause in problem.message
    assert remedy in problem.remedy
    assert problem.path.endswith("mine.json")
    assert "mine" not in [visible.model_type for visible in world.inventory().visible]


@pytest.mark.parametrize(
    ("model", "cause"),
    [({"architecture": "T2V"}, "'T2V'"), ({}, "no “architecture”"), ({"architecture": 5}, "5")],
)
def test_a_finetune_that_the_host_hid_is_listed(world, model, cause):
    put(world, "mine", json.dumps({"model": {"name": "Mine", **model}}).encode())
    world.models["mine"] = {"name": "Mine", **model, "path": "finetunes/mine.json", "visible": False}
    (row,) = unoffered(world)
    assert row.name == "Mine"
    assert cause in row.problems[0].message


def test_a_finetune_that_the_user_hid_stays_hidden(world):
    hidden = {"name": "Mine", "architecture": "no_such", "visible": False}
    put(world, "mine", json.dumps({"model": hidden}).encode())
    world.models["mine"] = {**hidden, "path": "finetunes/mine.json"}
    assert unoffered(world) == []


def test_a_good_finetune_that_the_host_has_is_no_second_row(world):
    world.add("mine", path="finetunes/mine.json")
    put(world, "mine", GOOD.encode())
    put(world, ".draft", b"")
    assert unoffered(world) == []


def test_a_file_written_since_the_host_started_is_told_so(world):
    world.add("other")
    put(world, "mine", GOOD.encode())
    (row,) = unoffered(world)
    assert row.name == "Mine"
    assert "Restart Wan2GP" in row.problems[0].remedy


def test_a_folder_in_place_of_a_file_costs_no_other_row(world):
    world.add("other")
    (world.home / "finetunes" / "x.json").mkdir(parents=True)
    put(world, "mine", b"")
    assert [row.model_type for row in unoffered(world)] == ["mine", "x"]


def test_more_files_than_are_read_are_counted(world, monkeypatch):
    monkeypatch.setattr(finetune_files, "MOST_FILES", 2)
    for number in range(5):
        put(world, f"f{number}", b"")
    assert [row.problems[0].message for row in unoffered(world)][-1].endswith("3 were not looked at.")


def test_an_ignored_finetune_is_found_by_filter_and_search_and_is_in_the_reports(world):
    world.add("other")
    put(world, "mine", b"[]")
    analyzer = ModelAnalyzer.from_host(world.host)
    inventory = analyzer.refresh()
    listed = Listings(analyzer, PerformanceDatabase(), Machine()).of()
    for query in (Query(finetunes=True), Query(text="mine")):
        assert [model.tracked.model_type for model in find(listed, query).models] == ["mine"]
    assert "mine.json" in full_report(inventory, listed, Machine())
    (row,) = [
        row for row in json.loads(as_json(inventory, listed, Machine()))["models"] if not row["is_offered"]
    ]
    assert row["problems"][0]["remedy"]
