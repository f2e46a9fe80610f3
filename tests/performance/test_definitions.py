"""Finetunes: their base, then what the definition itself says, then unknown; nothing in it is trusted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tracker.performance.catalogue import load_catalogue
from model_tracker.performance.definitions import infer
from model_tracker.performance_db import PerformanceDatabase

DATABASE = PerformanceDatabase()


def estimate(**definition):
    return DATABASE.estimate_from_architecture(definition)


def test_a_definition_of_a_known_architecture_has_its_figures():
    figures = estimate(name="Mine", architecture="t2v")
    assert figures["vram_min_gb"] == DATABASE.get_metrics("t2v")["vram_min_gb"]
    assert figures["quality_tier"] == "High"
    assert "Built on Wan2.1 Text2video 14B" in figures["vram_basis"]


def test_its_own_size_and_steps_count():
    quick = estimate(
        name="Mine", architecture="t2v", settings={"num_inference_steps": 4, "guidance_scale": 1}
    )
    large = estimate(
        name="Mine", architecture="t2v", settings={"resolution": "1280x720", "video_length": 161}
    )
    assert quick["speed_multiplier"] > 5
    assert large["vram_min_gb"] > 15


def test_guidance_of_exactly_1_is_no_guidance():
    def seconds(guidance):
        return estimate(name="Mine", architecture="t2v", settings={"guidance_scale": guidance})[
            "speed_multiplier"
        ]

    assert seconds(1) == seconds(0) > seconds(1.01) == seconds(5)


def test_guidance_on_a_base_that_has_exactly_1_doubles_the_passes():
    bases = [model for model in load_catalogue().models.values() if model.defaults.guidance == 1]
    base = next(model for model in bases if model.defaults.passes == 1 and model.defaults.steps)
    definition = {"name": "Mine", "architecture": base.model_type, "settings": {"guidance_scale": 5}}
    assert infer("mine", definition, load_catalogue()).model.defaults.passes == 2


def test_a_distilled_finetune_is_placed_under_its_base():
    assert estimate(name="Wan Turbo 4 steps", architecture="t2v")["quality_tier"] == "Good"


def test_a_finetunes_file_as_written_is_understood():
    figures = estimate(model={"name": "Mine", "architecture": "flux"}, num_inference_steps=8)
    assert figures["steps"] == 8
    assert figures["name"] == "Mine"


def test_its_weights_count():
    small = estimate(name="Mine", architecture="flux2_dev", URLs=["x/mine_nvfp4.safetensors"])
    large = estimate(name="Mine", architecture="flux2_dev", URLs=["x/mine_bf16.safetensors"])
    assert small["vram_min_gb"] < large["vram_min_gb"]


@pytest.mark.parametrize("key", ["parent_model_type", "architecture"])
def test_any_name_of_a_base_will_do(key):
    assert estimate(name="Mine", **{key: "i2v_2_2"})["architecture"] == "i2v_2_2"
    assert estimate(name="Mine", metadata={"base_model_type": "i2v_2_2"})["architecture"] == "i2v_2_2"


def test_without_a_base_the_size_in_the_name_is_used_and_said_so():
    figures = estimate(
        name="New Video 14B", metadata={"main_output": ["video"]}, settings={"num_inference_steps": 20}
    )
    assert figures["params_b"] == 14
    assert figures["vram_min_gb"] > 4
    assert "14B in its name" in figures["vram_basis"]
    assert figures["quality_tier"] == "Unknown"


def test_more_parameters_in_the_name_cost_more():
    def cost(size):
        return estimate(
            name=f"New {size}B", metadata={"main_output": ["image"]}, settings={"num_inference_steps": 20}
        )

    small, large = cost(6), cost(8)
    assert large["params_b"] > small["params_b"]


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"name": "Mystery"},
        {"name": "Speech 7B", "metadata": {"main_output": ["audio"]}},
        {"name": "14B", "audio_only": True},
        {"name": None},
    ],
)
def test_a_definition_that_says_too_little_is_unknown(definition):
    figures = DATABASE.estimate_from_architecture(definition)
    assert figures["speed_multiplier"] is None
    assert figures["vram_min_gb"] is None
    assert figures["quality_tier"] == "Unknown"


def test_unknown_steps_leave_the_speed_unknown():
    figures = estimate(name="New Video 14B", metadata={"main_output": "video"})
    assert figures["speed_multiplier"] is None
    assert figures["vram_min_gb"] is not None


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["t2v", "0x0", "9e9B", "1280x720"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(
    [
        "name",
        "architecture",
        "settings",
        "metadata",
        "URLs",
        "model",
        "resolution",
        "num_inference_steps",
        "guidance_scale",
        "fps",
    ]
)


@given(st.dictionaries(keys, anything, max_size=6), st.dictionaries(keys, anything, max_size=4))
@settings(max_examples=300)
def test_no_definition_breaks_it(definition, own_settings):
    if isinstance(definition.get("architecture"), str):
        definition["settings"] = own_settings
    figures = DATABASE.get_metrics("finetune", base_type="t2v", definition=definition)
    assert figures["speed_multiplier"] is None or figures["speed_multiplier"] >= 0
