"""Makes the pictures of the documentation from the demo: docs/images/models-light.png and models-dark.png."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from browser import launched, open_tab, served, visit, wait_for_transitions

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


def main() -> int:
    """Open the demo in each theme, open one model, and save what is seen; return the exit code."""
    with launched() as browser:
        if browser is None:
            print("No Chromium or Chrome found; install one (Debian: apt-get install chromium).")
            return 1
        with tempfile.TemporaryDirectory(prefix="models-") as folder, served(Path(folder)) as scene:
            for theme in ("light", "dark"):
                _take(browser, scene.address, theme)
    return 0


def _take(browser: Browser, address: str, theme: str) -> None:
    image = IMAGES / f"models-{theme}.png"
    with visit(browser, address, theme=theme, width=1500, height=1040) as page:
        open_tab(page)
        page.locator("#mt-search input, #mt-search textarea").fill("wan")
        page.locator("#mt-card input").fill("RTX 4070")
        page.keyboard.press("Enter")
        page.locator('#mt-table td[data-col="1"]').filter(has_text="Wan2.1 Image2video").first.click()
        page.locator("#mt-detail h2").wait_for()
        wait_for_transitions(page)
        page.screenshot(path=image)
    print(image)


if __name__ == "__main__":
    sys.exit(main())
