"""Serves a page to measure, in a process of its own as in use, until the process is stopped.

    python3 pages.py ours FOLDER [--dump DUMP] [--finetunes N]   the demo's page, with its files below a new folder
    python3 pages.py bare --rows N                               the least that Gradio can do for a like answer

The first line that is printed is the address.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from browser import launch, served
from model_tracker import ui_components

BARE_TAB = "Bare"


def main(argv: Sequence[str] | None = None) -> None:
    """Serve one of the pages."""
    parser = argparse.ArgumentParser(prog="pages", description=__doc__)
    pages = parser.add_subparsers(dest="page", required=True)
    ours = pages.add_parser("ours")
    ours.add_argument("folder", type=Path)
    ours.add_argument("--dump", type=Path)
    ours.add_argument("--finetunes", type=int, default=0)
    bare = pages.add_parser("bare")
    bare.add_argument("--rows", type=int, required=True)
    options = parser.parse_args(argv)
    if options.page == "bare":
        serve_bare(options.rows)
    else:
        with served(options.folder, catalogue=options.dump, finetunes=options.finetunes) as scene:
            print(scene.address, flush=True)
            scene.page.block_thread()


def serve_bare(rows: int) -> None:
    """Serve a tab with a button that changes a text, and one that changes a table."""
    theme = gr.themes.Soft(font=["Verdana"], font_mono=["Consolas"])
    count = iter(range(1, 10**6))
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden"}
    with gr.Blocks(theme=theme, analytics_enabled=False) as blocks, gr.Tabs():
        with gr.Tab("Empty"):
            gr.Markdown("Nothing is here.")
        with gr.Tab(BARE_TAB):
            button = gr.Button("Press", elem_id="press")
            text = gr.HTML("<p>0</p>", elem_id="text")
            button.click(lambda: f"<p>{next(count)}</p>", outputs=text, **quick)
            button = gr.Button("List", elem_id="list")
            table = ui_components.model_table(_plain_rows(0, rows))
            button.click(lambda: _plain_rows(next(count), rows), outputs=table, **quick)
    address = launch(blocks)
    print(address, flush=True)
    blocks.block_thread()


def _plain_rows(number: int, rows: int) -> list[list[str]]:
    """Return other rows for each number."""
    return [
        [f"{number}, row {row}", *["some words"] * (len(ui_components.COLUMNS) - 1)] for row in range(rows)
    ]


if __name__ == "__main__":
    main()
