"""A user's way through the tab, in a real Chromium, on the embedded sample."""

import re
import shutil
from contextlib import contextmanager

import pytest
from demo import set_scene
from model_tracker.plugin import ModelTrackerPlugin
from playwright.sync_api import expect, sync_playwright
from stage import Stage

pytestmark = [
    pytest.mark.browser,
    # Playwright's own loop and Gradio's server thread end with the interpreter
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Gradio's own page template names a script and fonts on the web; they are not there in a test
NOT_OURS = (
    "ERR_NAME_NOT_RESOLVED",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION",
    "404 (Not Found)",
    "ERR_FAILED",
)


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def served(tmp_path):
    scene = set_scene(tmp_path)
    stage = Stage(scene.namespace, ModelTrackerPlugin)
    blocks = stage.build()
    _, address, _ = blocks.launch(
        server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, show_api=False, share=False
    )
    try:
        yield stage, address
    finally:
        blocks.close(verbose=False)


@contextmanager
def visit(browser, address, **viewport):
    errors = []
    page = browser.new_page(viewport={"width": 1280, "height": 900, **viewport})
    page.route(
        "**/*",
        lambda route: route.continue_() if route.request.url.startswith(address[:20]) else route.abort(),
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    try:
        yield page
    finally:
        page.close()
    assert [error for error in errors if not any(known in error for known in NOT_OURS)] == []


def open_tab(page, label="Model Tracker"):
    page.get_by_role("tab", name=label, exact=True).click()


def row(page, text):
    return page.locator("#mt-table tr").filter(has_text=text).first


def test_search_filter_detail_report_and_twenty_tab_switches(browser, tmp_path):
    with served(tmp_path) as (stage, address), visit(browser, address) as page:
        open_tab(page)
        expect(page.locator("#mt-count")).to_contain_text("40 of 40 models")

        page.locator("#mt-search input, #mt-search textarea").fill("z-image turbo")
        expect(page.locator("#mt-count")).to_contain_text("2 of 40")
        expect(row(page, "Z-Image Turbo")).to_contain_text("downloaded")

        page.locator("#mt-search input, #mt-search textarea").fill("")
        page.locator("#mt-status").get_by_text("Partial").click()
        expect(page.locator("#mt-count")).not_to_contain_text("40 of 40")
        expect(row(page, "partial")).to_be_visible()

        row(page, "Flux 1 Dev Kontext").locator("td").nth(1).click(delay=110)
        detail = page.locator("#mt-detail")
        expect(detail.locator("h2")).to_contain_text("Flux 1 Dev Kontext")
        expect(detail).to_contain_text("cut off")

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
        assert stage.errors == []


def test_everything_is_reached_by_the_tab_key_alone(browser, tmp_path):
    with served(tmp_path) as (stage, address), visit(browser, address) as page:
        open_tab(page)
        page.locator("#mt-search input, #mt-search textarea").focus()
        wanted = ["mt-refresh", "mt-sort", "mt-show", "mt-disk", "mt-table"]
        reached = []
        for _ in range(60):
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
        assert stage.errors == []


def test_a_model_is_shown_again_after_a_row_was_clicked(browser, tmp_path):
    with served(tmp_path) as (stage, address), visit(browser, address) as page:
        open_tab(page)
        show = page.locator("#mt-show input")
        show.fill("(z_image)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        row(page, "Flux 1 Schnell").locator("td").nth(1).click()  # at once: it then fires one event
        expect(page.locator("#mt-detail h2")).to_contain_text("Flux 1 Schnell")
        expect(show).to_have_value(re.compile("flux_schnell"))
        show.fill("(z_image)")
        show.press("Enter")
        expect(page.locator("#mt-detail h2")).to_contain_text("Z-Image Turbo")
        assert stage.errors == []


def test_use_this_model_goes_to_the_media_generator_with_it(browser, tmp_path):
    with served(tmp_path) as (stage, address), visit(browser, address, width=800) as page:
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
        expect(page.locator("#mt-summary")).to_contain_text(
            "Z-Image Turbo 6B (chosen in the Media Generator)"
        )
        assert stage.errors == []
