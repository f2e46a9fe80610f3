"""The plugin as Wan2GP loads it: asks for what it needs, adds the tab, hands over."""

from __future__ import annotations

from typing import Any

from shared.utils.plugins import WAN2GPPlugin

from .host import HOST_NAMES, LIVE_FUNCTIONS, Host
from .model_analyzer import ModelAnalyzer
from .performance_db import PerformanceDatabase
from .ui.models import build_view, wire
from .ui.models_handlers import ModelsHandlers

TAB_ID = "model_tracker"
TAB_LABEL = "Model Tracker"
COMPONENTS = ("state", "main_tabs", "model_choice_target")


class ModelTrackerPlugin(WAN2GPPlugin):
    """One tab: what is there of every model, what Generate would fetch, and which model to use."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "Model Tracker"
        self.version = "0.1.0"
        self.description = "What you have, what Generate will download and why, and which model to use."
        self.handlers: ModelsHandlers | None = None

    def setup_ui(self) -> None:
        """Ask for globals and components, and add the tab."""
        for name in dict.fromkeys([*(entry.name for entry in HOST_NAMES), *LIVE_FUNCTIONS]):
            self.request_global(name)
        for name in COMPONENTS:
            self.request_component(name)
        self.add_tab(tab_id=TAB_ID, label=TAB_LABEL, component_constructor=self.create_tab)

    def create_tab(self) -> None:
        """Build the page; Wan2GP calls this inside the tab."""
        switch_to_model = getattr(self, "switch_to_model", None)
        selector = [getattr(self, name, None) for name in ("model_choice_target", "main_tabs")]
        can_switch = callable(switch_to_model) and all(component is not None for component in selector)
        self.handlers = ModelsHandlers(
            ModelAnalyzer.from_host(Host.from_plugin(self)),
            PerformanceDatabase(),
            switch_to_model if can_switch else None,
        )
        view = build_view(self.handlers)
        wire(view, self.handlers, selector if can_switch else [])
        self.on_tab_outputs = view.scan_outputs

    def on_tab_select(self, state: dict[str, Any]) -> Any:  # noqa: ANN401
        """Scan again when the user opens the tab."""
        return self.handlers.on_tab_select(state) if self.handlers else None
