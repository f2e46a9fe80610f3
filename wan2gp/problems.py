"""What went wrong, and what the user can do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its remedy.

    Attributes:
        subject: What it is about: a model type, a folder or a file.
        message: What is wrong, one sentence.
        remedy: What to do about it, one sentence; may be empty.
        path: The file or folder to look at, where there is one.
    """

    subject: str
    message: str
    remedy: str = ""
    path: str | None = None

    def __str__(self) -> str:
        """Return the whole as one line of text."""
        where = f" ({self.path})" if self.path else ""
        return f"{self.message}{where}{' ' + self.remedy if self.remedy else ''}"


class DefinitionError(ValueError):
    """A model's definition says something that Wan2GP cannot use.

    Attributes:
        remedy: What to do about it.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def uncertainty(reason: str) -> Problem:
    """Return why nothing is sure about every model of this Wan2GP."""
    return Problem("Wan2GP", f"Not sure: {reason}.", "Update this plugin or Wan2GP.")


def not_sure(reason: str) -> DefinitionError:
    """Return why nothing is sure about one model."""
    return DefinitionError(f"Not sure: {reason}.", "Update this plugin or Wan2GP.")
