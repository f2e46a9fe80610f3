"""Reading whole files and comparing them with what the Hub says they are, when the user asks for it.

The Hub's etag of a file is the sha256 of its content (64 hex digits) where Git LFS or Xet keeps it, else git's blob
id (40 hex digits): the sha1 of "blob", size and content. huggingface_hub notes it when it downloads:

    <folder>/models/a.safetensors
    <folder>/.cache/huggingface/download/models/a.safetensors.metadata   commit, etag, time in seconds, a line each

Its own `read_download_metadata` is not used: it makes folders, a `.gitignore` and lock files, and deletes what it
cannot read; here nothing on the disk is changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePath
from typing import Protocol

_CHUNK_BYTES = 1024 * 1024  # fits the processor's cache; 64 KiB to 8 MiB were equally fast
_LONGEST_METADATA = 4096
_MTIME_SLACK_S = 1.0  # as huggingface_hub allows
_ETAG = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")
_ABOVE_ALL_FILES = 64  # folders; no path is deeper


class Verdict(Enum):
    """What a full check tells of a file; the value is shown to users."""

    MATCH = "whole"  # every byte is as the Hub has it
    MISMATCH = "different"  # not the bytes that the Hub has: damaged, or another version
    UNKNOWN = "unknown"  # there is nothing to compare it with; it was not read
    UNREADABLE = "unreadable"  # gone, forbidden, or changed while it was read
    CANCELLED = "cancelled"  # the user stopped it before its end was reached


@dataclass(frozen=True, slots=True)
class FileToCheck:
    """A file, and what it should be.

    Attributes:
        path: Where it is.
        etag: The Hub's etag of it; None: take what was noted beside it when it was downloaded.
    """

    path: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the check of one file told.

    Attributes:
        path: Where it is.
        verdict: The answer.
        expected: The etag it should have, in hex digits; None: not known.
        found: What it has; None: it was not read to its end.
        seconds: How long it took.
        bytes_read: How much was read.
        reason: Why it could not be read; empty otherwise.
    """

    path: str
    verdict: Verdict
    expected: str | None
    found: str | None = None
    seconds: float = 0.0
    bytes_read: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """How far a check has come.

    Attributes:
        running: Whether it still goes on.
        bytes_done: Bytes of the files that are done with, and of the current one as far as it was read.
        bytes_total: Bytes of all files that can be compared; 0 until they have been looked up.
        current: The file that is being read.
        results: Of the files that are done with, in the order in which they were given.
    """

    running: bool = False
    bytes_done: int = 0
    bytes_total: int = 0
    current: str | None = None
    results: tuple[CheckResult, ...] = ()


def remedy(result: CheckResult) -> str | None:
    """Return what the user should do about a file, or None where there is nothing to do."""
    if result.verdict is Verdict.MISMATCH:
        return "delete it and let Wan2GP fetch it again"
    return None


def expected_etag(path: str) -> str | None:
    """Return the etag that huggingface_hub noted when it downloaded this file, or None.

    None as well where the file was changed after that, as huggingface_hub judges it: it is another one now. Looks in
    the file's folder and all above it; changes nothing on the disk.
    """
    path = os.path.abspath(path)
    try:
        changed = os.stat(path).st_mtime
    except (OSError, ValueError):
        return None
    for folder in list(PurePath(path).parents)[:_ABOVE_ALL_FILES]:
        beside = os.path.join(folder, ".cache", "huggingface", "download", os.path.relpath(path, folder))
        noted = _read_metadata(f"{beside}.metadata")
        if noted is not None:
            etag, when = noted
            return etag if changed - _MTIME_SLACK_S <= when else None
    return None


def _read_metadata(path: str) -> tuple[str, float] | None:
    """Return etag and time, or None where there is no such file or it holds something else."""
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read(_LONGEST_METADATA).splitlines()
        etag, when = _normal(lines[1]), float(lines[2])
    except (OSError, ValueError, IndexError):
        return None
    return (etag, when) if etag else None


def _normal(etag: str) -> str | None:
    """Return the hex digits of an etag in lower case; None where it is neither a sha256 nor a git blob id."""
    digits = etag.strip().removeprefix("W/").strip('"').lower()
    return digits if _ETAG.fullmatch(digits) else None


def check_file(
    file: FileToCheck,
    on_read: Callable[[int], object] = lambda _bytes_read: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> CheckResult:
    """Read a file to its end and compare it. Never raises for what is on the disk.

    Args:
        file: Which; without an etag the one noted beside it is taken, and without that it is not read.
        on_read: Told after each mebibyte how many bytes have been read.
        is_cancelled: Asked before each mebibyte.
    """
    expected = expected_etag(file.path) if file.etag is None else _normal(file.etag)
    start, read = time.perf_counter(), 0
    try:
        with open(file.path, "rb", buffering=0) as stream:
            before = os.fstat(stream.fileno())
            if expected is None:
                return CheckResult(file.path, Verdict.UNKNOWN, None)
            digest = _digest_for(expected, before.st_size)
            buffer = bytearray(_CHUNK_BYTES)
            view = memoryview(buffer)
            while read <= before.st_size and not is_cancelled() and (length := stream.readinto(buffer)):
                digest.update(view[:length])
                read += length
                on_read(read)
            after = os.fstat(stream.fileno())
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return CheckResult(
            file.path, Verdict.UNREADABLE, expected, None, time.perf_counter() - start, read, reason
        )
    result = CheckResult(file.path, Verdict.CANCELLED, expected, None, time.perf_counter() - start, read)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return replace(result, verdict=Verdict.UNREADABLE, reason="it changed while it was read")
    if read < before.st_size:
        return result
    found = digest.hexdigest()
    return replace(result, verdict=Verdict.MATCH if found == expected else Verdict.MISMATCH, found=found)


class _Digest(Protocol):
    def update(self, data: memoryview, /) -> None: ...

    def hexdigest(self) -> str: ...


def _digest_for(etag: str, size_bytes: int) -> _Digest:
    if len(etag) == 64:
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % size_bytes, usedforsecurity=False)


class FullCheck:
    """Checks many files in a thread of its own; one run at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._progress = CheckProgress()

    @property
    def progress(self) -> CheckProgress:
        """How far the run has come, or how the last one ended."""
        return self._progress

    def start(self, files: Iterable[FileToCheck]) -> bool:
        """Begin to check these files; return False, and leave the run alone, where one goes on already."""
        with self._lock:
            if self._progress.running:
                return False
            self._cancelled = threading.Event()
            self._progress = CheckProgress(running=True)
            self._thread = threading.Thread(
                target=self._run,
                args=(tuple(dict.fromkeys(files)), self._cancelled),
                name="full-check",
                daemon=True,
            )
            self._thread.start()
            return True

    def cancel(self) -> None:
        """Stop soon: within one read of a mebibyte. Files that were not read to their end become CANCELLED."""
        self._cancelled.set()

    def wait(self, timeout_s: float | None = None) -> CheckProgress:
        """Wait for the run's end, or as long as that, and return how far it has come."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return self._progress

    def _run(self, files: Sequence[FileToCheck], cancelled: threading.Event) -> None:
        try:
            planned = [_plan(file) for file in files if not cancelled.is_set()]
            self._progress = replace(self._progress, bytes_total=sum(size for _, size in planned))
            done = 0
            for file, size in planned:
                self._progress = replace(self._progress, bytes_done=done, current=file.path)
                result = self._check(file, done, cancelled)
                done += size
                self._progress = replace(
                    self._progress,
                    bytes_done=self._progress.bytes_done if cancelled.is_set() else done,
                    results=(*self._progress.results, result),
                )
            skipped = tuple(
                CheckResult(file.path, Verdict.CANCELLED, file.etag) for file in files[len(planned) :]
            )
            self._progress = replace(self._progress, results=self._progress.results + skipped)
        finally:
            self._progress = replace(self._progress, running=False, current=None)

    def _check(self, file: FileToCheck, done: int, cancelled: threading.Event) -> CheckResult:
        if cancelled.is_set():
            return CheckResult(file.path, Verdict.CANCELLED, file.etag or None)

        def tell(read: int) -> None:
            self._progress = replace(self._progress, bytes_done=done + read)

        return check_file(file, tell, cancelled.is_set)


def _plan(file: FileToCheck) -> tuple[FileToCheck, int]:
    """Return the file with its etag, and how many bytes are to be read of it."""
    etag = expected_etag(file.path) if file.etag is None else file.etag
    if etag is None or _normal(etag) is None:
        return FileToCheck(file.path, ""), 0
    try:
        return FileToCheck(file.path, etag), os.stat(file.path).st_size
    except (OSError, ValueError):
        return FileToCheck(file.path, etag), 0
