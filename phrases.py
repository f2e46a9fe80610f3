"""Numbers and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence

Plural = tuple[str, str]
"""A text for one and a text for any other number, with `{number}` in it."""


def counted(number: int, forms: Plural, **places: object) -> str:
    """Return the form that goes with a number, filled in: "1 file", "3 files"."""
    return forms[number != 1].format(number=number, **places)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"; `last` joins the last two."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def shortened(text: str, most: int = 300) -> str:
    """Return a text of at most so many characters; "…" stands for the rest."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def describe_exception(error: BaseException) -> str:
    """Return an exception's class and text on one line; never raises, whatever the exception's own code does."""
    try:
        text = " ".join(str(error).split())
    except BaseException:  # noqa: BLE001 - an exception's own code may fail in any way
        text = ""
    kind = type(error).__name__
    return f"{kind}: {shortened(text)}" if text else kind
