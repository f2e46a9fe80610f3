"""What differs between versions of Wan2GP, by small stand-ins: 11.13 and 12.34 by their notes, 13.141 by its rule."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from model_tracker.host import Host
from model_tracker.inventory.models import ModelStatus
from model_tracker.wan2gp.capabilities import Capabilities, NewFiles, PipeSuffix, SharedFiles, capabilities
from model_tracker.wan2gp.choice import ChoiceKind, choose_exact
from model_tracker.wan2gp.introspection import Introspection, parameters
from model_tracker.wan2gp.shared_sets import tables


def base_names(world, **more):
    """Return names that every Wan2GP has, with the world's models and disk."""
    return {
        **world.names,
        "args": SimpleNamespace(loras=""),
        "families_infos": {"unknown": [100, "Unknown"]},
        "get_base_model_type": lambda model_type: world.models[model_type]["architecture"],
        "quant_router": SimpleNamespace(get_quantization_tokens=lambda asked: [asked]),
        **more,
    }


def locator(*functions):
    return SimpleNamespace(
        _checkpoints_paths=["ckpts", "."], **dict.fromkeys(("locate_file", *functions), lambda *_: None)
    )


def look_up(model_filename, use_locator=True, extra_paths=None):
    raise AssertionError


def download_models_11(model_filename=None, model_type=None, file_type=0, submodel_no=1, force_path=None):
    raise AssertionError


def download_models_12_60(
    model_filename=None, model_type=None, file_type=0, submodel_no=1, force_path=None, model_def=None
):
    raise AssertionError


MASKS = {"repoId": "o/masks", "sourceFolderList": ["mask"], "fileList": [["matanyone.safetensors"]]}


def names_11_13(world, **more):
    return base_names(
        world,
        fl=locator("get_smart_download_root", "get_smart_download_location"),
        get_local_model_filename=look_up,
        download_models=download_models_11,
        query_matanyone_download_def=lambda config: MASKS,
        **more,
    )


def names_12_34(world, **more):
    return base_names(
        world,
        fl=locator("get_smart_download_root", "get_local_model_filename"),
        download_models=download_models_11,
        query_core_shared_model_files=lambda: (),
        query_matanyone_download_def=lambda config=None: (),
        get_lora_root=lambda: "loras",
        get_lora_local_path=lambda lora_dir, lora: None,
        switch_to_model=lambda model_type, open_media_tab=False: None,
        **more,
    )


class Handler13:
    """Changes definitions at run time and answers a key for the LoRA folder."""

    asked: list = []  # noqa: RUF012 - each test takes a fresh class

    @classmethod
    def resolve_runtime_model_def(cls, model_def, context):
        cls.asked.append(context)
        if context["transformer_quantization"] == "fp8":
            model_def["URLs"] = ["https://files.test/runtime_fp8.bin"]
        return model_def

    @staticmethod
    def query_model_files(computeList, base_model_type, model_def=None):  # noqa: N803
        return []

    @staticmethod
    def get_lora_dir(base_model_type):
        return "key"


def names_13_141(world, **more):
    handler = type("Fresh", (Handler13,), {"asked": []})
    return base_names(
        world,
        fl=locator("get_smart_download_root", "get_local_model_filename"),
        model_types_handlers={"arch": handler},
        get_lora_dir=lambda model_type: os.path.join("loras", "resolved"),  # noqa: PTH118
        get_lora_root=lambda: "loras",
        get_lora_local_path=lambda lora_dir, lora: None,
        get_model_config_groups=lambda model_type, model_def=None: [{}, {}, {}, {}],
        switch_to_model=lambda model_type, open_media_tab=False: None,
        query_global_shared_model_files=lambda: [MASKS],
        query_matanyone_download_def=lambda config: MASKS,
        **more,
    )


def track(world, names, model_type="m", config=""):
    world.names = names
    return world.track(model_type, config)


def names_of(model):
    return [file.required.target.replace(os.sep, "/") for file in model.files]


def test_11_13_has_its_shared_files_inside_and_asks_for_the_masks_after_them(world):
    world.add(URLs=world.urls("m.bin"))
    how = Host.from_namespace(names_11_13(world)).snapshot().capabilities
    assert (how.shared, how.table.source) == (SharedFiles.TABLE, "11.13 (8675eab9)")
    assert (how.new_files, how.pipe_suffix, how.lora_pipe_suffix) == (
        NewFiles.FIRST_WITH_FOLDER,
        PipeSuffix.KEPT,
        PipeSuffix.KEPT,
    )
    assert not how.configs
    world.names["server_config"]["rife_version"] = "v4"
    files = names_of(track(world, names_11_13(world)))
    assert len(files) == 23 + 1 + 1
    assert files[22:] == ["rife4.26.pkl", "mask/matanyone.safetensors", "m.bin"]
    assert "depth/depth_anything_v2_vitb.pth" in files
    assert not any(file.startswith("mask/model") for file in files)


ENHANCERS = {
    "Florence and Llama": ({"enhancer_enabled": 1}, 12, "Llama3_2/Llama3_2_quanto_bf16_int8.safetensors"),
    "Florence and Joy": (
        {"enhancer_enabled": 2},
        12,
        "llama-joycaption-beta-one-hf-llava/llama_config.json",
    ),
    "a number saved as text": (
        {"enhancer_enabled": "1"},
        12,
        "Llama3_2/Llama3_2_quanto_bf16_int8.safetensors",
    ),
    "no number at all": ({"enhancer_enabled": "much"}, 0, None),
    "null": ({"enhancer_enabled": None}, 0, None),
    "Qwen 4B": (
        {"enhancer_enabled": 3},
        10,
        "Qwen3_5_4B_Abliterated/Qwen3.5-4B-Abliterated_quanto_bf16_int8.safetensors",
    ),
    "Qwen 9B": (
        {"enhancer_enabled": 4},
        8,
        "Qwen3_5_9B_Abliterated/Qwen3.5-9B-Abliterated_quanto_bf16_int8.safetensors",
    ),
    "Qwen 9B as GGUF": (
        {"enhancer_enabled": 4, "prompt_enhancer_quantization": "gguf"},
        8,
        "Qwen3_5_9B_Abliterated/Qwen3.5-9B-Abliterated-text-Q4_K_M.gguf",
    ),
    "MMAudio": ({"mmaudio_mode": 1}, 7, "bigvgan_v2_44khz_128band_512x/bigvgan_generator.pt"),
    "MMAudio, an old mark": ({"mmaudio_enabled": 2}, 7, "mmaudio/mmaudio_large_44k_v2.pth"),
    "MMAudio, an old mark beside a new one": ({"mmaudio_enabled": 2, "mmaudio_mode": 0}, 0, None),
    "nothing": ({"enhancer_enabled": 0, "mmaudio_mode": 0}, 0, None),
}


@pytest.mark.parametrize(("config", "more", "one"), ENHANCERS.values(), ids=ENHANCERS)
def test_11_13_fetches_what_the_configuration_switches_on(config, more, one, world):
    world.add(URLs=world.urls("m.bin"))
    plain = names_of(track(world, names_11_13(world)))
    world.names["server_config"] = config
    files = names_of(track(world, {**names_11_13(world), "server_config": config}))
    assert len(files) == len(plain) + more
    assert one is None or one in files


OLD_MMAUDIO = {"off": (0, 0), "on": (1, 5), "kept in RAM": (2, 5)}


@pytest.mark.parametrize(("value", "more"), OLD_MMAUDIO.values(), ids=OLD_MMAUDIO)
def test_9_9_has_one_mark_for_mmaudio(value, more):
    table = tables()["9.9"]
    count = sum(len(names) for one in table.sets({"mmaudio_enabled": value}, ()) for names in one["fileList"])
    assert count == 26 + more


def test_without_a_rife_version_the_old_interpolation_is_fetched(world):
    world.add(URLs=world.urls("m.bin"))
    assert "flownet.pkl" in names_of(track(world, names_11_13(world)))


def test_a_bar_stays_in_the_name_where_it_is_not_understood(world):
    world.add(URLs=[world.url("x.bin|folder")], preload_URLs=[world.url("p.bin|%lora_dir")])
    files = track(world, names_11_13(world)).files[-2:]
    assert [file.required.target for file in files] == ["x.bin|folder", "p.bin|%lora_dir"]
    assert files[0].required.url == world.url("x.bin|folder")
    files = track(world, names_12_34(world)).files
    assert files[0].required.target.replace(os.sep, "/") == "folder/x.bin"


def test_a_lora_is_asked_for_with_its_bar_where_that_is_not_understood(world):
    world.add(loras=[world.url("x.safetensors|folder")])
    assert track(world, names_11_13(world)).files[-1].required.url == world.url("x.safetensors|folder")
    assert track(world, names_12_34(world)).files[-1].required.url == world.url("x.safetensors")


LORA_BARS = {"11.13": (names_11_13, "l.bin|sub"), "12.34": (names_12_34, "sub/l.bin")}


@pytest.mark.parametrize(("make", "expected"), LORA_BARS.values(), ids=LORA_BARS)
def test_where_a_lora_with_a_bar_is_looked_for(make, expected, world):
    world.add(URLs=world.urls("m.bin"), loras=[world.url("l.bin|sub")])
    paths = world.below_home([track(world, make(world)).files[-1].path])
    assert paths == [f"loras/arch/{expected}"]


def test_12_34_has_no_config_choices_whatever_a_definition_says(world):
    world.add(URLs=world.urls("m.bin"), configs={"small": {"URLs": world.urls("s.bin")}})
    host = Host.from_namespace(names_12_34(world)).snapshot()
    assert host.config_groups("m") == ({}, {}, {}, {})
    assert "does not exist" in str(track(world, names_12_34(world), config=",,,small").problems[0])


def test_13_141_fetches_no_shared_files_with_a_model(world):
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    model = track(world, names_13_141(world))
    assert model.problems == ()
    assert names_of(model) == ["m.bin"]
    assert model.status is ModelStatus.DOWNLOADED


def test_13_141_lets_the_handler_change_the_definition_after_the_config_and_before_any_choice(world):
    world.add(URLs=world.urls("m.bin"), configs={"other": {"URLs": world.urls("configured.bin")}})
    before = repr(world.models)
    names = {**names_13_141(world), "server_config": {"vae_precision": "32"}}
    assert names_of(track(world, names)) == ["m.bin"]
    assert names_of(track(world, names, config=",,,other")) == ["configured.bin"]
    assert names_of(track(world, {**names, "transformer_quantization": "fp8"})) == ["runtime_fp8.bin"]
    asked = names["model_types_handlers"]["arch"].asked
    assert asked[0] == {
        "transformer_quantization": "int8",
        "text_encoder_quantization": "int8",
        "mixed_precision": "0",
        "vae_precision": "32",
    }
    assert repr(world.models) == before


@pytest.mark.parametrize("answer", [None, "x", 5])
def test_a_handler_that_makes_no_definition_leaves_a_doubt(answer, world):
    world.add(URLs=world.urls("m.bin"))
    names = names_13_141(world)
    names["model_types_handlers"]["arch"].resolve_runtime_model_def = lambda model_def, context: answer
    model = track(world, names)
    assert model.status is not ModelStatus.DOWNLOADED
    assert "Not sure" in str(model.problems[0])


def test_13_141_tells_the_lora_folder_through_its_own_function(world):
    world.add(URLs=world.urls("m.bin"), loras=world.urls("l.bin"))
    names = names_13_141(world)
    model = track(world, names)
    assert world.below_home([model.files[-1].path]) == ["loras/resolved/l.bin"]
    del names["get_lora_dir"]
    assert "Not sure" in str(track(world, names).problems[0])


def test_a_12_x_from_which_the_shared_function_is_gone_is_doubted(world):
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    names = {**names_12_34(world), "query_global_shared_model_files": list}
    assert track(world, names).status is ModelStatus.DOWNLOADED
    for gone in (["query_core_shared_model_files"], ["query_matanyone_download_def"]):
        model = track(world, {name: value for name, value in names.items() if name not in gone})
        assert model.status is ModelStatus.PARTIAL
        assert "Not sure" in str(model.problems[0])


NEEDED = (
    "fl",
    "server_config",
    "transformer_quantization",
    "text_encoder_quantization",
    "transformer_dtype_policy",
    "bfloat16_supported",
)


@pytest.mark.parametrize("name", NEEDED)
def test_without_what_decides_the_files_nothing_is_sure(name, world):
    world.add(URLs=world.urls("m.bin"))
    world.put("ckpts/m.bin")
    names = names_12_34(world)
    del names[name]
    model = track(world, names)
    assert model.status is ModelStatus.PARTIAL
    assert name in str(model.problems[0])


def compiled(body):
    scope = {}
    exec(f"def download_models(model_filename=None, file_type=0):\n{body}", scope)
    return scope["download_models"]


def inline(names):
    return f"    process({{'repoId': 'r', 'fileList': {names!r}}})\n    handler.query_model_files()\n"


def written_in(version):
    return sorted(tables()[version].names() | tables()[version].texts)


@pytest.mark.parametrize("version", tables())
def test_the_texts_of_the_running_function_tell_which_table_holds(version):
    how = capabilities(Introspection({"download_models": compiled(inline(written_in(version)))}))
    assert how.shared is SharedFiles.TABLE
    assert how.table is tables()[version]


def test_a_list_that_no_table_has_is_a_doubt():
    how = capabilities(
        Introspection({"download_models": compiled(inline([*written_in("10.56"), "new.pth"]))})
    )
    assert how.shared is SharedFiles.UNKNOWN
    assert how.uncertainties


def test_a_function_that_asks_for_shared_files_which_are_gone_is_a_doubt_and_one_that_asks_for_none_is_not():
    asks = "    process(query_core_shared_model_files())\n    handler.query_model_files()\n"
    assert capabilities(Introspection({"download_models": compiled(asks)})).shared is SharedFiles.UNKNOWN
    plain = "    download_shared_done = True\n    handler.query_model_files()\n"
    assert capabilities(Introspection({"download_models": compiled(plain)})).shared is SharedFiles.ON_USE


def test_a_function_that_mistakes_one_rife_version_for_the_other_is_a_doubt():
    how = capabilities(Introspection({"download_models": compiled(inline([*written_in("10.51"), "v4"]))}))
    assert how.shared is SharedFiles.UNKNOWN


def test_the_code_tells_whether_loras_have_folders_of_their_own():
    for body, pipe_suffix in (
        (" get_lora_local_path()", PipeSuffix.FOLDER),
        (" url.split('/')", PipeSuffix.KEPT),
    ):
        code = compiled(f" handler.query_model_files()\n{body}")
        assert capabilities(Introspection({"download_models": code})).lora_pipe_suffix is pipe_suffix


def test_a_dictionary_made_by_hand_does_not_do_what_it_lacks():
    how = capabilities(Introspection({"models_def": {}, "model_types_handlers": {}, "server_config": {}}))
    assert how.uncertainties == ()
    assert not how.is_whole


def test_by_default_the_present_rules_hold():
    default = Capabilities()
    assert (default.pipe_suffix, default.lora_pipe_suffix) == (PipeSuffix.FOLDER, PipeSuffix.FOLDER)


BF16, INT8, FP8 = "m_bf16.safetensors", "m_quanto_bf16_int8.safetensors", "m_fp8.safetensors"
EXACT = {
    "int8 asked and there": ([BF16, INT8], "int8", "bf16", INT8, ChoiceKind.ASKED),
    "fp8 asked, int8 does not stand in": ([BF16, INT8], "fp8", "bf16", BF16, ChoiceKind.NO_MATCH),
    "upper case": ([BF16, "m_INT8.gguf"], "int8", "bf16", "m_INT8.gguf", ChoiceKind.ASKED),
    "mixed case is not seen": ([BF16, "m_Int8.gguf"], "int8", "bf16", BF16, ChoiceKind.NO_MATCH),
    "bf16: what is not quanto": ([INT8, BF16], "bf16", "bf16", BF16, ChoiceKind.UNQUANTIZED),
    "bf16 with another dtype": ([BF16, "m_fp16.bin"], "", "fp16", "m_fp16.bin", ChoiceKind.UNQUANTIZED),
    "all quanto": ([INT8, INT8 + "2"], "bf16", "bf16", INT8, ChoiceKind.NO_MATCH),
    "one entry": ([INT8], "bf16", "bf16", INT8, ChoiceKind.ONLY),
}


@pytest.mark.parametrize(("entries", "asked", "dtype", "taken", "kind"), EXACT.values(), ids=EXACT)
def test_up_to_9_91_int8_and_fp8_do_not_stand_in(entries, asked, dtype, taken, kind):
    choice = choose_exact(entries, asked, dtype)
    assert (choice.entry, choice.kind) == (taken, kind)
    assert choose_exact([], asked, dtype) is None


def test_parameters_are_read_without_calling():
    class Thing:
        def method(self, one, two=2, *, three=3):
            raise AssertionError

    assert parameters(Thing().method) == ("one", "two", "three")
    assert parameters(lambda *many: None) == ("many",)


@pytest.mark.parametrize(
    "query",
    [lambda computeList: [], lambda a, b, c, d: [], lambda a, b, *, model_def, more: []],  # noqa: N803
)
def test_a_handler_that_is_asked_in_no_known_way_leaves_a_doubt(query, world, handler):
    world.add(URLs=world.urls("m.bin"))
    world.handlers["arch"] = SimpleNamespace(query_model_files=query)
    assert "Not sure" in world.complaints()[0]


def test_a_handler_of_10_3_is_asked_with_both(world):
    seen = []

    def query_model_files(
        computeList,  # noqa: N803
        base_model_type,
        model_filename,
        text_encoder_quantization,
        model_def=None,
    ):
        seen.append((model_filename, text_encoder_quantization, model_def["name"]))
        return []

    world.add(URLs=world.urls("m.bin"))
    world.handlers["arch"] = SimpleNamespace(query_model_files=query_model_files)
    world.names["download_models"] = download_models_11
    world.track()
    assert seen == [(None, "int8", "m")]
