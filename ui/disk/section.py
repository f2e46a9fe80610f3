"""The disk section: lost files, sizes from the Hub, verifying, and putting files in place.

a button starts a job, or makes a plan → disk request (hidden)
   ▼
show ← disk request, a timer while a job runs       each output is written by this event alone
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...files.file_ops import PlacementMethod
from .handlers import FIND, PLACE, SEARCH, SIZES, method_choices, method_info
from .request import DiskRequest

if TYPE_CHECKING:
    from .handlers import DiskHandlers

TICK_S = 1


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where the page shows how work goes and what it brought."""

    progress: gr.HTML
    cancel: gr.Button
    result: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What `DiskHandlers.show` writes here."""
        return [self.progress, self.cancel, self.result]


@dataclass(frozen=True, slots=True)
class CheckView:
    """The detail's part of this: a button for a full check of the model's files, and where it is shown."""

    button: gr.Button
    work: WorkPlace


@dataclass(frozen=True, slots=True)
class DiskView:
    """Every component of the section, by name."""

    disk_request: gr.Textbox
    timer: gr.Timer
    find: gr.Button
    sizes: gr.Button
    folder: gr.Textbox
    search: gr.Button
    work: WorkPlace
    place_box: gr.Column
    chosen: gr.CheckboxGroup
    method: gr.Radio
    plan: gr.Button
    planned: gr.HTML
    place: gr.Button

    @property
    def shown(self) -> list[Any]:
        """What `DiskHandlers.show` writes."""
        return [
            *self.work.shown,
            self.timer,
            self.place_box,
            self.chosen,
            self.method,
            self.planned,
            self.place,
        ]


def build_work_place(name: str) -> WorkPlace:
    """Lay out a place that shows work; it takes no room until there is something to show."""
    return WorkPlace(
        progress=gr.HTML(elem_id=f"mt-{name}-work", elem_classes="mt-work", padding=False),
        cancel=gr.Button("Stop", elem_id=f"mt-{name}-cancel", size="sm", visible=False),
        result=gr.HTML(elem_id=f"mt-{name}-result", elem_classes="mt-work", padding=False),
    )


def build_disk_view() -> DiskView:
    """Lay the section out; nothing is looked for until a button is pressed."""
    with gr.Accordion("Disk: lost files, leftovers, sizes", open=False, elem_id="mt-disk"):
        with gr.Row():
            find = gr.Button(FIND, elem_id="mt-find", size="sm")
            sizes = gr.Button(SIZES, elem_id="mt-sizes", size="sm")
        folder = gr.Textbox(
            label="Another folder with models, such as ComfyUI's",
            placeholder="D:\\ComfyUI\\models",
            elem_id="mt-folder",
        )
        search = gr.Button(SEARCH, elem_id="mt-search-folder", size="sm")
        work = build_work_place("disk")
        with gr.Column(visible=False) as place_box:
            chosen = gr.CheckboxGroup(
                [], label="Files to put where Wan2GP looks for them", elem_id="mt-chosen"
            )
            method = gr.Radio(
                method_choices(()),
                value=PlacementMethod.HARD_LINK.name,
                label="Method",
                info=method_info(()),
                elem_id="mt-method",
            )
            plan = gr.Button("Show the plan", elem_id="mt-plan", size="sm")
            planned = gr.HTML(elem_id="mt-planned", padding=False)
            place = gr.Button(PLACE, elem_id="mt-place", size="sm", interactive=False)
    return DiskView(
        disk_request=gr.Textbox(
            DiskRequest().encode(),
            elem_id="mt-disk-request",
            elem_classes="mt-hidden",
            show_label=False,
            container=False,
        ),
        timer=gr.Timer(TICK_S, active=False),
        find=find,
        sizes=sizes,
        folder=folder,
        search=search,
        work=work,
        place_box=place_box,
        chosen=chosen,
        method=method,
        plan=plan,
        planned=planned,
        place=place,
    )


def wire_disk(
    view: DiskView, handlers: DiskHandlers, check: CheckView, picked: gr.Textbox, scan_id: gr.Textbox
) -> None:
    """Connect every event of the section.

    Args:
        view: The section.
        handlers: Its handlers.
        check: Its part in the detail.
        picked: The model shown there.
        scan_id: Changes when the tab is opened: work under way is then shown again.
    """
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_name": False}
    events: list[tuple[Any, Callable[..., str], Any]] = [
        (view.find.click, handlers.find, None),
        (view.sizes.click, handlers.sizes, None),
        (view.search.click, handlers.search, view.folder),
        (check.button.click, handlers.check, picked),
        (view.plan.click, handlers.plan, [view.chosen, view.method]),
        (view.chosen.input, handlers.drop_plan, None),
        (view.method.input, handlers.drop_plan, None),
        (view.place.click, handlers.place, view.disk_request),
        (view.work.cancel.click, handlers.cancel, None),
        (check.work.cancel.click, handlers.cancel, None),
    ]
    for event, answer, inputs in events:
        event(answer, inputs=inputs, outputs=view.disk_request, **quick)
    gr.on(
        [view.disk_request.change, view.timer.tick, scan_id.change, picked.change],
        handlers.show,
        inputs=[view.disk_request, picked],
        trigger_mode="always_last",
        outputs=[*check.work.shown, *view.shown],
        **quick,
    )
