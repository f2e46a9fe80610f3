"""A real Chromium at the demo's page, for tests, measurements and the pictures of the documentation.

Requests to any other address than the page's own are refused; what the page complains about is collected.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo import set_scene
from model_tracker.plugin import ModelTrackerPlugin
from playwright.sync_api import Browser, Page, expect, sync_playwright
from stage import Stage

if TYPE_CHECKING:
    from gradio import Blocks

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TAB = "Model Tracker"
PATIENCE_MS = 30_000
"""How long the page may take for anything: a busy machine is slow."""
_NOT_OURS = (
    "ERR_NAME_NOT_RESOLVED",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_CONNECTION",
    "404 (Not Found)",
    "ERR_FAILED",
)
"""Gradio's own page template names a script and fonts on the web, which are refused here."""


@dataclass(frozen=True, slots=True)
class Served:
    """A page that is being served.

    Attributes:
        stage: The server's side.
        address: Of the page.
        page: As Gradio holds it.
    """

    stage: Stage
    address: str
    page: Blocks


@contextmanager
def launched() -> Iterator[Browser | None]:
    """Start Chromium or Chrome, whichever is found; None where there is none."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        yield None
        return
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def served(workdir: Path, **scene: Any) -> Iterator[Served]:  # noqa: ANN401
    """Serve the demo's page on loopback.

    Args:
        workdir: A new, empty folder.
        scene: What `demo.set_scene` takes besides.
    """
    stage = Stage(set_scene(workdir, **scene).namespace, ModelTrackerPlugin)
    page = stage.build()
    address = launch(page)
    try:
        yield Served(stage, address, page)
    finally:
        page.close(verbose=False)


def launch(blocks: Blocks) -> str:
    """Serve a page on loopback and return its address."""
    _, address, _ = blocks.launch(
        server_name="127.0.0.1",
        server_port=_free_port(),
        prevent_thread_lock=True,
        quiet=True,
        show_api=False,
        share=False,
    )
    return address


def _free_port() -> int:
    """Return a port that nobody has: Gradio itself tries 7860 first, as a test in another process may just then."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def visit(
    browser: Browser, address: str, *, theme: str = "light", width: int = 1280, height: int = 900
) -> Iterator[Page]:
    """Open the page; what it complained about is raised at the end.

    Raises:
        AssertionError: An error in the page or its console, named.
    """
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE_MS)
    page.route(
        "**/*", lambda route: route.continue_() if route.request.url.startswith(address) else route.abort()
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{address}?__theme={theme}")
    try:
        yield page
    finally:
        page.close()
    ours = [told for told in complaints if not any(known in told for known in _NOT_OURS)]
    assert not ours, ours


def wait_for_transitions(page: Page) -> None:
    """Wait until no colour or place is on its way to another."""
    page.wait_for_function("!document.getAnimations().some((moving) => moving instanceof CSSTransition)")


def open_tab(page: Page, label: str = TAB) -> None:
    """Click on a tab."""
    page.get_by_role("tab", name=label, exact=True).click()
