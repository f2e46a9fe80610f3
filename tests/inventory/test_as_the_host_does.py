"""Corners of the rule, each found by comparing with the real host's code on made-up installations."""

from types import SimpleNamespace

import pytest
from model_tracker.catalog.sentences import reason, what_generate_does
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import ModelStatus
from model_tracker.inventory.scan import take_inventory
from model_tracker.model_analyzer import ModelAnalyzer
from model_tracker.wan2gp.requirements_cache import RequirementsCache


def fails(*_arguments):
    raise OSError("no such drive")


@pytest.mark.parametrize(
    ("families", "family_of"),
    [
        ({}, fails),
        ({"wan": [1]}, lambda: "wan"),
        ({"wan": ["x", "y"]}, lambda: "wan"),
        ({"wan": [None, "y"]}, lambda: "wan"),
    ],
    ids=["raises", "too short", "no number", "null"],
)
def test_a_handler_that_cannot_tell_its_family_costs_no_other_row(world, handler, families, family_of):
    world.names["families_infos"] = families
    broken = handler()
    broken.query_model_family = family_of
    world.handlers["odd"] = broken
    world.add("bad", architecture="odd", URLs=world.urls("b.bin"))
    world.add("good", URLs=world.urls("g.bin"))
    models = world.inventory().models
    assert models["bad"].problems
    assert models["good"].problems == ()
    assert len(models) == 3


def test_a_lora_root_that_cannot_be_told_is_a_problem_of_the_models_with_loras(world):
    world.names["get_lora_root"] = fails
    world.add("plain", URLs=world.urls("g.bin"))
    world.add("dressed", URLs=world.urls("g.bin"), loras=world.urls("l.bin"))
    models = world.inventory().models
    assert models["plain"].problems == ()
    assert "no such drive" in str(models["dressed"].problems[0])


def test_a_quant_router_that_fails_is_a_doubt_about_every_model(world):
    world.names["quant_router"] = SimpleNamespace(get_quantization_tokens=fails)
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    assert world.track().status is not ModelStatus.DOWNLOADED


def test_a_quant_router_that_answers_a_word_is_not_read_letter_by_letter(world):
    world.names["quant_router"] = SimpleNamespace(get_quantization_tokens=lambda asked: asked)
    world.add(URLs=world.urls("first_int.bin", "m_int8.bin"))
    assert world.fetched() == ["ckpts/m_int8.bin"]


@pytest.mark.parametrize("handlers", [5, {"arch": None}, {}], ids=["no mapping", "null", "empty"])
def test_without_a_usable_handler_nothing_is_called_downloaded(world, handlers):
    world.names["model_types_handlers"] = handlers
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    assert world.track().status is not ModelStatus.DOWNLOADED


@pytest.mark.parametrize(
    "definition",
    [{"URLs": "other"}, {"VAE_URLs": None, "URLs": []}],
    ids=["a list that is null where the name leads", "VAE_URLs null"],
)
def test_null_where_the_host_would_fail_is_a_problem(world, definition):
    world.add("other", URLs=None)
    world.add(**definition)
    assert world.complaints()
    assert world.track().status is not ModelStatus.DOWNLOADED


def test_a_handler_that_answers_nothing_is_a_problem(world, handler):
    world.handlers["arch"] = handler(None)
    world.handlers["arch"].files = None
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    assert "names no files" in world.complaints()[0]


def test_nobody_is_told_to_delete_what_cannot_be_fetched_again(world, cut_file):
    world.add(URLs=["mine.safetensors"])
    (path,) = world.put("ckpts/mine.safetensors")
    cut_file(path, 3)
    model = world.track()
    told = what_generate_does(model) + reason(model.files[0])
    assert "Delete" not in told
    assert "Put a complete copy there" in told


def test_a_problem_that_was_mended_elsewhere_is_gone_at_the_next_look(world, handler):
    cache, integrity = RequirementsCache(), Integrity()
    world.handlers["arch"] = handler(lambda _base, _definition: fails())
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    assert take_inventory(world.snapshot(), integrity, None, cache).models["m"].problems
    world.handlers["arch"].files = []
    assert (
        take_inventory(world.snapshot(), integrity, None, cache).models["m"].status is ModelStatus.DOWNLOADED
    )


def test_another_handler_or_another_choosing_function_is_asked_anew(world, handler):
    cache, integrity = RequirementsCache(), Integrity()
    world.add(URLs=world.urls("a_int8.bin", "b_int8.bin"))

    def needed():
        model = take_inventory(world.snapshot(), integrity, None, cache).models["m"]
        return [file.required.name for file in model.files]

    assert needed() == ["a_int8.bin"]
    world.handlers["arch"] = handler([{"repoId": "r", "sourceFolderList": [""], "fileList": [["c.bin"]]}])
    assert needed() == ["a_int8.bin", "c.bin"]
    world.names["get_model_filename"] = lambda model_type, quantization: world.url("b_int8.bin")
    assert needed() == ["b_int8.bin", "c.bin"]


def test_without_a_first_transformer_the_companions_follow_the_second(world):
    world.add(URLs2=world.urls("second.bin"), preload_URLs=world.urls("p.bin"))
    assert world.fetched() == ["ckpts/second.bin", "ckpts/p.bin"]
    world.add(URLs=world.urls("first.bin"), URLs2=world.urls("second.bin"), preload_URLs=world.urls("p.bin"))
    assert world.fetched() == ["ckpts/first.bin", "ckpts/p.bin", "ckpts/second.bin"]


@pytest.mark.parametrize(
    ("sources", "fetched"),
    [({}, ["one", "two"]), ({"module_source": "x"}, ["two"]), ({"module_source2": "x"}, ["one"])],
    ids=["none", "first", "second"],
)
def test_each_half_of_a_module_has_a_source_of_its_own(world, sources, fetched):
    module = {"URLs": world.urls("one.bin"), "URLs2": world.urls("two.bin")}
    world.add(modules=[module], **sources)
    assert world.fetched() == [f"ckpts/{name}.bin" for name in fetched]


def test_the_dtype_of_the_type_that_lists_the_files_counts(world):
    world.add("b", dtype="fp16")
    world.handlers["b"] = world.handlers["arch"]
    world.add("other", architecture="b", URLs=world.urls("o_bf16_int8.bin", "o_fp16_int8.bin"))
    world.add(URLs="other")
    assert world.fetched() == ["ckpts/o_fp16_int8.bin"]


def test_a_named_module_may_have_two_halves_or_be_none(world):
    world.add("halves", modules=[{"URLs": world.urls("one.bin"), "URLs2": world.urls("two.bin")}])
    world.add("bare")
    world.add(modules=["halves", "bare"])
    assert world.complaints() == []
    assert world.fetched() == ["ckpts/one.bin", "ckpts/two.bin"]


def test_a_whole_folder_is_not_fetched_once_a_file_before_it_has_made_it(world, handler):
    folder = {"repoId": "r", "sourceFolderList": ["d"], "fileList": [[]]}
    world.handlers["arch"] = handler([folder])
    world.add(URLs=[world.url("x.bin|d/e")])
    assert world.fetched() == ["ckpts/d/e/x.bin"]
    world.add(URLs=world.urls("x.bin"))
    assert world.fetched() == ["ckpts/x.bin", "ckpts/d"]


def test_a_folder_made_in_a_later_root_draws_the_next_files_there(world, handler):
    world.locator._checkpoints_paths = ["r1", "r2"]
    (world.home / "r2/x").mkdir(parents=True)
    world.handlers["arch"] = handler(
        [
            {"repoId": "r", "sourceFolderList": ["sub"], "fileList": [["a.bin"]], "targetFolderList": ["x"]},
            {"repoId": "r", "sourceFolderList": ["x/sub"], "fileList": [["b.bin"]]},
        ]
    )
    world.add()
    assert world.fetched() == ["r2/x/sub/a.bin", "r2/x/sub/b.bin"]


def test_an_empty_name_stands_for_no_transformer(world):
    world.add(URLs=[""], preload_URLs=world.urls("p.bin"))
    model = world.track()
    assert (model.stopped_by, [file.required.name for file in model.files]) == (None, ["p.bin"])


def test_a_name_with_a_dot_before_it_is_found_whatever_was_looked_for_before(world):
    world.put("ckpts/x.bin", "ckpts/a.bin")
    world.add(URLs=world.urls("a.bin"), preload_URLs=["./x.bin"])
    assert world.track().status is ModelStatus.DOWNLOADED


def test_the_hosts_look_up_is_used_where_the_folders_are_not_told(world):
    (path,) = world.put("elsewhere/m.bin")
    models = {"m": {"name": "m", "architecture": "a", "URLs": world.urls("m.bin", "m_int8.bin")}}
    asked = []

    def look_up(name):
        asked.append(name)
        return str(path) if name == "m_int8.bin" else None

    analyzer = ModelAnalyzer(models, object(), look_up)
    assert analyzer.get_model_status("m") == "downloaded"
    assert analyzer.get_model_files("m")[0]["path"] == str(path)
    assert asked == ["m_int8.bin"]


def test_a_card_of_unknown_ability_is_taken_to_have_bf16(world):
    world.names["bfloat16_supported"] = None
    world.add(URLs=world.urls("m_fp16_int8.bin", "m_bf16_int8.bin"))
    assert world.fetched() == ["ckpts/m_bf16_int8.bin"]


def test_a_choosing_function_that_takes_nothing_leaves_no_file_named_none(world):
    world.names["get_model_filename"] = lambda model_type, quantization: None
    world.add(URLs=world.urls("a.bin", "b.bin"))
    assert world.track().files == ()
