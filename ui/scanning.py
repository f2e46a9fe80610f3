"""Scanning without making the page wait: a slow or vanished drive may take minutes to answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..jobs import Lane

if TYPE_CHECKING:
    from ..inventory.models import Inventory
    from ..jobs import Job, JobContext
    from ..model_analyzer import ModelAnalyzer

PATIENCE_S = 0.5
"""How long an event waits for a scan before it answers that one is under way."""
_SUSPICIOUS_S = 10


@dataclass(frozen=True, slots=True)
class ScanState:
    """What is known of the last scan.

    Attributes:
        running: Whether it is under way.
        seconds: How long it has been so, or 0.
        folder: What it is looking at.
        error: What went wrong, in one line; empty for nothing.
    """

    running: bool
    seconds: float
    folder: str
    error: str

    @property
    def words(self) -> str:
        """What to tell the user; empty while there is nothing to tell."""
        if self.error:
            return f"The scan failed, so this is what was seen before. {self.error}"
        if not self.running:
            return ""
        if self.seconds < _SUSPICIOUS_S:
            return f"Looking at the disk for {self.seconds:.0f} s …"
        return (
            f"Looking at the disk for {self.seconds:.0f} s: {self.folder} does not answer. "
            "Is its drive connected? What is shown was seen before."
        )


class Scanner:
    """Runs the analyzer's refresh in the background, one at a time."""

    def __init__(self, analyzer: ModelAnalyzer) -> None:
        """Start nothing yet."""
        self._analyzer = analyzer
        self._lane: Lane[None, Inventory] = Lane("scan")

    def scan(self, patience_s: float = PATIENCE_S) -> ScanState:
        """Start a scan where none is running, and wait for it no longer than this."""
        job = self._lane.join(self._refresh)
        job.wait(patience_s)
        return self._state_of(job)

    def state(self) -> ScanState:
        """Return how the last scan goes."""
        return self._state_of(self._lane.latest)

    def _state_of(self, job: Job[None, Inventory] | None) -> ScanState:
        if job is None:
            return ScanState(running=False, seconds=0.0, folder="", error="")
        status = job.status
        if status.is_over:
            return ScanState(running=False, seconds=0.0, folder="", error=str(status.error or ""))
        seconds = time.monotonic() - (status.started_at or time.monotonic())
        return ScanState(running=True, seconds=seconds, folder=self._analyzer.looking_at, error="")

    def _refresh(self, _context: JobContext[None]) -> Inventory:
        inventory = self._analyzer.refresh()
        self._analyzer.answer_forms()
        return inventory
