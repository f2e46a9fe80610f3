"""Scanning without making the page wait: a slow or vanished drive may take minutes to answer."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..model_analyzer import ModelAnalyzer

PATIENCE_S = 0.5
"""How long an event waits for a scan before it answers that one is under way."""
_SUSPICIOUS_S = 10


@dataclass(frozen=True, slots=True)
class ScanState:
    """What is known of the last scan.

    Attributes:
        running: Whether it still looks.
        seconds: How long it has been looking, or 0.
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
        form = (
            "Looking at the disk for {seconds} s …"
            if self.seconds < _SUSPICIOUS_S
            else "Looking at the disk for {seconds} s: {folder} does not answer. Is its drive connected? What is shown was seen before."
        )
        return form.format(seconds=f"{self.seconds:.0f}", folder=self.folder)


class Scanner:
    """Runs the analyzer's refresh in a thread, one at a time, and tells how it goes."""

    def __init__(self, analyzer: ModelAnalyzer) -> None:
        """Take the analyzer; nothing is started yet."""
        self._analyzer = analyzer
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._done.set()
        self._started = 0.0
        self._error = ""

    def scan(self, patience_s: float = PATIENCE_S) -> ScanState:
        """Start a scan where none is running, and wait for it no longer than this."""
        with self._lock:
            if self._done.is_set():
                self._done.clear()
                self._started = time.monotonic()
                threading.Thread(target=self._run, name="model-tracker-scan", daemon=True).start()
        self._done.wait(patience_s)
        return self.state()

    def state(self) -> ScanState:
        """Return how the last scan goes."""
        running = not self._done.is_set()
        seconds = time.monotonic() - self._started if running else 0.0
        return ScanState(running, seconds, self._analyzer.looking_at if running else "", self._error)

    def _run(self) -> None:
        try:
            self._analyzer.refresh()
            self._error = ""
        except Exception as error:  # noqa: BLE001 - the page must go on whatever the host holds
            self._error = f"{type(error).__name__}: {error}"
        finally:
            self._done.set()
