"""The choices of a Dropdown, sent again only once they have changed: new ones close a list that the user has open."""

from __future__ import annotations

from typing import Any

Choices = list[tuple[str, str]]


class RenewedChoices:
    """Remembers what the page was built with."""

    def __init__(self, built_with: Choices) -> None:
        self._built_with = built_with
        self._have_changed = False

    def update(self, choices: Choices) -> dict[str, Any]:
        """Return what `gr.update` takes: nothing as long as they have always been those of the start."""
        self._have_changed = self._have_changed or choices != self._built_with
        return {"choices": choices} if self._have_changed else {}
