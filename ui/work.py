"""One long piece of work at a time, in a thread: the page asks how it goes, and may stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

Report = Callable[[str], None]
Cancelled = Callable[[], bool]
Job = Callable[[Report, Cancelled], str]
"""Does the work, reports in words, asks whether to stop; returns the result as HTML."""


@dataclass(frozen=True, slots=True)
class WorkState:
    """How the last work goes.

    Attributes:
        number: Of the work, from 1; 0 before the first.
        title: What it is.
        running: Whether it goes on.
        words: How far it is.
        result: What it brought, as HTML; empty while it runs.
        error: What went wrong, in one line; empty for nothing.
        about: The model that it is about, and beside whose details it is told; empty for none.
    """

    number: int = 0
    title: str = ""
    running: bool = False
    words: str = ""
    result: str = ""
    error: str = ""
    about: str = ""


class Worker:
    """Runs jobs, one at a time. Any thread may ask for its state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._done = threading.Event()
        self._done.set()
        self._state = WorkState()

    @property
    def state(self) -> WorkState:
        """How the last work goes."""
        return self._state

    def start(self, title: str, job: Job, *, about: str = "") -> bool:
        """Start a job; return False, and start nothing, while another one runs."""
        with self._lock:
            if self._state.running:
                return False
            self._stop.clear()
            self._done.clear()
            self._state = WorkState(self._state.number + 1, title, running=True, about=about)
        threading.Thread(target=self._run, args=(job,), name="model-tracker-work", daemon=True).start()
        return True

    def cancel(self) -> None:
        """Ask the job under way to stop."""
        self._stop.set()
        self._report("Stopping …")

    def wait(self, timeout_s: float) -> WorkState:
        """Wait for the job under way, no longer than this, and return how it goes."""
        self._done.wait(timeout_s)
        return self._state

    def _report(self, words: str) -> None:
        with self._lock:
            if self._state.running:
                self._state = replace(self._state, words=words)

    def _run(self, job: Job) -> None:
        result, error = "", ""
        try:
            result = job(self._report, self._stop.is_set)
        except Exception as problem:  # noqa: BLE001 - the page must go on whatever happens
            error = f"{type(problem).__name__}: {problem}"
        with self._lock:
            self._state = replace(self._state, running=False, words="", result=result, error=error)
        self._done.set()
