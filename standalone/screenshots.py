"""Makes the pictures of the documentation from the demo: docs/images/models-light.png and models-dark.png."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from demo import build_demo, set_scene
from model_tracker.plugin import ModelTrackerPlugin
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def main() -> int:
    """Open the demo in each theme, open one model, and save what is seen; return the exit code."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        print("No Chromium or Chrome found; install one (Debian: apt-get install chromium).")
        return 1
    with tempfile.TemporaryDirectory(prefix="models-") as folder:
        page = build_demo(set_scene(Path(folder)).namespace, ModelTrackerPlugin)
        _, address, _ = page.launch(
            server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, show_api=False, share=False
        )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            for theme in ("light", "dark"):
                _take(browser, f"{address}?__theme={theme}", IMAGES / f"models-{theme}.png")
            browser.close()
        page.close(verbose=False)
    return 0


def _take(browser: Browser, address: str, image: Path) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(address)
    page.get_by_role("tab", name="Model Tracker").click()
    page.locator("#mt-search input, #mt-search textarea").fill("wan")
    page.locator("#mt-table tr").filter(has_text="Text2video 14B").first.locator("td").nth(1).click()
    page.locator("#mt-detail h2").wait_for()
    page.locator("#mt-summary p").wait_for()
    page.wait_for_timeout(700)  # the theme's transitions
    page.screenshot(path=image)
    page.close()
    print(image)


if __name__ == "__main__":
    sys.exit(main())
