"""The disk section: lost files, sizes from the Hub, full checks, and putting files in place.

a button starts a job, or makes a plan → ticket (hidden)
   ▼
show ← ticket, a timer while a job runs       each output is written by this event alone
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..inventory.file_moves import How
from . import texts
from .work import Worker, WorkState

if TYPE_CHECKING:
    from ..inventory.placing import PlacingPlan
    from ..model_analyzer import ModelAnalyzer
    from .disk_jobs import DiskJobs
    from .work import Job

PATIENCE_S = 0.3
TICK_S = 1
HOWS = [(how.value.capitalize(), how.name) for how in How]


@dataclass(frozen=True, slots=True)
class DiskView:
    """Every component of the section, by name."""

    ticket: gr.Textbox
    timer: gr.Timer
    find: gr.Button
    sizes: gr.Button
    cancel: gr.Button
    folder: gr.Textbox
    search: gr.Button
    progress: gr.HTML
    result: gr.HTML
    place_box: gr.Column
    chosen: gr.CheckboxGroup
    how: gr.Radio
    plan: gr.Button
    planned: gr.HTML
    place: gr.Button

    @property
    def shown(self) -> list[Any]:
        """What `DiskHandlers.show` writes."""
        return [
            self.progress,
            self.result,
            self.cancel,
            self.timer,
            self.place_box,
            self.chosen,
            self.planned,
            self.place,
        ]


class DiskHandlers:
    """Plain methods that answer the section's events."""

    def __init__(self, analyzer: ModelAnalyzer, jobs: DiskJobs, worker: Worker | None = None) -> None:
        """Take whom to ask and who does the work."""
        self._analyzer = analyzer
        self._jobs = jobs
        self._worker = worker or Worker()
        self._plan: PlacingPlan | None = None
        self._note = ""
        self._tickets = 0

    def find(self) -> str:
        """Start looking for lost files, leftovers and superseded checkpoints."""
        return self._start(texts.FIND, self._jobs.lost())

    def sizes(self) -> str:
        """Start asking the Hub for sizes."""
        return self._start(texts.ASK_SIZES, self._jobs.sizes())

    def search(self, folder: str | None) -> str:
        """Start looking in a folder that the user names."""
        named = (folder or "").strip().strip("\"'")
        if not named:
            return self._ticket(texts.NAME_A_FOLDER)
        return self._start(texts.SEARCH_FOLDER, self._jobs.in_folder(named))

    def check(self, picked: str | None) -> str:
        """Start comparing every byte of the picked model's files."""
        if not picked:
            return self._ticket(texts.PICK_A_ROW)
        return self._start(texts.CHECK, self._jobs.check(self._analyzer.model(picked)))

    def plan(self, chosen: list[int] | None, how: str | None) -> str:
        """Make the plan for the chosen files; nothing is touched yet."""
        self._plan = self._jobs.plan(chosen or [], How[how or How.HARD_LINK.name])
        return self._ticket("")

    def place(self) -> str:
        """Carry out the plan that is shown."""
        plan, self._plan = self._plan, None
        if plan is None or not plan.steps:
            return self._ticket(texts.NOTHING_PLANNED)
        return self._start(texts.PLACE, self._jobs.place(plan))

    def cancel(self) -> str:
        """Stop the work under way."""
        self._worker.cancel()
        return self._ticket("")

    def show(self) -> tuple[Any, ...]:
        """Return how the work goes, what it brought, and what can be put in place."""
        state = self._worker.wait(PATIENCE_S)
        offers = () if state.running else self._jobs.offers
        choices = [(offer.found.sentence(), index) for index, offer in enumerate(offers)]
        planned = self._planned()
        return (
            self._progress(state),
            state.result,
            gr.update(visible=state.running),
            gr.Timer(active=state.running),
            gr.update(visible=bool(offers)),
            gr.update(choices=choices, value=[index for _, index in choices])
            if not self._plan
            else gr.update(),
            planned,
            gr.update(interactive=bool(self._plan and self._plan.steps)),
        )

    def _start(self, title: str, job: Job) -> str:
        started = self._worker.start(title, job)
        if started:
            self._plan = None
        return self._ticket("" if started else texts.BUSY)

    def _ticket(self, note: str) -> str:
        self._note = note
        self._tickets += 1
        return str(self._tickets)

    def _progress(self, state: WorkState) -> str:
        told = self._note
        if state.running:
            told = f"{state.title}: {state.words or '…'} {self._note}"
        elif state.error:
            told = f"{state.title}: {state.error} {self._note}"
        return f'<p class="mt-note" role="status">{escape(told.strip())}</p>' if told.strip() else ""

    def _planned(self) -> str:
        if self._plan is None:
            return ""
        told = [step.sentence() for step in self._plan.steps]
        told += [f"Not possible: {refusal.reason}" for refusal in self._plan.refused]
        return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in told or [texts.NOTHING_PLANNED])}</ul>"


def build_disk_view() -> DiskView:
    """Lay the section out; nothing is looked for until a button is pressed."""
    with gr.Accordion(texts.DISK, open=False, elem_id="mt-disk"):
        with gr.Row():
            find = gr.Button(texts.FIND, elem_id="mt-find", size="sm")
            sizes = gr.Button(texts.ASK_SIZES, elem_id="mt-sizes", size="sm")
        with gr.Row(equal_height=True):
            folder = gr.Textbox(
                label=texts.FOLDER, placeholder=texts.FOLDER_EXAMPLE, elem_id="mt-folder", scale=4
            )
            search = gr.Button(texts.SEARCH_FOLDER, elem_id="mt-search-folder", scale=1)
        result = gr.HTML(elem_id="mt-disk-result", padding=False)
        with gr.Column(visible=False) as place_box:
            chosen = gr.CheckboxGroup([], label=texts.CHOOSE_FILES, elem_id="mt-chosen")
            how = gr.Radio(HOWS, value=How.HARD_LINK.name, label=texts.HOW, elem_id="mt-how")
            plan = gr.Button(texts.PLAN, elem_id="mt-plan", size="sm")
            planned = gr.HTML(elem_id="mt-planned", padding=False)
            place = gr.Button(texts.PLACE, elem_id="mt-place", size="sm", interactive=False)
    with gr.Row():
        progress = gr.HTML(elem_id="mt-work", padding=False)
        cancel = gr.Button(
            texts.CANCEL, elem_id="mt-cancel", size="sm", visible=False, scale=0, min_width=100
        )
    return DiskView(
        ticket=gr.Textbox(elem_id="mt-ticket", elem_classes="mt-hidden", show_label=False, container=False),
        timer=gr.Timer(TICK_S, active=False),
        find=find,
        sizes=sizes,
        cancel=cancel,
        folder=folder,
        search=search,
        progress=progress,
        result=result,
        place_box=place_box,
        chosen=chosen,
        how=how,
        plan=plan,
        planned=planned,
        place=place,
    )


def wire_disk(view: DiskView, handlers: DiskHandlers, check: gr.Button, picked: gr.State) -> None:
    """Connect every event of the section.

    Args:
        view: The section.
        handlers: What answers.
        check: The detail's button for a full check.
        picked: The model shown there.
    """
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_name": False}
    asked: list[tuple[gr.Button, Callable[..., str], Any]] = [
        (view.find, handlers.find, None),
        (view.sizes, handlers.sizes, None),
        (view.search, handlers.search, view.folder),
        (check, handlers.check, picked),
        (view.plan, handlers.plan, [view.chosen, view.how]),
        (view.place, handlers.place, None),
        (view.cancel, handlers.cancel, None),
    ]
    for button, answer, inputs in asked:
        button.click(answer, inputs=inputs, outputs=view.ticket, **quick)
    gr.on([view.ticket.change, view.timer.tick], handlers.show, outputs=view.shown, **quick)
