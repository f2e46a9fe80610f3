"""The stage leads a plugin through the life that Wan2GP gives it."""

import gradio as gr
import pytest
from headless import HeadlessPage
from namespace import sample_namespace
from session import SessionStandIn
from shared.utils.plugins import WAN2GPPlugin
from stage import Stage


class Recorder(WAN2GPPlugin):
    """Writes down what happens to it."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def setup_ui(self):
        self.seen.append(("setup_ui", hasattr(self, "models_def")))
        self.request_global("models_def")
        self.request_global("no_such_name")
        self.request_component("state")
        self.request_component("no_such_component")
        self.add_tab("recorder", "Recorder", self.build)

    def post_ui_setup(self, components):
        self.seen.append(("post_ui_setup", sorted(components)))
        return {}

    def build(self):
        self.seen.append(("build", hasattr(self, "state")))
        self.text = gr.Textbox(label="Seen")
        self.on_tab_outputs = [self.text]


@pytest.fixture
def names(tmp_path):
    return sample_namespace(tmp_path)


def test_the_life_goes_in_the_hosts_order(names):
    stage = Stage(names, Recorder)
    stage.build()
    assert stage.plugin.seen == [("setup_ui", False), ("post_ui_setup", ["state"]), ("build", True)]


def test_a_page_that_opens_on_the_plugins_tab_tells_it_so_and_tells_when_it_is_left(names):
    told = []

    class Opened(Recorder):
        def on_tab_select(self, state):
            told.append("select")
            return "opened"

        def on_tab_deselect(self, state):
            told.append("deselect")

    stage = Stage(names, Opened)
    blocks = stage.build(opens_plugin=True)
    page = HeadlessPage(blocks)
    page.fire(blocks, "load")
    assert page.value(stage.plugin.text) == "opened"
    page.open_tab("Media Generator")
    assert told == ["select", "deselect"]


def test_requested_globals_are_attributes_and_unknown_ones_are_silently_not(names):
    plugin = Stage(names, Recorder).plugin
    assert plugin.models_def is names["models_def"]
    assert not hasattr(plugin, "no_such_name")


def test_globals_are_injected_once_and_go_stale(names):
    plugin = Stage(names, Recorder).plugin
    names["refresh_model_defs"]()
    assert plugin.models_def is not names["models_def"]


def test_live_functions_of_the_namespace_read_the_namespace(names):
    names["models_def"] = {"only": {"name": "Only", "architecture": "t2v"}}
    assert names["get_model_def"]("only")["name"] == "Only"
    assert names["get_model_def"].__globals__ is names


def test_two_namespaces_do_not_touch_each_other(tmp_path):
    first, second = sample_namespace(tmp_path / "a"), sample_namespace(tmp_path / "b")
    first["transformer_quantization"] = "bf16"
    assert second["transformer_quantization"] == "int8"
    assert first["get_lora_root"]() != second["get_lora_root"]()


def test_a_constructor_with_a_positional_parameter_gets_a_session(names):
    given = []

    class Asking(WAN2GPPlugin):
        def setup_ui(self):
            self.add_tab("asking", "Asking", self.build)

        def build(self, session):
            given.append(session)

    Stage(names, Asking).build()
    (session,) = given
    assert isinstance(session, SessionStandIn)
    with pytest.raises(RuntimeError, match="generates nothing"):
        session.submit_task({"model_type": "t2v"})


def test_tabs_have_the_hosts_ids_and_no_listener_is_an_endpoint(names):
    page = Stage(names, Recorder).build()
    tabs = {block.label: block.id for block in page.blocks.values() if isinstance(block, gr.Tab)}
    assert tabs == {"Media Generator": "media_gen", "Recorder": "plugin_recorder"}
    assert {function.api_name for function in page.fns.values()} == {False}


def test_components_can_be_inserted_behind_the_hosts(names):
    class Inserting(WAN2GPPlugin):
        def setup_ui(self):
            self.insert_after("model_choice", lambda: gr.Markdown("behind"))

    stage = Stage(names, Inserting)
    stage.build()
    choice = stage.components["model_choice"]
    behind = choice.parent.children[choice.parent.children.index(choice) + 1]
    assert behind.value == "behind"


def test_custom_code_runs_when_the_page_loads_and_is_absent_otherwise(names):
    class Scripted(WAN2GPPlugin):
        def setup_ui(self):
            self.add_custom_js("window.seen = 1;")
            self.add_custom_js("   ")

    assert "window.seen = 1;" in Stage(names, Scripted).build().js
    assert not Stage(names, Recorder).build().js


def test_set_global_changes_the_namespace_and_the_attribute(names):
    plugin = Stage(names, Recorder).plugin
    plugin.set_global("models_def", {})
    assert names["models_def"] == {} == plugin.models_def


def test_a_plugin_without_a_host_cannot_set_anything():
    assert WAN2GPPlugin().set_global("models_def", {}) is None


def test_the_page_asks_nobody_for_fonts(names):
    page = Stage(names, Recorder).build()
    assert "fonts.googleapis" not in page.theme_css
    assert not page.theme._stylesheets
