"""What answers the disk section's events, and what it shows of work under way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...files.file_ops import PlacementMethod
from ...jobs import Job, Lane
from ...relocation.link_options import METHOD_NAMES, describe_method
from ...relocation.plan import placement_request, plan_relocation
from ...units import amount
from ..change_ids import new_change_ids
from .request import DiskRequest, Note

if TYPE_CHECKING:
    from ...files.plan import Plan, Progress
    from ...model_analyzer import ModelAnalyzer
    from .jobs import DiskJobs, DiskResult, DiskWork, Offer

FIND = "Look for lost files and leftovers"
SIZES = "Get sizes from Hugging Face"
SEARCH = "Search this folder"
PLACE = "Carry out this plan"
_NOTES = {
    Note.NONE: "",
    Note.BUSY: "Another task is running. Wait for it, or press Stop.",
    Note.NO_PLAN: "There is nothing to do: choose a file. If the list is old, search again.",
    Note.NO_FOLDER: "Enter an absolute path first.",
}
PATIENCE_S = 0.3
STUCK_S = 5
"""How long after Stop a job may go on before it can be left behind."""
MOST_PLANS = 50
"""How many plans are kept, each for the page that shows it."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A job with what the page says about it.

    Attributes:
        title: What it is.
        job: The job.
        about: The model next to whose details it is shown; "" for the disk section.
    """

    title: str
    job: Job[Progress, DiskResult]
    about: str

    @property
    def is_running(self) -> bool:
        return not self.job.status.is_over

    @property
    def is_stuck(self) -> bool:
        cancelled_at = self.job.status.cancelled_at
        return self.is_running and cancelled_at is not None and time.monotonic() - cancelled_at >= STUCK_S

    def sentence(self) -> str:
        """Return how it goes; "" where its result says it."""
        status = self.job.status
        if self.is_stuck:
            return f"{self.title}: it does not stop, because a drive or server does not answer. Press Stop again to leave it behind."
        if self.is_running and status.cancelled_at is not None:
            return f"{self.title}: stopping …"
        if self.is_running:
            return f"{self.title}: {_progress_words(status.progress)} …"
        if status.is_abandoned:
            return f"{self.title}: left behind. It ends once the drive or server answers."
        return f"{self.title}: {status.error}" if status.error else ""


class DiskHandlers:
    """Plain methods that answer the section's events."""

    def __init__(self, analyzer: ModelAnalyzer, jobs: DiskJobs) -> None:
        """Start nothing yet."""
        self._analyzer = analyzer
        self._jobs = jobs
        self._lane: Lane[Progress, DiskResult] = Lane("work")
        self._task: _Task | None = None
        self._search: Job[Progress, DiskResult] | None = None
        self._plans: dict[int, Plan] = {}
        self._numbers = new_change_ids()

    def find(self) -> str:
        """Start looking for lost files, leftovers and superseded checkpoints."""
        return self._start(FIND, self._jobs.lost(), is_search=True)

    def sizes(self) -> str:
        """Start asking the Hub for sizes."""
        return self._start(SIZES, self._jobs.sizes())

    def search(self, folder: str | None) -> str:
        """Start looking in a folder that the user names."""
        entered = (folder or "").strip().strip("\"'")
        if not entered:
            return self._request(Note.NO_FOLDER)
        return self._start(SEARCH, self._jobs.in_folder(entered), is_search=True)

    def check(self, picked: str | None) -> str:
        """Start comparing every byte of the picked model's files."""
        if not picked:
            return self._request()
        return self._start("Verify files", self._jobs.check(self._analyzer.model(picked)), about=picked)

    def plan(self, chosen: list[str] | None, method_name: str | None) -> str:
        """Make the plan for the chosen files; nothing is touched yet. The answer names the plan."""
        method = PlacementMethod[method_name or PlacementMethod.HARD_LINK.name]
        found = self._found()
        plan = plan_relocation(
            [
                placement_request(offer.candidate, method)
                for offer in (found.offers if found else ())
                if offer.key in (chosen or [])  # a key of an earlier search is none of these
            ],
            found.folders if found else (),
        )
        return self._show_plan(plan)

    def _show_plan(self, plan: Plan) -> str:
        """Keep a plan and return the request that shows it, whatever kind of plan it is."""
        if not (plan.steps or plan.refused):
            return self._request(Note.NO_PLAN)
        number = next(self._numbers)
        self._plans = {**dict(list(self._plans.items())[1 - MOST_PLANS :]), number: plan}
        return self._request(plan=number)

    def drop_plan(self) -> str:
        """Forget the plan that is shown: the form has changed."""
        return self._request(keep_choice=True)

    def place(self, disk_request: str) -> str:
        """Carry out the very plan that this page shows."""
        number = DiskRequest.decode(disk_request).plan
        plan = self._plans.get(number)
        if plan is None or not plan.steps:
            return self._request(Note.NO_PLAN)
        return self._start(PLACE, self._jobs.execute(plan), is_search=True, plan_if_busy=number)

    def cancel(self) -> str:
        """Stop the work under way; where it did not stop when it was asked before, leave it behind."""
        task = self._task
        if task is not None and task.is_stuck:
            task.job.abandon()
        elif task is not None:
            task.job.cancel()
        return self._request()

    def show(self, disk_request: str, picked: str) -> tuple[Any, ...]:
        """Return how the work goes and what it brought, beside the model and here, and what can be put in place."""
        request = DiskRequest.decode(disk_request)
        task = self._task
        if task is not None:
            task.job.wait(PATIENCE_S)
        is_running = task is not None and task.is_running
        found = self._found()
        offers = found.offers if found and not is_running else ()
        choices = [(offer.candidate.sentence(), offer.key) for offer in offers]
        plan = self._plans.get(request.plan)
        is_kept = plan is not None or request.keep_choice
        methods = method_choices(offers)
        note = "" if request.note is Note.BUSY and not is_running else _NOTES[request.note]
        is_about_picked = task is not None and bool(picked) and task.about == picked
        return (
            *_told(
                task if is_about_picked else None,
                note if request.note is Note.BUSY else "",
                is_running=is_running,
            ),
            *_told(task if task and not task.about else None, note, is_running=is_running),
            gr.Timer(active=is_running),
            gr.update(visible=bool(offers or plan)),
            gr.update() if is_kept else gr.update(choices=choices, value=[key for _, key in choices]),
            gr.update()
            if is_kept
            else gr.update(choices=methods, value=methods[0][1], info=method_info(offers)),
            _planned(plan),
            gr.update(interactive=bool(plan and plan.steps)),
        )

    def _found(self) -> DiskResult | None:
        """Return what the last search found; nothing while it runs, and after files were put in place."""
        return self._search.status.result if self._search else None

    def _start(
        self, title: str, work: DiskWork, *, about: str = "", is_search: bool = False, plan_if_busy: int = 0
    ) -> str:
        """Start work unless other work is running.

        Args:
            title: What it is.
            work: Does it.
            about: The model that it is about; "" for none.
            is_search: Whether it replaces what was found before.
            plan_if_busy: The plan that the page goes on showing where it is not started.
        """
        job = self._lane.try_start(work)
        if job is None:
            return self._request(Note.BUSY, plan=plan_if_busy)
        self._task = _Task(title, job, about)
        if is_search:
            self._search = job
        return self._request()

    def _request(self, note: Note = Note.NONE, plan: int = 0, *, keep_choice: bool = False) -> str:
        return DiskRequest(next(self._numbers), plan, note, keep_choice).encode()


def _told(task: _Task | None, note: str, *, is_running: bool) -> tuple[str, Any, str]:
    """Return what one place tells: progress, the Stop button, the result.

    Args:
        task: The work that is told there, or None.
        note: What a button answered.
        is_running: Whether any work is under way.
    """
    told = " ".join(filter(None, [task.sentence() if task else "", note]))
    shown = f'<p class="mt-note" role="status">{escape(told)}</p>' if told else ""
    result = task.job.status.result if task else None
    return shown, gr.update(visible=is_running and bool(shown)), result.html if result else ""


def _progress_words(progress: Progress | None) -> str:
    if progress is None:
        return ""
    counts: list[str] = []
    if progress.steps:
        counts.append(f"{progress.step} of {progress.steps}")
    if progress.total_bytes:
        counts.append(f"{amount(progress.done_bytes)} of {amount(progress.total_bytes)}")
    return f"{progress.subject} ({', '.join(counts)})" if counts else progress.subject


def method_choices(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """Return the methods that are possible for any offer; all where there is none."""
    possible = {option.method for offer in offers for option in offer.options if option.rejection is None}
    return [
        (METHOD_NAMES[method], method.name) for method in PlacementMethod if not offers or method in possible
    ]


def method_info(offers: Sequence[Offer]) -> str:
    """Return what each method means for these files, and why one cannot be chosen."""
    sentences: list[str] = []
    for method in PlacementMethod:
        of_method = [
            (offer.candidate.file.size_bytes, option.rejection)
            for offer in offers
            for option in offer.options
            if option.method is method
        ]
        possible_bytes = [size for size, rejection in of_method if rejection is None]
        if possible_bytes or not offers:
            sentences.append(f"{METHOD_NAMES[method]}: {describe_method(method, sum(possible_bytes))}.")
        elif of_method:
            sentences.append(f"{METHOD_NAMES[method]} is not possible: {of_method[0][1]}")
    return " ".join(sentences)


def _planned(plan: Plan | None) -> str:
    if plan is None:
        return ""
    sentences = [step.sentence() for step in plan.steps]
    sentences += [f"Not possible for {refusal.path}: {refusal.reason}" for refusal in plan.refused]
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in sentences)}</ul>"
