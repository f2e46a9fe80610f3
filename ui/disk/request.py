"""What the disk section's hidden box holds: a button's answer, from which the page asks again what to show."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum


class Note(Enum):
    """What a button answers at once."""

    NONE = "none"
    BUSY = "busy"  # another task is running
    NO_PLAN = "no-plan"  # nothing was chosen, or the list is of an earlier search
    NO_FOLDER = "no-folder"  # none was entered


@dataclass(frozen=True, slots=True)
class DiskRequest:
    """One answer.

    Attributes:
        number: Never given before, so that the box's text is new.
        plan: Number of the plan that this page shows; 0: none.
        note: What to tell beside the button.
        keep_choice: Whether the choice of files and method stays as it is.
    """

    number: int = 0
    plan: int = 0
    note: Note = Note.NONE
    keep_choice: bool = False

    def encode(self) -> str:
        """Return the box's text."""
        return json.dumps({**asdict(self), "note": self.note.value})

    @classmethod
    def decode(cls, text: str) -> DiskRequest:
        """Return the request of a box's text; the empty one where it is none of ours."""
        try:
            fields = json.loads(text)
            return cls(
                int(fields["number"]), int(fields["plan"]), Note(fields["note"]), bool(fields["keep_choice"])
            )
        except (ValueError, TypeError, KeyError):
            return cls()
