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

from ...files.file_ops import PlacementMethod
from ..change_ids import new_change_ids
from ..work import Worker, WorkState

if TYPE_CHECKING:
    from ...model_analyzer import ModelAnalyzer
    from ...relocation.plan import RelocationPlan
    from ..work import Job
    from .jobs import DiskJobs

_HOWS = {"move": "Move", "hard-link": "Hard link", "symbolic-link": "Symbolic link", "copy": "Copy"}
_FIND = "Look for lost files and leftovers"
_BUSY = "Another task is running. Wait for it, or press Stop."
_NOTHING_PLANNED = "There is nothing to do: choose a file. If the list is old, search again."


PATIENCE_S = 0.3
TICK_S = 1
MOST_PLANS = 50
"""How many plans are kept, each for the page that shows it."""
_KEEP = "|keep"
HOWS = [(_HOWS[how.value], how.name) for how in PlacementMethod]


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where the page tells how work goes and what it brought."""

    progress: gr.HTML
    cancel: gr.Button
    result: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What `DiskHandlers.show` writes here."""
        return [self.progress, self.cancel, self.result]


@dataclass(frozen=True, slots=True)
class CheckView:
    """The detail's part of this: a button for a full check of the model's files, and where it tells of it."""

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
    how: gr.Radio
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
            self.how,
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
        self._plans: dict[int, RelocationPlan] = {}
        self._numbers = new_change_ids()

    def find(self) -> str:
        """Start looking for lost files, leftovers and superseded checkpoints."""
        return self._start(_FIND, self._jobs.lost())

    def sizes(self) -> str:
        """Start asking the Hub for sizes."""
        return self._start("Get sizes from Hugging Face", self._jobs.sizes())

    def search(self, folder: str | None) -> str:
        """Start looking in a folder that the user names."""
        named = (folder or "").strip().strip("\"'")
        if not named:
            return self._ticket("Name a folder first.")
        return self._start("Search this folder", self._jobs.in_folder(named))

    def check(self, picked: str | None) -> str:
        """Start comparing every byte of the picked model's files."""
        if not picked:
            return self._ticket("")
        return self._start("Verify files", self._jobs.check(self._analyzer.model(picked)), about=picked)

    def plan(self, chosen: list[str] | None, how: str | None) -> str:
        """Make the plan for the chosen files; nothing is touched yet. The ticket names the plan."""
        plan = self._jobs.plan(chosen or [], PlacementMethod[how or PlacementMethod.HARD_LINK.name])
        if plan is None or not (plan.steps or plan.refused):
            return self._ticket(_NOTHING_PLANNED)
        number = next(self._numbers)
        self._plans = {**dict(list(self._plans.items())[1 - MOST_PLANS :]), number: plan}
        return self._ticket("", plan=number)

    def drop_plan(self) -> str:
        """Forget the plan that is shown: the form has changed."""
        return self._ticket("", keep_choice=True)

    def place(self, disk_request: str) -> str:
        """Carry out the very plan that this page shows."""
        plan = self._plans.get(_plan_of(disk_request))
        if plan is None or not plan.steps:
            return self._ticket(_NOTHING_PLANNED)
        if self._worker.state.running:
            return self._ticket(_BUSY, plan=_plan_of(disk_request))
        return self._start("Carry out this plan", self._jobs.place(plan))

    def cancel(self) -> str:
        """Stop the work under way."""
        self._worker.cancel()
        return self._ticket("")

    def show(self, disk_request: str, picked: str) -> tuple[Any, ...]:
        """Return how the work goes and what it brought, beside the model and here, and what can be put in place."""
        state = self._worker.wait(PATIENCE_S)
        offers = () if state.running else self._jobs.offers
        choices = [(offer.found.sentence(), offer.key) for offer in offers]
        plan = self._plans.get(_plan_of(disk_request))
        methods = [
            choice
            for choice in HOWS
            if any(how.name == choice[1] for offer in offers for how in offer.methods)
        ]
        kept = plan is not None or disk_request.endswith(_KEEP)
        note = disk_request.removesuffix(_KEEP).split("|", 2)[-1]
        is_busy = note == _BUSY
        return (
            *_told(state, note if is_busy else "", here=bool(picked) and state.about == picked),
            *_told(state, note, here=not state.about),
            gr.Timer(active=state.running),
            gr.update(visible=bool(offers)),
            gr.update() if kept else gr.update(choices=choices, value=[key for _, key in choices]),
            gr.update() if kept else gr.update(choices=methods or HOWS, value=(methods or HOWS)[0][1]),
            _planned(plan),
            gr.update(interactive=bool(plan and plan.steps)),
        )

    def _start(self, title: str, job: Job, *, about: str = "") -> str:
        return self._ticket("" if self._worker.start(title, job, about=about) else _BUSY)

    def _ticket(self, note: str, plan: int = 0, *, keep_choice: bool = False) -> str:
        """Return "number|plan|note": a new text each time, so that the page asks what to show."""
        return f"{next(self._numbers)}|{plan}|{note}{_KEEP if keep_choice else ''}"


def _told(state: WorkState, note: str, *, here: bool) -> tuple[str, Any, str]:
    """Return what one place tells: progress, the Stop button, the result.

    Args:
        state: How the work goes.
        note: What a button answered; that another task is running holds only while it is.
        here: Whether the work is told here.
    """
    told = note if note != _BUSY or state.running else ""
    if here and state.running:
        told = f"{state.title}: {state.words or '…'} {told}"
    elif here and state.error:
        told = f"{state.title}: {state.error} {told}"
    shown = f'<p class="mt-note" role="status">{escape(told.strip())}</p>' if told.strip() else ""
    return shown, gr.update(visible=state.running and bool(shown)), state.result if here else ""


def _plan_of(disk_request: str) -> int:
    _, number, *_ = *disk_request.split("|"), ""
    return int(number) if number.isdigit() else 0


def _planned(plan: RelocationPlan | None) -> str:
    if plan is None:
        return ""
    told = [step.sentence() for step in plan.steps]
    told += [f"Not possible: {refusal.reason}" for refusal in plan.refused]
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in told)}</ul>"


def build_work_place(name: str) -> WorkPlace:
    """Lay out a place that tells of work; it takes no room until there is something to tell."""
    return WorkPlace(
        progress=gr.HTML(elem_id=f"mt-{name}-work", elem_classes="mt-work", padding=False),
        cancel=gr.Button("Stop", elem_id=f"mt-{name}-cancel", size="sm", visible=False),
        result=gr.HTML(elem_id=f"mt-{name}-result", elem_classes="mt-work", padding=False),
    )


def build_disk_view() -> DiskView:
    """Lay the section out; nothing is looked for until a button is pressed."""
    with gr.Accordion("Disk: lost files, leftovers, sizes", open=False, elem_id="mt-disk"):
        with gr.Row():
            find = gr.Button(_FIND, elem_id="mt-find", size="sm")
            sizes = gr.Button("Get sizes from Hugging Face", elem_id="mt-sizes", size="sm")
        folder = gr.Textbox(
            label="Another folder with models, such as ComfyUI's",
            placeholder="D:\\ComfyUI\\models",
            elem_id="mt-folder",
        )
        search = gr.Button("Search this folder", elem_id="mt-search-folder", size="sm")
        work = build_work_place("disk")
        with gr.Column(visible=False) as place_box:
            chosen = gr.CheckboxGroup(
                [], label="Files to put where Wan2GP looks for them", elem_id="mt-chosen"
            )
            how = gr.Radio(
                HOWS,
                value=PlacementMethod.HARD_LINK.name,
                label="How",
                info="Move: the file leaves its folder. Hard link: takes no space, and the file stays until both names are deleted. Symbolic link: takes no space, and breaks when the original goes. Copy: takes its size again.",
                elem_id="mt-how",
            )
            plan = gr.Button("Show the plan", elem_id="mt-plan", size="sm")
            planned = gr.HTML(elem_id="mt-planned", padding=False)
            place = gr.Button("Carry out this plan", elem_id="mt-place", size="sm", interactive=False)
    return DiskView(
        disk_request=gr.Textbox(
            "0|0|", elem_id="mt-ticket", elem_classes="mt-hidden", show_label=False, container=False
        ),
        timer=gr.Timer(TICK_S, active=False),
        find=find,
        sizes=sizes,
        folder=folder,
        search=search,
        work=work,
        place_box=place_box,
        chosen=chosen,
        how=how,
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
        handlers: What answers.
        check: Its part in the detail.
        picked: The model shown there.
        scan_id: Changes when the tab is opened: work under way is then shown again.
    """
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_name": False}
    asked: list[tuple[Any, Callable[..., str], Any]] = [
        (view.find.click, handlers.find, None),
        (view.sizes.click, handlers.sizes, None),
        (view.search.click, handlers.search, view.folder),
        (check.button.click, handlers.check, picked),
        (view.plan.click, handlers.plan, [view.chosen, view.how]),
        (view.chosen.input, handlers.drop_plan, None),
        (view.how.input, handlers.drop_plan, None),
        (view.place.click, handlers.place, view.disk_request),
        (view.work.cancel.click, handlers.cancel, None),
        (check.work.cancel.click, handlers.cancel, None),
    ]
    for event, answer, inputs in asked:
        event(answer, inputs=inputs, outputs=view.disk_request, **quick)
    gr.on(
        [view.disk_request.change, view.timer.tick, scan_id.change, picked.change],
        handlers.show,
        inputs=[view.disk_request, picked],
        trigger_mode="always_last",
        outputs=[*check.work.shown, *view.shown],
        **quick,
    )
