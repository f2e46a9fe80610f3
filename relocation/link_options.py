"""The ways to put a found file in place, by what the disk allows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..files.file_ops import PlacementMethod
from ..inventory.drives import drive_of, free_bytes_for, nearest_folder
from ..units import amount

if TYPE_CHECKING:
    from .misplaced import Candidate

_SYMLINK_IS = "Takes no space; breaks when the original is moved or deleted."
_SYMLINK_RIGHTS = "Windows may ask for its Developer Mode or an administrator."


_SPARE_BYTES = 100_000_000
"""What a copy must leave free."""


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """What the disk allows for one file and its target.

    Attributes:
        same_drive: Whether both are on one file system.
        drive: Tells the target's file system from others; None: not known.
        free_bytes: Free space there; None: not known.
    """

    same_drive: bool
    drive: int | None
    free_bytes: int | None


@dataclass(frozen=True, slots=True)
class PlacementOption:
    """A way to put a file in place, for the user to choose from.

    Attributes:
        method: The way.
        rejection: Why it is not possible, a sentence; None where it is.
        note: What it means, a sentence.
    """

    method: PlacementMethod
    rejection: str | None
    note: str


def look_at_disk(source: str, target: str) -> DiskFacts:
    """Return what the disk allows; the target's folders need not exist."""
    there = drive_of(nearest_folder(target))
    here = drive_of(source)
    return DiskFacts(here is not None and here == there, there, free_bytes_for(target))


def link_options(
    found: Candidate, facts: DiskFacts, *, windows: bool = os.name == "nt"
) -> tuple[PlacementOption, ...]:
    """Return the ways to put a found file in place, each with what speaks against it.

    Args:
        found: The file.
        facts: What the disk allows, from `look_at_disk`.
        windows: Whether Windows' rules hold.
    """
    need = found.file.size_bytes
    elsewhere = None if facts.same_drive else "Hard links need both folders on one drive."
    takes = (
        "Takes {size}; independent of the original."
        if facts.free_bytes is None
        else "Takes {size} of {free} free; independent of the original."
    )
    no_space = lack_of_space(need, facts.free_bytes)
    symlink = f"{_SYMLINK_IS} {_SYMLINK_RIGHTS}" if windows else _SYMLINK_IS
    offered = [
        PlacementOption(
            PlacementMethod.HARD_LINK,
            elsewhere,
            "Takes no space; the file stays until both names are deleted.",
        ),
        PlacementOption(PlacementMethod.SYMLINK, None, symlink),
        PlacementOption(
            PlacementMethod.COPY,
            no_space,
            takes.format(size=amount(need), free=amount(facts.free_bytes or 0)),
        ),
    ]
    if found.keep_reason is None:
        cost = None if facts.same_drive else no_space
        offered.insert(0, PlacementOption(PlacementMethod.MOVE, cost, "The file leaves its present folder."))
    return tuple(offered)


def lack_of_space(needed: int, free_bytes: int | None) -> str | None:
    """Return why bytes cannot be written, a sentence; None where they can, or where it is not known."""
    if free_bytes is None or needed + _SPARE_BYTES <= free_bytes:
        return None
    return f"The drive has {amount(free_bytes)} free; {amount(needed)} and some room are needed: free some space, or link."
