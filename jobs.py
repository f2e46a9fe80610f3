"""The one background runner: work that takes longer than an event of the page may wait.

Lane.submit(work)     → Job, after those before it      queued → running → done | failed
Lane.try_start(work)  → Job, or None while one runs        └────────┴────→ cancelled
Lane.join(work)       → the Job under way, or a new one

A lane runs one job at a time, each in a thread and with a cancel flag of its own. The threads are daemons, made by
hand: those of `concurrent.futures` are waited for when the program ends, and a drive that has gone may hold one
for ever.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

P = TypeVar("P")
"""What work reports on its way; frozen."""
R = TypeVar("R")
"""What work returns; frozen."""


class JobState(Enum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"  # before it began, or its work was told so and ended, or it was abandoned
    FAILED = "failed"  # its work raised something
    DONE = "done"  # its work came to its end, even if cancelling was asked for too late


@dataclass(frozen=True, slots=True)
class JobError:
    """What a job's work raised.

    Attributes:
        kind: The exception's class.
        message: Its text; empty where it has none or cannot tell it.
    """

    kind: str
    message: str

    @classmethod
    def of(cls, error: BaseException) -> JobError:
        """Take the facts of an exception; never raises."""
        try:
            message = str(error)
        except BaseException:  # noqa: BLE001 - an exception's own code may fail in any way
            message = ""
        return cls(type(error).__name__, message)

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True, slots=True)
class JobStatus(Generic[P, R]):
    """How a job goes.

    Attributes:
        state: Where it stands.
        progress: What its work reported last, or None.
        result: What its work returned, also where it ended early because it was cancelled; else None.
        error: What its work raised, or None.
        started_at: When it began, in seconds of `time.monotonic`; None: it did not.
        cancelled_at: When it was first asked to stop, by the same clock; None: it was not.
        is_abandoned: Whether its thread was left behind, and may still be at it.
    """

    state: JobState = JobState.QUEUED
    progress: P | None = None
    result: R | None = None
    error: JobError | None = None
    started_at: float | None = None
    cancelled_at: float | None = None
    is_abandoned: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state not in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class JobContext(Generic[P]):
    """What a job's work talks to.

    Attributes:
        report: Takes how far it is.
        is_cancelled: Returns whether to end early, with what there is by then; once True it stays so.
    """

    report: Callable[[P], None]
    is_cancelled: Callable[[], bool]


Work = Callable[[JobContext[P]], R]


class Job(Generic[P, R]):
    """One piece of work. Any thread may ask for its status, wait for it and cancel it."""

    def __init__(self, work: Work[P, R], thread_name: str, on_over: Callable[[], None]) -> None:
        """Start nothing yet; made by a `Lane`.

        Args:
            work: Does it.
            thread_name: For whoever looks at the program's threads.
            on_over: Called once, when it is over.
        """
        self._work = work
        self._thread_name = thread_name
        self._on_over = on_over
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._was_told = False
        self._status: JobStatus[P, R] = JobStatus()

    @property
    def status(self) -> JobStatus[P, R]:
        """How it goes."""
        return self._status

    def wait(self, timeout_s: float | None = None) -> JobStatus[P, R]:
        """Wait until it is over, no longer than this, and return how it goes."""
        self._over.wait(timeout_s)
        return self._status

    def cancel(self) -> None:
        """Ask it to stop: at once where it has not begun, else when its work next asks."""
        with self._lock:
            if not self._status.is_over and self._status.cancelled_at is None:
                self._status = replace(self._status, cancelled_at=time.monotonic())
            has_begun = self._status.state is not JobState.QUEUED
        if not has_begun:
            self._end(JobState.CANCELLED)

    def abandon(self) -> None:
        """Cancel it without waiting for its work: the lane is free, and what the work still says is ignored."""
        self.cancel()
        self._end(JobState.CANCELLED, abandoned=True)

    def start(self) -> None:
        """Begin, where it was not cancelled before; called by its lane."""
        with self._lock:
            if self._status.state is not JobState.QUEUED or self._status.cancelled_at is not None:
                return
            self._status = replace(self._status, state=JobState.RUNNING, started_at=time.monotonic())
        try:
            threading.Thread(target=self._run, name=self._thread_name, daemon=True).start()
        except RuntimeError as error:  # the system gives no more threads
            self._end(JobState.FAILED, error=JobError.of(error))

    def _run(self) -> None:
        try:
            result = self._work(JobContext(self._report, self._is_cancelled))
        except BaseException as error:  # noqa: BLE001 - SystemExit too: a thread must not end without a word
            self._end(JobState.FAILED, error=JobError.of(error))
        else:
            self._end(JobState.CANCELLED if self._was_told else JobState.DONE, result)

    def _report(self, progress: P) -> None:
        with self._lock:
            if not self._status.is_over:
                self._status = replace(self._status, progress=progress)

    def _is_cancelled(self) -> bool:
        self._was_told = self._status.cancelled_at is not None
        return self._was_told

    def _end(
        self,
        state: JobState,
        result: R | None = None,
        error: JobError | None = None,
        *,
        abandoned: bool = False,
    ) -> None:
        with self._lock:
            if self._status.is_over:
                return
            self._status = replace(
                self._status, state=state, result=result, error=error, is_abandoned=abandoned
            )
        self._over.set()
        self._on_over()


class Lane(Generic[P, R]):
    """Runs jobs one at a time, in the order in which they come."""

    def __init__(self, name: str) -> None:
        """Start nothing yet.

        Args:
            name: Of its threads, after "model-tracker-".
        """
        self._name = f"model-tracker-{name}"
        self._lock = threading.RLock()  # a job that cannot be started is over within `start`
        self._waiting: deque[Job[P, R]] = deque()
        self._latest: Job[P, R] | None = None

    @property
    def latest(self) -> Job[P, R] | None:
        """The job under way, else the last one; None before the first."""
        return self._latest

    def submit(self, work: Work[P, R]) -> Job[P, R]:
        """Run this after the jobs that were submitted before."""
        job = Job(work, self._name, self._start_next)
        with self._lock:
            self._waiting.append(job)
            self._start_next()
        return job

    def try_start(self, work: Work[P, R]) -> Job[P, R] | None:
        """Run this now, or return None while there is another job."""
        with self._lock:
            return None if self._under_way() else self.submit(work)

    def join(self, work: Work[P, R]) -> Job[P, R]:
        """Return the job under way, or run this now where there is none."""
        with self._lock:
            return self._under_way() or self.submit(work)

    def _under_way(self) -> Job[P, R] | None:
        self._start_next()
        return self._latest if self._waiting or not self._is_free() else None

    def _is_free(self) -> bool:
        return self._latest is None or self._latest.status.is_over

    def _start_next(self) -> None:
        with self._lock:
            while self._waiting and self._is_free():
                self._latest = self._waiting.popleft()
                self._latest.start()
