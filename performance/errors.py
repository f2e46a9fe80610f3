"""What goes wrong when a name is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownNameError(KeyError):
    """A name that is in none of the tables.

    Attributes:
        kind: What the name should have been: "model type", "graphics card", "quantization" …
        name: What was asked for.
        near: Known names like it, the nearest first.
    """

    def __init__(self, kind: str, name: object, known_names: Iterable[str]) -> None:
        self.kind = kind
        self.name = str(name)
        self.near = near(self.name, known_names)
        form = (
            "There is no {kind} {name}. The nearest known one is {near}."
            if self.near
            else "There is no {kind} {name}."
        )
        nearest = repr(self.near[0]) if self.near else ""
        super().__init__(form.format(kind=kind, name=repr(self.name), near=nearest))

    def __str__(self) -> str:
        """Return the message as it is, not as a KeyError shows it."""
        return str(self.args[0])


class UnknownModelError(UnknownNameError):
    """A model type or architecture that is not in the catalogue."""

    def __init__(self, name: object, known_names: Iterable[str]) -> None:
        super().__init__("model type or architecture", name, known_names)


class FactsError(ValueError):
    """A data file of the package does not say what it should; names the file and the record."""


def near(name: str, known_names: Iterable[str]) -> list[str]:
    """Return up to three known names like this one, the nearest first, whatever the capitals; one if any is known."""
    by_folded = {candidate.casefold(): candidate for candidate in known_names}
    matches = get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.6)
    matches = matches or get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.0)
    return [by_folded[folded] for folded in matches]
