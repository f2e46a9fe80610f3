"""What went wrong, said so that the user can mend it."""

from __future__ import annotations

from dataclasses import dataclass

_NOT_SURE = ("Not sure: {reason}.", "Update this plugin or Wan2GP.")


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

    @classmethod
    def of(cls, subject: str, text: tuple[str, str], path: str | None = None, **places: object) -> Problem:
        """Fill in a text of two parts: what is wrong, and the remedy."""
        message, remedy = (part.format(**places) for part in text)
        return cls(subject, message, remedy, path)

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

    @classmethod
    def of(cls, text: tuple[str, str], **places: object) -> DefinitionError:
        """Fill in a text of two parts: what is wrong, and the remedy."""
        return cls(*(part.format(**places) for part in text))


def uncertainty(reason: str) -> Problem:
    """Return why nothing is sure about every model of this Wan2GP."""
    return Problem.of("Wan2GP", _NOT_SURE, reason=reason)


def not_sure(reason: str, **places: str) -> DefinitionError:
    """Return why nothing is sure about one model, with the places of the reason filled in."""
    return DefinitionError.of(_NOT_SURE, reason=reason.format(**places))
