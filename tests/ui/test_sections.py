"""Compare, charts and this Wan2GP, without a browser."""

import re
from dataclasses import replace

import pytest
from model_tracker.inventory.models import FileState
from model_tracker.ui.models.charts import (
    PLACE,
    SPEED_MARKS,
    STATUS,
    VRAM,
    bytes_by_family,
    disk_bars,
    points,
    speed_mark,
)
from model_tracker.ui.models.compare import comparison


@pytest.fixture
def listings(page):
    return page.stage.plugin.handlers.listings


def models(listings, *names):
    here = {model.tracked.model_type: model for model in listings.of()}
    return [here[name] for name in names]


def row(html, name):
    cells = re.search(rf'<tr><th scope="row">{re.escape(name)}</th>(.*?)</tr>', html)[1]
    return re.findall("<td>(.*?)</td>", cells)


def test_the_comparison_has_a_column_for_each_model_with_the_tables_words(page, listings):
    chosen = models(listings, "z_image", "flux_schnell")
    html = comparison(chosen)
    table = {cells[-1]: cells for cells in page.component("mt-table").value["data"]}
    for column, model_type in enumerate(("z_image", "flux_schnell")):
        status, name, fetch, speed, vram, quality, size, best_for, _ = table[model_type]
        assert name in html
        for point, words in {
            "Status": status,
            "To download": fetch,
            "Speed": speed,
            "VRAM (GB)": vram,
            "Quality": quality,
            "Size (GB)": size,
            "Best For": best_for,
        }.items():
            assert row(html, point)[column].partition(" <b")[0] == words


def test_the_best_is_marked_where_that_is_fair_to_say(listings):
    fast, slow, sound = models(listings, "z_image", "qwen_image_20B", "ace_step_v1_5")
    best = [cell.endswith("best</b>") for cell in row(comparison([fast, slow]), "Speed")]
    assert best == [True, False]
    assert "best</b>" not in "".join(row(comparison([fast, sound]), "Speed"))  # pictures against music
    assert "best</b>" not in "".join(row(comparison([fast, fast]), "Speed"))  # alike
    assert "best</b>" not in comparison([fast])


@pytest.mark.parametrize(
    ("heading", "figure", "values"),
    [
        ("Speed", "speed_multiplier", (2.0, 1.0)),
        ("VRAM (GB)", "vram_min_gb", (6.0, 8.0)),
        ("Quality", "quality_rank", (3.0, 2.0)),
    ],
)
def test_none_is_the_best_where_the_figure_of_another_is_not_known(listings, heading, figure, values):
    (model,) = models(listings, "z_image")
    best, other, unknown = (
        replace(model, figures=replace(model.figures, **{figure: value})) for value in (*values, None)
    )
    marked = [cell.endswith("best</b>") for cell in row(comparison([best, other]), heading)]
    assert marked == [True, False]
    assert "best</b>" not in "".join(row(comparison([best, other, unknown]), heading))


def test_the_detail_adds_up_to_four_models_and_says_when_it_is_full(page):
    chosen = []
    for number, model_type in enumerate(("z_image", "flux", "t2v", "i2v"), 1):
        answer = page.fire("mt-compare-this", "click", picked=model_type, compare=chosen)
        chosen = answer["mt-compare"]["value"]
        assert len(chosen) == number
        assert answer["mt-compare-box"]["open"] is True
    again = page.fire("mt-compare-this", "click", picked="flux", compare=chosen)
    assert again["mt-compare"]["value"] == chosen
    fifth = page.fire("mt-compare-this", "click", picked="chatterbox", compare=chosen)
    assert fifth["mt-compare"]["value"] == chosen
    assert "four" in fifth["mt-comparison"]


def test_a_model_that_is_gone_leaves_the_comparison_and_is_named(page):
    page.stage._names["models_def"].pop("z_image")
    page.stage._names["displayed_model_types"].remove("z_image")
    version, _, _ = page.stage.plugin.on_tab_select({})
    answer = page.fire("mt-scan-id", "change", scan_id=version, compare=["z_image", "flux"])
    assert answer["mt-compare"]["value"] == ["flux"]
    assert "No longer there: z_image" in answer["mt-comparison"]


def test_the_scatter_holds_the_models_of_a_task_with_both_figures(listings):
    all_rows = points(listings.of(), "text to image")
    drawn = all_rows[all_rows[VRAM].notna()]
    expected = [
        model
        for model in listings.of()
        if "text to image" in model.figures.tasks
        and None not in (model.figures.speed_multiplier, model.figures.vram_min_gb)
    ]
    assert len(drawn) == len(expected) > 3
    for mark, model in zip(drawn[PLACE], expected, strict=True):
        assert float(mark.removesuffix("×")) == pytest.approx(model.figures.speed_multiplier, rel=0.25)
    assert list(drawn[VRAM]) == [model.figures.vram_min_gb for model in expected]
    assert set(drawn[STATUS]) == {"✓ downloaded", "✗ missing", "◐ partial"}
    places = [SPEED_MARKS.index(mark) for mark in all_rows[PLACE]]
    assert set(places) == set(range(min(places), max(places) + 1))  # each place between keeps its room
    assert points(listings.of(), "no such task").empty


def test_speeds_have_places_two_for_each_doubling_whatever_they_are():
    speeds = (1e-9, 0.062, 0.8, 1, 1.3, 1000, 1e9)
    assert [speed_mark(speed) for speed in speeds] == [SPEED_MARKS[0], "0.062×", "0.71×", "1×", "1.4×", "1000×", SPEED_MARKS[-1]]  # fmt: skip
    assert len(set(SPEED_MARKS)) == len(SPEED_MARKS)


def test_the_bars_add_up_to_what_is_on_the_disk_and_no_file_counts_twice(listings):
    inventory = listings.inventory
    taken = dict(bytes_by_family(inventory))
    assert sum(taken.values()) == inventory.bytes_on_disk
    here = {
        (file.path, model.family)
        for model in inventory.models.values()
        for file in model.files
        if file.state is not FileState.MISSING
    }
    assert set(taken) - {None} <= {family for _, family in here}
    assert taken[None] > 0
    bars = disk_bars(inventory)
    assert "width:100.0%" in bars
    assert bars.count("Files of several families") == 1


def test_charts_are_worked_out_only_once_they_are_opened(page):
    assert page.fire("mt-scan-id", "change", scan_id="9|")["mt-scatter"] == {"__type__": "update"}
    opened = page.fire("mt-charts", "expand")
    assert opened["mt-scatter"]["data"]
    assert "mt-bars" in opened["mt-disk-bars"]
    picked = page.fire("mt-chart-task", "input", chart_task="music")
    assert {point[-1].split()[0] for point in picked["mt-scatter"]["data"] if point[-1]} == {"Music"}


def test_an_unknown_newer_host_says_what_is_doubtful(page):
    page.stage._names["WanGP_version"] = "99.1"
    page.stage._names.pop("server_config")
    page.stage._names.pop("fl", None)
    version, _, _ = page.stage.plugin.on_tab_select({})
    answer = page.fire("mt-scan-id", "change", scan_id=version)
    label = answer["mt-host-box"]["label"]
    assert "99.1, not verified" in label
    assert "server_config" in answer["mt-host"]
    assert answer["mt-summary"].count("✓ 0") == 1  # nothing is called downloaded in doubt
