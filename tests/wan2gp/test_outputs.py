"""What the host makes with a definition, for the page and for the figures alike."""

import pytest
from model_tracker.performance_db import PerformanceDatabase
from model_tracker.wan2gp.definitions import Output, outputs

VIDEO, IMAGE, AUDIO = Output.VIDEO, Output.IMAGE, Output.AUDIO

OUTPUTS = {
    "no mark": ({}, (VIDEO,)),
    "audio mark": ({"audio_only": True}, (AUDIO,)),
    "image mark": ({"image_outputs": True}, (IMAGE,)),
    "both marks": ({"audio_only": True, "image_outputs": True}, (AUDIO,)),
    "marks before metadata": ({"metadata": {"main_output": ["video"]}, "audio_only": True}, (AUDIO,)),
    "one switched to images": ({"v2i_switch_supported": True}, (VIDEO, IMAGE)),
    "one that paints in": ({"inpaint_support": True}, (VIDEO, IMAGE)),
    "one of images that paints in": ({"inpaint_support": True, "image_outputs": True}, (IMAGE,)),
    "metadata in alphabetical order": ({"metadata": {"main_output": ["image", "video"]}}, (VIDEO, IMAGE)),
    "metadata of one word": ({"metadata": {"main_output": "image"}}, (IMAGE,)),
    "metadata with an unknown word": ({"metadata": {"main_output": ["smell", "audio"]}}, (AUDIO,)),
    "metadata without a known word": ({"metadata": {"main_output": ["smell", ["video"], None]}}, (VIDEO,)),
    "metadata that is none": ({"metadata": 5}, (VIDEO,)),
}


@pytest.mark.parametrize(("definition", "made"), OUTPUTS.values(), ids=OUTPUTS)
def test_what_a_model_makes(definition, made):
    assert outputs(definition) == made


@pytest.mark.parametrize(("definition", "made"), OUTPUTS.values(), ids=OUTPUTS)
def test_the_figures_of_an_unknown_model_are_those_of_what_it_makes(definition, made):
    definition = {"name": "New 14B", "num_inference_steps": 20, **definition}
    figures = PerformanceDatabase().estimate_from_architecture(definition)
    plain = {"name": "New 14B", "num_inference_steps": 20, "metadata": {"main_output": [made[0].value]}}
    assert figures == PerformanceDatabase().estimate_from_architecture(plain)
    assert (figures["vram_min_gb"] is None) is (made[0] is AUDIO)
