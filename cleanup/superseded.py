"""Checkpoints that Wan2GP deletes from its folders when it starts, because newer ones replace them.

Wan2GP keeps their names in a list within a loop of its main program, which cannot be read from the running
program. So the program's text is read: after an update it already says what the next start will do. Where that
fails, `superseded.json` beside this module has the list of a known version.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from ..inventory.disk import DiskIndex
from ..phrases import counted
from ..units import amount
from ..wan2gp.entry_paths import stays_below

_LOOP = re.compile(
    r"^for[ \t]+\w+[ \t]+in[ \t]+(\[[^\]]*\])[ \t]*:[^\n]*\n((?:[ \t][^\n]*(?:\n|\Z)|[ \t]*\n)+)",
    re.MULTILINE,
)
"""A loop of the main program over a list written out; its list and its body."""
_LARGEST_PROGRAM = 20_000_000


@dataclass(frozen=True, slots=True)
class RemovalList:
    """Names that Wan2GP deletes when it starts.

    Attributes:
        names: Names below the checkpoint folders.
        read_from: The program that says so; None: the list of a known version.
        version: That version; None where it was read.
    """

    names: tuple[str, ...]
    read_from: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Superseded:
    """A file of the user's that Wan2GP will delete.

    Attributes:
        path: Absolute path.
        size_bytes: Its size; of what it points to where it is a link.
        is_link: Whether only a link is deleted.
        start: At which start from now: 1 is the next; a copy in a later folder goes at a later one.
        version: The version whose list says so; None where the user's own Wan2GP does.
    """

    path: str
    size_bytes: int
    is_link: bool
    start: int
    version: str | None

    def sentence(self) -> str:
        """Return what will be deleted, and how to keep it."""
        subject = f"the link {self.path}" if self.is_link else f"{self.path} ({amount(self.size_bytes)})"
        start = "its next start" if self.start == 1 else f"its start number {self.start} from now"
        announcement = (
            f"Wan2GP will delete {subject} at {start}."
            if self.version is None
            else f"Wan2GP {self.version} deletes this file when it starts, so yours will probably delete {subject} at {start}."
        )
        return f"{announcement} To keep it, move it out of the checkpoint folders first."


def removal_list(program: str | None) -> RemovalList:
    """Return what Wan2GP deletes when it starts: as its program says, else the list of a known version.

    Args:
        program: Path of Wan2GP's main program (`__file__` of its live namespace), or None.
    """
    if program is not None:
        names = names_removed_by(_text(program))
        if names:
            return RemovalList(names, read_from=program)
    return _known_list()


def names_removed_by(source: str) -> tuple[str, ...]:
    """Return the file names that a program's text deletes in loops over a list; nothing is run."""
    names: list[str] = []
    for written, body in cast("list[tuple[str, str]]", _LOOP.findall(source)):
        if "os.remove(" not in body:
            continue
        try:
            values: object = ast.literal_eval(written)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(values, list) and all(isinstance(value, str) for value in cast("list[object]", values)):
            names += cast("list[str]", values)
    return tuple(dict.fromkeys(name for name in names if name and stays_below(name)))


def _text(path: str) -> str:
    """Return a program's text; nothing where it cannot be read."""
    try:
        if os.path.getsize(path) > _LARGEST_PROGRAM:
            return ""
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""


@cache
def _known_list() -> RemovalList:
    document = json.loads(Path(__file__).with_name("superseded.json").read_text(encoding="utf-8"))
    return RemovalList(tuple(document["names"]), version=document["version"])


def find_superseded(roots: Sequence[str], removals: RemovalList) -> tuple[Superseded, ...]:
    """Return the user's files that Wan2GP will delete, the next to go and the largest first.

    Args:
        roots: Absolute checkpoint folders in Wan2GP's order: of several copies the first goes first.
        removals: What it deletes.
    """
    superseded: list[Superseded] = []
    indexes = [DiskIndex([root]) for root in roots]
    for name in removals.names:
        copies = [file for index in indexes if (file := index.find([name]))]
        superseded += [
            Superseded(file.path, file.size_bytes, os.path.islink(file.path), start, removals.version)
            for start, file in enumerate(copies, start=1)
        ]
    return tuple(sorted(superseded, key=lambda file: (file.start, -file.size_bytes, file.path)))


def summary(superseded: Iterable[Superseded]) -> str:
    """Return how much will go at the next start, in one sentence; empty where nothing does."""
    next_to_go = [file for file in superseded if file.start == 1]
    if not next_to_go:
        return ""
    probably = "" if all(file.version is None for file in next_to_go) else "probably "
    return counted(
        len(next_to_go),
        (
            "Wan2GP will {probably}delete {number} file of yours ({size}) at its next start: newer ones replace it.",
            "Wan2GP will {probably}delete {number} files of yours ({size}) at its next start: newer ones replace them.",
        ),
        probably=probably,
        size=amount(sum(file.size_bytes for file in next_to_go if not file.is_link)),
    )
