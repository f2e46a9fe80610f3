"""The hidden boxes through which parts of the page ask for something: their ids, and what the texts in them say.

A text is new each time, by a number or the time in it: Gradio sees no change otherwise.

    box               id               text                written by
    scan id           mt-scan-id       number|model        every scan
    filter request    mt-filter-request        action:value|time   a summary card, a heading of the table
    model to open     mt-open          model|time          a button within HTML, Enter in the table
    list number       mt-list-number   number              a new scan, changed filters
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import gradio as gr

SCAN_ID = "mt-scan-id"
FILTER_REQUEST_ID = "mt-filter-request"
OPEN_ID = "mt-open"
LIST_ID = "mt-list-number"


def hidden_box(elem_id: str, text: str = "") -> gr.Textbox:
    """Return a hidden box; it is there for the browser, so that buttons within HTML can write into it."""
    return gr.Textbox(text, elem_id=elem_id, elem_classes="mt-hidden", show_label=False, container=False)


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """A scan has been made.

    Attributes:
        number: Of the scan.
        chosen: The model that is chosen in the host; "" where that is not known.
    """

    number: int
    chosen: str = ""

    def encode(self) -> str:
        """Return the text for the box."""
        return f"{self.number}|{self.chosen}"

    @classmethod
    def decode(cls, text: str | None) -> ScanRequest:
        """Read the box; a text without a number is that of no scan."""
        number, _, chosen = (text or "").partition("|")
        return cls(int(number) if number.isdecimal() else 0, chosen)


class FilterAction(Enum):
    """What a summary card or a heading of the table asks for."""

    ALL = "all"  # every model
    STATUS = "status"  # only those of a status; again: all
    FITS = "fits"  # only what fits; again: all
    LARGEST = "largest"  # what is on disk, largest first; again: all by name
    COLUMN = "column"  # order by a column of the table; again: the other way round


@dataclass(frozen=True, slots=True)
class FilterRequest:
    """What a summary card or a heading of the table asks of the filters.

    Attributes:
        action: What it asks for.
        value: The value of a status, or the number of a column; else empty.
    """

    action: FilterAction
    value: str = ""

    def encode(self) -> str:
        """Return what a button says; the browser adds the time."""
        return f"{self.action.value}:{self.value}" if self.value else self.action.value

    @classmethod
    def decode(cls, text: str | None) -> FilterRequest:
        """Read the box.

        Raises:
            ValueError: There is no such action.
        """
        action, _, value = asked_in(text).partition(":")
        return cls(FilterAction(action), value)


def asked_in(text: str | None) -> str:
    """Return what a button within HTML asks for, without the time; see `ui_components.ask_button`."""
    return (text or "").rpartition("|")[0]


def is_from(event: gr.EventData, elem_id: str) -> bool:
    """Return whether an event comes from the component with this id."""
    return getattr(event.target, "elem_id", None) == elem_id
