"""Texts that leave the page: saved as a file or put on the clipboard by the browser; nothing stays on the server."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

import gradio as gr

if TYPE_CHECKING:
    from collections.abc import Callable


class StatusSlot(Enum):
    """Where the page tells what became of a text; the value is the place's id."""

    DETAIL = "mt-told-detail"
    REPORT = "mt-told-report"


class ExportMethod(Enum):
    """How a text leaves."""

    SAVE = "save"
    COPY = "copy"
    TELL = "tell"  # it does not: it is only shown


def browser_export(text: str, way: ExportMethod, told: StatusSlot, name: str = "") -> str:
    """Return what the hidden Textbox holds for the browser; a text that cannot be copied is saved under the name."""
    return json.dumps({"text": text, "way": way.value, "told": told.value, "name": name})


DELIVER_JS = """async (parcel) => {
  if (!parcel) return;
  const {text, way, told, name} = JSON.parse(parcel);
  const tell = (words) => { document.querySelector(`#${told} p`).textContent = words; };
  if (way === "tell") return tell(text);
  if (way === "copy") {
    try {
      await navigator.clipboard.writeText(text);
      return tell("COPIED");
    } catch { /* no clipboard here, as on a page without https: it is saved */ }
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  tell("SAVED " + name);
}""".replace("COPIED", "Copied.").replace("SAVED", "Saved as")


def build_browser_export() -> gr.Textbox:
    """Return the hidden Textbox through which texts go."""
    return gr.Textbox(elem_id="mt-parcel", elem_classes="mt-hidden", show_label=False, container=False)


def build_status_slot(place: StatusSlot) -> None:
    """Lay out a place where the browser tells what became of a text."""
    gr.HTML('<p class="mt-note" role="status"></p>', elem_id=place.value, padding=False)


def wire_browser_export(box: gr.Textbox, senders: list[tuple[Any, Callable[..., str], Any]]) -> None:
    """Connect the buttons that send texts.

    Args:
        box: The hidden Textbox.
        senders: Event, what answers it with a parcel, and its inputs.
    """
    for event, pack, inputs in senders:
        event(pack, inputs=inputs, outputs=box, queue=False, show_progress="hidden", api_name=False).success(
            None, inputs=box, js=DELIVER_JS, api_name=False
        )
