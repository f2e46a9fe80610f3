"""Text of users' files and definitions, made fit for one line of a report."""

from __future__ import annotations

import re

_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the direction of writing, and halves of characters, which no file can hold."""


def one_line(text: str) -> str:
    """Return a text on one line, with a � for each character that has no shape of its own."""
    return _NOT_SHOWN.sub("\ufffd", " ".join(text.split()))


def shortened(text: str, longest: int) -> str:
    """Return a text on one line of at most so many characters, with an ellipsis where it is cut."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def is_plain(text: str) -> bool:
    """Return whether a text can be written into a file as it is, on one line."""
    return _NOT_SHOWN.search(text) is None
