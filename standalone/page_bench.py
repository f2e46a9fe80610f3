"""How fast the page answers in a real Chromium, beside a bare event and a bare table of Gradio's in the same run.

All times are taken inside the page, from the input to the second frame after the change; the server is a process of
its own, as in use. `dev.py bench` prints them. `python3 page_bench.py` serves the bare page.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from browser import TAB, launched, visit
from model_tracker import ui_components

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TURNS = 30
BARE_ROWS = 213
SEARCHES = ("flux", "wan", "ltx", "qwen", "turbo", "z-image")
STATUSES = ("downloaded", "partial", "missing", "")

_WATCH = """([watched, act]) => new Promise((done, fail) => {
  const start = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  });
  seen.observe(document.querySelector(watched), {childList: true, subtree: true, characterData: true});
  setTimeout(() => fail(new Error("nothing changed")), 20000);
  (new Function(act))();
})"""
_TYPE = """
const field = document.querySelector("#mt-search textarea, #mt-search input");
field.value = %r; field.dispatchEvent(new Event("input", {bubbles: true}));"""
_PICK = "document.querySelector('#mt-status input[value=\"%s\"]').click();"
_OPEN = "[...document.querySelectorAll('[role=tab]')].find((tab) => tab.innerText.trim() === %r).click();"


def measure(catalogue: Path | None) -> None:
    """Print what a filter and the opening of the tab take.

    Args:
        catalogue: A dump with all models of a Wan2GP; None: the sample.
    """
    with launched() as browser:
        if browser is None:
            print("page: not measured, since there is no Chromium here")
            return
        bare, bare_table = _bare_events(browser)
        print(f"{'page: a bare event → painted':44}{statistics.median(bare):9.1f} ms")
        print(
            f"{f'page: a bare table of {BARE_ROWS} rows → painted':44}{statistics.median(bare_table):9.1f} ms"
        )
        options = ["--catalogue", str(catalogue)] if catalogue else []
        for more, aim in (([], 100), (["--finetunes", "2000"], 200)):
            _measure_page(browser, [*options, *more], aim, statistics.median(bare))


def _measure_page(browser: Browser, options: Sequence[str], aim_ms: int, bare_ms: float) -> None:
    with _serving("demo.py", "--no-browser", *options) as address:
        opened = [_opening(browser, address) for _ in range(5)]
        with visit(browser, address) as page:
            page.get_by_role("tab", name=TAB, exact=True).click()
            page.locator("#mt-table td[data-row]").first.wait_for()
            page.wait_for_timeout(2000)
            models = page.locator("#mt-count p").inner_text().split()[0]
            _row(f"page: {models} models, tab opened → rows", opened, 500, bare_ms)
            typed = [_watched(page, _TYPE % SEARCHES[turn % len(SEARCHES)]) for turn in range(TURNS)]
            _row(f"page: {models} models, search typed → rows", typed, aim_ms, bare_ms)
            page.evaluate(_TYPE % "")
            page.wait_for_timeout(1000)
            picked = [_watched(page, _PICK % STATUSES[turn % len(STATUSES)]) for turn in range(TURNS)]
            _row(f"page: {models} models, status picked → rows", picked, aim_ms, bare_ms)


@contextmanager
def _serving(script: str, *options: str) -> Iterator[str]:
    """Run a script that serves a page and tells its address; yield the address."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own script
        try:
            assert server.stdout is not None
            told = server.stdout.readline()
            yield next(word for word in told.split() if word.startswith("http"))
        finally:
            server.terminate()
            server.communicate(timeout=60)  # it still says goodbye


def _watched(page: Page, act: str) -> float:
    """Do something in the page and return the milliseconds until the table's new rows are painted."""
    taken: float = page.evaluate(_WATCH, ["#mt-table table tbody, #mt-table .table", act])
    page.wait_for_timeout(150)  # a user's pace; the next change is an event of its own
    return taken


def _opening(browser: Browser, address: str) -> float:
    """Return the milliseconds from the click on the tab to rows that can be read."""
    with visit(browser, address) as page:
        page.locator("#mt-table td[data-row]").first.wait_for(state="attached")
        page.wait_for_timeout(500)
        readable = """(act) => new Promise((done) => {
          const start = performance.now();
          (new Function(act))();
          const look = () => document.querySelector("#mt-table td[data-row]")?.getBoundingClientRect().height
            ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look);
          look();
        })"""
        taken: float = page.evaluate(readable, _OPEN % TAB)
        return taken


def _bare_events(browser: Browser) -> tuple[list[float], list[float]]:
    """Return what the least that Gradio can do takes: a button, a function, and a text or a table as ours."""
    with _serving("page_bench.py") as address, visit(browser, address) as page:
        page.locator("#told p").wait_for()
        page.locator("#mt-table td[data-row]").first.wait_for()
        page.wait_for_timeout(1000)
        press = "document.querySelector('#press').click();"
        texts = [page.evaluate(_WATCH, ["#told", press]) for _ in range(TURNS)]
        return texts, [_watched(page, "document.querySelector('#list').click();") for _ in range(TURNS)]


def serve_bare_page() -> None:
    """Serve a button that changes a text, and one that changes a table, until the process is stopped."""
    theme = gr.themes.Soft(font=["Verdana"], font_mono=["Consolas"])
    count = iter(range(1, 10**6))
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden"}
    with gr.Blocks(theme=theme, analytics_enabled=False) as blocks:
        button = gr.Button("Press", elem_id="press")
        told = gr.HTML("<p>0</p>", elem_id="told")
        button.click(lambda: f"<p>{next(count)}</p>", outputs=told, **quick)
        button = gr.Button("List", elem_id="list")
        table = ui_components.model_table(_plain_rows(0))
        button.click(lambda: _plain_rows(next(count)), outputs=table, **quick)
    _, address, _ = blocks.launch(
        server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, show_api=False, share=False
    )
    print(address, flush=True)
    blocks.block_thread()


def _plain_rows(number: int) -> list[list[str]]:
    """Return other rows at each number, as many as Wan2GP has models."""
    return [
        [f"{number}, row {row}", *["some words"] * (len(ui_components.COLUMNS) - 1)]
        for row in range(BARE_ROWS)
    ]


def _row(name: str, taken: Sequence[float], aim_ms: int, bare_ms: float) -> None:
    median = statistics.median(taken)
    late = statistics.quantiles(taken, n=20)[-1] if len(taken) >= 20 else max(taken)
    verdict = "" if median <= aim_ms else "  MISSED"
    print(
        f"{name:44}{median:9.1f} ms, 95th percentile {late:.0f} ms (aim {aim_ms} ms), "
        f"{median / bare_ms:.2f} × a bare event{verdict}"
    )


if __name__ == "__main__":
    serve_bare_page()
