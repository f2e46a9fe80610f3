"""The contract between Wan2GP and a plugin, as much of it as one tab needs; written anew for this project.

A plugin asks in `setup_ui()` for a tab, for names of the host and for components of its page; the host then sets
what it has as attributes of the plugin. What is asked for and does not exist is not set, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Constructor = Callable[..., object]
"""Builds components inside the context it is called in."""

DataHook = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class PluginTab:
    """A tab that a plugin adds.

    Attributes:
        id: The tab's id in the page is `plugin_<id>`.
        label: Shown on the tab; the host finds the plugin by it.
        component_constructor: Called inside the tab; with an API session if it takes a positional parameter.
        position: Where among the tabs; -1 for the end.
    """

    id: str
    label: str
    component_constructor: Constructor
    position: int = -1


@dataclass(frozen=True, slots=True)
class InsertAfterRequest:
    """A wish to put components behind one of the host's own."""

    target_component_id: str
    new_component_constructor: Constructor


class WAN2GPPlugin:
    """What a plugin derives from. The host makes it without arguments, then calls `setup_ui()`.

    Attributes:
        tabs: Tab id → tab.
        name: Shown in the list of plugins; the host replaces this and the next three from `plugin_info.json`.
        version: The plugin's own.
        description: One sentence.
        type: Kinds of plugin.
        uninstallable: Whether the user may remove it.
        on_tab_outputs: Set by a plugin: the components that get what `on_tab_select` returns.
    """

    on_tab_outputs: list[Any]

    def __init__(self) -> None:
        self.tabs: dict[str, PluginTab] = {}
        self.name = type(self).__name__
        self.version = "1.0.0"
        self.description = ""
        self.type: list[str] = ["app"]
        self.uninstallable = True
        self._global_requests: dict[str, None] = {}
        self._component_requests: dict[str, None] = {}
        self._insert_after_requests: list[InsertAfterRequest] = []
        self._data_hooks: dict[str, list[DataHook]] = {}
        self._custom_js_snippets: list[str] = []
        self._set_wgp_global_func: Callable[[str, Any], Any] | None = None

    def setup_ui(self) -> None:
        """Ask for tabs, globals and components. Called once, before anything is built."""

    def post_ui_setup(self, components: Mapping[str, Any]) -> dict[Any, Any]:
        """See the requested components of the page, before the tabs of plugins are built."""
        del components
        return {}

    def on_tab_select(self, state: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever on_tab_outputs take
        """React to the plugin's tab being opened; what is returned goes to `on_tab_outputs`."""

    def on_tab_deselect(self, state: dict[str, Any]) -> None:
        """React to another tab being opened."""

    def on_model_change(self, state: dict[str, Any], model_type: str) -> None:
        """React to another model being chosen in the Media Generator."""

    def add_tab(
        self, tab_id: str, label: str, component_constructor: Constructor, position: int = -1
    ) -> None:
        """Add a tab; the same id again replaces it."""
        self.tabs[tab_id] = PluginTab(tab_id, label, component_constructor, position)

    def request_global(self, global_name: str) -> None:
        """Ask for a name of the host as an attribute of the same name."""
        self._global_requests[global_name] = None

    def request_component(self, component_id: str) -> None:
        """Ask for a component of the page as an attribute of the same name."""
        self._component_requests[component_id] = None

    def register_data_hook(self, hook_name: str, callback: DataHook) -> None:
        """Have data passed through a function where the host offers it under this name."""
        self._data_hooks.setdefault(hook_name, []).append(callback)

    def add_custom_js(self, js_code: str) -> None:
        """Have code run in the browser when the page has loaded."""
        if js_code.strip():
            self._custom_js_snippets.append(js_code)

    def insert_after(self, target_component_id: str, new_component_constructor: Constructor) -> None:
        """Have components built behind one of the host's own."""
        self._insert_after_requests.append(InsertAfterRequest(target_component_id, new_component_constructor))

    def set_global(self, variable_name: str, new_value: Any) -> Any:  # noqa: ANN401 - any of the host's values
        """Give a name of the host another value; nothing happens where the host does not allow it."""
        return self._set_wgp_global_func(variable_name, new_value) if self._set_wgp_global_func else None

    @property
    def global_requests(self) -> list[str]:
        """The globals asked for, in order."""
        return list(self._global_requests)

    @property
    def component_requests(self) -> list[str]:
        """The components asked for, in order."""
        return list(self._component_requests)

    @property
    def custom_js_snippets(self) -> list[str]:
        """The code to run in the browser, in order."""
        return list(self._custom_js_snippets)
