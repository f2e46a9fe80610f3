"""The plugin as Wan2GP loads it: asks for what it needs, adds the tab, hands over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gradio as gr
from shared.utils.plugins import WAN2GPPlugin

from .host import Host
from .model_analyzer import ModelAnalyzer
from .performance_db import PerformanceDatabase
from .ui.events import wire
from .ui.frame import build_view
from .ui.models.handlers import ModelsHandlers, chosen_model
from .ui_components import UNCHANGED, page_script
from .wan2gp.names import HOST_NAMES, LIVE_FUNCTIONS, PROBED_NAMES

TAB_ID = "model_tracker"
COMPONENTS = ("state", "main_tabs", "model_choice_target")

Switch = Callable[[str, bool], tuple[Any, Any]]
"""Takes a model type and whether to open the generator; returns what goes to the selector and the tabs."""


class ModelTrackerPlugin(WAN2GPPlugin):
    """One tab: what is there of every model, what Generate would download, and which model to use."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "Model Tracker"
        self.version = "0.1.0"
        self.description = "What you have, what Generate will download and why, and which model to use."
        self.handlers: ModelsHandlers | None = None
        self._follows = False

    def setup_ui(self) -> None:
        """Ask for globals and components, add the tab and what its page does in the browser."""
        for name in dict.fromkeys([*(entry.name for entry in HOST_NAMES), *LIVE_FUNCTIONS, *PROBED_NAMES]):
            self.request_global(name)
        for name in COMPONENTS:
            self.request_component(name)
        self.add_custom_js(page_script())
        self.add_tab(tab_id=TAB_ID, label="Model Tracker", component_constructor=self.create_tab)

    def create_tab(self) -> None:
        """Build the page; Wan2GP calls this inside the tab.

        It takes nothing, so that no version hands it a session for queueing generations.
        """
        switch = switch_of(self)
        selector = [getattr(self, name, None) for name in ("model_choice_target", "main_tabs")]
        if any(component is None for component in selector):
            switch = None
        self.handlers = ModelsHandlers(
            ModelAnalyzer.from_host(Host.from_plugin(self)), PerformanceDatabase(), switch
        )
        view = build_view(self.handlers)
        wire(view, self.handlers, selector if switch else [])
        self._follows = switch is not None and takes_plain_types(self)
        self.on_tab_outputs = [*view.scan_outputs, *(selector[:1] if self._follows else [])]

    def on_tab_select(self, state: dict[str, Any]) -> Any:  # noqa: ANN401
        """Scan again when the user opens the tab; let a selector that takes plain types name the chosen model."""
        if self.handlers is None:
            return None
        scanned = self.handlers.on_tab_select(state)
        return (*scanned, chosen_model(state) or UNCHANGED) if self._follows else scanned


def switch_of(plugin: object) -> Switch | None:
    """Return how a model is chosen in the generator, told by what the host gave the plugin; None: not offered.

    `switch_to_model` is there from 12.3 on. Before that the type is written into the selector: from the time of
    `goto_media_tab` (12.23) with a suffix, without which choosing the same model again would do nothing; with
    `goto_video_tab` (9.9 to 11.13) as it is, see `takes_plain_types`.
    """
    host_switch: Switch | None = getattr(plugin, "switch_to_model", None)
    if callable(host_switch):
        return host_switch
    if callable(getattr(plugin, "goto_media_tab", None)):
        return lambda model_type, open_tab: (f"{model_type}|{time.time()}", _opened("media_gen", open_tab))
    if callable(getattr(plugin, "goto_video_tab", None)):
        return lambda model_type, open_tab: (model_type, _opened("video_gen", open_tab))
    return None


def takes_plain_types(plugin: object) -> bool:
    """Return whether the selector takes a model's type as it is: up to 11.13.

    It reacts to a new text only. So it must name the model that is chosen before another is: else a model that was
    used once, and left by hand, could not be used again.
    """
    has_switch = callable(getattr(plugin, "switch_to_model", None))
    return not has_switch and not callable(getattr(plugin, "goto_media_tab", None))


def _opened(tab: str, open_tab: bool) -> Any:  # noqa: ANN401, FBT001 - an update of Gradio's
    return gr.Tabs(selected=tab) if open_tab else gr.update()
