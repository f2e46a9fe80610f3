"""A broken definition gives one row with a problem, and costs no other row anything."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tracker.catalog.labels import status_words
from model_tracker.catalog.query import ListedModel, Query, SortKey, filter_and_sort
from model_tracker.catalog.sentences import reason, what_generate_does, why_status
from model_tracker.inventory.models import ModelStatus

X = "https://files.test/x.bin"
UNKNOWN_FIGURES = SimpleNamespace(
    speed_tier=None,
    speed_multiplier=None,
    vram_min_gb=None,
    vram_recommended_gb=None,
    quality_tier=None,
    quality_rank=None,
    best_for="",
)


def nested(depth):
    value = [X]
    for _ in range(depth):
        value = [value]
    return value


BROKEN = {
    # definitions that are none
    "definition null": None,
    "definition a list": [X],
    "definition a text": "t2v",
    "definition a number": 5,
    "definition true": True,
    # name
    "name missing": {"name": ...},
    "name null": {"name": None},
    "name a number": {"name": 5},
    "name a list": {"name": ["a", "b"]},
    "name an object": {"name": {"en": "a"}},
    # architecture
    "architecture missing": {"architecture": ...},
    "architecture null": {"architecture": None},
    "architecture a number": {"architecture": 14},
    "architecture a list": {"architecture": ["arch"]},
    "architecture unknown": {"architecture": "no_such_architecture"},
    "architecture empty": {"architecture": ""},
    "architecture of 10,000 characters": {"architecture": "x" * 10_000},
    # URLs
    "URLs null": {"URLs": None},
    "URLs a number": {"URLs": 5},
    "URLs false": {"URLs": False},
    "URLs an object": {"URLs": {"bf16": X}},
    "URLs a single address": {"URLs": X},
    "URLs a loop": {"URLs": "bad"},
    "URLs an unknown model": {"URLs": "no_such_model"},
    "URLs a broken model": {"URLs": "also_bad"},
    "URLs an empty text": {"URLs": ""},
    "URLs with a number": {"URLs": [5, X]},
    "URLs with null": {"URLs": [None]},
    "URLs with a list": {"URLs": [[X]]},
    "URLs with an object": {"URLs": [{"url": X}]},
    "URLs nested 100 deep": {"URLs": nested(100)},
    "URLs nested 100,000 deep": {"URLs": nested(100_000)},
    "URLs2 a number": {"URLs2": 5},
    # paths that lead out
    "address, folder up": {"URLs": [f"{X}|../up"]},
    "address, folder absolute": {"URLs": [f"{X}|/etc"]},
    "address, folder on a drive": {"URLs": [f"{X}|C:\\Windows"]},
    "address, two folders": {"URLs": [f"{X}|a|b"]},
    "address, LoRA folder for a transformer": {"URLs": [f"{X}|%lora_dir"]},
    "address without a file": {"URLs": ["https://files.test/"]},
    "local name up": {"URLs": ["../x.bin"]},
    "local name up, Windows": {"URLs": ["..\\x.bin"]},
    "local name on a drive": {"URLs": ["C:\\models\\x.bin"]},
    "local name with a folder mark": {"URLs": ["x.bin|a"]},
    "NUL in an address": {"URLs": ["https://files.test/x\x00.bin"]},
    "NUL in a folder": {"URLs": [f"{X}|a\x00b"]},
    # companions
    "preload_URLs a number": {"preload_URLs": 5},
    "preload_URLs an unknown model": {"preload_URLs": "no_such_model"},
    "preload_URLs leading out": {"preload_URLs": [f"{X}|../up"]},
    "VAE_URLs a number": {"VAE_URLs": 5},
    "VAE_URLs with a number": {"VAE_URLs": [5]},
    "loras a number": {"loras": 5},
    "loras an object": {"loras": {"a": X}},
    "loras with null": {"loras": [None]},
    "loras leading out": {"loras": ["../../x.bin"]},
    "loras an unknown model": {"loras": "no_such_model"},
    # modules
    "modules a number": {"modules": 5},
    "modules an object": {"modules": {"URLs": [X]}},
    "modules an unknown model": {"modules": "no_such_model"},
    "modules with a number": {"modules": [5]},
    "modules with an unknown model": {"modules": ["no_such_model"]},
    "modules with itself": {"modules": ["bad"]},
    "modules half": {"modules": [{"URLs": [X]}]},
    "modules, other half": {"modules": [{"URLs2": [X]}]},
    "modules with an empty object": {"modules": [{}]},
    "modules with a list of numbers": {"modules": [[1, 2]]},
    "modules leading out": {"modules": [["../x.bin"]]},
    # text encoder
    "text_encoder_URLs a number": {"text_encoder_URLs": 5},
    "text_encoder_URLs an unknown model": {"text_encoder_URLs": "no_such_model"},
    "text_encoder_folder up": {"text_encoder_URLs": [X], "text_encoder_folder": "../up"},
    "text_encoder_folder absolute": {"text_encoder_URLs": [X], "text_encoder_folder": "/etc"},
    "text_encoder_folder on a drive": {"text_encoder_URLs": [X], "text_encoder_folder": "D:\\t5"},
    "text_encoder_folder a number": {"text_encoder_URLs": [X], "text_encoder_folder": 5},
    "text_encoder_folder with NUL": {"text_encoder_URLs": [X], "text_encoder_folder": "a\x00b"},
}

MANAGED = {
    # Wan2GP reads these without complaint, so there is no problem to tell
    "name empty": {"name": ""},
    "HTML in the name": {"name": "<script>alert(1)</script><img src=x onerror=alert(2)>"},
    "name of 10,000 characters": {"name": "n" * 10_000},
    "name with NUL": {"name": "a\x00b"},
    "name with a lone surrogate": {"name": "a\ud800b"},
    "name with line breaks and Markdown": {"name": "a\n| b | [c](javascript:d)\r\n# e"},
    "URLs missing": {"URLs": ...},
    "URLs empty": {"URLs": []},
    "URLs2 null": {"URLs2": None},
    "modules null": {"modules": None},
    "modules empty": {"modules": []},
    "loras null": {"loras": None},
    "preload_URLs null": {"preload_URLs": None},
    "text_encoder_URLs null": {"text_encoder_URLs": None},
    "text_encoder_folder null": {"text_encoder_URLs": [X], "text_encoder_folder": None},
    "an address with a lone surrogate": {"URLs": ["https://files.test/x\ud800.bin"]},
    "a file of 10,000 characters": {"URLs": ["https://files.test/" + "x" * 10_000]},
    "a folder of 10,000 characters": {"URLs": [f"{X}|" + "x" * 10_000]},
    "an unused alternative leading out": {"URLs": ["../x.bin", "https://files.test/x_int8.bin"]},
    "metadata null": {"metadata": None},
    "metadata a text": {"metadata": "video"},
    "metadata a list": {"metadata": ["video"]},
    "metadata with odd values": {"metadata": {"main_output": 5, "family": ["wan"], "family_label": {"a": 1}}},
    "metadata with an odd output": {"metadata": {"main_output": [["video"], None, {}]}},
    "group a list": {"group": ["wan"]},
    "visible a text": {"visible": "false"},
    "visible null": {"visible": None},
    "visible a list": {"visible": []},
    "settings a text": {"settings": "none"},
    "settings null": {"settings": None},
    "path missing": {"path": ...},
    "path a number": {"path": 5},
    "path with NUL": {"path": "finetunes/\x00.json"},
    "description a number": {"description": 5},
    "configs a number, with no config chosen": {"configs": 5},
    "a key that nobody knows": {"x" * 10_000: nested(50)},
}


def change(whole, parts):
    if not isinstance(parts, dict):
        return parts
    changed = {**whole, **parts}
    return {key: value for key, value in changed.items() if value is not ...}


@pytest.fixture
def three(world, handler):
    """Return a world of three good models: downloaded, partial, missing."""
    answer = {"repoId": "o/n", "sourceFolderList": ["sub"], "fileList": [["a.json"]]}
    world.handlers["arch"] = handler([answer])
    world.names["families_infos"] = {"wan": [0, "Wan"]}
    world.add("good", URLs=world.urls("good_bf16.bin", "good_int8.bin"), loras=world.urls("l.bin"))
    world.add("part", URLs="good", text_encoder_URLs=world.urls("t.bin"), text_encoder_folder="t5")
    world.add("gone", URLs=world.urls("gone.bin"), modules=[world.urls("module.bin")], group="wan")
    world.put("ckpts/good_int8.bin", "ckpts/sub/a.json", "loras/arch/l.bin")
    return world


def rows(inventory, without=()):
    """Return what the page shows of each model."""
    return {
        name: (
            model.name,
            model.family,
            model.base_type,
            model.status,
            model.outputs,
            model.visible,
            [(file.path, file.state, file.size_bytes) for file in model.files],
            [(file.path, file.required.url) for file in model.to_fetch],
            model.stopped_by and model.stopped_by.path,
            model.problems,
        )
        for name, model in inventory.models.items()
        if name not in without
    }


def check(world, expected_rows, bad):
    """Look at everything as the page does, and return the broken model's row."""
    inventory = world.inventory()
    assert rows(inventory, without=bad) == expected_rows
    model = inventory.models["bad"]
    assert model.model_type == "bad"
    assert isinstance(model.name, str)
    assert model.name
    assert all(
        [what_generate_does(model), status_words(model), [reason(file) for file in model.files] or "-"]
    )
    assert (why_status(model) == "") is (model.status is ModelStatus.DOWNLOADED)
    unknown = SimpleNamespace(overall=None)
    listed = [ListedModel(model, UNKNOWN_FIGURES, unknown) for model in inventory.visible]
    for key in SortKey:
        shown = [one.tracked.model_type for one in filter_and_sort(listed, Query(text="a", sort=key))]
        assert len(shown) == len(set(shown))
    assert len(listed) == sum(model.visible for model in inventory.models.values())
    return model


def test_the_good_models_are_what_they_are_called(three):
    assert {name: model.status for name, model in three.inventory().models.items()} == {
        "good": ModelStatus.DOWNLOADED,
        "part": ModelStatus.PARTIAL,
        "gone": ModelStatus.MISSING,
        "arch": ModelStatus.DOWNLOADED,
    }


@pytest.mark.parametrize("parts", BROKEN.values(), ids=BROKEN)
def test_a_broken_definition_is_one_row_with_a_problem_and_costs_no_other_row_anything(three, parts):
    expected = rows(three.inventory())
    three.add("bad", URLs=[X])
    three.models["bad"] = change(three.models["bad"], parts)
    three.models["also_bad"] = {"name": "also bad", "architecture": "arch", "URLs": 5}
    three.put("ckpts/x.bin", "x.bin", "loras/arch/x.bin")
    model = check(three, expected, bad={"bad", "also_bad"})
    assert model.problems
    assert all(problem.subject == "bad" for problem in model.problems)
    assert all(len(problem.message) < 400 for problem in model.problems)
    assert model.status is not ModelStatus.DOWNLOADED


@pytest.mark.parametrize("parts", MANAGED.values(), ids=MANAGED)
def test_what_wan2gp_would_manage_is_no_problem(three, parts):
    expected = rows(three.inventory())
    three.add("bad", URLs=[X])
    three.models["bad"] = change(three.models["bad"], parts)
    model = check(three, expected, bad={"bad"})
    assert model.problems == ()


HANDLERS = {
    "raises": ValueError("no such thing"),
    "raises without words": KeyError(),
    "asserts": AssertionError(),
    "runs out of recursion": RecursionError("too deep"),
    "answers a number": 5,
    "answers a text": "x.bin",
    "answers a list of texts": ["x.bin"],
    "answers a list with null": [None],
    "names no repository": [{"sourceFolderList": [""], "fileList": [["x.bin"]]}],
    "names a repository by number": [{"repoId": 5, "sourceFolderList": [""], "fileList": [["x.bin"]]}],
    "names files by number": [{"repoId": "o/n", "sourceFolderList": [""], "fileList": [[5]]}],
    "names files by list": [{"repoId": "o/n", "sourceFolderList": [""], "fileList": [[["x.bin"]]]}],
    "names folders by number": [{"repoId": "o/n", "sourceFolderList": [5], "fileList": [["x.bin"]]}],
    "gives a number for the files": [{"repoId": "o/n", "sourceFolderList": [""], "fileList": [5]}],
    "gives a number for the list of files": [{"repoId": "o/n", "sourceFolderList": [""], "fileList": 5}],
    "names a file that leads out": [{"repoId": "o/n", "sourceFolderList": [""], "fileList": [["../x.bin"]]}],
    "names a folder that leads out": [{"repoId": "o/n", "sourceFolderList": [".."], "fileList": [["x.bin"]]}],
    "names a target that leads out": [
        {
            "repoId": "o/n",
            "sourceFolderList": [""],
            "fileList": [["x.bin"]],
            "targetFolderList": ["C:\\Windows"],
        }
    ],
}


@pytest.mark.parametrize("answer", HANDLERS.values(), ids=HANDLERS)
def test_a_broken_handler_is_a_problem_of_its_models_alone(three, handler, answer):
    expected = rows(three.inventory())

    def files(base, definition):
        if isinstance(answer, Exception):
            raise answer
        return answer

    three.handlers["evil"] = handler(files)
    three.add("bad", architecture="evil", URLs=[X])
    three.put("ckpts/x.bin", "x.bin")
    model = check(three, expected, bad={"bad"})
    assert model.problems
    assert model.files[0].required.name == "x.bin", "the transformer is known all the same"
    assert model.status is ModelStatus.PARTIAL


LORA_FOLDERS = {"null": None, "empty": "", "a number": 5}


@pytest.mark.parametrize("folder", LORA_FOLDERS.values(), ids=LORA_FOLDERS)
def test_a_handler_without_a_lora_folder_is_a_problem_for_models_with_loras(three, handler, folder):
    expected = rows(three.inventory())
    three.handlers["evil"] = handler((), folder)
    three.add("bad", architecture="evil", loras=[X])
    assert check(three, expected, bad={"bad"}).problems


def test_a_handler_that_raises_for_its_lora_folder_is_a_problem_for_models_with_loras(three):
    class Evil:
        def get_lora_dir(self, base, arguments, root):
            raise OSError("no disk")

    expected = rows(three.inventory())
    three.handlers["evil"] = Evil()
    three.add("bad", architecture="evil", loras=[X])
    assert "no disk" in str(check(three, expected, bad={"bad"}).problems[0])


def test_a_handler_that_is_none_is_an_unknown_architecture_or_asks_for_nothing(three):
    expected = rows(three.inventory())
    three.handlers["evil"] = object()
    three.add("bad", architecture="evil", URLs=[X])
    model = check(three, expected, bad={"bad"})
    assert [file.required.name for file in model.files] == ["x.bin"]


def test_an_unknown_architecture_is_named_in_the_problem(three):
    three.add("bad", architecture="t2v_99B")
    assert "'t2v_99B'" in three.complaints("bad")[0]


def test_every_problem_names_the_file_to_correct_and_what_to_do(three):
    three.add("bad", URLs=5, path="finetunes/bad.json")
    (problem,) = three.track("bad").problems
    assert problem.path == "finetunes/bad.json"
    assert problem.remedy
    assert str(problem).count("finetunes/bad.json") == 1


def test_several_things_that_are_wrong_are_told_together(three):
    three.models["bad"] = {"URLs": 5, "modules": 5, "loras": 5, "text_encoder_URLs": 5}
    told = " ".join(three.complaints("bad"))
    assert all(
        word in told for word in ("name", "architecture", "URLs", "modules", "loras", "text_encoder_URLs")
    )


def test_the_rest_of_a_broken_definition_is_still_listed(three):
    three.add("bad", URLs=5, text_encoder_URLs=[X], preload_URLs=["https://files.test/p.bin"])
    assert three.fetched("bad") == ["ckpts/p.bin", "ckpts/x.bin"]
    assert "ckpts/sub/a.json" in three.below_home(file.path for file in three.track("bad").files)


def test_a_model_in_a_broken_state_heals_when_its_definition_does(three):
    three.add("bad", URLs=5)
    assert three.track("bad").problems
    three.models["bad"]["URLs"] = three.urls("good_int8.bin")
    assert three.track("bad").status is ModelStatus.DOWNLOADED


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab|./\\:%\x00\ud800<", max_size=6) | st.just(X),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["URLs", "URLs2", "a"]), inner)
    ),
    max_leaves=6,
)
KEYS = [
    "name",
    "architecture",
    "URLs",
    "URLs2",
    "modules",
    "preload_URLs",
    "VAE_URLs",
    "loras",
    "text_encoder_URLs",
    "text_encoder_folder",
    "metadata",
    "group",
    "visible",
    "path",
    "configs",
    "audio_only",
    "source",
    "module_source",
]


@given(st.one_of(json_values, st.dictionaries(st.sampled_from(KEYS), json_values, max_size=5)))
@settings(max_examples=300)
def test_no_definition_of_any_shape_makes_a_scan_fail_or_changes_another_row(three, definition):
    three.models.pop("bad", None)
    expected = rows(three.inventory())
    three.models["bad"] = definition
    check(three, expected, bad={"bad"})


def texts(value):
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


@given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4))
@settings(max_examples=200)
def test_nothing_leads_out_of_the_roots_but_an_absolute_path_that_the_user_wrote(three, definition):
    three.models["bad"] = {"name": "bad", "architecture": "arch", **definition}
    written = {os.path.normpath(text) for text in texts(definition) if os.path.isabs(text)}  # noqa: PTH117
    for file in three.track("bad").files:
        path = os.path.normpath(file.path)
        assert Path(path).is_relative_to(three.home) or path in written
