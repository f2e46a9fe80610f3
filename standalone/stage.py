"""A page that stands for Wan2GP's, with one plugin led through the life that the host gives it.

    plugin_class()  →  setup_ui()  →  globals as attributes, once
    page: Media Generator  →  components as attributes, post_ui_setup()  →  the plugin's tabs are constructed
    then, as the user acts: on_tab_select, on_tab_deselect, on_model_change

What the plugin raises while the page is built is raised; what it raises later is printed and kept.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr
from media_tab import MediaHandlers, State, build_media_tab, wire_media_tab
from session import SessionStandIn, takes_session

if TYPE_CHECKING:
    from shared.utils.plugins import PluginTab, WAN2GPPlugin

MEDIA_TAB_ID = "media_gen"
MEDIA_TAB_LABEL = "Media Generator"
_FONTS = ["Verdana", "DejaVu Sans", "sans-serif"]  # names only: nothing is fetched
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_name": False}
_MONO_FONTS = ["Consolas", "DejaVu Sans Mono", "monospace"]


class Stage:
    """One page with one plugin.

    Attributes:
        plugin: The plugin, set up and with its globals.
        components: The page's components by the host's names, once the page is built.
        errors: What the plugin raised in its events. As in the host, they are printed and the page goes on.
    """

    def __init__(self, namespace: MutableMapping[str, Any], plugin_class: type[WAN2GPPlugin]) -> None:
        """Make the plugin, let it ask, give it the globals it asked for.

        Args:
            namespace: The host's names; changed by the plugin's `set_global`.
            plugin_class: The plugin.
        """
        self._names = namespace
        self.components: dict[str, Any] = {}
        self.errors: list[Exception] = []
        self._open_tab = MEDIA_TAB_LABEL
        self.plugin = plugin_class()
        self.plugin.setup_ui()
        self.plugin._set_wgp_global_func = self._set_global  # noqa: SLF001 - the host's part of the contract
        for name in self.plugin.global_requests:
            if name in namespace:
                setattr(self.plugin, name, namespace[name])

    def build(self, notice: str = "", *, opens_plugin: bool = False) -> gr.Blocks:
        """Build the page.

        Args:
            notice: A sentence to show at the top; empty for none.
            opens_plugin: Open on the plugin's first tab; else, as Wan2GP does, on the Media Generator.
        """
        first = next(iter(self.plugin.tabs.values())) if opens_plugin else None
        self._open_tab = first.label if first else MEDIA_TAB_LABEL
        theme = gr.themes.Soft(font=_FONTS, font_mono=_MONO_FONTS, primary_hue="sky", neutral_hue="slate")
        code = "\n".join(self.plugin.custom_js_snippets)
        chosen = self._names["transformer_type"]
        handlers = MediaHandlers(self._names, partial(self._tell, "on_model_change"))
        with gr.Blocks(
            theme=theme,
            title="Wan2GP stand-in",
            fill_width=True,
            js=f"() => {{\n{code}\n}}" if code else None,
            analytics_enabled=False,
        ) as page:
            gr.Markdown("## Wan2GP stand-in")
            if notice:
                gr.Markdown(notice)
            with gr.Tabs(selected=f"plugin_{first.id}" if first else MEDIA_TAB_ID) as main_tabs:
                with gr.Tab(MEDIA_TAB_LABEL, id=MEDIA_TAB_ID):
                    state = gr.State({"model_type": chosen})
                    media = build_media_tab(handlers, chosen)
                    self.components = {
                        "main": page,
                        "main_tabs": main_tabs,
                        "state": state,
                        **media.components(),
                    }
                    self._introduce_components()
                tabs = [self._build_tab(tab) for tab in self.plugin.tabs.values()]
            wire_media_tab(media, handlers, state)
            self._wire_tabs(main_tabs, tabs, state)
            if first:
                self._wire_opening(page.load, state)
        return page

    def _introduce_components(self) -> None:
        """Give the plugin the components it asked for, then let it look at them."""
        wanted = {
            name: self.components[name] for name in self.plugin.component_requests if name in self.components
        }
        for name, component in wanted.items():
            if getattr(self.plugin, name, None) is None:
                setattr(self.plugin, name, component)
        self.plugin.post_ui_setup(wanted)
        for request in self.plugin._insert_after_requests:  # noqa: SLF001 - the host's part of the contract
            _insert_after(self.components[request.target_component_id], request.new_component_constructor)

    def _build_tab(self, tab: PluginTab) -> gr.Tab:
        with gr.Tab(tab.label, id=f"plugin_{tab.id}") as built:
            self.plugin.goto_media_tab = self._go_to_media_tab  # type: ignore[attr-defined]
            if takes_session(tab.component_constructor):
                tab.component_constructor(SessionStandIn())
            else:
                tab.component_constructor()
        return built

    def _wire_tabs(self, main_tabs: gr.Tabs, tabs: list[gr.Tab], state: gr.State) -> None:
        main_tabs.select(self.tab_opened, inputs=state, outputs=None, **_QUIET)
        for tab in tabs:
            self._wire_opening(tab.select, state)

    def _wire_opening(self, event: Callable[..., Any], state: gr.State) -> None:
        """Tell the plugin that its tab was opened, as an event happens."""
        event(self.save_form, inputs=state, outputs=None, **_QUIET).then(
            partial(self._tell, "on_tab_select"),
            inputs=state,
            outputs=getattr(self.plugin, "on_tab_outputs", None),
            trigger_mode="multiple",
            **_QUIET,
        )

    def save_form(self, state: State) -> None:
        """Stand for the step in which the host saves the form before a tab's own event."""

    def tab_opened(self, state: State, event: gr.SelectData) -> None:
        """Tell the plugin that its tab was left."""
        self._leave_for(event.value, state)

    def _leave_for(self, label: str, state: State) -> None:
        left, self._open_tab = self._open_tab, label
        if left != label and left in {tab.label for tab in self.plugin.tabs.values()}:
            self._tell("on_tab_deselect", state)

    def _go_to_media_tab(self, state: State) -> gr.Tabs:
        self._leave_for(MEDIA_TAB_LABEL, state)
        return gr.Tabs(selected=MEDIA_TAB_ID)

    def _tell(self, method: str, *arguments: Any) -> Any:  # noqa: ANN401 - what the plugin returns
        try:
            return getattr(self.plugin, method)(*arguments)
        except Exception as error:  # noqa: BLE001 - the host goes on whatever a plugin raises
            traceback.print_exc()
            self.errors.append(error)
            return None

    def _set_global(self, name: str, value: Any) -> None:  # noqa: ANN401 - any of the host's values
        self._names[name] = value
        if name in self.plugin.global_requests:
            setattr(self.plugin, name, value)


def _insert_after(target: Any, constructor: Callable[..., object]) -> None:  # noqa: ANN401 - any component
    """Build components at the end of a component's context, then move them behind it."""
    context = target.parent
    before = len(context.children)
    with context:
        constructor()
    added = context.children[before:]
    del context.children[before:]
    place = context.children.index(target) + 1
    context.children[place:place] = added
