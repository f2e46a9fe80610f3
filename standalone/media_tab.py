"""The Media Generator tab, as much of it as choosing a model needs.

    dropdown ─ input ──→ model_choice_target ("type|time") ─ change ──→ dropdown shows it
    a plugin ──────────→                                             → state["model_type"], plugins are told
                                                                     → refresh_form_trigger → the form's text

A new value of `model_choice_target` is all it takes, whoever writes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MediaTab:
    """The components of the tab that plugins may ask for, by name."""

    model_choice: gr.Dropdown
    model_choice_target: gr.Textbox
    refresh_form_trigger: gr.Textbox
    chosen: gr.Textbox

    def components(self) -> dict[str, Any]:
        """Return the components by the names that the host gives them."""
        return {
            "model_choice": self.model_choice,
            "model_choice_target": self.model_choice_target,
            "refresh_form_trigger": self.refresh_form_trigger,
        }


class MediaHandlers:
    """What happens when a model is chosen."""

    def __init__(self, namespace: Mapping[str, Any], notify: Callable[[State, str], None]) -> None:
        """Keep where the models are and whom to tell.

        Args:
            namespace: The host's names, read live.
            notify: Called with the state and the new model type.
        """
        self._names = namespace
        self._notify = notify

    def ask_for(self, model_type: str | None) -> object:
        """Return what the dropdown puts into `model_choice_target`."""
        return f"{model_type}|{time.time()}" if model_type else gr.update()

    def show_choice(self, target: str) -> object:
        """Return the dropdown as it shows the asked model; one that it does not list leaves it as it is."""
        asked = _type_in(target)
        return gr.Dropdown(value=asked) if asked in self._names["displayed_model_types"] else gr.update()

    def choose(self, state: State, target: str) -> object:
        """Make the asked model the chosen one and have the form refreshed.

        Raises:
            gr.Error: There is no such model.
        """
        model_type = _type_in(target)
        if not model_type:
            return gr.update()
        if model_type not in self._names["models_def"]:
            raise gr.Error(f"There is no model type {model_type}.")
        state["model_type"] = model_type
        self._notify(state, model_type)
        return str(time.time())

    def fill_form(self, state: State) -> str:
        """Return the text that tells the chosen model."""
        model_type = state["model_type"]
        return f"{_name(self._names, model_type)} ({model_type})"

    def choices(self) -> list[tuple[str, str]]:
        """Return the visible models as (name, type), by family and name."""
        rows = [
            (
                self._family_order(self._names["models_def"][model_type]),
                _name(self._names, model_type),
                model_type,
            )
            for model_type in self._names["displayed_model_types"]
        ]
        return [(name, model_type) for _, name, model_type in sorted(rows)]

    def _family_order(self, definition: Mapping[str, Any]) -> int:
        metadata: Mapping[str, Any] = definition.get("metadata") or {}
        families = self._names["families_infos"]
        known = families.get(definition.get("group")) or families.get(metadata.get("family"))
        return known[0] if known else 10_000


def build_media_tab(handlers: MediaHandlers, chosen: str) -> MediaTab:
    """Lay out the tab in the current context, with one model chosen."""
    with gr.Row():
        model_choice = gr.Dropdown(
            handlers.choices(), value=chosen, label="Model", filterable=True, elem_id="model_choice"
        )
        shown = gr.Textbox(
            handlers.fill_form({"model_type": chosen}),
            label="Chosen model",
            interactive=False,
            elem_id="chosen_model",
        )
    gr.Textbox(
        label="Prompt", lines=3, placeholder="Nothing is generated here: this page stands in for Wan2GP."
    )
    gr.Button("Generate", interactive=False)
    refresh = gr.Textbox(visible=False, interactive=False)
    target = gr.Textbox(visible=False, interactive=False, elem_id="wangp_model_choice_target")
    return MediaTab(model_choice, target, refresh, shown)


def wire_media_tab(tab: MediaTab, handlers: MediaHandlers, state: gr.State) -> None:
    """Connect the tab's events."""
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_name": False}
    tab.model_choice.input(
        handlers.ask_for, inputs=tab.model_choice, outputs=tab.model_choice_target, queue=False, **quiet
    )
    tab.model_choice_target.change(
        handlers.show_choice,
        inputs=tab.model_choice_target,
        outputs=tab.model_choice,
        trigger_mode="always_last",
        **quiet,
    ).then(
        handlers.choose, inputs=[state, tab.model_choice_target], outputs=tab.refresh_form_trigger, **quiet
    )
    tab.refresh_form_trigger.change(handlers.fill_form, inputs=state, outputs=tab.chosen, **quiet)


def _type_in(target: str | None) -> str:
    """Return the model type in "type|time"."""
    return (target or "").partition("|")[0].strip()


def _name(names: Mapping[str, Any], model_type: str) -> str:
    return str(names["models_def"].get(model_type, {}).get("name") or model_type)
