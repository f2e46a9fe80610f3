"""The page with many models, with none on the disk, with a broken definition; each theme and width."""

import json

import pytest
import recordings
from browser import open_tab, served, visit
from playwright.sync_api import expect

SCENES = {
    "all models of a Wan2GP": {"catalogue": "dump"},
    "2,000 finetunes": {"finetunes": 2000},
    "an empty disk": {"empty": True},
}
CHOOSE_MODEL = "#mt-show input"


def dump_of_recording(folder):
    folder.mkdir()
    (folder / "models_def.json").write_text(json.dumps(recordings.models_def()), encoding="utf-8")
    (folder / "model_files.json").write_text(json.dumps(recordings.model_files()), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", SCENES)
def test_it_opens_filters_and_shows_a_detail_with(browser, tmp_path, name):
    scene_options = dict(SCENES[name])
    if "catalogue" in scene_options:
        scene_options["catalogue"] = dump_of_recording(tmp_path / scene_options["catalogue"])
    with served(tmp_path, **scene_options) as scene, visit(browser, scene.address) as page:
        open_tab(page)
        of_all = len(scene.stage.plugin.handlers.listings.of())
        expect(page.locator("#mt-count")).to_contain_text(f"{of_all} of {of_all} models")
        page.locator("#mt-search input, #mt-search textarea").first.fill("z-image turbo")
        expect(page.locator("#mt-count")).not_to_contain_text(f"{of_all} of {of_all}")
        page.locator('#mt-table td[data-col="1"]').filter(has_text="Z-Image Turbo").first.click()
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        if SCENES[name].get("empty"):
            expect(page.locator("#mt-summary")).to_contain_text("✓ 0")
            expect(page.locator("#mt-detail")).to_contain_text("missing")
        assert scene.stage.errors == []


def test_a_broken_definition_is_one_row_that_says_so(browser, tmp_path):
    with served(tmp_path) as scene:
        definitions = scene.stage._names["models_def"]
        definitions["z_image"] = {**definitions["z_image"], "URLs": "no_such_model"}
        with visit(browser, scene.address) as page:
            open_tab(page)
            expect(page.locator("#mt-count")).to_contain_text("40 of 40")
            page.locator("#mt-search input, #mt-search textarea").first.fill("z-image turbo 6b")
            expect(page.locator('#mt-table td[data-row="0"][data-col="2"]')).to_contain_text("not sure")
            page.locator('#mt-table td[data-row="0"][data-col="1"]').click()
            expect(page.locator("#mt-detail")).to_contain_text("no_such_model")
        assert scene.stage.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_sticks_out_sideways(browser, sample, theme, width):
    with visit(browser, sample.address, theme=theme, width=width) as page:
        open_tab(page)
        show = page.locator(CHOOSE_MODEL)
        show.fill("(ltx2_22B_distilled_1_1)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("LTX-2")
        for head in page.locator("#mt-more > .block > button.label-wrap").all():
            head.click()
        outside = page.evaluate(
            """() => [...document.querySelectorAll("#mt-page *")].filter((part) => {
              const box = part.getBoundingClientRect();
              const rolled = part.closest("#mt-table, .mt-scroll, svg");
              return box.width && !rolled && (box.right > innerWidth + 1 || box.left < -1);
            }).map((part) => part.outerHTML.slice(0, 120))"""
        )
        assert outside == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("model", ["i2v", "flux_dev_kontext", "multitalk", "qwen3_tts_customvoice"])
def test_no_word_of_a_detail_is_cut_off(browser, sample, model):
    with visit(browser, sample.address) as page:
        open_tab(page)
        show = page.locator(CHOOSE_MODEL)
        show.fill(f"({model})")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_be_visible()
        detail = page.locator("#mt-detail")
        detail.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert detail.evaluate("box => box.scrollWidth - box.clientWidth") <= 0


def test_a_hundred_tab_switches_with_refreshes_under_way(browser, sample):
    with visit(browser, sample.address) as page:
        for number in range(100):
            open_tab(page)
            if number % 3 == 0:
                page.locator("#mt-refresh").click()
            open_tab(page, "Media Generator")
        open_tab(page)
        expect(page.locator('#mt-table td[data-row="0"][data-col="1"]')).to_be_visible()
        expect(page.locator("#mt-count")).to_contain_text("40 of 40")
        page.locator("#mt-search input, #mt-search textarea").first.fill("flux schnell")
        expect(page.locator("#mt-count")).to_contain_text("1 of 40")
        expect(page.locator("#mt-page .pending, #mt-page .generating, #mt-page .translucent")).to_have_count(
            0
        )
    assert sample.stage.errors == []
