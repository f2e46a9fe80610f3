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
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePath
from typing import Protocol

from .plan import Progress

_CHUNK_BYTES = 1024 * 1024  # fits the processor's cache; 64 KiB to 8 MiB were equally fast
_LONGEST_METADATA = 4096
_MTIME_SLACK_S = 1.0  # as huggingface_hub allows
_ETAG = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")
_ABOVE_ALL_FILES = 64  # folders; no path is deeper


class Verdict(Enum):
    """The result of reading a whole file."""

    MATCH = "match"  # every byte is as the Hub has it
    MISMATCH = "mismatch"  # not the bytes that the Hub has: damaged, or another version
    UNKNOWN = "unknown"  # there is nothing to compare it with; it was not read
    UNREADABLE = "unreadable"  # gone, forbidden, or changed while it was read
    CANCELLED = "cancelled"  # the user stopped it before its end was reached


@dataclass(frozen=True, slots=True)
class FileToCheck:
    """A file, and what it should be.

    Attributes:
        path: Where it is.
        etag: The Hub's etag of it; None: the one noted next to it when it was downloaded.
    """

    path: str
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result for one file.

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

    def sentence(self) -> str:
        """Return what is wrong with the file, and the remedy; "" where nothing is known to be wrong."""
        if self.verdict is Verdict.MISMATCH:
            return f"{self.path} differs from the published file: delete it and let Wan2GP download it again."
        if self.verdict is Verdict.UNREADABLE:
            return f"{self.path} cannot be read: {self.reason}."
        return ""


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
        downloads = os.path.join(folder, ".cache", "huggingface", "download")
        metadata = _read_metadata(f"{os.path.join(downloads, os.path.relpath(path, folder))}.metadata")
        if metadata is not None:
            etag, downloaded = metadata
            return etag if changed - _MTIME_SLACK_S <= downloaded else None
    return None


def _read_metadata(path: str) -> tuple[str, float] | None:
    """Return etag and time, or None where there is no such file or it holds something else."""
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read(_LONGEST_METADATA).splitlines()
        etag, downloaded = _normal(lines[1]), float(lines[2])
    except (OSError, ValueError, IndexError):
        return None
    return (etag, downloaded) if etag else None


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
        file: Which; without an etag the one noted next to it is taken, and without that it is not read.
        on_read: Called after each mebibyte with the bytes read so far.
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


def check_files(
    files: Iterable[FileToCheck],
    progress: Callable[[Progress], object] = lambda _progress: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[CheckResult, ...]:
    """Check files one after the other; return their results in this order, each file once.

    Args:
        files: Which.
        progress: Called with each file and after each mebibyte; bytes count where a file can be compared.
        is_cancelled: Asked as often. Files that were not read to their end become CANCELLED.
    """
    unique = tuple(dict.fromkeys(files))
    planned = [(file, 0) if is_cancelled() else _plan(file) for file in unique]
    total_bytes, done_bytes = sum(size for _, size in planned), 0
    results: list[CheckResult] = []
    for number, (file, size) in enumerate(planned, 1):
        if is_cancelled():
            results.append(CheckResult(file.path, Verdict.CANCELLED, file.etag or None))
            continue

        def on_read(
            read: int, file: FileToCheck = file, number: int = number, before: int = done_bytes
        ) -> None:
            progress(Progress(file.path, number, len(planned), before + read, total_bytes))

        on_read(0)
        results.append(check_file(file, on_read, is_cancelled))
        done_bytes += size
    return tuple(results)


def _plan(file: FileToCheck) -> tuple[FileToCheck, int]:
    """Return the file with its etag, and how many bytes are to be read of it."""
    etag = expected_etag(file.path) if file.etag is None else file.etag
    if etag is None or _normal(etag) is None:
        return FileToCheck(file.path, ""), 0
    try:
        return FileToCheck(file.path, etag), os.stat(file.path).st_size
    except (OSError, ValueError):
        return FileToCheck(file.path, etag), 0
