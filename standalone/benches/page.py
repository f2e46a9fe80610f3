"""How fast the page answers in a real Chromium, against a bare table of Gradio's with as many rows.

All times are taken inside the page, from the input to the second frame after the change; the servers are processes of
their own, as in use. Each action has a page of its own that stays open, and they take turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from browser import TAB, launched, open_tab, visit
from demo import HOME_VARIABLE, OFFLINE

from .measuring import Measurement, NotMeasured, Scene, compared, figure, turn_about
from .pages import BARE_TAB

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROUNDS = 25
SIZES = ((0, 100), (2000, 200))
"""How many more models, made-up finetunes; and the aim for a filter among so many, in milliseconds."""
SEARCHES = ("flux", "wan", "ltx", "qwen", "turbo", "z-image")
STATUSES = ("downloaded", "partial", "missing", "")
PACE_MS = 150
"""Between two inputs, as a user makes them: the next change is an event of its own."""

_STANDALONE = Path(__file__).resolve().parents[1]
_ROW = "#mt-table td[data-row]"
_TABLE = "#mt-table table tbody, #mt-table .table"
_WATCH = """([watched, act]) => new Promise((done, fail) => {
  const start = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  });
  seen.observe(document.querySelector(watched), {childList: true, subtree: true, characterData: true});
  setTimeout(() => fail(new Error("nothing changed")), 60000);
  (new Function(act))();
})"""
_OPENING = """(label) => new Promise((done) => {
  const tab = [...document.querySelectorAll("[role=tab]")].find((tab) => tab.innerText.trim() === label);
  const start = performance.now();
  tab.click();
  const look = () => document.querySelector("#mt-table td[data-row]")?.getBoundingClientRect().height
    ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look);
  look();
})"""
_TYPE = """
const field = document.querySelector("#mt-search textarea, #mt-search input");
field.value = %r; field.dispatchEvent(new Event("input", {bubbles: true}));"""
_PICK = "document.querySelector('#mt-status input[value=\"%s\"]').click();"
_CLICK = "document.querySelector('%s').click();"


def measure(scene: Scene) -> Iterator[Measurement]:
    """Measure the opening of the tab and the filters that are used most, with all models and with many more."""
    with launched() as browser:
        if browser is None:
            raise NotMeasured("there is no Chromium or Chrome here")
        yield from measure_in(browser, scene)


def measure_in(browser: Browser, scene: Scene) -> Iterator[Measurement]:
    """Measure in a browser that runs already."""
    for more, aim_ms in SIZES:
        yield from _measure_size(browser, scene, more, aim_ms)


def _measure_size(browser: Browser, scene: Scene, more: int, aim_ms: float) -> Iterator[Measurement]:
    home, files = scene.workdir / f"home-{more}", scene.workdir / f"files-{more}"
    files.mkdir()
    dump = ["--dump", str(scene.dump)] if scene.dump else []
    with ExitStack() as stack:
        ours = stack.enter_context(
            _serving(home, "ours", str(files), "--finetunes", str(scene.finetunes() + more), *dump)
        )
        search = stack.enter_context(_opened(browser, ours, TAB))
        status = stack.enter_context(_opened(browser, ours, TAB))
        rows = int(search.locator("#mt-count p").inner_text().split()[0])
        bare = stack.enter_context(_serving(home, "bare", "--rows", str(rows)))
        plain = stack.enter_context(_opened(browser, bare, BARE_TAB))
        searches, statuses = cycle(SEARCHES), cycle(STATUSES)
        events = turn_about(
            {
                "text": lambda: _watched(plain, "#text", _CLICK % "#press"),
                "table": lambda: _watched(plain, _TABLE, _CLICK % "#list"),
                "search": lambda: _watched(search, _TABLE, _TYPE % next(searches)),
                "status": lambda: _watched(status, _TABLE, _PICK % next(statuses)),
            },
            ROUNDS,
        )
        openings = {
            "bare": lambda: _opening(browser, bare, BARE_TAB),
            "ours": lambda: _opening(browser, ours, TAB),
        }
        opened = turn_about(openings, ROUNDS)
    table = events["table"]
    yield figure(f"{rows} rows: a bare event → painted", events["text"])
    yield compared(f"{rows} rows: a bare table → painted", table, events["text"], against="bare event")
    yield figure(f"{rows} rows: a bare tab opened → rows", opened["bare"])
    yield compared(
        f"{rows} models: tab opened → rows",
        opened["ours"],
        opened["bare"],
        against="bare tab",
        bound=9,
        aim=500,
    )
    for name in ("search", "status"):
        row = f"{rows} models: {name} → rows"
        yield compared(row, events[name], table, against="bare table", bound=2, aim=aim_ms)


@contextmanager
def _serving(home: Path, *options: str) -> Iterator[str]:
    """Run `pages.py` and yield the address of its page."""
    command = [sys.executable, "-m", "benches.pages", *options]
    environment = {**os.environ, **OFFLINE, HOME_VARIABLE: str(home), "PYTHONPATH": str(_STANDALONE)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:  # noqa: S603
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            if not address:
                raise RuntimeError("The page to measure could not be served.")
            yield address
        finally:
            server.terminate()
            server.communicate(timeout=60)


@contextmanager
def _opened(browser: Browser, address: str, label: str) -> Iterator[Page]:
    """Visit a page and open its tab."""
    with visit(browser, address) as page:
        open_tab(page, label)
        page.locator(_ROW).first.wait_for()
        page.wait_for_timeout(2000)
        yield page


def _watched(page: Page, watched: str, act: str) -> float:
    """Do something in the page and return the milliseconds until what it changed is painted."""
    taken: float = page.evaluate(_WATCH, [watched, act])
    page.wait_for_timeout(PACE_MS)
    return taken


def _opening(browser: Browser, address: str, label: str) -> float:
    """Return the milliseconds from the click on the tab to rows that can be read."""
    with visit(browser, address) as page:
        page.locator(_ROW).first.wait_for(state="attached")
        page.wait_for_timeout(500)
        taken: float = page.evaluate(_OPENING, label)
        return taken
