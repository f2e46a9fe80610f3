"""Making text inert: CommonMark, GitHub and Discord show it as it is.

Only what could act where it stands is escaped, so that the text stays readable where it is pasted raw: "Z-Image (6B)"
and "z_image_base" are left alone, "*bold*" and "_word_" are not. Where a backslash does not help, since GitHub and
Discord look for mentions, issues and emoji after they have removed it, a space of no width stands behind the mark.
"""

from __future__ import annotations

import re

from .plain import one_line

_NO_WIDTH = "\u200b"
_CALLS = re.compile(r"@|#(?=\d)|:(?=[\w+-]+:)")
"""@everyone, <@123>, a@b.c; #12; :emoji:"""

_ACTS = re.compile(
    r"""
      [`*\[|$]                 # code, emphasis, links, cells and spoilers, formulas
    | \\(?![0-9A-Za-z ])       # what would escape the character behind it, or break the line
    | <(?![\s\d])              # HTML, addresses, mentions
    | &(?=\#?\w+;)             # &amp;
    | :(?=//)                  # https://
    | (?<=(?i:www))\.          # www.
    | (?<![0-9A-Za-z])_ | _(?![0-9A-Za-z])   # emphasis and underlining; not the one within a word
    | (?<=\S)~ | ~(?![0-9A-Za-z])            # what could end a struck text; not "~14"
    | ^[-+=>\#]                # lists, headings, quotes
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    silent = _CALLS.sub(rf"\g<0>{_NO_WIDTH}", one_line(text))
    return _NUMBERED.sub(r"\1\\", _ACTS.sub(r"\\\g<0>", silent))
