"""Texts that leave the page: saved as a file or put on the clipboard by the browser; nothing stays on the server."""

from __future__ import annotations

import json
from enum import Enum

import gradio as gr

from .requests import hidden_box


class StatusSlot(Enum):
    """Where the page says what became of a text; the value is the place's id."""

    DETAIL = "mt-status-detail"
    REPORT = "mt-status-report"


class ExportMethod(Enum):
    """How a text leaves."""

    SAVE = "save"
    COPY = "copy"
    TELL = "tell"  # it does not: it is only shown


def browser_export(text: str, method: ExportMethod, slot: StatusSlot, name: str = "") -> str:
    """Return what the hidden Textbox holds for the browser, as JSON; a text that cannot be copied is saved.

    Args:
        text: What leaves.
        method: How.
        slot: Where the page says so.
        name: Of the file.
    """
    return json.dumps(
        {
            "text": text,
            "way": method.value,
            "told": slot.value,
            "name": name,
            "copied": "Copied.",
            "saved": f"Saved as {name}",
        }
    )


DELIVER_JS = """async (payload) => {
  if (!payload) return;
  const {text, way, told, name, copied, saved} = JSON.parse(payload);
  const tell = (words) => { document.querySelector(`#${told} p`).textContent = words; };
  if (way === "tell") return tell(text);
  if (way === "copy") {
    try {
      await navigator.clipboard.writeText(text);
      return tell(copied);
    } catch { /* no clipboard here, as on a page without https: it is saved */ }
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  tell(saved);
}"""
"""The same for every text: all that varies is in the JSON, so no text can end the script."""


def build_browser_export() -> gr.Textbox:
    """Return the hidden Textbox through which texts go."""
    return hidden_box("mt-browser-export")


def build_status_slot(slot: StatusSlot) -> None:
    """Lay out a place where the browser says what became of a text."""
    gr.HTML('<p class="mt-note" role="status"></p>', elem_id=slot.value, padding=False)
