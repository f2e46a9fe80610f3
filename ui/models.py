"""The Models page: summary, filters, table and the detail of one model.

version (hidden) ── a scan has been made, and which model the host has chosen
   │  filters
   ▼  ▼
show ──────→ summary, table, count, choices          each output is written by
open_detail ← a clicked row, "Show model", version   one event alone
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from .. import ui_components as parts
from ..inventory import wording
from ..inventory.inventory import ModelStatus, Output
from ..inventory.listing import Query, SortKey
from . import texts
from .disk import DiskView, build_disk_view, wire_disk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .models_handlers import ModelsHandlers

VERSION_ID = "mt-version"
SHOW_ID = "mt-show"
TABLE_HEIGHT = 560  # px
STATUS_CHOICES = [(texts.ANY_STATUS, "")] + [
    (f"{wording.STATUS_MARKS[status]} {status.value.capitalize()}", status.value) for status in ModelStatus
]
OUTPUT_CHOICES = [(texts.ANY, "")] + [(output.value, output.name) for output in Output]
SORT_CHOICES = [(key.value, key.name) for key in SortKey]
VRAM_CHOICES = [(texts.ANY, 0), *((f"{size} GB", size) for size in (4, 6, 8, 10, 12, 16, 24, 32, 48))]

_SAVE_AS_FILE = """(text) => {
  if (!text) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "text/markdown"}));
  link.download = "wan2gp-models.md";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}"""


@dataclass(frozen=True, slots=True)
class ModelsView:
    """Every component that the handlers read or write, by name."""

    version: gr.Textbox
    progress: gr.HTML
    timer: gr.Timer
    summary: gr.HTML
    search: gr.Textbox
    status: gr.Radio
    output: gr.Dropdown
    family: gr.Dropdown
    speed: gr.Dropdown
    max_vram: gr.Dropdown
    card: gr.Dropdown
    fits: gr.Checkbox
    sort: gr.Dropdown
    descending: gr.Checkbox
    count: gr.HTML
    table: gr.Dataframe
    show_model: gr.Dropdown
    picked: gr.State
    detail_box: gr.Accordion
    detail: gr.HTML
    use: gr.Button
    check: gr.Button
    disk: DiskView
    refresh: gr.Button
    export: gr.Button
    report: gr.Textbox
    notes: gr.HTML

    @property
    def filters(self) -> list[Any]:
        """The card to judge by, then the inputs of a query in the order in which `as_query` takes them."""
        return [
            self.card,
            self.search,
            self.status,
            self.output,
            self.family,
            self.speed,
            self.max_vram,
            self.fits,
            self.sort,
            self.descending,
        ]

    @property
    def scan_outputs(self) -> list[Any]:
        """What every scan writes, whoever asked for it: the mailbox, and how it goes."""
        return [self.version, self.progress, self.timer]


def as_query(  # noqa: PLR0913 - one argument for each filter on the page
    text: str | None,
    status: str | None,
    output: str | None,
    family: str | None,
    speed: str | None,
    max_vram: float | None,
    fits: bool | None,  # noqa: FBT001
    sort: str | None,
    descending: bool | None,  # noqa: FBT001
) -> Query:
    """Return the filters' values as a query."""
    return Query(
        text=text or "",
        statuses=frozenset({ModelStatus(status)}) if status else frozenset(),
        outputs=frozenset({Output[output]}) if output else frozenset(),
        families=frozenset({family}) if family else frozenset(),
        speed_tiers=frozenset({speed}) if speed else frozenset(),
        max_vram_gb=max_vram or None,
        fits=bool(fits),
        sort=SortKey[sort] if sort else SortKey.NAME,
        descending=bool(descending),
    )


def build_view(handlers: ModelsHandlers) -> ModelsView:
    """Lay the page out, filled with the inventory as it is now."""
    page = handlers.first_page()
    with gr.Column(elem_id="mt-page"):
        gr.HTML(parts.style_sheet(), elem_id="mt-style", padding=False)
        version = gr.Textbox(
            page.version, elem_id=VERSION_ID, elem_classes="mt-hidden", show_label=False, container=False
        )
        timer = gr.Timer(1, active=bool(page.progress))
        progress = gr.HTML(page.progress, elem_id="mt-progress", padding=False)
        summary = gr.HTML(page.summary, elem_id="mt-summary", padding=False)
        with gr.Row():
            search = gr.Textbox(
                label=texts.SEARCH,
                placeholder=texts.SEARCH_EXAMPLE,
                elem_id="mt-search",
                scale=3,
                min_width=220,
            )
            status = gr.Radio(
                STATUS_CHOICES, value="", label=texts.STATUS, elem_id="mt-status", scale=4, min_width=320
            )
            with gr.Column(scale=1, min_width=150):
                refresh = gr.Button(texts.REFRESH, elem_id="mt-refresh", size="sm")
                export = gr.Button(texts.EXPORT, elem_id="mt-export", size="sm")
        with gr.Row():
            output = gr.Dropdown(
                OUTPUT_CHOICES, value="", label=texts.OUTPUT, elem_id="mt-output", min_width=120
            )
            family = gr.Dropdown(
                page.families, value="", label=texts.FAMILY, elem_id="mt-family", min_width=170
            )
            speed = gr.Dropdown(
                page.speed_tiers, value="", label=texts.SPEED, elem_id="mt-speed", min_width=140
            )
            max_vram = gr.Dropdown(VRAM_CHOICES, value=0, label=texts.VRAM, elem_id="mt-vram", min_width=140)
            card = gr.Dropdown(page.cards, value="", label=texts.CARD, elem_id="mt-card", min_width=170)
            sort = gr.Dropdown(
                SORT_CHOICES, value=SortKey.NAME.name, label=texts.SORT, elem_id="mt-sort", min_width=200
            )
            with gr.Column(min_width=130):
                fits = gr.Checkbox(value=False, label=texts.FITS, elem_id="mt-fits")
                descending = gr.Checkbox(value=False, label=texts.DESCENDING, elem_id="mt-descending")
        with gr.Column(elem_id="mt-body"):
            # the table comes last: the Tab key does not leave a Dataframe; the style sheet puts it in its place
            with gr.Column(elem_id="mt-side"):
                show_model = gr.Dropdown(page.choices, value=None, label=texts.SHOW_MODEL, elem_id=SHOW_ID)
                with gr.Accordion(texts.DETAIL, open=True, elem_id="mt-detail-box") as detail_box:
                    detail = gr.HTML(f"<p>{texts.PICK_A_ROW}</p>", elem_id="mt-detail", padding=False)
                with gr.Row():
                    use = gr.Button(texts.USE, elem_id="mt-use", interactive=False)
                    check = gr.Button(texts.CHECK, elem_id="mt-check", interactive=False)
            with gr.Column(elem_id="mt-more"):
                disk = build_disk_view()
                with gr.Accordion(texts.HELP, open=False):
                    gr.HTML(texts.HELP_HTML, padding=False)
                    notes = gr.HTML(page.notes, elem_id="mt-notes", padding=False)
            with gr.Column(elem_id="mt-list"):
                count = gr.HTML(page.count, elem_id="mt-count", padding=False)
                table = gr.Dataframe(
                    page.table,
                    col_count=(len(parts.COLUMNS), "fixed"),
                    column_widths=[width for _, width in parts.COLUMNS],
                    datatype="str",
                    interactive=False,
                    show_search="none",
                    max_height=TABLE_HEIGHT,
                    show_label=False,
                    elem_id="mt-table",
                )
        report = gr.Textbox(elem_id="mt-report", elem_classes="mt-hidden", show_label=False, container=False)
        picked = gr.State("")
    return ModelsView(
        version=version,
        progress=progress,
        timer=timer,
        summary=summary,
        search=search,
        status=status,
        output=output,
        family=family,
        speed=speed,
        max_vram=max_vram,
        card=card,
        fits=fits,
        sort=sort,
        descending=descending,
        count=count,
        table=table,
        show_model=show_model,
        picked=picked,
        detail_box=detail_box,
        detail=detail,
        use=use,
        check=check,
        disk=disk,
        refresh=refresh,
        export=export,
        report=report,
        notes=notes,
    )


def wire(view: ModelsView, handlers: ModelsHandlers, host_selector: Sequence[Any]) -> None:
    """Connect every event of the page.

    Args:
        view: The page.
        handlers: What answers.
        host_selector: The host's components that "Use this model" writes; empty: it is not offered.
    """
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_name": False}
    filters = [
        view.search.input,
        *(
            component.change
            for component in (
                view.status,
                view.output,
                view.family,
                view.speed,
                view.max_vram,
                view.card,
                view.sort,
            )
        ),
        view.fits.change,
        view.descending.change,
    ]
    gr.on(
        [view.version.change, *filters],
        handlers.show,
        inputs=[view.version, *view.filters],
        outputs=[view.summary, view.count, view.table, view.family, view.notes],
        trigger_mode="always_last",
        **quick,
    )
    gr.on(
        [view.table.select, view.show_model.input, view.card.change, view.version.change],
        handlers.open_detail,
        inputs=[view.show_model, view.picked, view.card],
        outputs=[view.picked, view.show_model, view.detail, view.detail_box, view.use, view.check],
        trigger_mode="always_last",
        **quick,
    )
    view.refresh.click(handlers.refresh, inputs=view.version, outputs=view.scan_outputs, **quick)
    view.timer.tick(handlers.poll, inputs=view.version, outputs=view.scan_outputs, **quick)
    view.export.click(handlers.report, inputs=view.filters, outputs=view.report, **quick).then(
        None, inputs=view.report, js=_SAVE_AS_FILE, api_name=False
    )
    wire_disk(view.disk, handlers.disk, view.check, view.picked, view.version)
    # work on files may have changed what is there
    view.disk.result.change(handlers.renew, inputs=view.version, outputs=view.scan_outputs, **quick)
    if host_selector:
        view.use.click(handlers.use, inputs=view.picked, outputs=list(host_selector), **quick)
