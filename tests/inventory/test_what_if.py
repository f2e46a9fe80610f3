"""What other settings would fetch, and when another one is advised."""

from dataclasses import replace

import pytest
from model_tracker.catalog import labels, sentences
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import FileState, TrackedFile
from model_tracker.inventory.scan import Scan
from model_tracker.inventory.sizes import UNKNOWN_SIZE, Size, SizeOrigin
from model_tracker.inventory.what_if import Scenario, Setting, best_setting, what_if
from model_tracker.wan2gp.problems import Problem
from model_tracker.wan2gp.required_files import RequiredFile, Role


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


def test_a_broken_file_is_never_advised(world, told, cut_file):
    (path,) = world.put("ckpts/m_bf16.safetensors")
    cut_file(path, 500)
    assert told().best is None


def test_a_whole_file_is_advised_in_place_of_a_broken_one(world, told, cut_file):
    (path, _) = world.put("ckpts/m_int8.safetensors", "ckpts/m_bf16.safetensors")
    cut_file(path, 500)
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


# Which of several settings may be advised: it promises less to download, so it must be sure.


def file_of(name: str, size: Size, state: FileState = FileState.MISSING) -> TrackedFile:
    required = RequiredFile(Role.TRANSFORMER, name, f"https://files.test/{name}", (name,), name)
    return TrackedFile(required, state, f"/ckpts/{name}", size)


@pytest.fixture
def scenario(world):
    """Return a function that makes a scenario under which so many bytes, and files of unknown size, are downloaded."""
    world.add("m")
    plain = world.track()

    def make(value, known=0, unknown=(), *, broken=0, problem=False, stops=False, current=False):
        downloads = [file_of(name, UNKNOWN_SIZE) for name in unknown]
        downloads += [file_of("known", Size(known, SizeOrigin.KNOWN))] if known else []
        damaged = [file_of("broken", Size(broken, SizeOrigin.DISK), FileState.DAMAGED)] if broken else []
        model = replace(
            plain,
            files=(*downloads, *damaged),
            to_fetch=tuple(downloads),
            problems=(Problem("m", "It is odd."),) if problem else (),
            stopped_by=file_of("by hand", UNKNOWN_SIZE) if stops else None,
        )
        return Scenario(Setting.TRANSFORMER, value, value, current, model)

    return make


ADVICE = {
    "less": ({"known": 30}, {"known": 29}, True),
    "as much": ({"known": 30}, {"known": 30}, False),
    "nothing": ({"known": 30}, {}, True),
    "nothing instead of an unknown size": ({"unknown": ["a"]}, {}, True),
    "less, not sure": ({"known": 30}, {"known": 10, "problem": True}, False),
    "nothing, not sure": ({"known": 30}, {"problem": True}, False),
    "less, broken": ({"known": 30}, {"known": 10, "broken": 5}, False),
    "less, then an error": ({"known": 30}, {"known": 10, "stops": True}, False),
    "less instead of an error": ({"known": 30, "stops": True}, {"known": 10}, True),
    "less instead of an error at once": ({"stops": True}, {}, True),
    "less, and an unknown size": ({"known": 30}, {"known": 10, "unknown": ["a"]}, False),
    "less, and the same unknown size": ({"known": 30, "unknown": ["a"]}, {"known": 10, "unknown": ["a"]}, True),
    "less, and another unknown size": ({"known": 30, "unknown": ["a"]}, {"known": 10, "unknown": ["b"]}, False),
    "less, and one unknown size less": ({"known": 30, "unknown": ["a"]}, {"known": 10}, True),
    "as much, and one unknown size less": ({"known": 30, "unknown": ["a"]}, {"known": 30}, False),
    "what is broken is downloaded again": ({"known": 5, "broken": 10}, {"known": 14}, True),
    "as much as what is broken": ({"known": 5, "broken": 10}, {"known": 15}, False),
    "nothing where nothing is needed": ({}, {}, False),
}  # fmt: skip


@pytest.mark.parametrize(("now", "other", "is_advised"), ADVICE.values(), ids=ADVICE)
def test_a_setting_is_advised_only_where_it_surely_downloads_less(scenario, now, other, is_advised):
    best = best_setting((scenario("now", **now, current=True), scenario("other", **other)))
    assert (best and best.value) == ("other" if is_advised else None)


def test_of_several_settings_that_download_less_the_one_that_downloads_least_is_advised(scenario):
    now = scenario("now", 30, ["a"], current=True)
    assert best_setting((now, scenario("a", 20), scenario("b", 10), scenario("c", 15))).value == "b"
    assert best_setting((now, scenario("a", 5, ["a"]), scenario("b", 10))).value == "b", "a may be large"
