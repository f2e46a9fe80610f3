"""Filters alone and combined, sorting each way, the detail, and what leaves the page."""

import csv
import io
import json

import pytest
from model_tracker.catalog.labels import SORT_KEYS
from model_tracker.catalog.query import SortKey, filter_and_sort
from model_tracker.performance.gpus import load_gpus
from model_tracker.ui.frame import REPORT_FORMS
from model_tracker.ui.models.exports import ReportForm
from model_tracker.ui.models.filters import Filters
from model_tracker.ui_components import COLUMNS, SORT_MARKS
from playwright.sync_api import expect

DROPDOWNS = {
    "task": "Text to image",
    "output": "Image",
    "family": "Flux 1",
    "speed": "Medium",
    "quality": "High",
    "vram": "6 GB",
}
FIELDS = {"output": {"output": "IMAGE"}, "task": {"task": "text to image"}, "vram": {"max_vram": 6.0}}


def expected(pilot, **filters):
    """Names that the server would list for these filters, in order."""
    listings = pilot.handlers.listings
    query = Filters(**filters).query(listings.machine().card_gb)
    return [" ".join(model.tracked.name.split()) for model in filter_and_sort(listings.of(), query)]


def shows(pilot, names):
    """Wait until just these are listed; of many, those at the top are painted."""
    expect(pilot.page.locator("#mt-count")).to_contain_text(f"{len(names)} of ")
    pilot.rows(names)


@pytest.mark.parametrize("name", DROPDOWNS)
def test_each_dropdown_filters(pilot, name):
    pilot.open_tab()
    pilot.choose(f"mt-{name}", DROPDOWNS[name])
    value = FIELDS.get(name, {name: DROPDOWNS[name]})
    names = expected(pilot, **value)
    assert 0 < len(names) < len(pilot.handlers.listings.of())
    shows(pilot, names)


@pytest.mark.parametrize("field", ["only_mine", "finetunes", "descending"])
def test_each_switch_changes_the_list(pilot, field):
    pilot.open_tab()
    pilot.tick(f"mt-{field.replace('_', '-')}")
    names = expected(pilot, **{field: True})
    assert names != expected(pilot)
    shows(pilot, names)


@pytest.mark.parametrize("card", ["RTX 3050", "RTX 4090"])
def test_fits_asks_for_the_card_that_models_are_judged_for(pilot, card):
    pilot.open_tab()
    pilot.choose("mt-card", f"{card} ({load_gpus()[card].vram_gb:g} GB)")
    pilot.tick("mt-fits")
    names = [" ".join(model.tracked.name.split()) for model in fitting(pilot, card)]
    assert 0 < len(names) < len(pilot.handlers.listings.of())
    shows(pilot, names)


def fitting(pilot, card):
    models = pilot.handlers.listings.of(card)
    return filter_and_sort(models, Filters(card=card, fits=True).query(None))


def test_filters_combine_and_one_act_resets_them(pilot):
    pilot.open_tab()
    pilot.type("mt-search", "flux")
    pilot.pick("mt-status", "✓ Downloaded")
    pilot.choose("mt-output", "Image")
    shows(pilot, expected(pilot, text="flux", status="downloaded", output="IMAGE"))
    pilot.press(pilot.page.locator("#mt-reset"))
    shows(pilot, expected(pilot))
    expect(pilot.page.locator("#mt-search input, #mt-search textarea").first).to_have_value("")
    expect(pilot.page.locator("#mt-status input:checked")).to_have_value("")


def test_a_summary_card_filters_and_a_second_press_takes_it_back(pilot):
    pilot.open_tab()
    card = pilot.page.locator("#mt-summary button").filter(has_text="downloaded")
    pilot.press(card)
    shows(pilot, expected(pilot, status="downloaded"))
    pilot.press(card)
    shows(pilot, expected(pilot))


def test_a_misspelt_word_finds_what_was_meant(pilot):
    pilot.open_tab()
    pilot.type("mt-search", "kontex fluxx")
    pilot.first_row("Flux 1 Dev Kontext")


@pytest.mark.parametrize("key", SortKey)
def test_every_column_sorts_both_ways(pilot, key):
    pilot.open_tab()
    pilot.choose("mt-sort", SORT_KEYS[key])
    shows(pilot, expected(pilot, sort=key.name))
    pilot.tick("mt-descending")
    shows(pilot, expected(pilot, sort=key.name, descending=True))


@pytest.mark.parametrize("pilot", ["mouse"], indirect=True)
@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.heading)
def test_a_click_on_a_heading_sorts_and_another_turns_the_order_round(pilot, column):
    pilot.page.set_viewport_size({"width": 2600, "height": 900})
    pilot.open_tab()
    heading = pilot.page.locator("#mt-table .thead th").nth(COLUMNS.index(column))
    is_sorted = column.key is SortKey.NAME  # from the start
    for descending in (True, False) if is_sorted else (False, True):
        pilot.press(heading)
        expect(heading).to_contain_text(SORT_MARKS[descending])
        shows(pilot, expected(pilot, sort=column.key.name, descending=descending))
    expect(pilot.page.locator("#mt-sort input")).to_have_value(SORT_KEYS[column.key])


def test_filters_keep_their_values_when_tabs_change(pilot):
    pilot.open_tab()
    pilot.type("mt-search", "wan")
    pilot.choose("mt-vram", "8 GB")
    names = expected(pilot, text="wan", max_vram=8.0)
    shows(pilot, names)
    pilot.open_tab("Media Generator")
    pilot.open_tab()
    shows(pilot, names)
    expect(pilot.page.locator("#mt-search input, #mt-search textarea").first).to_have_value("wan")


def test_another_model_is_opened_from_the_detail(pilot):
    pilot.open_tab()
    pilot.open_model("Flux 1 Schnell", "flux_schnell")
    pilot.see("mt-detail", "Flux 1 Schnell")
    other = pilot.page.locator("#mt-detail button[data-box='mt-open']").first
    wanted = other.get_attribute("data-ask")
    pilot.press(other)
    expect(pilot.page.locator("#mt-detail h2")).to_have_text(
        pilot.handlers.listings.inventory.models[wanted].name
    )


def test_a_models_files_are_verified_and_that_is_told_beside_it(pilot):
    pilot.open_tab()
    pilot.open_model("Flux 1 Dev Kontext", "flux_dev_kontext")
    pilot.see("mt-detail", "cut off")
    pilot.press(pilot.page.locator("#mt-check"))
    pilot.see("mt-check-result", "Check of the files of Flux 1 Dev Kontext")
    pilot.see("mt-check-result", "cut off")
    pilot.open_model("Flux 1 Schnell", "flux_schnell")
    pilot.see("mt-detail", "Flux 1 Schnell")
    expect(pilot.page.locator("#mt-check-result")).not_to_be_visible()


def test_a_lost_file_is_found_and_a_plan_shown_before_anything_moves(pilot):
    pilot.open_tab()
    pilot.press(pilot.page.locator("#mt-disk > button"))
    pilot.press(pilot.page.locator("#mt-find"))
    pilot.see("mt-disk-result", "1 missing file is on disk after all")
    pilot.press(pilot.page.locator("#mt-plan"))
    pilot.see("mt-planned", "flux1-dev_quanto_bf16_int8.safetensors")
    expect(pilot.page.locator("#mt-place")).to_be_enabled()


def test_the_charts_are_drawn_once_they_are_opened(pilot):
    pilot.open_tab()
    pilot.press(pilot.page.locator("#mt-charts > button"))
    pilot.see("mt-disk-bars", "Flux 1")
    expect(pilot.page.locator("#mt-scatter canvas, #mt-scatter svg.marks").first).to_be_visible()


def test_four_models_are_compared_and_a_fifth_is_refused(pilot):
    pilot.open_tab()
    pilot.press(pilot.page.locator("#mt-compare-box > button"))
    models = ["z_image", "flux_schnell", "t2v", "i2v", "chatterbox"]
    for number, model_type in enumerate(models, 1):
        name = pilot.handlers.listings.inventory.models[model_type].name
        pilot.type("mt-search", f"{name}")
        pilot.open_model(name, model_type)
        expect(pilot.page.locator("#mt-detail h2")).to_have_text(name)
        pilot.press(pilot.page.locator("#mt-compare-this"))
        heads = pilot.page.locator("#mt-comparison thead th[scope='col'] button")
        expect(heads).to_have_count(min(number, 4))
    names = [pilot.handlers.listings.inventory.models[model_type].name for model_type in models[:4]]
    assert [text.strip() for text in heads.all_inner_texts()] == names
    pilot.see("mt-comparison", "four")


def saved(pilot, button):
    with pilot.page.expect_download() as download:
        pilot.press(pilot.page.locator(button))
    return download.value.path().read_text(encoding="utf-8-sig"), download.value.suggested_filename


@pytest.mark.parametrize("form", ReportForm)
def test_the_report_is_saved_and_read_back_in_every_form(pilot, form):
    pilot.open_tab()
    pilot.pick("mt-status", "✓ Downloaded")
    names = expected(pilot, status="downloaded")
    shows(pilot, names)
    pilot.press(pilot.page.locator("#mt-report > button"))
    if form is not ReportForm.FULL:
        pilot.pick("mt-report-form", REPORT_FORMS[form])
    text, _ = saved(pilot, "#mt-export")
    if form is ReportForm.CSV:
        assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == names
    elif form is ReportForm.JSON:
        assert [model["name"] for model in json.loads(text)["models"]] == names
    else:
        assert all(name in text.replace("\\", "") for name in names)


def test_a_script_that_fetches_what_lacks_is_saved(pilot):
    pilot.open_tab()
    pilot.open_model("LTX-2 2.3 Distilled 1.1", "ltx2_22B_distilled_1_1")
    pilot.see("mt-detail", "LTX-2 2.3 Distilled")
    text, name = saved(pilot, "#mt-script")
    assert name.startswith("fetch-ltx2_22B_distilled_1_1")
    model = pilot.handlers.listings.inventory.models["ltx2_22B_distilled_1_1"]
    assert all(file.required.name in text for file in model.to_fetch)
