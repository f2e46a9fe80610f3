"""What can be wrong with a file, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class DamageKind(Enum):
    """What is wrong with a file."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"  # gone, forbidden, or a name that no file can have; `detail` says why
    CUT_IN_HEADER = "cut_in_header"
    CUT = "cut"  # shorter than it says of itself, or without its format's end
    TOO_LONG = "too_long"
    WRONG_FORMAT = (
        "wrong_format"  # of another format than its suffix says; `detail` names the one it should have
    )
    UNPARSABLE = "unparsable"  # `detail` names the format
    LFS_POINTER = "lfs_pointer"  # Git LFS's small text in place of the file
    WEB_PAGE = "web_page"  # such as a server's error page saved under the file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What is wrong with one file; `str()` gives it in a few words: "it is cut off: 5 of 7 bytes".

    Attributes:
        kind: What is wrong.
        size_bytes: How long the file is, where that is what is wrong with it.
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
            return f"it is {(self.size_bytes or 0) - (self.expected_bytes or 0):,} bytes too long"
        return _WORDS[self.kind].format(detail=self.detail)


_WORDS = {
    DamageKind.EMPTY: "it is empty",
    DamageKind.UNREADABLE: "it cannot be read ({detail})",
    DamageKind.CUT_IN_HEADER: "it is cut off in its header",
    DamageKind.CUT: "it is cut off: {detail}",
    DamageKind.WRONG_FORMAT: "it is not a {detail} file",
    DamageKind.UNPARSABLE: "it does not parse as {detail}",
    DamageKind.LFS_POINTER: "it is only a Git LFS pointer to the real file",
    DamageKind.WEB_PAGE: "it is a web page",
}
