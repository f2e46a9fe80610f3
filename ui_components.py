"""The reusable pieces of the page: status marks, the model table's value, cards and the detail, as escaped HTML.

Everything that comes from definitions or file names is data: it passes `html.escape` here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from .inventory import wording
from .inventory.inventory import FileState, ModelStatus, TrackedFile

if TYPE_CHECKING:
    from .inventory.listing import ListedModel
    from .inventory.outcomes import Variant
    from .inventory.requirements import Role

FILE_MARKS = {FileState.PRESENT: "✓", FileState.DAMAGED: "⚠", FileState.MISSING: "✗"}
STATUS_CLASSES = {
    ModelStatus.DOWNLOADED: "mt-ready",
    ModelStatus.PARTIAL: "mt-partial",
    ModelStatus.MISSING: "mt-missing",
}
_FILE_CLASSES = {
    FileState.PRESENT: "mt-ready",
    FileState.DAMAGED: "mt-partial",
    FileState.MISSING: "mt-missing",
}

COLUMNS: tuple[tuple[str, int], ...] = (
    ("Status", 122),
    ("Model Name", 222),
    ("To fetch", 104),
    ("Speed", 88),
    ("VRAM (GB)", 108),
    ("Quality", 88),
    ("Size (GB)", 98),
    ("Best For", 340),
    ("Model id", 240),
)
"""Headings of the model table and their widths in px. The id stays last: handlers read it from a clicked row."""

_NUMBERS = (2, 4, 6)  # columns that are aligned right, by the style sheet
EMPTY_ROW_ID = ""

CSS = """
#mt-page { --mt-ready: #12805c; --mt-partial: #9a6700; --mt-missing: #b42318; }
.dark #mt-page { --mt-ready: #4ade80; --mt-partial: #fbbf24; --mt-missing: #f87171; }
#mt-page .mt-ready { color: var(--mt-ready); }
#mt-page .mt-partial { color: var(--mt-partial); }
#mt-page .mt-missing { color: var(--mt-missing); }
#mt-page .pending { opacity: 1 !important; }
#mt-page .mt-hidden, #mt-page #mt-style { display: none !important; }
#mt-page #mt-progress:not(:has(p)), #mt-page #mt-work:not(:has(p)), #mt-page #mt-disk-result:not(:has(h3)) {
  display: none !important; }
#mt-page #mt-body { display: grid; gap: 16px; grid-template-columns: minmax(0, 7fr) minmax(340px, 4fr);
  grid-template-areas: "list side" "more more"; }
#mt-page #mt-list { grid-area: list; min-width: 0; }
#mt-page #mt-side { grid-area: side; min-width: 0; }
#mt-page #mt-more { grid-area: more; min-width: 0; }
@media (max-width: 900px) {
  #mt-page #mt-body { grid-template-columns: minmax(0, 1fr); grid-template-areas: "list" "side" "more"; }
}
#mt-page .mt-cards { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; }
#mt-page .mt-card { flex: 1 1 118px; padding: 8px 12px; border: 1px solid var(--border-color-primary);
  border-radius: var(--radius-md); background: var(--block-background-fill); }
#mt-page .mt-card b { display: block; font-size: 1.25em; font-weight: 600; }
#mt-page .mt-card span { color: var(--body-text-color-subdued); font-size: .85em; }
#mt-page .mt-line { margin: 8px 2px 0; }
#mt-page .mt-note { color: var(--body-text-color-subdued); font-size: .9em; margin: 4px 2px; }
#mt-page #mt-table td, #mt-page #mt-table th { --font-mono: var(--font); font-family: var(--font); font-size: 13px; }
#mt-page #mt-table td .cell-wrap span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
#mt-page #mt-table tr:has(td.cell-selected) td { background: var(--color-accent-soft); }
#mt-page #mt-table .selection-button, #mt-page #mt-table .cell-menu-button { display: none; }
NUMBERS { text-align: right; width: 100%; font-variant-numeric: tabular-nums; }
#mt-page #mt-detail { max-height: 520px; overflow-y: auto; padding-right: 6px; }
#mt-page #mt-disk-result li, #mt-page #mt-planned li { margin: 4px 0; overflow-wrap: anywhere; }
#mt-page #mt-disk-result h3 { margin: 12px 0 2px; font-size: 1em; }
#mt-page #mt-detail h2 { margin: 0 0 4px; font-size: 1.1em; }
#mt-page #mt-detail h3 { margin: 14px 0 4px; font-size: 1em; }
#mt-page #mt-detail p { margin: 4px 0; }
#mt-page #mt-detail dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 8px 0; }
#mt-page #mt-detail dt, #mt-page #mt-detail small { color: var(--body-text-color-subdued); }
#mt-page #mt-detail dd { margin: 0; }
#mt-page #mt-detail ul { list-style: none; margin: 0; padding: 0; }
#mt-page #mt-detail li { margin: 0; padding: 6px 0; border-top: 1px solid var(--border-color-primary); }
#mt-page #mt-detail li > * { display: block; overflow-wrap: anywhere; }
#mt-page #mt-detail li .mt-size { float: right; margin-left: 8px; font-variant-numeric: tabular-nums; }
#mt-page #mt-detail summary { cursor: pointer; padding: 6px 0; }
""".replace(
    "NUMBERS", ", ".join(f'#mt-page #mt-table td[data-col="{column}"] .cell-wrap span' for column in _NUMBERS)
)


def style_sheet() -> str:
    """Return the page's own style sheet, within a `style` element."""
    return f"<style>{CSS}</style>"


def table_value(models: Sequence[ListedModel]) -> dict[str, Any]:
    """Return the model table's value: never empty, since Gradio then loses its rows until one scrolls."""
    rows = [_row(model) for model in models] or [_empty_row()]
    styles = [_row_style(STATUS_CLASSES[model.tracked.status]) for model in models] or [[""] * len(COLUMNS)]
    return {
        "headers": [heading for heading, _ in COLUMNS],
        "data": rows,
        "metadata": {"display_value": None, "styling": styles},
    }


def _row(model: ListedModel) -> list[str]:
    tracked, figures = model.tracked, model.figures
    return [
        wording.status_words(tracked),
        tracked.name,
        wording.fetch_words(tracked),
        wording.known(figures.speed_tier),
        wording.vram_words(figures.vram_min_gb, figures.vram_recommended_gb),
        wording.known(figures.quality_tier),
        wording.gigabytes(tracked.size),
        wording.known(figures.best_for),
        tracked.model_type,
    ]


def _row_style(status_class: str) -> list[str]:
    return [f"color:var(--{status_class})", *[""] * (len(COLUMNS) - 1)]


def _empty_row() -> list[str]:
    row = ["", "No model matches these filters.", *[""] * (len(COLUMNS) - 2)]
    row[-1] = EMPTY_ROW_ID
    return row


def card(value: str, label: str, tip: str, status_class: str = "") -> str:
    """Return one summary card, with a tooltip."""
    return f'<div class="mt-card" title="{escape(tip)}"><b class="{status_class}">{escape(value)}</b><span>{escape(label)}</span></div>'


def cards(parts: Iterable[str]) -> str:
    """Return cards in a row that wraps."""
    return f'<div class="mt-cards">{"".join(parts)}</div>'


def facts_list(facts: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and values; values are escaped here."""
    return (
        "<dl>"
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
        + "</dl>"
    )


def link(url: str | None, text: str) -> str:
    """Return a link that opens in a new tab, or the text alone where the address is not http(s)."""
    if not url or not url.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def file_list(files: Iterable[TrackedFile], sharing: Callable[[TrackedFile], str]) -> str:
    """Return files with mark, role, size, name, reason, users and full path, each as an item of a list."""
    return f"<ul>{''.join(_file_item(file, sharing(file)) for file in files)}</ul>"


def _file_item(file: TrackedFile, users: str) -> str:
    needed = file.required
    return (
        f"<li>{_file_head(file, needed.role)}<b>{link(needed.url, needed.name)}</b>"
        f"<span>{escape(f'{wording.reason(file)} {users}'.strip())}</span>"
        f"<small>{escape(file.path)}</small></li>"
    )


def variant_item(variant: Variant) -> str:
    """Return one of several alternative files, with the settings that would choose it, as an item of a list."""
    needed = variant.file.required
    return (
        f"<li>{_file_head(variant.file, variant.role)}<b>{link(needed.url, needed.name)}</b>"
        f"<span>{escape(wording.chosen_by(variant))}</span></li>"
    )


def _file_head(file: TrackedFile, role: Role) -> str:
    return (
        f'<span class="mt-size">{escape(wording.size(file.size))}</span>'
        f'<span class="{_FILE_CLASSES[file.state]}">{FILE_MARKS[file.state]} {escape(file.state.value)}'
        f" · {escape(role.value)}</span>"
    )
