"""Keys of definitions that hold files: none may be passed over in silence."""

from types import SimpleNamespace

import pytest
import recordings
from model_tracker.inventory.models import ModelStatus
from model_tracker.wan2gp.definition_keys import unaccounted

STANDARD_AUDIO_VAE = "MiniMax-H3-audio_vae_fp32.safetensors"


@pytest.mark.parametrize("version", recordings.versions())
def test_every_key_of_the_definitions_that_wan2gp_ships_is_accounted_for(version):
    definitions = recordings.load(version).definitions
    left = {
        name: keys
        for name, one in definitions.items()
        if (keys := unaccounted(one, one.get("architecture", name)))
    }
    assert left == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("vae_URL", "https://files.test/vae.safetensors"),
        ("my_lora_file", "x.safetensors"),
        ("new_parts", [{"a": ["https://files.test/x"]}]),
        ("embedder", "folder/x.PTH|folder"),
    ],
)
def test_a_key_of_which_nothing_is_known_makes_its_model_not_sure(world, key, value):
    world.add("m", URLs=world.urls("m.safetensors"), **{key: value})
    world.put("ckpts/m.safetensors")
    model = world.track()
    assert model.status is not ModelStatus.DOWNLOADED
    assert f"“{key}”" in str(model.problems[0])


def test_a_key_that_the_host_declares_to_name_a_file_must_be_known_too(world):
    world.add("m", URLs=world.urls("m.safetensors"), finetune_custom_urls=["odd"], odd="no suffix")
    world.put("ckpts/m.safetensors")
    assert "“odd”" in world.complaints()[0]


@pytest.mark.parametrize("value", ["plain words", 3, None, [], {"a": 1}, "bf16", "1280x720"])
def test_other_values_are_no_files(world, value):
    world.add("m", URLs=world.urls("m.safetensors"), something=value)
    assert world.complaints() == []


def h3_handler(handler):
    def files(_base, definition):
        names = [
            *(["MiniMax-H3-video_vae_fp32.safetensors"] if "video_vae_file" not in definition else []),
            *([STANDARD_AUDIO_VAE] if "audio_vae_file" not in definition else []),
        ]
        return [{"repoId": "o/r", "sourceFolderList": [""], "fileList": [names]}] if names else []

    return handler(files)


@pytest.mark.parametrize(
    ("keys", "needed"),
    [
        ({"video_vae_file": "own_v.safetensors", "audio_vae_file": "own_a.safetensors"}, "own_v.safetensors"),
        ({"audio_vae_file": STANDARD_AUDIO_VAE}, STANDARD_AUDIO_VAE),
        ({"audio_vae_file": f"https://files.test/{STANDARD_AUDIO_VAE}"}, STANDARD_AUDIO_VAE),
    ],
)
def test_a_vae_that_only_the_loader_looks_for_must_be_put_there(world, handler, keys, needed):
    world.handlers["minimax_h3_fl2va"] = h3_handler(handler)
    world.add("m", architecture="minimax_h3_fl2va", URLs=world.urls("m.safetensors"), **keys)
    world.put("ckpts/m.safetensors", "ckpts/MiniMax-H3-video_vae_fp32.safetensors")
    model = world.track()
    assert model.stopped_by.required.name == needed
    names = (value.rpartition("/")[2] for value in keys.values())
    world.put(*(f"ckpts/{name}" for name in names))
    assert world.track().status is ModelStatus.DOWNLOADED


@pytest.mark.parametrize("saving", [False, True])
def test_wan2gp_that_saves_quantized_files_takes_the_first_transformer(world, saving):
    world.names["args"] = SimpleNamespace(save_quantized=saving)
    lists = world.urls("a_bf16.safetensors", "a_int8.safetensors")
    world.add("m", URLs=lists, text_encoder_URLs=world.urls("t_bf16.safetensors", "t_int8.safetensors"))
    assert world.fetched() == [
        "ckpts/a_bf16.safetensors" if saving else "ckpts/a_int8.safetensors",
        "ckpts/t_int8.safetensors",
    ]
