"""Texts that leave the page: saved as a file or put on the clipboard by the browser; nothing stays on the server."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..texts import page as texts

if TYPE_CHECKING:
    from collections.abc import Callable

TOLD_ID = "mt-told"


class Way(Enum):
    """How a text leaves."""

    SAVE = "save"
    COPY = "copy"


def parcel(text: str, way: Way, name: str = "models.txt") -> str:
    """Return what the hidden Textbox holds for the browser; a text that cannot be copied is saved under the name."""
    return json.dumps({"text": text, "way": way.value, "name": name})


UNPACK = (
    """async (parcel) => {
  if (!parcel) return;
  const {text, way, name} = JSON.parse(parcel);
  const tell = (words) => { document.querySelectorAll(".TOLD").forEach((place) => { place.textContent = words; }); };
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
}""".replace("TOLD", TOLD_ID)
    .replace("COPIED", texts.COPIED)
    .replace("SAVED", texts.SAVED)
)


def build_parcel() -> gr.Textbox:
    """Return the hidden Textbox through which texts go."""
    return gr.Textbox(elem_id="mt-parcel", elem_classes="mt-hidden", show_label=False, container=False)


def build_told() -> None:
    """Lay out a place where the browser tells what became of a text."""
    gr.HTML(f'<p class="mt-note {TOLD_ID}" role="status"></p>', padding=False)


def wire_parcel(box: gr.Textbox, senders: list[tuple[Any, Callable[..., str], Any]]) -> None:
    """Connect the buttons that send texts.

    Args:
        box: The hidden Textbox.
        senders: Event, what answers it with a parcel, and its inputs.
    """
    for event, pack, inputs in senders:
        event(pack, inputs=inputs, outputs=box, queue=False, show_progress="hidden", api_name=False).then(
            None, inputs=box, js=UNPACK, api_name=False
        )
