"""The reusable pieces of the page: status marks, the model table's value, cards and buttons, as escaped HTML.

Everything that comes from definitions or file names is data: it passes `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from .catalog.columns import COLUMNS
from .catalog.query import ListedModel, SortKey
from .inventory.models import ModelStatus, TrackedModel
from .phrases import describe_exception

STATUS_CLASSES = {
    ModelStatus.DOWNLOADED: "mt-ready",
    ModelStatus.PARTIAL: "mt-partial",
    ModelStatus.MISSING: "mt-missing",
}


STALE_CLASS = "mt-stale"

SORT_MARKS = {False: "▾", True: "▴"}
"""Before the heading that the table is sorted by, where it is never cut off: as a key sorts, the other way round."""

UNCHANGED: dict[str, Any] = {"__type__": "update"}
"""What `gr.skip()` returns, with a type."""
PINNED = 2
"""Columns that stay in sight when the table is moved sideways: status and name."""
TABLE_HEIGHT = 520  # px
EMPTY_ROW_ID = ""

_PAGE = Path(__file__).parent / "ui"


def style_sheet() -> str:
    """Return the page's own style sheet, within a `style` element."""
    return f"<style>{(_PAGE / 'page.css').read_text(encoding='utf-8')}</style>"


def page_script() -> str:
    """Return the JavaScript that the page runs once it is loaded."""
    return (_PAGE / "page.js").read_text(encoding="utf-8")


def help_text() -> str:
    """Return what the marks and figures mean, as HTML."""
    return (_PAGE / "help.html").read_text(encoding="utf-8")


def model_table(value: Any) -> gr.Dataframe:  # noqa: ANN401 - whatever Gradio takes
    """Return the model table: read-only, neither sorted nor searched in the browser, which would show wrong rows."""
    return gr.Dataframe(
        value,
        col_count=(len(COLUMNS), "fixed"),
        column_widths=[column.width for column in COLUMNS],
        datatype="str",
        interactive=False,
        show_search="none",
        pinned_columns=PINNED,
        max_height=TABLE_HEIGHT,
        show_label=False,
        elem_id="mt-table",
    )


def table_value(
    models: Sequence[ListedModel], sort: SortKey = SortKey.NAME, *, descending: bool = False
) -> dict[str, Any]:
    """Return the model table's value: never empty, since Gradio then loses its rows until one scrolls.

    Args:
        models: In the order in which they are shown.
        sort: What they are sorted by, which its heading says.
        descending: Whether that is turned round.
    """
    mark = SORT_MARKS[descending]
    rows = [[column.cell(model) for column in COLUMNS] for model in models] or [_empty_row()]
    styles = [_row_style(status_class(model.tracked)) for model in models] or [[""] * len(COLUMNS)]
    return {
        "headers": [
            f"{mark} {column.heading}" if column.key is sort else column.heading for column in COLUMNS
        ],
        "data": rows,
        "metadata": {"display_value": None, "styling": styles},
    }


def status_class(model: TrackedModel) -> str:
    """Return the CSS class of a model's status; grey for what was known before a folder ceased to answer."""
    return STALE_CLASS if model.unanswered else STATUS_CLASSES[model.status]


def _row_style(css_class: str) -> list[str]:
    """Return the styles of a row's cells; of one that is not current all are grey."""
    style = f"color:var(--{css_class})"
    return [style, *[style if css_class == STALE_CLASS else ""] * (len(COLUMNS) - 1)]


def _empty_row() -> list[str]:
    row = ["", "No model matches these filters.", *[""] * (len(COLUMNS) - 2)]
    row[-1] = EMPTY_ROW_ID
    return row


def section(name: str, make: Callable[[], str]) -> str:
    """Return a part of the page; where it fails, a message in its place, so that the other parts live."""
    try:
        return make()
    except BaseException as error:  # noqa: BLE001 - whatever happens in one part stays in it
        return failure(name, error)


def failure(name: str, error: BaseException) -> str:
    """Return what stands in place of a part that failed."""
    message = f"“{name}” cannot be shown: {describe_exception(error)}"
    return f'<p class="mt-note mt-missing" role="alert">{escape(message)}</p>'


def note(text: str) -> str:
    """Return a line that screen readers announce as it changes; nothing for no text."""
    return f'<p class="mt-note" role="status">{escape(text)}</p>' if text else ""


ASK = (
    "const box=document.querySelector('#'+this.dataset.box+' textarea,#'+this.dataset.box+' input');"
    "box.value=this.dataset.ask+'|'+Date.now();"
    "box.dispatchEvent(new Event('input',{bubbles:true}))"
)
"""Writes what a button asks for, and the time, into a hidden Textbox, whose `input` event then fires."""


def ask_button(label: str, box: str, ask: str, *, tip: str = "", classes: str = "mt-ask") -> str:
    """Return a real button within HTML that asks the page for something.

    Args:
        label: As HTML.
        box: Id of the hidden Textbox, see `ui/requests.py`.
        ask: What it writes there.
        tip: A tooltip.
        classes: Its CSS classes.
    """
    title = f' title="{escape(tip)}"' if tip else ""
    return (
        f'<button type="button" class="{classes}" data-box="{escape(box)}" data-ask="{escape(ask)}"{title} '
        f'onclick="{escape(ASK)}">{label}</button>'
    )
