"""The Models page: summary, filters, table and the detail of one model; each section below has its own module.

version (hidden) ── a scan has been made, and which model the host has chosen
   │  a summary card, a heading, "Reset filters"
   ▼  ▼
renew_page → filters, summary, chosen model, this Wan2GP, list number (hidden)
                                              ▼
                            filters ──────→ show → count, table        each output is written by
open_detail ← a row, "Show model", a button, version                   one event alone
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr

from .. import ui_components as parts
from ..reports.script import ScriptForm
from .browser_export import StatusSlot, build_browser_export, build_status_slot, wire_browser_export
from .disk.section import CheckView, DiskView, build_disk_view, build_work_place, wire_disk
from .models.charts import ChartsView, build_charts_view, wire_charts
from .models.compare import ADD_ID, CompareView, build_compare_view, wire_compare
from .models.exports import ReportForm
from .models.filters import FilterView, build_filters
from .models.handlers import LIST_ID, SCAN_ID, SHOW_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .models.handlers import ModelsHandlers

_PICK_A_ROW = "Click a row of the table, or choose a model above."
REPORT_FORMS = {
    ReportForm.SHORT: "Markdown, short (fits a Discord post)",
    ReportForm.FULL: "Markdown, full",
    ReportForm.CSV: "CSV",
    ReportForm.JSON: "JSON",
}


@dataclass(frozen=True, slots=True)
class DetailView:
    """The components of the model that is shown, and what can be done with it."""

    open: gr.Textbox
    show_model: gr.Dropdown
    picked: gr.Textbox
    box: gr.Accordion
    shown: gr.HTML
    use: gr.Button
    compare: gr.Button
    check: CheckView
    copy_files: gr.Button
    script_form: gr.Dropdown
    script: gr.Button


@dataclass(frozen=True, slots=True)
class ReportView:
    """The components of the report."""

    form: gr.Radio
    save: gr.Button
    copy: gr.Button


@dataclass(frozen=True, slots=True)
class ModelsView:
    """Every component that the handlers read or write, by name."""

    scan_id: gr.Textbox
    progress: gr.HTML
    timer: gr.Timer
    list_number: gr.Textbox
    summary: gr.HTML
    chosen: gr.HTML
    filters: FilterView
    refresh: gr.Button
    count: gr.HTML
    table: gr.Dataframe
    detail: DetailView
    compare: CompareView
    charts: ChartsView
    disk: DiskView
    report: ReportView
    this_host_box: gr.Accordion
    this_host: gr.HTML
    browser_export: gr.Textbox

    @property
    def scan_outputs(self) -> list[Any]:
        """What every scan writes, whoever asked for it: the mailbox, and how it goes."""
        return [self.scan_id, self.progress, self.timer]


def build_view(handlers: ModelsHandlers) -> ModelsView:
    """Lay the page out, filled with the inventory as it is now."""
    page = handlers.first_page()
    with gr.Column(elem_id="mt-page"):
        gr.HTML(parts.style_sheet(), elem_id="mt-style", padding=False)
        scan_id = gr.Textbox(
            page.scan_id, elem_id=SCAN_ID, elem_classes="mt-hidden", show_label=False, container=False
        )
        list_number = gr.Textbox(elem_id=LIST_ID, elem_classes="mt-hidden", show_label=False, container=False)
        timer = gr.Timer(1, active=bool(page.progress))
        # apart from the cards, which keep the focus of the keyboard as long as they stay the same
        chosen = gr.HTML(elem_id="mt-chosen-model", padding=False)
        summary = gr.HTML(page.summary, elem_id="mt-summary", padding=False)
        filters = build_filters(page.families, page.tasks, page.cards)
        with gr.Column(elem_id="mt-body"):
            # the table comes last: the Tab key does not leave a Dataframe; the style sheet puts it in its place
            detail = _build_detail(page.choices)
            with gr.Column(elem_id="mt-more"):
                compare = build_compare_view(handlers.compare.first_choices())
                charts = build_charts_view(handlers.charts.first_tasks())
                report = _build_report()
                disk = build_disk_view()
                with gr.Accordion(page.host_headline, open=False, elem_id="mt-host-box") as this_host_box:
                    this_host = gr.HTML(page.this_host, elem_id="mt-host", padding=False)
                with gr.Accordion("Help: what the marks and figures mean", open=False, elem_id="mt-help"):
                    gr.HTML(parts.help_text(), padding=False)
            with gr.Column(elem_id="mt-list"):
                with gr.Row(elem_id="mt-list-head"):
                    count = gr.HTML(page.count, elem_id="mt-count", padding=False)
                    progress = gr.HTML(page.progress, elem_id="mt-progress", padding=False)
                    refresh = gr.Button("Refresh", elem_id="mt-refresh", size="sm", min_width=90, scale=0)
                table = parts.model_table(page.table)
        browser_export = build_browser_export()
    return ModelsView(
        scan_id=scan_id,
        progress=progress,
        timer=timer,
        list_number=list_number,
        summary=summary,
        chosen=chosen,
        filters=filters,
        refresh=refresh,
        count=count,
        table=table,
        detail=detail,
        compare=compare,
        charts=charts,
        disk=disk,
        report=report,
        this_host_box=this_host_box,
        this_host=this_host,
        browser_export=browser_export,
    )


def _build_detail(choices: list[tuple[str, str]]) -> DetailView:
    with gr.Column(elem_id="mt-side"):
        opened = gr.Textbox(
            elem_id=parts.OPEN_ID, elem_classes="mt-hidden", show_label=False, container=False
        )
        # no gr.State, which a server that was started again has lost
        picked = gr.Textbox(elem_id="mt-picked", elem_classes="mt-hidden", show_label=False, container=False)
        with gr.Row(elem_classes="mt-form"):
            show_model = gr.Dropdown(
                choices, value=None, label="Show model (type to search)", elem_id=SHOW_ID
            )
        with gr.Row(elem_classes="mt-actions"):
            use = _action("Use this model", "mt-use", variant="primary")
            compare = _action("Compare", ADD_ID)
            check = _action("Verify files", "mt-check")
            copy_files = _action("Copy list of files", "mt-copy-files")
        with gr.Row(elem_classes="mt-actions"):
            script_form = gr.Dropdown(
                [(form.value, form.name) for form in ScriptForm],
                value=next(iter(ScriptForm)).name,
                label="Script for",
                show_label=False,
                container=False,
                elem_id="mt-script-form",
                min_width=130,
            )
            script = _action("Save download script", "mt-script")
        build_status_slot(StatusSlot.DETAIL)
        checked = build_work_place("check")
        with gr.Accordion("Details", open=True, elem_id="mt-detail-box") as box:
            shown = gr.HTML(f"<p>{_PICK_A_ROW}</p>", elem_id="mt-detail", padding=False)
    return DetailView(
        open=opened,
        show_model=show_model,
        picked=picked,
        box=box,
        shown=shown,
        use=use,
        compare=compare,
        check=CheckView(check, checked),
        copy_files=copy_files,
        script_form=script_form,
        script=script,
    )


def _action(label: str, elem_id: str, variant: Literal["primary", "secondary"] = "secondary") -> gr.Button:
    """Return a button of the detail; it works once a model is shown."""
    return gr.Button(label, elem_id=elem_id, variant=variant, size="sm", min_width=90, interactive=False)


def _build_report() -> ReportView:
    with gr.Accordion("Report: save or copy what is listed", open=False, elem_id="mt-report"):
        form = gr.Radio(
            [(REPORT_FORMS[form], form.name) for form in ReportForm],
            value=ReportForm.FULL.name,
            label="Form",
            elem_id="mt-report-form",
        )
        with gr.Row():
            save = gr.Button("Save as a file", elem_id="mt-export", size="sm")
            copy = gr.Button("Copy", elem_id="mt-copy-report", size="sm")
        build_status_slot(StatusSlot.REPORT)
    return ReportView(form=form, save=save, copy=copy)


def wire(view: ModelsView, handlers: ModelsHandlers, host_selector: Sequence[Any]) -> None:
    """Connect every event of the page.

    Args:
        view: The page.
        handlers: What answers.
        host_selector: The host's components that "Use this model" writes; empty: it is not offered.
    """
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_name": False}
    filters, shown = view.filters, view.detail
    gr.on(
        [view.scan_id.change, filters.filter_request.input, filters.reset.click],
        handlers.renew_page,
        inputs=[view.scan_id, filters.filter_request, *filters.values],
        outputs=[
            *filters.values,
            view.summary,
            view.chosen,
            view.this_host_box,
            view.this_host,
            view.list_number,
        ],
        trigger_mode="always_last",
        **quick,
    )
    gr.on(
        [view.list_number.change, *(component.input for component in filters.values)],
        handlers.show,
        inputs=filters.values,
        outputs=[view.count, view.table],
        trigger_mode="always_last",
        **quick,
    )
    actions = [shown.use, shown.compare, shown.check.button, shown.copy_files, shown.script]
    gr.on(
        [
            view.table.select,
            shown.show_model.input,
            shown.open.input,
            filters.card.input,
            view.scan_id.change,
        ],
        handlers.open_detail,
        inputs=[shown.show_model, shown.open, shown.picked, filters.card],
        outputs=[shown.picked, shown.show_model, shown.shown, shown.box, *actions],
        trigger_mode="always_last",
        **quick,
    )
    view.refresh.click(handlers.refresh, inputs=view.scan_id, outputs=view.scan_outputs, **quick)
    view.timer.tick(handlers.poll, inputs=view.scan_id, outputs=view.scan_outputs, **quick)
    wire_browser_export(
        view.browser_export,
        [
            (view.report.save.click, handlers.exports.save_report, [view.report.form, *filters.values]),
            (view.report.copy.click, handlers.exports.copy_report, [view.report.form, *filters.values]),
            (shown.copy_files.click, handlers.exports.copy_files, shown.picked),
            (shown.script.click, handlers.exports.save_script, [shown.picked, shown.script_form]),
            (shown.compare.click, handlers.compare.told, [view.compare.chosen, shown.picked]),
        ],
    )
    wire_compare(view.compare, handlers.compare, shown.compare, shown.picked, filters.card, view.scan_id)
    wire_charts(view.charts, handlers.charts, view.scan_id)
    wire_disk(view.disk, handlers.disk, shown.check, shown.picked, view.scan_id)
    # work on files may have changed what is there
    view.disk.work.result.change(handlers.renew, inputs=view.scan_id, outputs=view.scan_outputs, **quick)
    if host_selector:
        shown.use.click(handlers.use, inputs=shown.picked, outputs=list(host_selector), **quick)
