"""What other settings would fetch, and when another one is advised."""

import os

import pytest
from model_tracker.catalog import labels, sentences
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.scan import Scan
from model_tracker.inventory.what_if import what_if


@pytest.fixture
def told(world):
    """Return the options of the one model, which has an int8 and a bf16 file."""
    world.add("m", URLs=world.urls("m_bf16.safetensors", "m_int8.safetensors"))

    def ask():
        host = world.snapshot()
        return what_if(host, "m", Scan(DiskIndex(host.roots), Integrity()))

    return ask


def test_the_setting_whose_file_is_here_is_advised(world, told):
    world.put("ckpts/m_bf16.safetensors")
    found = told()
    assert found.best.value == "bf16"
    assert sentences.advice(found).startswith("You have m_bf16.safetensors.")
    assert sentences.advice(found).endswith("bf16 it would download nothing.")


def test_a_text_encoder_that_is_here_is_no_reason_for_a_setting_of_the_transformer(world):
    hub = "https://huggingface.co/DeepBeepMeep/Wan2.1/resolve/main/"
    names = ("wan2.1_text2video_14B_mbf16.safetensors", "wan2.1_text2video_14B_quanto_mbf16_int8.safetensors")
    encoders = world.urls("t_bf16.safetensors", "t_quanto_int8.safetensors")
    world.add("m", URLs=[hub + name for name in names], text_encoder_URLs=encoders)
    world.put("ckpts/t_bf16.safetensors", "ckpts/t_quanto_int8.safetensors")
    world.names["transformer_quantization"] = "bf16"
    host = world.snapshot()
    found = what_if(host, "m", Scan(DiskIndex(host.roots), Integrity()))
    assert found.best.value == "int8"
    assert "You have" not in sentences.advice(found)


def test_no_setting_is_advised_where_the_one_in_force_fetches_nothing(world, told):
    world.put("ckpts/m_int8.safetensors", "ckpts/m_bf16.safetensors")
    assert told().best is None


def test_a_broken_file_is_never_advised(world, told):
    (path,) = world.put("ckpts/m_bf16.safetensors")
    os.truncate(path, 500)
    assert told().best is None


def test_a_whole_file_is_advised_in_place_of_a_broken_one(world, told):
    (path, _) = world.put("ckpts/m_int8.safetensors", "ckpts/m_bf16.safetensors")
    os.truncate(path, 500)
    assert told().best.value == "bf16"


def test_each_file_is_told_with_its_format_and_the_settings_that_take_it(world, told):
    world.put("ckpts/m_bf16.safetensors")
    found = {
        variant.file.required.name: (variant.form, variant.is_chosen, labels.taken_with(variant))
        for variant in told().variants
    }
    assert found == {
        "m_bf16.safetensors": ("bf16", False, "bf16"),
        "m_int8.safetensors": ("int8", True, "int8 or fp8"),
    }


def test_config_choices_are_told_one_at_a_time_with_their_group(world):
    groups = {"_name": "Video VAE", "small": {"name": "Small VAE", "VAE_URLs": world.urls("small.bin")}}
    world.add("m", VAE_URLs=world.urls("large.bin"), URLs=[], system_configs2=groups)
    host = world.snapshot()
    found = what_if(host, "m", Scan(DiskIndex(host.roots), Integrity()))
    ((label, value, fetched),) = [
        (scenario.label, scenario.value, [file.required.name for file in scenario.model.to_fetch])
        for scenario in found.configs
    ]
    assert (label, value, fetched) == ("Video VAE: Small VAE", ",small", ["small.bin"])
