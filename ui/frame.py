"""How the page is laid out: summary, filters, table, the detail of one model, and sections, each in its own module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr

from .. import ui_components as parts
from ..reports.script import SCRIPT_FORMS, ScriptForm
from .browser_export import StatusSlot, build_browser_export, build_status_slot
from .disk.section import CheckView, DiskView, build_disk_view, build_work_place
from .models.charts import ChartsView, build_charts_view
from .models.compare import ADD_ID, CompareView, build_compare_view
from .models.exports import ReportForm
from .models.filters import FilterView, build_filters
from .models.handlers import SHOW_ID
from .requests import LIST_ID, OPEN_ID, SCAN_ID, hidden_box

if TYPE_CHECKING:
    from .models.handlers import ModelsHandlers

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

    @property
    def actions(self) -> list[Any]:
        """The buttons that need a model; the last one also something to download."""
        return [self.use, self.compare, self.check.button, self.copy_files, self.script]


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
        """What every scan writes, whoever asked for it: its number, and how it goes."""
        return [self.scan_id, self.progress, self.timer]


def build_view(handlers: ModelsHandlers) -> ModelsView:
    """Lay the page out, filled with the inventory as it is now."""
    page = handlers.first_page()
    with gr.Column(elem_id="mt-page"):
        gr.HTML(parts.style_sheet(), elem_id="mt-style", padding=False)
        scan_id = hidden_box(SCAN_ID, page.scan_id)
        list_number = hidden_box(LIST_ID)
        timer = gr.Timer(1, active=bool(page.progress))
        # apart from the cards, which keep the focus of the keyboard as long as they stay the same
        chosen = gr.HTML(elem_id="mt-chosen-model", padding=False)
        summary = gr.HTML(page.summary, elem_id="mt-summary", padding=False)
        filters = build_filters(page.live_choices, page.cards)
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
        opened = hidden_box(OPEN_ID)
        picked = hidden_box("mt-picked")  # no gr.State, which a server that was started again has lost
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
                [(SCRIPT_FORMS[form], form.name) for form in ScriptForm],
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
            shown = gr.HTML(
                "<p>Click a row of the table, or choose a model above.</p>",
                elem_id="mt-detail",
                padding=False,
            )
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
            label="Format",
            elem_id="mt-report-form",
        )
        with gr.Row():
            save = gr.Button("Save as file", elem_id="mt-export", size="sm")
            copy = gr.Button("Copy", elem_id="mt-copy-report", size="sm")
        build_status_slot(StatusSlot.REPORT)
    return ReportView(form=form, save=save, copy=copy)
