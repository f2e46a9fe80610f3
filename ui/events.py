"""Every event of the page: who asks, who answers, what the answer is written into.

Each output has one writer; whoever wants to change something writes into a hidden box (`ui/requests.py`), whose one
listener writes the outputs. The exceptions are those boxes themselves, and how a scan goes.

    scan id ── a scan has been made, and which model the host has chosen
       │  a summary card, a heading, "Reset filters"
       ▼  ▼
    renew_page → filters, summary, chosen model, this Wan2GP, list number
                                                  ▼
                                filters ──────→ show → count, table
    open_detail ← a row, "Show model", a button, scan id
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from .browser_export import DELIVER_JS
from .disk.section import wire_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .frame import ModelsView
    from .models.handlers import ModelsHandlers

_QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_name": False}
_LATEST: dict[str, Any] = {**_QUICK, "trigger_mode": "always_last"}
"""For bursts, such as typing: Gradio's default drops the last event."""


def wire(view: ModelsView, handlers: ModelsHandlers, host_selector: Sequence[Any]) -> None:
    """Connect every event of the page.

    Args:
        view: The page.
        handlers: What answers.
        host_selector: The host's components that "Use this model" writes; empty: it is not offered.
    """
    _wire_scans(view, handlers)
    _wire_list(view, handlers)
    _wire_detail(view, handlers, host_selector)
    _wire_sections(view, handlers)
    _wire_exports(view, handlers)


def _wire_scans(view: ModelsView, handlers: ModelsHandlers) -> None:
    for event, answer in (
        (view.refresh.click, handlers.refresh),
        (view.timer.tick, handlers.poll),
        (view.disk.work.result.change, handlers.renew),  # work on files may have changed what is there
    ):
        event(answer, inputs=view.scan_id, outputs=view.scan_outputs, **_QUICK)


def _wire_list(view: ModelsView, handlers: ModelsHandlers) -> None:
    filters = view.filters
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
        **_LATEST,
    )
    gr.on(
        [view.list_number.change, *(component.input for component in filters.values)],
        handlers.show,
        inputs=filters.values,
        outputs=[view.count, view.table],
        **_LATEST,
    )


def _wire_detail(view: ModelsView, handlers: ModelsHandlers, host_selector: Sequence[Any]) -> None:
    detail, card = view.detail, view.filters.card
    gr.on(
        [view.table.select, detail.show_model.input, detail.open.input, card.input, view.scan_id.change],
        handlers.open_detail,
        inputs=[detail.show_model, detail.open, detail.picked, card],
        outputs=[detail.picked, detail.show_model, detail.shown, detail.box, *detail.actions],
        **_LATEST,
    )
    if host_selector:
        detail.use.click(handlers.use, inputs=detail.picked, outputs=list(host_selector), **_QUICK)


def _wire_sections(view: ModelsView, handlers: ModelsHandlers) -> None:
    detail, compare, charts, card = view.detail, view.compare, view.charts, view.filters.card
    gr.on(
        [compare.chosen.input, detail.compare.click, card.input, view.scan_id.change],
        handlers.compare.show,
        inputs=[compare.chosen, detail.picked, card],
        outputs=[compare.chosen, compare.shown, compare.box],
        **_LATEST,
    )
    gr.on(
        [charts.box.expand, charts.task.input, view.scan_id.change],  # nothing before it has been opened
        handlers.charts.show,
        inputs=[charts.is_open, charts.task],
        outputs=[charts.is_open, charts.task, charts.scatter, charts.disk],
        **_LATEST,
    )
    wire_disk(view.disk, handlers.disk, detail.check, detail.picked, view.scan_id)


def _wire_exports(view: ModelsView, handlers: ModelsHandlers) -> None:
    """Connect the buttons that send a text away, see `ui/browser_export.py`."""
    detail, report, exports = view.detail, view.report, handlers.exports
    reported = [report.form, *view.filters.values]
    senders: list[tuple[Any, Callable[..., str], Any]] = [
        (report.save.click, exports.save_report, reported),
        (report.copy.click, exports.copy_report, reported),
        (detail.copy_files.click, exports.copy_files, detail.picked),
        (detail.script.click, exports.save_script, [detail.picked, detail.script_form]),
        (detail.compare.click, handlers.compare.added, [view.compare.chosen, detail.picked]),
    ]
    for event, answer, inputs in senders:
        event(answer, inputs=inputs, outputs=view.browser_export, **_QUICK).success(
            None, inputs=view.browser_export, js=DELIVER_JS, api_name=False
        )
