"""A user's way through the tab, in a real Chromium, on the embedded sample."""

import re

from browser import open_tab, served, visit
from playwright.sync_api import expect


def row(page, text):
    return page.locator("#mt-table tr").filter(has_text=text).first


def test_search_filter_detail_report_and_twenty_tab_switches(browser, tmp_path):
    with served(tmp_path) as scene, visit(browser, scene.address) as page:
        open_tab(page)
        expect(page.locator("#mt-count")).to_contain_text("40 of 40 models")

        page.locator("#mt-search input, #mt-search textarea").fill("z-image turbo")
        expect(page.locator("#mt-count")).to_contain_text("2 of 40")
        expect(row(page, "Z-Image Turbo")).to_contain_text("downloaded")

        page.locator("#mt-search input, #mt-search textarea").fill("")
        page.locator("#mt-status").get_by_text("Partial").click()
        expect(page.locator("#mt-count")).not_to_contain_text("40 of 40")
        expect(row(page, "partial")).to_be_visible()

        page.locator('#mt-table td[data-col="1"]').filter(has_text="Flux 1 Dev Kontext").first.click(
            delay=110
        )
        detail = page.locator("#mt-detail")
        expect(detail.locator("h2")).to_contain_text("Flux 1 Dev Kontext")
        expect(detail).to_contain_text("cut off")

        page.locator("#mt-report > button").click()
        with page.expect_download() as download:
            page.locator("#mt-export").click()
        text = download.value.path().read_text(encoding="utf-8")
        assert text.startswith("# Wan2GP models")
        assert "Flux 1 Dev Kontext" in text

        for _ in range(20):
            open_tab(page, "Media Generator")
            open_tab(page)
            expect(row(page, "Flux 1 Dev Kontext")).to_be_visible()
        expect(detail.locator("h2")).to_contain_text("Flux 1 Dev Kontext")
        expect(page.locator("#mt-page .pending, #mt-page .generating")).to_have_count(0)
        assert scene.stage.errors == []


def test_everything_is_reached_by_the_tab_key_alone(browser, tmp_path):
    with served(tmp_path) as scene, visit(browser, scene.address) as page:
        open_tab(page)
        page.locator("#mt-search input, #mt-search textarea").focus()
        wanted = ["mt-sort", "mt-reset", "mt-show", "mt-compare-box", "mt-disk", "mt-refresh", "mt-table"]
        reached = []
        for _ in range(100):
            page.keyboard.press("Tab")
            inside = page.evaluate(
                "ids => ids.filter(id => document.getElementById(id)?.contains(document.activeElement))",
                wanted,
            )
            reached += [name for name in inside if name not in reached]
        assert reached == wanted
        page.locator("#mt-show input").focus()
        page.keyboard.type("(z_image)")
        page.keyboard.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        page.keyboard.press("Tab")
        assert scene.stage.errors == []


def test_a_model_is_shown_again_after_a_row_was_clicked(browser, tmp_path):
    with served(tmp_path) as scene, visit(browser, scene.address) as page:
        open_tab(page)
        show = page.locator("#mt-show input")
        show.fill("(z_image)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        page.locator('#mt-table td[data-col="1"]').filter(
            has_text="Flux 1 Schnell"
        ).first.click()  # at once: it then fires one event
        expect(page.locator("#mt-detail h2")).to_contain_text("Flux 1 Schnell")
        expect(show).to_have_value(re.compile("flux_schnell"))
        show.fill("(z_image)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        assert scene.stage.errors == []


def test_enter_opens_the_row_that_the_arrow_keys_reached_and_escape_leaves_the_table(browser, sample):
    with visit(browser, sample.address) as page:
        open_tab(page)
        names = page.locator('#mt-table td[data-row][data-col="1"]')
        names.nth(0).click()
        expect(page.locator("#mt-detail h2")).to_have_text(names.nth(0).inner_text().strip())
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#mt-detail h2")).to_have_text(names.nth(2).inner_text().strip())
        page.keyboard.press("Escape")
        expect(page.locator("#mt-refresh")).to_be_focused()
        expect(page.locator("#mt-table td.cell-selected")).to_have_count(0)


def test_a_click_with_a_key_held_does_no_harm(browser, sample):
    with visit(browser, sample.address) as page:
        open_tab(page)
        names = page.locator('#mt-table td[data-row][data-col="1"]')
        names.nth(0).click()
        for key in ("Control", "Shift", "Meta"):
            names.nth(0).click(modifiers=[key])
        names.nth(3).click()
        expect(page.locator("#mt-detail h2")).to_have_text(names.nth(3).inner_text().strip())


def test_after_a_heading_no_row_is_marked_that_is_not_the_model_shown(browser, sample):
    with visit(browser, sample.address) as page:
        open_tab(page)
        page.locator('#mt-table td[data-row="2"][data-col="1"]').click()
        expect(page.locator("#mt-table td.cell-selected")).to_have_count(1)
        page.locator("#mt-table .thead th").nth(3).click()
        expect(page.locator("#mt-sort input")).to_have_value("Speed")
        expect(page.locator("#mt-table td.cell-selected")).to_have_count(0)


def test_in_a_narrow_window_a_click_brings_the_detail_into_sight(browser, sample):
    with visit(browser, sample.address, width=800) as page:
        open_tab(page)
        page.locator('#mt-table td[data-row="2"][data-col="1"]').click()
        expect(page.locator("#mt-detail h2")).to_be_in_viewport()


_WATCH_TABLE = """() => {
  window.tops = [];
  const look = () => {
    const top = document.querySelector("#mt-table")?.getBoundingClientRect().top;
    if (top && window.tops.at(-1) !== top) window.tops.push(top);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_no_row_moves_from_under_the_mouse_when_the_refreshed_inventory_arrives(browser, tmp_path):
    with served(tmp_path) as scene, visit(browser, scene.address) as page:
        page.evaluate(_WATCH_TABLE)
        open_tab(page)
        expect(page.locator("#mt-chosen-model")).to_contain_text("Generate would download")
        version = page.locator("#mt-scan-id").locator("input, textarea")
        before = version.input_value()
        page.locator("#mt-refresh").click()
        expect(version).not_to_have_value(before)
        assert len(page.evaluate("window.tops")) == 1


def test_use_this_model_goes_to_the_media_generator_with_it(browser, tmp_path):
    with served(tmp_path) as scene, visit(browser, scene.address, width=800) as page:
        open_tab(page)
        show = page.locator("#mt-show input")
        show.fill("z_image)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        page.locator("#mt-use").click()
        expect(page.get_by_role("tab", name="Media Generator")).to_have_attribute("aria-selected", "true")
        expect(page.locator("#chosen_model textarea, #chosen_model input").first).to_have_value(
            re.compile("Z-Image Turbo")
        )
        open_tab(page)
        expect(page.locator("#mt-chosen-model")).to_contain_text("Z-Image Turbo 6B (chosen in Wan2GP)")
        assert scene.stage.errors == []
