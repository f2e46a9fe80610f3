"""How a found file can be put in place, by what the disk allows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..files.file_ops import PlacementMethod
from ..inventory.drives import drive_of, free_bytes_for, nearest_folder
from ..units import amount

if TYPE_CHECKING:
    from .misplaced import Candidate

METHOD_NAMES = {
    PlacementMethod.MOVE: "Move",
    PlacementMethod.HARD_LINK: "Hard link",
    PlacementMethod.SYMLINK: "Symbolic link",
    PlacementMethod.COPY: "Copy",
}
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
    """A method to put a file in place, for the user to choose from.

    Attributes:
        method: The method.
        rejection: Why it is not possible, a sentence; None where it is.
    """

    method: PlacementMethod
    rejection: str | None


def look_at_disk(source: str, target: str) -> DiskFacts:
    """Return what the disk allows; the target's folders need not exist."""
    source_drive, target_drive = drive_of(source), drive_of(nearest_folder(target))
    is_same = source_drive is not None and source_drive == target_drive
    return DiskFacts(is_same, target_drive, free_bytes_for(target))


def link_options(candidate: Candidate, facts: DiskFacts) -> tuple[PlacementOption, ...]:
    """Return the methods to put a found file in place, each with what speaks against it.

    Args:
        candidate: The file.
        facts: What the disk allows, from `look_at_disk`.
    """
    not_linkable = None if facts.same_drive else "Hard links need both folders on one drive."
    no_space = lack_of_space(candidate.file.size_bytes, facts.free_bytes)
    options = [
        PlacementOption(PlacementMethod.HARD_LINK, not_linkable),
        PlacementOption(PlacementMethod.SYMLINK, None),
        PlacementOption(PlacementMethod.COPY, no_space),
    ]
    if candidate.keep_reason is None:
        options.insert(0, PlacementOption(PlacementMethod.MOVE, None if facts.same_drive else no_space))
    return tuple(options)


def describe_method(
    method: PlacementMethod, copied_bytes: int = 0, *, windows: bool = os.name == "nt"
) -> str:
    """Return what a method means for the user: part of a sentence.

    Args:
        method: The method.
        copied_bytes: What it would write; 0: not known.
        windows: Whether Windows' rules hold.
    """
    if method is PlacementMethod.MOVE:
        return "the file leaves its folder"
    if method is PlacementMethod.HARD_LINK:
        return "takes no space; the file stays until both names are deleted"
    if method is PlacementMethod.SYMLINK:
        permission = "; Windows may ask for its Developer Mode or an administrator" if windows else ""
        return f"takes no space, and breaks when the original is moved or deleted{permission}"
    size = f"up to {amount(copied_bytes)}" if copied_bytes else "its size again"
    return f"takes {size}, and is independent of the original"


def lack_of_space(needed: int, free_bytes: int | None) -> str | None:
    """Return why bytes cannot be written, a sentence; None where they can, or where it is not known."""
    if free_bytes is None or needed + _SPARE_BYTES <= free_bytes:
        return None
    return f"The drive has {amount(free_bytes)} free; {amount(needed)} and some room are needed: free some space, or link."
