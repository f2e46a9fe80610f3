"""What can be wrong with a file or with the place where it should be, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..phrases import counted


class DamageKind(Enum):
    """What is wrong with a file, or with its place."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"  # gone, forbidden, or a name that no file can have; `detail` says why
    CUT_IN_HEADER = "cut_in_header"
    CUT = "cut"  # shorter than it says of itself, or without its format's end
    WRONG_FORMAT = (
        "wrong_format"  # of another format than its suffix says; `detail` names the one it should have
    )
    UNPARSABLE = "unparsable"  # `detail` names the format
    INVALID_HEADER = "invalid_header"  # the header contradicts itself; `detail` says how
    ZEROS = "zeros"  # zeros where its format begins, as after a power cut
    LFS_POINTER = "lfs_pointer"  # Git LFS's small text in place of the file
    WEB_PAGE = "web_page"  # such as a server's error page saved under the file's name
    SERVER_ERROR = "server_error"  # a server's answer that is no page: "Entry not found"

    # notes: Wan2GP loads the file
    TOO_LONG = "too_long"  # bytes behind what the header accounts for
    UNUSUAL = "unusual"  # `detail` says what

    # unfinished: another program is writing the file, or began to
    CONTROL_FILE = "control_file"  # a download's own file lies beside it; `detail` names it
    LOCKED = "locked"  # another program keeps it for itself
    HOLES = "holes"  # as long as it should be, but only partly written
    JUST_CHANGED = "just_changed"  # seconds ago, and nothing says that it is whole

    # of the place where a file is missing
    FOLDER_IN_PLACE = "folder_in_place"  # a folder has its name
    DEAD_LINK = "dead_link"  # a link to `detail`, where nothing is
    NO_ANSWER = "no_answer"  # not known to be missing: the folder `detail` does not answer


NOTES = frozenset({DamageKind.TOO_LONG, DamageKind.UNUSUAL})
"""What is worth saying of a file that Wan2GP loads."""
UNFINISHED = frozenset(
    {DamageKind.CONTROL_FILE, DamageKind.LOCKED, DamageKind.HOLES, DamageKind.JUST_CHANGED}
)
"""What says that a file is still being written, or was left half-way."""
SUBSTITUTES = frozenset({DamageKind.LFS_POINTER, DamageKind.WEB_PAGE, DamageKind.SERVER_ERROR})
"""Something whole that was saved in place of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What is wrong with one file; `str()` gives it in a few words: "it is cut off: 5 of 7 bytes".

    Attributes:
        kind: What is wrong.
        size_bytes: How long the file is, or how much of it is written, where that is what is wrong with it.
        expected_bytes: How long it should be; None: not known.
        is_minimum: Whether it may as well be longer than `expected_bytes`.
        detail: The format's name, or the operating system's words; empty where the kind says all.
    """

    kind: DamageKind
    size_bytes: int | None = None
    expected_bytes: int | None = None
    is_minimum: bool = False
    detail: str = ""

    def __str__(self) -> str:
        """Return what is wrong in a few words."""
        if self.kind is DamageKind.CUT and self.expected_bytes is not None:
            least = "at least " if self.is_minimum else ""
            return f"it is cut off: {self.size_bytes:,} of {least}{self.expected_bytes:,} bytes"
        if self.kind is DamageKind.TOO_LONG:
            extra = (self.size_bytes or 0) - (self.expected_bytes or 0)
            return counted(
                extra,
                (
                    "it has {number} byte more than its header accounts for",
                    "it has {size} more than its header accounts for",
                ),
                size=f"{extra:,} bytes",
            )
        if self.kind is DamageKind.HOLES:
            return f"only {self.size_bytes:,} of {self.expected_bytes:,} bytes have been written"
        return _WORDS[self.kind].format(detail=self.detail)


_WORDS = {
    DamageKind.EMPTY: "it is empty",
    DamageKind.UNREADABLE: "it cannot be read ({detail})",
    DamageKind.CUT_IN_HEADER: "it is cut off in its header",
    DamageKind.CUT: "it is cut off: {detail}",
    DamageKind.WRONG_FORMAT: "it is not a {detail} file",
    DamageKind.UNPARSABLE: "it does not parse as {detail}",
    DamageKind.INVALID_HEADER: "its header is invalid: {detail}",
    DamageKind.ZEROS: "it begins with zeros only",
    DamageKind.LFS_POINTER: "it is only a Git LFS pointer to the real file",
    DamageKind.WEB_PAGE: "it is a web page",
    DamageKind.SERVER_ERROR: "it is a server's error message",
    DamageKind.UNUSUAL: "{detail}",
    DamageKind.CONTROL_FILE: "{detail} next to it belongs to an unfinished download",
    DamageKind.LOCKED: "another program is using it",
    DamageKind.JUST_CHANGED: "it was changed moments ago",
    DamageKind.FOLDER_IN_PLACE: "a folder of this name is in its place",
    DamageKind.DEAD_LINK: "a link is in its place, and what it points to is not there: {detail}",
    DamageKind.NO_ANSWER: "the folder {detail} does not answer",
}
