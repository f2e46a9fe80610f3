"""How fast the full check of a file is, against `sha256sum` and against hashlib alone.

The file was just written, so it comes from memory: a drive would hide what the check itself costs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from model_tracker.files.verify import FileToCheck, check_file

from .measuring import Measurement, Scene, compared, figure, timed, turn_about

CHUNKS = 256
CHUNK_BYTES = 4 * 1024 * 1024
ROUNDS = 5


def measure(scene: Scene) -> Iterator[Measurement]:
    """Measure the check of a file of 1 GiB."""
    path = scene.workdir / "full-check.bin"
    with path.open("wb") as stream:
        for _ in range(CHUNKS):
            stream.write(os.urandom(CHUNK_BYTES))
    file = FileToCheck(str(path), _plain_way(path))
    takers = {"plain": timed(lambda: _plain_way(path)), "ours": timed(lambda: check_file(file))}
    command = shutil.which("sha256sum")
    if command:
        arguments = [command, str(path)]
        takers["sha256sum"] = timed(lambda: subprocess.run(arguments, capture_output=True, check=True))  # noqa: S603
    taken = turn_about(takers, ROUNDS)
    yield figure("hashlib on 1 GiB", taken["plain"])
    yield compared("full check of 1 GiB", taken["ours"], taken["plain"], against="hashlib", bound=1.25)
    if command:
        yield compared(
            "the same, against a program", taken["ours"], taken["sha256sum"], against="sha256sum", bound=1.11
        )


def _plain_way(path: Path) -> str:
    """Return the sha256 of a file's content, as hashlib's documentation shows it, in hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1024 * 1024):
            digest.update(block)
    return digest.hexdigest()
