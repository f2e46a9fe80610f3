"""Tabs and the choice of a model work through Gradio's own events, without a browser."""

import gradio as gr
import pytest
from headless import HeadlessPage
from namespace import sample_namespace
from shared.utils.plugins import WAN2GPPlugin
from stage import Stage


class Watcher(WAN2GPPlugin):
    """Notes what it is told, and has a button that chooses a model."""

    def __init__(self):
        super().__init__()
        self.told = []

    def setup_ui(self):
        self.request_global("switch_to_model")
        for name in ("main_tabs", "model_choice_target"):
            self.request_component(name)
        self.add_tab("watcher", "Watcher", self.build)

    def build(self):
        self.text = gr.Textbox()
        self.use = gr.Button("Use it")
        self.use.click(
            lambda: self.switch_to_model("flux", True),
            outputs=[self.model_choice_target, self.main_tabs],
            api_name=False,
        )
        self.on_tab_outputs = [self.text]

    def on_tab_select(self, state):
        self.told.append("select")
        return f"chosen: {state['model_type']}"

    def on_tab_deselect(self, state):
        self.told.append("deselect")

    def on_model_change(self, state, model_type):
        self.told.append(model_type)


@pytest.fixture
def stage(tmp_path):
    return Stage(sample_namespace(tmp_path), Watcher)


@pytest.fixture
def page(stage):
    return HeadlessPage(stage.build())


def test_opening_the_tab_feeds_its_outputs(stage, page):
    page.open_tab("Watcher")
    assert page.value(stage.plugin.text) == "chosen: t2v"
    assert stage.plugin.told == ["select"]


def test_leaving_the_tab_is_told_once(stage, page):
    for label in ("Watcher", "Media Generator", "Media Generator", "Watcher"):
        page.open_tab(label)
    assert stage.plugin.told == ["select", "deselect", "select"]


def test_a_plugin_chooses_a_model_through_the_hosts_target(stage, page):
    page.click(stage.plugin.use)
    assert page.value(stage.components["state"])["model_type"] == "flux"
    assert page.value(stage.components["model_choice"]) == "flux"
    assert page.prop(stage.components["main_tabs"], "selected") == "media_gen"
    assert stage.plugin.told == ["flux"]


def test_the_same_model_can_be_chosen_again(stage, page):
    page.click(stage.plugin.use)
    page.click(stage.plugin.use)
    assert stage.plugin.told == ["flux", "flux"]


def test_the_dropdown_chooses_a_model_and_the_form_tells_it(stage, page):
    page.type_into(stage.components["model_choice"], "z_image")
    assert page.value(stage.components["state"])["model_type"] == "z_image"
    shown = next(
        block for block in stage.components["main"].blocks.values() if block.elem_id == "chosen_model"
    )
    assert page.value(shown) == "Z-Image Turbo 6B (z_image)"
    assert stage.plugin.told == ["z_image"]


def test_the_tab_learns_of_the_chosen_model(stage, page):
    page.type_into(stage.components["model_choice"], "z_image")
    page.open_tab("Watcher")
    assert page.value(stage.plugin.text) == "chosen: z_image"


def test_a_model_that_does_not_exist_is_not_chosen(stage, page):
    with pytest.raises(gr.Error, match="no model type"):
        page.type_into(stage.components["model_choice_target"], "nothing|1")
    assert page.value(stage.components["state"])["model_type"] == "t2v"


def test_switching_without_opening_the_media_tab_leaves_the_tabs_alone(stage):
    target, tabs = stage.plugin.switch_to_model("flux")
    assert target.startswith("flux|")
    assert tabs == gr.update()
    assert stage.plugin.switch_to_model("")[0] == gr.update()


def test_visible_models_are_offered_by_family(stage, page):
    choices = [value for _, value in page.prop(stage.components["model_choice"], "choices")]
    assert len(choices) >= 24
    assert "i2v_2_2_multitalk" not in choices
    assert (
        choices.index("t2v") < choices.index("ltxv_13B") < choices.index("flux") < choices.index("chatterbox")
    )


def test_an_error_in_a_plugins_event_is_kept_and_the_page_goes_on(tmp_path, capsys):
    class Failing(Watcher):
        def on_tab_select(self, state):
            raise ValueError("broken")

    stage = Stage(sample_namespace(tmp_path), Failing)
    page = HeadlessPage(stage.build())
    page.open_tab("Watcher")
    page.click(stage.plugin.use)
    assert [str(error) for error in stage.errors] == ["broken"]
    assert stage.plugin.told == ["flux"]
    assert "ValueError: broken" in capsys.readouterr().err


def test_a_loop_of_events_is_noticed():
    with gr.Blocks() as blocks:
        first, second = gr.Number(0), gr.Number(0)
        first.change(lambda value: value + 1, first, second, api_name=False)
        second.change(lambda value: value + 1, second, first, api_name=False)
    with pytest.raises(RuntimeError, match="loop"):
        HeadlessPage(blocks).type_into(first, 5)
