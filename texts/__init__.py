"""Every text that users read, whole sentences with named places, apart from the code that fills them.

One module for each room of the program. A text is a constant: a `str`, a pair (singular, plural) for `counted`, or a
dictionary from an enumeration's name or value to its words. To translate the plugin, give each constant another value;
no sentence is put together from parts whose order another language would change.

What is data is not here: names of models and files, what a model is best for, values of the host's settings, the words
that `ModelAnalyzer` and `PerformanceDatabase` return. Nor are errors that only a programmer's mistake can cause.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import common

Plural = tuple[str, str]
"""A text for one and a text for any other number, with `{number}` in it."""


def counted(number: int, forms: Plural, **places: object) -> str:
    """Return the form that goes with a number, filled in: "1 file", "3 files"."""
    return forms[number != 1].format(number=number, **places)


def listed(words: Sequence[str], last: str = common.AND) -> str:
    """Return "a", "a and b", "a, b and c"; `last` joins the last two."""
    if len(words) < 2:
        return "".join(words)
    return last.format(before=common.COMMA.join(words[:-1]), after=words[-1])
