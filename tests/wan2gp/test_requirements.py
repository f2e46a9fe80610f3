"""What Generate needs: definitions, references, companions, and the order of it all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.inventory.models import ModelStatus
from model_tracker.wan2gp import definitions
from model_tracker.wan2gp.definitions import merge_config
from model_tracker.wan2gp.problems import DefinitionError
from model_tracker.wan2gp.required_files import Role


def roles(model):
    return [file.required.role for file in model.files]


@pytest.fixture
def download_set():
    """Return a function that makes a handler's answer: folder → files."""

    def make(target=None, **folders):
        made = {
            "repoId": "owner/name",
            "sourceFolderList": [folder.replace("__", "/").replace("root", "") for folder in folders],
            "fileList": list(folders.values()),
        }
        return made if target is None else {**made, "targetFolderList": [target] * len(folders)}

    return make


def test_files_come_in_the_hosts_order(world, handler, download_set):
    world.names["query_core_shared_model_files"] = lambda: download_set(pose=["p.onnx"])
    world.names["query_matanyone_download_def"] = lambda config: download_set(mask=["q.bin"])
    world.handlers["arch"] = handler([download_set(root=["vae.bin"]), download_set(tokens=["vocab.json"])])
    world.add(
        "m",
        text_encoder_URLs=world.urls("t.bin"),
        text_encoder_folder="t5",
        modules=[
            world.urls("module.bin"),
            {"URLs": world.urls("half1.bin"), "URLs2": world.urls("half2.bin")},
        ],
        URLs2=world.urls("second.bin"),
        loras=world.urls("lora.bin"),
        VAE_URLs=world.urls("own_vae.bin"),
        preload_URLs=world.urls("preload.bin"),
        URLs=world.urls("main.bin"),
    )
    assert world.fetched() == [
        "ckpts/pose/p.onnx",
        "ckpts/mask/q.bin",
        "ckpts/main.bin",
        "ckpts/preload.bin",
        "ckpts/own_vae.bin",
        "loras/arch/lora.bin",
        "ckpts/vae.bin",
        "ckpts/tokens/vocab.json",
        "ckpts/second.bin",
        "ckpts/module.bin",
        "ckpts/half1.bin",
        "ckpts/half2.bin",
        "ckpts/t5/t.bin",
    ]
    assert roles(world.track()) == [
        Role.SHARED,
        Role.SHARED,
        Role.TRANSFORMER,
        Role.PRELOAD,
        Role.VAE,
        Role.LORA,
        Role.MODEL_DATA,
        Role.MODEL_DATA,
        Role.TRANSFORMER_2,
        Role.MODULE,
        Role.MODULE,
        Role.MODULE,
        Role.TEXT_ENCODER,
    ]


def test_addresses_are_told_without_the_folder_and_for_the_hubs_files(world, handler, download_set):
    world.handlers["arch"] = handler([download_set(tokens__deep=["v/vocab.json"], root=["a.bin"])])
    world.add("m", URLs=world.urls("main.bin|folder"))
    assert [file.required.url for file in world.track().to_fetch] == [
        "https://files.test/main.bin",
        "https://huggingface.co/owner/name/resolve/main/tokens/deep/v/vocab.json",
        "https://huggingface.co/owner/name/resolve/main/a.bin",
    ]


def test_only_one_of_the_alternatives_is_needed_and_all_are_told(world):
    world.add("m", URLs=world.urls("m_bf16.bin", "m_int8.bin", "m_fp8.bin"))
    model = world.track()
    assert [file.required.name for file in model.files] == ["m_int8.bin"]
    (slot,) = model.slots
    assert [file.name for file in slot.alternatives] == ["m_bf16.bin", "m_int8.bin", "m_fp8.bin"]
    assert slot.chosen is model.files[0].required


def test_a_malformed_alternative_that_is_not_used_harms_nobody(world):
    world.add("m", URLs=["../up_bf16.bin", world.url("m_int8.bin"), "https://h.test/x_fp8.bin|.."])
    model = world.track()
    assert model.problems == ()
    assert [file.name for file in model.slots[0].alternatives] == ["m_int8.bin"]


def test_a_type_without_a_transformer_needs_its_companions_and_text_encoder(world, handler, download_set):
    world.handlers["arch"] = handler([download_set(music=["codec.bin"])])
    world.add("m", URLs=[], text_encoder_URLs=world.urls("t.bin"), preload_URLs=world.urls("p.bin"))
    assert world.fetched() == ["ckpts/p.bin", "ckpts/music/codec.bin", "ckpts/t.bin"]
    assert world.complaints() == []


def test_a_type_that_needs_nothing_is_downloaded(world):
    world.add("m")
    assert world.track().status is ModelStatus.DOWNLOADED


SOURCES = {
    "neither": ({}, ["main.bin", "second.bin", "module.bin"]),
    "source": ({"source": "own.safetensors"}, ["second.bin", "module.bin"]),
    "source2": ({"source2": "own.safetensors"}, ["main.bin", "module.bin"]),
    "both": ({"source": "a", "source2": "b"}, ["module.bin"]),
    "module_source": ({"module_source": "own.safetensors"}, ["main.bin", "second.bin"]),
    "all": ({"source": "a", "source2": "b", "module_source": "c"}, []),
}


@pytest.mark.parametrize(("parts", "fetched"), SOURCES.values(), ids=SOURCES)
def test_a_source_replaces_the_download_and_nothing_else(world, parts, fetched):
    world.add(
        "m",
        URLs=world.urls("main.bin"),
        URLs2=world.urls("second.bin"),
        modules=[world.urls("module.bin")],
        preload_URLs=world.urls("preload.bin"),
        **parts,
    )
    assert sorted(world.fetched()) == sorted(f"ckpts/{name}" for name in [*fetched, "preload.bin"])


def test_a_quanto_main_file_decides_for_modules_even_where_a_source_replaces_it(world):
    world.names["transformer_dtype_policy"] = "fp16"
    world.add(
        "m",
        source="own",
        URLs=world.urls("m_quanto_bf16_int8.bin"),
        modules=[world.urls("x_fp16_int8.bin", "x_bf16_int8.bin")],
    )
    assert world.fetched() == ["ckpts/x_bf16_int8.bin"]


REFERENCES = ["URLs", "URLs2", "text_encoder_URLs", "preload_URLs", "loras"]


@pytest.mark.parametrize("key", REFERENCES)
def test_a_list_may_be_another_models(world, key):
    folder = "loras/arch" if key == "loras" else "ckpts"
    world.add("owner", **{key: world.urls("x.bin")})
    world.add("m", **{key: "owner"})
    assert world.fetched() == [f"{folder}/x.bin"]
    assert world.complaints() == []


@pytest.mark.parametrize("key", [*REFERENCES, "modules"])
def test_a_chain_of_eleven_references_is_followed_and_one_of_twelve_is_a_problem(world, key):
    files = [world.urls("x.bin")] if key == "modules" else world.urls("x.bin")
    for number in range(12):
        world.add(f"m{number}", **{key: f"m{number + 1}"})
    world.add("m12", **{key: files})
    assert len(world.fetched("m1")) == 1
    assert world.complaints("m1") == []
    assert world.fetched("m0") == []
    assert "more than 11 steps" in world.complaints("m0")[0]


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("key", [*REFERENCES, "modules"])
def test_a_loop_of_references_is_a_problem_for_those_in_it_alone(world, key, length):
    for number in range(length):
        world.add(f"m{number}", **{key: f"m{(number + 1) % length}"})
    world.add("good", URLs=world.urls("x.bin"))
    for number in range(length):
        (complaint,) = world.complaints(f"m{number}")
        assert key in complaint
        assert "loop" in complaint
    assert world.complaints("good") == []


def test_vae_addresses_are_never_another_models(world):
    world.add("owner", VAE_URLs=world.urls("x.bin"))
    world.add("m", VAE_URLs="owner")
    model = world.track()
    assert model.stopped_by.required.name == "owner"
    world.add("m", VAE_URLs=world.url("single.bin"))
    assert world.fetched() == ["ckpts/single.bin"]


def test_a_module_may_be_the_only_module_of_another_model(world):
    world.add("owner", modules=[world.urls("x_bf16.bin", "x_int8.bin")])
    world.add("between", modules=["owner"])
    world.add("m", URLs=world.urls("main.bin"), modules=["owner"])
    world.add("far", URLs=world.urls("main.bin"), modules=["between", world.urls("own.bin")])
    assert world.fetched() == ["ckpts/main.bin", "ckpts/x_int8.bin"]
    assert world.fetched("far") == ["ckpts/main.bin", "ckpts/x_int8.bin", "ckpts/own.bin"]


def test_a_module_that_names_a_model_with_two_modules_is_a_problem(world):
    world.add("owner", modules=[world.urls("x.bin"), world.urls("y.bin")])
    world.add("m", URLs=world.urls("main.bin"), modules=["owner"])
    assert "exactly one" in world.complaints()[0]


def test_a_halved_modules_address_may_be_a_single_one(world):
    world.add(
        "m", URLs=world.urls("main.bin"), modules=[{"URLs": world.url("a.bin"), "URLs2": world.urls("b.bin")}]
    )
    assert world.fetched() == ["ckpts/main.bin", "ckpts/a.bin", "ckpts/b.bin"]


def test_the_same_file_asked_for_twice_is_fetched_once(world, handler, download_set):
    world.handlers["arch"] = handler([download_set(root=["x.bin", "x.bin"]), download_set(root=["x.bin"])])
    world.add(
        "m", URLs=world.urls("x.bin"), preload_URLs=world.urls("x.bin", "y.bin"), VAE_URLs=world.urls("y.bin")
    )
    assert world.fetched() == ["ckpts/x.bin", "ckpts/y.bin"]


def test_a_text_encoder_that_an_earlier_file_brings_is_not_fetched_again(world):
    world.add(
        "m", preload_URLs=world.urls("t.bin"), text_encoder_URLs=world.urls("t.bin"), text_encoder_folder="t5"
    )
    assert world.fetched() == ["ckpts/t.bin"]


def test_a_handlers_files_keep_their_folders_below_the_target(world, handler, download_set):
    world.handlers["arch"] = handler([download_set("shelf", sub__deep=["x.bin", "in/y.bin"], root=["z.bin"])])
    world.add("m")
    assert world.fetched() == [
        "ckpts/shelf/sub/deep/x.bin",
        "ckpts/shelf/sub/deep/in/y.bin",
        "ckpts/shelf/z.bin",
    ]


def test_a_handler_is_asked_with_its_base_type_and_the_definition_with_its_config(world, handler):
    asked = handler(
        lambda base, definition: {
            "repoId": "o/n",
            "sourceFolderList": [""],
            "fileList": [[definition["vae"]]],
        }
    )
    world.handlers["arch"] = asked
    world.add("m", vae="a.bin", configs={"small": {"vae": "b.bin"}})
    assert world.fetched() == ["ckpts/a.bin"]
    assert world.fetched(config=",,,small") == ["ckpts/b.bin"]
    assert [base for base, _ in asked.asked] == ["arch", "arch"]


def test_a_handler_may_answer_one_set_a_list_or_an_empty_one(world, handler, download_set):
    world.add("m")
    for answer, fetched in (
        (download_set(a=["x.bin"]), ["ckpts/a/x.bin"]),
        ([download_set(a=["x.bin"]), download_set(b=["y.bin"])], ["ckpts/a/x.bin", "ckpts/b/y.bin"]),
        ([], []),
    ):
        world.handlers["arch"] = handler(lambda *_, answer=answer: answer)
        assert world.fetched() == fetched
        assert world.complaints() == []


def test_a_whole_folder_counts_as_there_when_the_folder_is(world, handler, download_set):
    world.handlers["arch"] = handler([download_set(root=["x.bin"], deep__folder=[])])
    world.add("m")
    world.put("ckpts/x.bin")
    model = world.track()
    assert world.fetched() == ["ckpts/deep/folder"]
    assert model.to_fetch[0].required.is_folder
    assert model.to_fetch[0].required.url == "https://huggingface.co/owner/name/resolve/main/deep/folder/*"
    (world.home / "deep" / "folder").mkdir(parents=True)
    assert world.fetched() == []
    assert world.track().status is ModelStatus.DOWNLOADED


def test_a_file_in_place_of_a_whole_folder_does_not_stand_for_it(world, handler, download_set):
    world.handlers["arch"] = handler([download_set(folder=[])])
    world.add("m")
    world.put("ckpts/folder")
    assert world.fetched() == ["ckpts/folder"]


SELECTIONS = {
    "none": ("", "main.bin"),
    "first group": ("fast", "fast.bin"),
    "second group": (",small", "small.bin"),
    "fourth group": (",,,mine", "mine.bin"),
    "from left to right": ("fast,small", "small.bin"),
    "a later group that leaves the file alone": ("fast,,,note", "fast.bin"),
    "trailing commas": ("fast,,,", "fast.bin"),
    "more commas than groups": ("fast,,,,,x", "fast.bin"),
}


@pytest.mark.parametrize(("selection", "name"), SELECTIONS.values(), ids=SELECTIONS)
def test_a_config_selection_changes_the_definition_from_left_to_right(world, selection, name):
    world.add(
        "m",
        URLs=world.urls("main.bin"),
        system_configs={"_name": "Speed", "fast": {"URLs": world.urls("fast.bin")}},
        system_configs2={"small": {"URLs": world.urls("small.bin")}},
        configs={"mine": {"URLs": world.urls("mine.bin")}, "note": {"note": 1}},
    )
    assert world.fetched(config=selection) == [f"ckpts/{name}"]


def test_config_groups_may_be_another_models(world):
    world.add("owner", configs={"small": {"URLs": world.urls("small.bin")}})
    world.add("m", URLs=world.urls("main.bin"), configs="owner")
    assert world.fetched(config=",,,small") == ["ckpts/small.bin"]


@pytest.mark.parametrize("selection", ["gone", "_name", ",fast", "fast,gone"])
def test_a_config_choice_that_does_not_exist_is_a_problem_and_nothing_is_called_downloaded(world, selection):
    world.add("m", system_configs={"_name": {"text": "Speed"}, "fast": {}})
    model = world.track(config=selection)
    assert "does not exist" in str(model.problems[0])
    assert model.status is not ModelStatus.DOWNLOADED


def test_merging_a_config_leaves_the_definition_as_it_was():
    definition = {"URLs": ["a"], "name": "m"}
    groups = ({"x": {"URLs": ["b"]}}, {}, {}, {})
    assert merge_config(definition, groups, "x") == {"URLs": ["b"], "name": "m"}
    assert definition == {"URLs": ["a"], "name": "m"}


LORAS = {
    "an address": ("https://files.test/x.bin", "loras/arch/x.bin"),
    "an address with a folder": ("https://files.test/x.bin|sub", "loras/arch/sub/x.bin"),
}


@pytest.mark.parametrize(("entry", "path"), LORAS.values(), ids=LORAS)
def test_a_lora_is_put_into_the_models_lora_folder_and_only_looked_for_there(world, entry, path):
    world.add("m", loras=[entry])
    world.put("ckpts/x.bin", "x.bin", "loras/x.bin")
    assert world.fetched() == [path]
    world.put(path)
    assert world.fetched() == []


def test_a_folder_mark_puts_a_preloaded_file_into_the_lora_folder(world):
    world.add("m", preload_URLs=world.urls("x.bin|%lora_dir"), VAE_URLs=world.urls("y.bin|%lora_dir"))
    assert world.fetched() == ["loras/arch/x.bin", "loras/arch/y.bin"]
    world.put("loras/arch/x.bin")
    assert world.fetched() == ["loras/arch/y.bin"]


def test_the_lora_folder_is_the_handlers_for_the_root_that_the_host_names(world):
    class Handler:
        def get_lora_dir(self, base, arguments, root):
            return f"{root}/{base}"

    world.handlers["arch"] = Handler()
    world.add("m", loras=world.urls("x.bin"))
    assert world.fetched() == ["loras/arch/x.bin"]
    world.names["server_config"] = {"loras_root": "configured"}
    assert world.fetched() == ["configured/arch/x.bin"]
    world.names["get_lora_root"] = lambda: "told"
    assert world.fetched() == ["told/arch/x.bin"]


@pytest.mark.parametrize("key", ["URLs", "URLs2", "text_encoder_URLs"])
def test_only_companions_may_lie_in_the_lora_folder(world, key):
    world.add("m", **{key: world.urls("x.bin|%lora_dir")})
    assert "LoRA folder" in world.complaints()[0]


@pytest.mark.parametrize(("key", "source"), [("URLs", "source"), ("modules", "module_source")])
def test_an_entry_that_is_not_fetched_is_looked_for_all_the_same(world, key, source):
    entries = world.urls("x.bin|%lora_dir")
    listed = {"URLs": world.urls("m.bin"), key: [entries] if key == "modules" else entries}
    world.add("m", **listed, **{source: "here"})
    world.put("ckpts/m.bin", "ckpts/x.bin")
    assert "LoRA folder" in world.complaints()[0]
    assert world.track().status is not ModelStatus.DOWNLOADED


def test_user_finetunes_are_told_by_their_folder(world):
    world.add("mine", path="finetunes/mine.json")
    world.add("windows", path="C:/apps/Wan2GP/Finetunes/mine.json")
    world.add("theirs", path="defaults/finetunes.json")
    world.add("nowhere", path=None)
    models = world.inventory().models
    assert {name: model.is_finetune for name, model in models.items() if name != "arch"} == {
        "mine": True,
        "windows": True,
        "theirs": False,
        "nowhere": False,
    }


def test_a_finetune_of_an_existing_model_needs_that_models_files_and_its_own(world, handler, download_set):
    world.handlers["arch"] = handler([download_set(root=["vae.bin"])])
    world.add("base", URLs=world.urls("base.bin"), text_encoder_URLs=world.urls("t.bin"))
    world.add("mine", path="finetunes/mine.json", URLs=["mine.bin"], text_encoder_URLs="base")
    world.put("ckpts/mine.bin")
    assert world.fetched("mine") == ["ckpts/vae.bin", "ckpts/t.bin"]


links = st.lists(st.integers(0, 5), min_size=6, max_size=6)


@given(links, st.sets(st.integers(0, 5)))
def test_following_references_ends_with_the_list_they_lead_to_or_a_loop(goes_to, with_list):
    models = {
        f"m{number}": {"URLs": [f"x{number}.bin"] if number in with_list else f"m{target}"}
        for number, target in enumerate(goes_to)
    }
    here, seen = 0, set()
    while here not in with_list and here not in seen:
        seen.add(here)
        here = goes_to[here]
    if here in with_list:
        assert definitions.entries_of(models, "m0", "URLs") == (f"x{here}.bin",)
    else:
        with pytest.raises(DefinitionError):
            definitions.entries_of(models, "m0", "URLs")
