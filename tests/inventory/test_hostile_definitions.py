"""Whatever stands in a definition or a finetune's file: nothing raises, and no other row changes."""

import json
from random import Random

import pytest
from model_tracker.catalog.query import Query, SortKey, filter_and_sort
from model_tracker.inventory.models import ModelStatus
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.performance.hardware import Machine
from model_tracker.performance_db import PerformanceDatabase
from model_tracker.reports.file_list import file_list
from model_tracker.reports.markdown import full_report
from model_tracker.reports.script import ScriptForm, download_script
from model_tracker.reports.short import short_report
from model_tracker.reports.table_csv import as_csv
from model_tracker.reports.table_json import as_json
from model_tracker.ui.models.detail import detail
from model_tracker.ui.models.listings import Listings

HERE = Machine()


@pytest.fixture
def good(world, handler):
    """Return a world of four good models, one of them downloaded."""
    world.handlers["arch"] = handler([])
    world.add("arch", URLs=world.urls("arch_bf16.bin"))
    world.add("good", URLs=world.urls("good_bf16.bin", "good_int8.bin"), loras=world.urls("l.bin"))
    world.add("part", URLs="good", text_encoder_URLs=world.urls("t.bin"))
    world.add("gone", URLs=world.urls("gone.bin"), modules=[world.urls("module.bin")])
    world.put("ckpts/good_int8.bin", "loras/arch/l.bin")
    return world


def look_at_all(world, picked):
    """Look at everything as the page and the reports do; return what is shown of the other models."""
    analyzer = ModelAnalyzer.from_host(world.host)
    inventory = analyzer.refresh()
    listings = Listings(analyzer, PerformanceDatabase(), HERE)
    listed = listings.of()
    for key in SortKey:
        assert len(filter_and_sort(listed, Query(sort=key))) == len(listed)
    if picked in inventory.models:
        model = listings.one(inventory.models[picked])
        html = detail(
            model=model,
            all_models=listed,
            inventory=inventory,
            what_if=analyzer.what_if(picked),
            machine=HERE,
            grid=listings.vram_grid(model.tracked),
        )
        assert "<script>" not in html
        assert file_list(model.tracked) is not None
        for form in ScriptForm:
            download_script(model.tracked, form)
    for report in (full_report, short_report, as_json):
        report(inventory, listed, HERE)
    as_csv(inventory, listed, HERE)
    return {
        name: (model.status, model.name, [file.path for file in model.to_fetch], model.problems)
        for name, model in inventory.models.items()
        if name != picked
    }


def test_hostile_definitions_raise_nothing_and_change_no_other_row(good, hostile):
    expected = look_at_all(good, "bad")
    for seed in range(120):
        good.models["bad"] = hostile.definition(Random(seed))
        assert look_at_all(good, "bad") == expected, f"seed {seed}"


def test_hostile_finetune_files_raise_nothing_and_change_no_other_row(good, hostile):
    expected = look_at_all(good, "bad")
    folder = good.home / "finetunes"
    folder.mkdir()
    for seed in range(120):
        (folder / "bad.json").write_bytes(hostile.content(Random(seed)))
        assert look_at_all(good, "bad") == expected, f"seed {seed}"
        model = good.inventory().models["bad"]
        assert (model.status, model.is_finetune, model.is_offered) == (ModelStatus.MISSING, True, False)
        assert model.problems


def test_the_generator_reaches_every_kind_of_value_and_repeats_itself(hostile):
    made = [hostile.definition(Random(seed)) for seed in range(3_000)]
    again = [hostile.definition(Random(seed)) for seed in range(3_000)]
    keys = {key for one in made if isinstance(one, dict) for key in one if isinstance(key, str)}
    assert keys >= set(hostile.KEYS)
    assert [type(one) for one in made] == [type(one) for one in again]
    assert {type(one) for one in made} >= {dict, list, str, int, type(None)}
    assert any(_is_json(hostile.content(Random(seed))) for seed in range(50))
    assert not all(_is_json(hostile.content(Random(seed))) for seed in range(50))


def _is_json(content):
    try:
        json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    return True
