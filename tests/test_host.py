"""The running Wan2GP as the plugin sees it: live, whole or in part, and never changed by looking."""

from __future__ import annotations

import os
import sys
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.host import Host, live_namespace
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import ModelStatus
from model_tracker.inventory.scan import take_inventory
from model_tracker.wan2gp.definitions import merge_config
from model_tracker.wan2gp.names import HOST_NAMES
from model_tracker.wan2gp.settings import Settings

NAMES = [entry.name for entry in HOST_NAMES]


class FullHandler:
    """A handler that answers everything."""

    @staticmethod
    def query_model_files(compute_list, base, definition):
        return [{"repoId": "o/n", "sourceFolderList": [""], "fileList": [compute_list("a/vae.bin")]}]

    @staticmethod
    def get_lora_dir(base, arguments, root):
        return os.path.join(root, "wan")  # noqa: PTH118

    @staticmethod
    def query_model_family():
        return "wan"


def full_namespace():
    """Return every name that the plugin reads, as a real Wan2GP would have it."""
    models = {
        "t2v": {
            "name": "Text to video",
            "architecture": "t2v",
            "URLs": ["https://files.test/t2v_bf16.bin", "https://files.test/t2v_int8.bin"],
            "loras": ["https://files.test/own.bin"],
        },
        "hidden": {"name": "Hidden", "architecture": "t2v", "URLs": "t2v", "visible": False},
    }
    names = {
        "models_def": models,
        "fl": SimpleNamespace(_checkpoints_paths=["ckpts", "."]),
        "model_types_handlers": {"t2v": FullHandler},
        "get_model_filename": lambda model_type, quantization="int8", dtype_policy="", model_def=None: models[
            "t2v"
        ]["URLs"][-1],
        "get_model_config_groups": lambda model_type, model_def=None: [{}, {}, {}, {}],
        "query_core_shared_model_files": lambda: {
            "repoId": "o/n",
            "sourceFolderList": ["pose"],
            "fileList": [["p.onnx"]],
        },
        "query_matanyone_download_def": lambda config: {
            "repoId": "o/n",
            "sourceFolderList": ["mask"],
            "fileList": [["m.bin"]],
        },
        "quant_router": SimpleNamespace(get_quantization_tokens=lambda asked: [asked]),
        "transformer_quantization": "int8",
        "text_encoder_quantization": "int8",
        "transformer_dtype_policy": "",
        "bfloat16_supported": True,
        "server_config": {},
        "args": SimpleNamespace(loras=""),
        "get_lora_root": lambda: "loras",
        "families_infos": {"wan": [0, "Wan2.1"]},
        "WanGP_version": "12.60",
        "switch_to_model": lambda model_type, open_media_tab=True: None,
    }
    assert set(names) == set(NAMES)
    return names


ALL_TARGETS = [
    "ckpts/pose/p.onnx",
    "ckpts/mask/m.bin",
    "ckpts/t2v_int8.bin",
    "loras/wan/own.bin",
    "ckpts/vae.bin",
]


def targets(host, home, model_type="t2v"):
    model = inventory(host).models[model_type]
    return [os.path.relpath(file.path, home).replace(os.sep, "/") for file in model.to_fetch]


def inventory(host):
    return take_inventory(host.snapshot(), Integrity(), None)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return the current folder, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def module_of(names):
    module = ModuleType("wgp_for_a_test")
    vars(module).update(names)
    return module


def live_function(names, name="get_model_def"):
    """Return a function whose globals are these names, as Wan2GP's own functions have."""
    exec(f"def {name}(model_type): return models_def.get(model_type)", names)
    return names.pop(name) if name not in NAMES else names[name]


def as_mapping(names):
    return Host.from_namespace(names)


def as_module(names):
    return Host.from_namespace(module_of(names))


def as_attributes(names):
    return Host.from_plugin(SimpleNamespace(**names))


def as_live_function(names):
    return Host.from_plugin(SimpleNamespace(get_model_def=live_function(names), models_def={"stale": {}}))


@pytest.mark.parametrize("make", [as_mapping, as_module, as_attributes, as_live_function])
def test_the_same_wan2gp_is_read_from_whatever_it_comes_in(make, home):
    host = make(full_namespace())
    snapshot = host.snapshot()
    assert snapshot.missing == ()
    assert snapshot.uncertainties == ()
    assert snapshot.version == "12.60"
    assert snapshot.settings == Settings("int8", "int8", "", bf16_supported=True)
    assert snapshot.roots == (str(home / "ckpts"), str(home))
    assert targets(host, home) == ALL_TARGETS


def test_a_function_among_the_attributes_leads_to_the_live_values_behind_the_stale_ones(home):
    live = full_namespace()
    live["transformer_quantization"] = "fp8"
    stale = {**full_namespace(), "transformer_quantization": "int8", "models_def": {}}
    host = Host.from_plugin(SimpleNamespace(**stale, get_model_def=live_function(live)))
    assert host.snapshot().settings.transformer_quantization == "fp8"
    assert "t2v" in host.snapshot().definitions


@pytest.mark.parametrize(
    "name", ["get_model_filename", "get_model_def", "get_base_model_type", "switch_to_model"]
)
def test_any_of_wan2gps_usual_functions_leads_there(name):
    names = {"models_def": {"m": {}}}
    function = live_function(names, name)
    assert live_namespace(SimpleNamespace(**{name: function})) is names


def test_a_function_of_someone_else_leads_nowhere():
    assert live_namespace(SimpleNamespace(get_model_def=full_namespace)) is None
    assert live_namespace(SimpleNamespace(get_model_def=None, switch_to_model=5)) is None
    assert live_namespace(SimpleNamespace()) is None


def test_the_running_program_is_wan2gp_where_it_has_its_names(monkeypatch):
    main = module_of(full_namespace())
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert live_namespace(SimpleNamespace()) is vars(main)
    del main.WanGP_version
    assert live_namespace(SimpleNamespace()) is None


def test_a_module_called_wgp_is_never_taken(monkeypatch):
    monkeypatch.setitem(sys.modules, "wgp", module_of(full_namespace()))
    assert live_namespace(SimpleNamespace()) is None
    assert Host.from_plugin(SimpleNamespace(models_def={})).snapshot().definitions == {}


@pytest.mark.parametrize("make", [as_mapping, as_live_function])
def test_each_snapshot_reads_what_is_in_force_then(make, home):
    names = full_namespace()
    host = make(names)
    before = host.snapshot()
    names["models_def"] = {"new": {"name": "New", "architecture": "t2v"}}
    names["transformer_quantization"] = "fp8"
    names["server_config"]["loras_root"] = "elsewhere"
    names["fl"]._checkpoints_paths = ["other"]
    after = host.snapshot()
    assert set(after.definitions) == {"new"}
    assert after.settings.transformer_quantization == "fp8"
    assert after.roots == (str(home / "other"),)
    assert set(before.definitions) == {"t2v", "hidden"}
    assert before.settings.transformer_quantization == "int8"
    assert before.roots == (str(home / "ckpts"), str(home))


def test_a_snapshot_is_not_disturbed_by_models_that_come_and_go():
    names = full_namespace()
    snapshot = Host.from_namespace(names).snapshot()
    names["models_def"]["late"] = {}
    del names["models_def"]["hidden"]
    assert set(snapshot.definitions) == {"t2v", "hidden"}


def test_a_module_is_read_live(home):
    module = module_of(full_namespace())
    host = Host.from_namespace(module)
    module.transformer_quantization = "bf16"
    assert host.snapshot().settings.transformer_quantization == "bf16"


def test_looking_leaves_no_trace_on_the_disk_or_in_wan2gp(home):
    names = full_namespace()
    before = {name: repr(value) for name, value in names.items()}
    host = Host.from_namespace(names)
    snapshot = host.snapshot()
    inventory(host)
    assert snapshot.lora_folder("t2v") == os.path.join("loras", "wan")  # noqa: PTH118
    assert list(home.iterdir()) == []
    assert {name: repr(value) for name, value in names.items()} == before


def test_wan2gps_own_lora_look_up_which_makes_the_folder_is_not_called(home):
    names = full_namespace()
    names["get_lora_dir"] = lambda model_type: pytest.fail("it makes the folder")
    assert targets(Host.from_namespace(names), home) == ALL_TARGETS


@pytest.mark.parametrize("name", NAMES)
def test_each_missing_name_is_told_with_what_is_lost_and_stops_nothing(name, home):
    names = full_namespace()
    del names[name]
    snapshot = Host.from_namespace(names).snapshot()
    (missing,) = snapshot.missing
    assert missing.name == name
    assert missing.impact
    models = inventory(Host.from_namespace(names)).models
    assert set(models) == (set() if name == "models_def" else {"t2v", "hidden"})


def test_a_name_that_is_none_counts_as_missing():
    names = {**full_namespace(), "server_config": None, "fl": None}
    assert [entry.name for entry in Host.from_namespace(names).snapshot().missing] == ["fl", "server_config"]


LOSSES = {
    "get_model_filename": ALL_TARGETS,
    "get_model_config_groups": ALL_TARGETS,
    "quant_router": ALL_TARGETS,
    "args": ALL_TARGETS,
    "get_lora_root": ALL_TARGETS,
    "fl": ALL_TARGETS,
    "transformer_quantization": ALL_TARGETS,
    "query_core_shared_model_files": ALL_TARGETS[1:],
    "query_matanyone_download_def": [ALL_TARGETS[0], *ALL_TARGETS[2:]],
}


@pytest.mark.parametrize(("name", "expected"), LOSSES.items(), ids=LOSSES)
def test_what_is_not_in_the_namespace_that_host_does_not_do(name, expected, home):
    names = full_namespace()
    del names[name]
    assert targets(Host.from_namespace(names), home) == expected


@given(st.sets(st.sampled_from(NAMES)), st.booleans())
def test_any_names_may_be_missing_together(home, impact, as_none):
    names = full_namespace()
    for name in impact:
        if as_none:
            names[name] = None
        else:
            del names[name]
    host = Host.from_namespace(names)
    assert {entry.name for entry in host.snapshot().missing} == impact
    models = inventory(host).models
    assert bool(models) is ("models_def" not in impact)
    if "model_types_handlers" in impact:
        assert all(model.status is not ModelStatus.DOWNLOADED for model in models.values())


def test_without_handlers_no_model_is_called_downloaded_though_all_known_files_are_there(world):
    world.add("m", URLs=world.urls("x.bin"))
    world.put("ckpts/x.bin")
    assert world.track().status is ModelStatus.DOWNLOADED
    del world.names["model_types_handlers"]
    model = world.track()
    assert model.status is ModelStatus.PARTIAL
    assert "handler" in str(model.problems[0])


def test_the_three_objects_of_the_design_card_are_all_there_is_to_know(home, write_file):
    models = {"m": {"name": "M", "architecture": "a", "URLs": ["https://files.test/x.bin"]}}
    locator = SimpleNamespace(_checkpoints_paths=["models"])
    host = Host.from_parts(models, locator, None)
    assert targets(host, home, "m") == ["models/x.bin"]
    write_file(home / "models/x.bin")
    assert inventory(host).models["m"].status is ModelStatus.DOWNLOADED


def test_the_three_objects_of_the_running_wan2gp_stand_for_all_of_it(monkeypatch, home):
    names = full_namespace()
    monkeypatch.setitem(sys.modules, "__main__", module_of(names))
    host = Host.from_parts(names["models_def"], names["fl"], None)
    assert targets(host, home) == ALL_TARGETS


def broken(*_arguments):
    raise RuntimeError("out of order")


@pytest.mark.parametrize(
    "answer", [broken, lambda *_: 5, lambda *_: "x", lambda *_: [5]], ids=["raises", "number", "text", "list"]
)
@pytest.mark.parametrize("name", ["query_core_shared_model_files", "query_matanyone_download_def"])
def test_shared_files_that_cannot_be_told_leave_a_doubt_about_every_model(name, answer, home):
    names = {**full_namespace(), name: answer}
    models = inventory(Host.from_namespace(names)).models
    assert set(models) == {"t2v", "hidden"}
    assert all("Not sure" in str(model.problems[0]) for model in models.values())
    assert all(model.status is not ModelStatus.DOWNLOADED for model in models.values())


def test_wan2gps_own_choice_is_asked_with_the_settings_in_force_and_the_definition(home):
    asked = []

    def get_model_filename(
        model_type,
        quantization,
        dtype_policy="",
        submodel_no=1,
        URLs=None,  # noqa: N803 - Wan2GP's own name
        model_def=None,
    ):
        asked.append(
            (model_type, quantization, dtype_policy, submodel_no, URLs, model_def and model_def["name"])
        )
        return (URLs or model_def["URLs" if submodel_no == 1 else "URLs2"])[0]

    names = {
        **full_namespace(),
        "get_model_filename": get_model_filename,
        "transformer_quantization": "fp8",
        "text_encoder_quantization": "bf16",
        "transformer_dtype_policy": "fp16",
    }
    names["models_def"] = {
        "m": {
            "name": "M",
            "architecture": "t2v",
            "URLs": ["https://files.test/quanto_bf16.bin"],
            "URLs2": ["https://files.test/b.bin"],
            "modules": [["https://files.test/c.bin"]],
            "text_encoder_URLs": ["https://files.test/d.bin"],
        }
    }
    assert targets(Host.from_namespace(names), home, "m")[2:] == [
        "ckpts/quanto_bf16.bin",
        "ckpts/vae.bin",
        "ckpts/b.bin",
        "ckpts/c.bin",
        "ckpts/d.bin",
    ]
    assert asked == [
        ("m", "fp8", "fp16", 1, None, "M"),
        ("m", "fp8", "fp16", 2, None, "M"),
        ("m", "fp8", "bf16", 1, ["https://files.test/c.bin"], None),
        ("m", "bf16", "fp16", 1, ["https://files.test/d.bin"], None),
    ]


def test_an_older_choice_function_gets_only_what_it_takes(home):
    def get_model_filename(model_type, quantization):
        return "https://files.test/old.bin"

    names = {**full_namespace(), "get_model_filename": get_model_filename}
    assert "ckpts/old.bin" in targets(Host.from_namespace(names), home)


def test_a_choice_function_that_raises_is_a_problem_of_the_models_it_raises_for(home):
    names = full_namespace()
    own = names["get_model_filename"]

    def get_model_filename(model_type, quantization="", **others):
        if model_type == "hidden":
            raise RuntimeError("out of order")
        return own(model_type, quantization, **others)

    names["get_model_filename"] = get_model_filename
    models = inventory(Host.from_namespace(names)).models
    assert models["t2v"].problems == ()
    assert "out of order" in str(models["hidden"].problems[0])


SAVED = {
    "from the configuration": (
        {
            "transformer_quantization": "fp8",
            "text_encoder_quantization": "bf16",
            "transformer_dtype_policy": "fp16",
        },
        Settings("fp8", "bf16", "fp16"),
    ),
    "the defaults": ({}, Settings("int8", "int8", "")),
}


@pytest.mark.parametrize(("saved", "expected"), SAVED.values(), ids=SAVED)
def test_settings_that_are_not_live_come_from_the_saved_configuration(saved, expected):
    assert Host.from_namespace({"models_def": {}, "server_config": saved}).snapshot().settings == expected


def test_live_settings_win_over_the_saved_ones_even_when_empty():
    names = {"server_config": {"transformer_quantization": "fp8"}, "transformer_quantization": ""}
    assert Host.from_namespace(names).snapshot().settings.transformer_quantization == ""


ROOTS = {
    "relative to the current folder": (["a", "b"], ["a", "b"]),
    "none given": ([], ["ckpts", "."]),
    "not a list": ("models", ["ckpts", "."]),
    "the same one twice": (["a", "./a", "b"], ["a", "b"]),
}


@pytest.mark.parametrize(("paths", "expected"), ROOTS.values(), ids=ROOTS)
def test_the_checkpoint_folders(paths, expected, home):
    host = Host.from_namespace({"fl": SimpleNamespace(_checkpoints_paths=paths)})
    assert host.snapshot().roots == tuple(os.path.normpath(home / path) for path in expected)


def test_an_absolute_checkpoint_folder_stays_as_it_is(home, tmp_path):
    host = Host.from_namespace({"fl": SimpleNamespace(_checkpoints_paths=[str(tmp_path / "x"), "y"])})
    assert host.snapshot().roots == (str(tmp_path / "x"), str(home / "y"))


LORA_ROOTS = {
    "asked for": ({"get_lora_root": lambda: "asked", "args": SimpleNamespace(loras="line")}, "asked"),
    "on the command line": (
        {"args": SimpleNamespace(loras="line"), "server_config": {"loras_root": "saved"}},
        "line",
    ),
    "saved": ({"args": SimpleNamespace(loras=""), "server_config": {"loras_root": "saved"}}, "saved"),
    "no options at all": ({"server_config": {"loras_root": "saved"}}, "saved"),
    "the default": ({}, "loras"),
}


@pytest.mark.parametrize(("names", "expected"), LORA_ROOTS.values(), ids=LORA_ROOTS)
def test_the_folder_of_all_lora_folders(names, expected):
    assert Host.from_namespace(names).snapshot().lora_root == expected


FAMILIES = {
    "by its group": ({"group": "flux"}, "Flux", 1),
    "by its metadata": ({"metadata": {"family": "flux"}}, "Flux", 1),
    "group before metadata": ({"group": "flux", "metadata": {"family": "wan"}}, "Flux", 1),
    "by its handler": ({}, "Wan2.1", 0),
    "an unknown group falls back on the handler": ({"group": "new"}, "Wan2.1", 0),
}


@pytest.mark.parametrize(("parts", "label", "order"), FAMILIES.values(), ids=FAMILIES)
def test_the_group_under_which_wan2gp_shows_a_model(parts, label, order):
    names = full_namespace()
    names["families_infos"]["flux"] = [1, "Flux"]
    names["models_def"]["t2v"].update(parts)
    family = Host.from_namespace(names).snapshot().family("t2v")
    assert (family.label, family.order) == (label, order)


@pytest.mark.parametrize(
    ("parts", "label"),
    [({"metadata": {"family_label": "New"}, "group": "g"}, "New"), ({"group": "g"}, "g"), ({}, "Other")],
    ids=["label", "group", "nothing"],
)
def test_a_family_that_wan2gp_does_not_order_comes_last(parts, label):
    names = {"models_def": {"m": {"name": "m", "architecture": "a", **parts}}}
    family = Host.from_namespace(names).snapshot().family("m")
    assert (family.label, family.order) == (label, 10_000)


def test_config_choices_are_those_of_the_definition_in_the_forms_order():
    names = full_namespace()
    names["models_def"]["t2v"].update(configs={"d": {"x": 4}}, system_configs={"a": {"x": 1}})
    snapshot = Host.from_namespace(names).snapshot()
    assert [list(group) for group in snapshot.config_groups("t2v")] == [["a"], [], [], ["d"]]
    assert snapshot.with_config("t2v", "a,,,d")["x"] == 4
    assert merge_config({"x": 0}, snapshot.config_groups("t2v"), "") == {"x": 0}
