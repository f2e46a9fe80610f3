"""Older versions of Wan2GP, from 9.9 on: what Generate would fetch, against what each was recorded to fetch.

The stand-ins have just the names and signatures that each version was recorded to have. Functions that may not be
called (they make folders, load models, fetch) fail when they are.
"""

from __future__ import annotations

import inspect
import json
import os
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
import recordings
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tracker.host import Host
from model_tracker.inventory.disk import DiskIndex
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.models import ModelStatus
from model_tracker.inventory.scan import Scan, track_model
from model_tracker.plugin import ModelTrackerPlugin
from model_tracker.wan2gp.capabilities import ChoiceRule, NewFiles, PipeSuffix, SharedFiles, TextEncoder
from model_tracker.wan2gp.names import HOST_NAMES, PROBED_NAMES
from model_tracker.wan2gp.required_files import FilePool
from model_tracker.wan2gp.requirements import requirements

VERSIONS = ("v9.9", "v10.56", "v11.13", "v12.23", "v12.34")
COMBINATIONS = ("int8/int8/", "bf16/int8/", "fp8/int8/", "int8/bf16/fp16", "bf16/bf16/bf16")


def function(name: str, signature: str, answer: Any) -> Any:
    """Return a function of this very signature that hands its arguments by name to `answer`."""
    scope = {"Dict": dict, "Any": Any, "Union": Any, "answer": answer}
    exec(f"from __future__ import annotations\ndef {name}{signature}:\n return answer(locals())", scope)
    return scope[name]


def forbidden(name: str) -> Any:
    def fail(_arguments):
        pytest.fail(f"{name} was called")

    return fail


def has_dtype(entry: str, dtype: str) -> bool:
    name = entry.rsplit("/", 1)[-1]
    return dtype in name or dtype.upper() in name


def pick(entries, asked, dtype, *, exact):
    """Choose as the notes on each version say; written apart from the product."""
    if len(entries) < 2:
        return entries[0] if entries else ""
    names = [entry.rsplit("/", 1)[-1] for entry in entries]
    if exact and asked in ("int8", "fp8"):
        found = [e for e, n in zip(entries, names, strict=True) if asked in n or asked.upper() in n]
    elif exact:
        found = [e for e, n in zip(entries, names, strict=True) if "quanto" not in n]
    elif asked in ("int8", "fp8"):
        order = (asked, "fp8" if asked == "int8" else "int8")
        found = [e for token in order for e, n in zip(entries, names, strict=True) if token in n.lower()]
    else:
        found = []
    return next((entry for entry in found if has_dtype(entry, dtype)), (found or entries)[0])


class Standin:
    """The namespace of one recorded version under a combination of settings."""

    def __init__(self, version: str, combination: str, config: dict[str, Any] | None = None) -> None:
        self.version = version
        recording = recordings.load(version)
        self.seen = recording.names
        self.models = recording.definitions
        self.files = recording.files
        self.transformer, self.encoder, self.policy = combination.split("/")
        keys = dict.fromkeys(self.seen["server_config_keys"])
        known = {"rife_version": "v4", "mmaudio_mode": 0, "loras_root": "loras", "enhancer_enabled": 0}
        self.config = {key: known[key] for key in keys if key in known} | (config or {})

    def namespace(self) -> dict[str, Any]:
        answers = {
            "get_model_filename": self.choose,
            "query_core_shared_model_files": lambda _: self.files["core_shared"],
            "query_matanyone_download_def": lambda _: self.files["matanyone"],
            "get_lora_root": lambda _: "loras",
        }
        values = {
            "models_def": self.models,
            "fl": self.locator(),
            "model_types_handlers": self.handlers(),
            "families_infos": self.files["families_infos"],
            "server_config": self.config,
            "transformer_quantization": self.transformer,
            "text_encoder_quantization": self.encoder,
            "transformer_dtype_policy": self.policy,
            "args": SimpleNamespace(loras="", lora_dir="loras/wan"),
            "quant_router": SimpleNamespace(
                get_quantization_tokens=lambda asked: self.seen["quantization_tokens"].get(asked, [])
            ),
        }
        names: dict[str, Any] = {}
        for name, described in {**self.seen["globals"], **self.seen["other_globals"]}.items():
            if not described["exists"]:
                continue
            if described["type"] == "function":
                answer = answers.get(name, forbidden(name))
                names[name] = function(name, described["signature"], answer)
            else:
                names[name] = values.get(name, described.get("value", SimpleNamespace()))
        return names

    def dtype(self, model_type: str, policy: str) -> str:
        own = self.models[self.models[model_type]["architecture"]].get("dtype")
        if own is not None and self.version != "v9.9":
            return own
        return policy or "bf16"

    def choose(self, given: dict[str, Any]) -> str:
        model_type, entries = given["model_type"], given["URLs"]
        if entries is None:
            key = "URLs" if given["submodel_no"] <= 1 else f"URLs{given['submodel_no']}"
            entries = self.models[model_type].get(key, [])
            while isinstance(entries, str):
                model_type = entries
                entries = self.models[model_type].get(key, [])
        dtype = self.dtype(model_type, given["dtype_policy"])
        return pick(entries, given["quantization"], dtype, exact=self.version == "v9.9")

    def locator(self) -> SimpleNamespace:
        functions = {
            name: function(name, re.sub(r"<[^>]*>", "None", signature.split(" ->")[0]), forbidden(name))
            for name, signature in self.seen["files_locator"].items()
        }
        return SimpleNamespace(_checkpoints_paths=["ckpts", "."], **functions)

    def handlers(self) -> dict[str, Any]:
        by_module = {module: self.handler(methods) for module, methods in self.seen["handlers"].items()}
        return {one["base_model_type"]: by_module[one["handler"]] for one in self.files["models"].values()}

    def handler(self, methods: dict[str, str]) -> SimpleNamespace:
        answers = {
            "query_model_files": self.handler_files,
            "get_lora_dir": self.lora_folder,
            "update_default_settings": self.update_defaults,
        }
        return SimpleNamespace(
            **{
                name: function(name, signature, answers.get(name, forbidden(name)))
                for name, signature in methods.items()
            }
        )

    def handler_files(self, given: dict[str, Any]) -> Any:
        assert given["computeList"]("a/b") == ["b"]
        base = given["base_model_type"]
        if "text_encoder_quantization" not in given:
            path = given["model_def"]["path"]
            name = next(name for name, one in self.models.items() if one["path"] == path)
            assert self.files["models"][name]["base_model_type"] == base
            return self.files["models"][name]["model_files"]
        assert given["model_filename"] is None
        one = next(one for one in self.files["models"].values() if one["base_model_type"] == base)
        asked = given["text_encoder_quantization"]
        return one.get("model_files_by_text_encoder_quantization", {}).get(asked, one["model_files"])

    def update_defaults(self, given: dict[str, Any]) -> None:
        recorded = recordings.load(self.version).loras
        name = next(name for name, one in self.models.items() if one["path"] == given["model_def"]["path"])
        given["ui_defaults"].update(recorded.get(name, {}).get("defaults", {}))

    def lora_folder(self, given: dict[str, Any]) -> str:
        assert given.get("lora_root", "loras") == "loras"
        base = given["base_model_type"]
        return next(m["lora_dir"] for m in self.files["models"].values() if m["base_model_type"] == base)


@cache
def expected(version: str, combination: str) -> dict[str, tuple[str, ...]]:
    return recordings.load(version).targets(combination)


class Installation:
    """A version with a disk."""

    def __init__(self, home: Path, names: dict[str, Any]) -> None:
        self.home = home
        self.host = Host.from_namespace(names).snapshot()
        pool = FilePool()
        self.needs = {name: requirements(self.host, name, pool=pool) for name in self.host.definitions}
        self.integrity = Integrity()

    def track(self, model_types):
        scan = Scan(DiskIndex(self.host.roots), self.integrity)
        return {name: track_model(self.host, self.needs[name], scan) for name in model_types}

    def targets(self, model) -> tuple[str, ...]:
        return tuple(os.path.relpath(file.path, self.home).replace(os.sep, "/") for file in model.to_fetch)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(home, targets, write_file):
    for target in set(targets):
        write_file(home / target)


@pytest.mark.parametrize("combination", COMBINATIONS)
@pytest.mark.parametrize("version", VERSIONS)
def test_on_an_empty_disk_every_model_fetches_what_this_version_fetched_and_in_its_order(
    version, combination, home
):
    installation = Installation(home, Standin(version, combination).namespace())
    wanted = expected(version, combination)
    models = installation.track(wanted)
    said = {name: installation.targets(model) for name, model in models.items()}
    wrong = {name: (said[name], targets) for name, targets in wanted.items() if said[name] != targets}
    assert wrong == {}
    assert all(model.stopped_by is None and model.problems == () for model in models.values())
    assert {n: m.status for n, m in models.items() if m.status is not ModelStatus.MISSING} == {}


@pytest.mark.parametrize("combination", COMBINATIONS)
@pytest.mark.parametrize("version", VERSIONS)
def test_without_wan2gps_own_choice_the_rule_of_the_version_takes_the_same_files(version, combination, home):
    names = Standin(version, combination).namespace()
    del names["get_model_filename"]
    installation = Installation(home, names)
    wanted = expected(version, combination)
    said = {name: installation.targets(model) for name, model in installation.track(wanted).items()}
    assert said == wanted


@pytest.mark.parametrize("combination", COMBINATIONS)
@pytest.mark.parametrize("version", VERSIONS)
def test_with_all_files_there_every_model_is_downloaded_and_any_one_removed_is_what_lacks(
    version, combination, home, write_file
):
    installation = Installation(home, Standin(version, combination).namespace())
    wanted = expected(version, combination)
    fill(home, (target for targets in wanted.values() for target in targets), write_file)
    assert {model.status for model in installation.track(wanted).values()} == {ModelStatus.DOWNLOADED}
    before = COMBINATIONS[
        : COMBINATIONS.index(combination)
    ]  # a file is removed under the first that needs it
    known = {target for one in before for targets in expected(version, one).values() for target in targets}
    users: dict[str, list[str]] = {}
    for model_type, targets in wanted.items():
        for target in targets:
            if target not in known:
                users.setdefault(target, []).append(model_type)
    for target, model_types in users.items():
        (home / target).rename(home / "aside")
        for model_type, model in installation.track(model_types).items():
            assert installation.targets(model) == (target,), model_type
            assert model.status is not ModelStatus.DOWNLOADED, model_type
        (home / "aside").rename(home / target)


def variants():
    return [
        pytest.param(version, variant, id=f"{version} {json.dumps(variant['server_config'])}")
        for version in ("v9.9", "v10.56", "v11.13")
        for variant in recordings.load(version).files["shared_recorded"]["variants"]
        if "matanyone_version" not in variant["server_config"]  # a function of the host answers by it
    ]


@pytest.mark.parametrize(("version", "variant"), variants())
def test_the_saved_configuration_adds_and_swaps_shared_files_as_recorded(version, variant, home):
    plain = Installation(home, Standin(version, "int8/int8/").namespace())
    names = Standin(version, "int8/int8/", variant["server_config"]).namespace()
    changed = Installation(home, names)
    model_type = next(iter(expected(version, "int8/int8/")))
    before = set(plain.targets(plain.track([model_type])[model_type]))
    after = set(changed.targets(changed.track([model_type])[model_type]))
    assert sorted(after - before) == sorted(variant["added"])
    assert sorted(before - after) == sorted(variant["removed"])


KNOWN = {
    "v9.9": (SharedFiles.TABLE, ChoiceRule.EXACT, TextEncoder.WITH_TRANSFORMER, NewFiles.FIRST, PipeSuffix.KEPT, PipeSuffix.KEPT),
    "v10.56": (SharedFiles.TABLE, ChoiceRule.FALLBACKS, TextEncoder.LAST, NewFiles.FIRST, PipeSuffix.KEPT, PipeSuffix.KEPT),
    "v11.13": (
        SharedFiles.TABLE,
        ChoiceRule.FALLBACKS,
        TextEncoder.LAST,
        NewFiles.FIRST_WITH_FOLDER,
        PipeSuffix.KEPT,
        PipeSuffix.KEPT,
    ),
    "v12.23": (
        SharedFiles.ASKED,
        ChoiceRule.FALLBACKS,
        TextEncoder.LAST,
        NewFiles.FIRST_WITH_FOLDER,
        PipeSuffix.FOLDER,
        PipeSuffix.KEPT,
    ),
    "v12.34": (
        SharedFiles.ASKED,
        ChoiceRule.FALLBACKS,
        TextEncoder.LAST,
        NewFiles.FIRST_WITH_FOLDER,
        PipeSuffix.FOLDER,
        PipeSuffix.FOLDER,
    ),
}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_version_does_is_told_by_what_it_offers(version):
    names = Standin(version, "int8/int8/").namespace()
    names["WanGP_version"] = "1.0"
    how = Host.from_namespace(names).snapshot().capabilities
    said = (how.shared, how.choice, how.text_encoder, how.new_files, how.pipe_suffix, how.lora_pipe_suffix)
    assert said == KNOWN[version]
    assert not how.configs
    assert not how.runtime_definitions
    assert how.own_dtype is (version != "v9.9")
    assert how.uncertainties == ()


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=40)
@given(data=st.data())
def test_whatever_names_are_gone_nothing_is_downloaded_that_the_whole_host_would_fetch(
    version, data, tmp_path_factory, monkeypatch
):
    combination = data.draw(st.sampled_from(COMBINATIONS))
    whole = Standin(version, combination).namespace()
    impact = data.draw(st.sets(st.sampled_from(sorted(whole)), max_size=len(whole)))
    names = {name: value for name, value in whole.items() if name not in impact}
    check_loss(version, combination, whole, names, tmp_path_factory, monkeypatch)


@pytest.mark.parametrize("version", VERSIONS)
def test_any_one_name_may_be_gone(version, tmp_path_factory, monkeypatch):
    whole = Standin(version, "bf16/int8/").namespace()
    for name in whole:
        names = {one: value for one, value in whole.items() if one != name}
        check_loss(version, "bf16/int8/", whole, names, tmp_path_factory, monkeypatch)


@pytest.mark.parametrize("version", VERSIONS)
def test_any_two_names_that_are_read_may_be_gone(version, tmp_path_factory, monkeypatch):
    """One may be what tells how the other's absence is meant: 11.13 without its locator looked like 10.56."""
    whole = Standin(version, "bf16/int8/").namespace()
    read = sorted({entry.name for entry in HOST_NAMES}.union(PROBED_NAMES).intersection(whole))
    for gone in combinations(read, 2):
        names = {one: value for one, value in whole.items() if one not in gone}
        check_loss(version, "bf16/int8/", whole, names, tmp_path_factory, monkeypatch)


def check_loss(version, combination, whole, names, tmp_path_factory, monkeypatch):
    """Whatever may be called downloaded without some names needs all files that the whole host needs."""
    if version not in _homes:
        _homes[version] = tmp_path_factory.mktemp("home")
    monkeypatch.chdir(_homes[version])
    roots, whole_places = places_of_whole(version, combination)
    part = Host.from_namespace(names).snapshot()
    gone = set(whole) - set(names)
    assert gone & {entry.name for entry in HOST_NAMES} <= {entry.name for entry in part.missing}
    for model_type in some_models(version, combination):
        if model_type in part.definitions:
            needs = requirements(part, model_type)
            if not needs.problems:
                assert whole_places[model_type] <= places(needs), sorted(gone)
                assert roots == part.roots


@cache
def places_of_whole(version, combination):
    """Return the roots of the whole host, and where it looks for the files of some models."""
    full = Host.from_namespace(Standin(version, combination).namespace()).snapshot()
    needs = {name: places(requirements(full, name)) for name in some_models(version, combination)}
    return full.roots, needs


def places(needs):
    return {file.lookup_paths for file in needs.files}


@cache
def some_models(version, combination):
    """Return models of different handlers, with LoRAs, modules and second transformers among them."""
    recording = recordings.load(version)
    models = recording.definitions
    telling = ("loras", "modules", "URLs2", "preload_URLs", "VAE_URLs", "text_encoder_URLs")
    found: dict[tuple[Any, ...], str] = {}
    for name in expected(version, combination):
        keys = tuple(key for key in telling if key in models[name])
        found.setdefault((recording.files["models"][name]["handler"], keys), name)
    return tuple(found.values())


_homes: dict[str, Path] = {}


@pytest.mark.parametrize(("version", "helper"), [("v9.9", "goto_video_tab"), ("v12.23", "goto_media_tab")])
def test_the_page_opens_scans_and_chooses_a_model_in_a_host_without_session_or_switch_to_model(
    version, helper, home, monkeypatch
):
    names = Standin(version, "int8/int8/").namespace()
    monkeypatch.setenv("WAN2GP_MODEL_TRACKER_HOME", str(home / "kept"))
    plugin = ModelTrackerPlugin()
    plugin.setup_ui()
    for name in plugin.global_requests:  # what is not there is silently not set
        if name in names:
            setattr(plugin, name, names[name])
    (tab,) = plugin.tabs.values()
    assert inspect.signature(tab.component_constructor).parameters == {}
    with gr.Blocks():
        plugin.state = gr.State({})
        plugin.model_choice_target = gr.Text()
        with gr.Tabs() as plugin.main_tabs, gr.Tab("Model Tracker"):
            setattr(plugin, helper, lambda state: None)
            tab.component_constructor()
    answer = dict(zip(plugin.on_tab_outputs, plugin.on_tab_select({"model_type": "t2v"}), strict=True))
    assert answer.get(plugin.model_choice_target) == ("t2v" if helper == "goto_video_tab" else None)
    assert len(plugin.handlers.listings.inventory.visible) == len(expected(version, "int8/int8/"))
    assert plugin.handlers.use("t2v")[0].partition("|")[0] == "t2v"
