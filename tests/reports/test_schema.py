"""The JSON report keeps to its written schema, the docstring of `table_json`, and the schema to the enumerations."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from model_tracker.catalog.columns import FIGURES
from model_tracker.catalog.fetch_state import FetchState
from model_tracker.inventory.drives import Drive
from model_tracker.inventory.models import FileState, Inventory, ModelStatus
from model_tracker.inventory.sizes import SizeOrigin
from model_tracker.performance.fit import FitLevel
from model_tracker.performance.hardware import Machine
from model_tracker.performance.labels import Origin, QualityTier, SpeedTier
from model_tracker.reports import table_json
from model_tracker.reports.table_json import SCHEMA, as_json
from model_tracker.wan2gp.capabilities import ChoiceRule, NewFiles, PipeSuffix, SharedFiles, TextEncoder
from model_tracker.wan2gp.definitions import Output
from model_tracker.wan2gp.problems import Problem
from model_tracker.wan2gp.required_files import Role

LINE = re.compile(r"^    (\S+) +(\S+)(?: .*)?$", re.MULTILINE)
WRITTEN = dict(LINE.findall(table_json.__doc__))
TYPES = {"text": str, "integer": int, "number": int | float, "boolean": bool, "object": dict}
MACHINES = (
    Machine(gpu_name="RTX 3060", vram_gib=12, ram_gib=63.8, source="chosen"),
    Machine(),
)


def leaves(value, path=""):
    """Yield every place with what it holds, objects too."""
    if isinstance(value, dict):
        if path:
            yield path, value
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, f"{path}[]")
    else:
        yield path, value


def is_allowed(value, written):
    if value is None:
        return written.endswith("?")
    kinds = written.removesuffix("?").split("|")
    if kinds[0] in TYPES:
        is_number_as_bool = isinstance(value, bool) and kinds != ["boolean"]
        return isinstance(value, TYPES[kinds[0]]) and not is_number_as_bool
    return value in kinds


@pytest.fixture
def reports(world, scanned):
    """Return reports that hold all there is to tell, and one of nothing."""
    world.add("here", URLs=world.urls("h.gguf"))
    world.add("away", URLs=world.urls("a.bin"), preload_URLs=world.urls("h.gguf"))
    world.add("stops", URLs=["by_hand.bin"])
    world.add("broken", URLs=world.urls("b.safetensors"))
    world.add("bad", URLs=5)
    world.put("ckpts/h.gguf", size=2_500_000_000)
    (cut,) = world.put("ckpts/b.safetensors")
    cut.write_bytes(cut.read_bytes()[:-1])
    told = []
    figures = {
        "tasks": ("text to video",),
        "speed_tier": "Very fast",
        "speed_multiplier": 8.0,
        "vram_min_gb": 6,
        "vram_recommended_gb": 10.5,
        "vram_origin": Origin.BOUNDED.value,
        "quality_tier": "High",
        "quality_evidence": "own",
        "best_for": "drafts",
        "licence": "MIT",
    }
    for machine, known in zip(MACHINES, (figures, {}), strict=True):
        inventory, models = scanned(**known)
        inventory = replace(
            inventory,
            problems=(
                Problem("ckpts", "It cannot be read.", "Connect the drive.", "/ckpts"),
                Problem("x", "y"),
            ),
            drives=(Drive("D:", ("D:\\ckpts",), 10**12, 10**11, 10**10), Drive("E:", (), None, None, 0)),
            compatibility=replace(inventory.compatibility, uncertainties=("Not sure.",)),
        )
        told.append(json.loads(as_json(inventory, models, machine)))
    nothing = Inventory.nothing_yet(inventory.settings, inventory.taken_at)
    return [*told, json.loads(as_json(nothing, [], Machine()))]


def test_every_place_of_a_report_is_in_the_schema_and_holds_what_it_says(reports):
    for report in reports:
        for path, value in leaves(report):
            if path in WRITTEN:
                assert is_allowed(value, WRITTEN[path]), (path, value)
            else:  # an object that is written out place by place, or a problem of a model
                assert isinstance(value, dict) or path.startswith("models[].problems[]."), path


def test_every_place_of_the_schema_is_in_a_report_and_null_where_that_is_possible(reports):
    held = {}
    for report in reports:
        for path, value in leaves(report):
            held.setdefault(path, []).append(value)
    assert set(WRITTEN) <= set(held)
    possible = {path for path, written in WRITTEN.items() if written.endswith("?")}
    assert {path for path, values in held.items() if None in values} - {
        "models[].problems[].path"
    } == possible


def test_the_problems_of_a_model_are_written_as_those_of_the_whole(reports):
    whole, bad = reports[0]["problems"][0], reports[0]["models"][1]
    assert bad["model_type"] == "bad"
    assert [set(problem) for problem in bad["problems"]] == [set(whole)]


def test_the_number_of_the_schema_and_the_time_are_as_written(reports):
    assert {report["schema"] for report in reports} == {SCHEMA, int(re.search(r"schema +integer +(\d+)", table_json.__doc__)[1])}  # fmt: skip
    assert datetime.fromisoformat(reports[0]["taken_at"]).utcoffset() == timedelta(0)


def names_of(tiers):
    return {tier.name.lower() for tier in tiers if tier.name != "UNKNOWN"}


def values_of(enumeration):
    return {member.value for member in enumeration}


@pytest.mark.parametrize(
    ("path", "identifiers"),
    {
        "models[].status": values_of(ModelStatus),
        "models[].fetch": values_of(FetchState),
        "models[].fits": values_of(FitLevel),
        "models[].speed_tier": names_of(SpeedTier),
        "models[].quality_tier": names_of(QualityTier),
        "models[].vram_origin": {origin.name.lower() for origin in Origin},
        "models[].outputs[]": values_of(Output),
        "models[].files[].role": values_of(Role),
        "models[].files[].state": values_of(FileState),
        "models[].files[].size_origin": values_of(SizeOrigin),
        "wan2gp.capabilities.shared_files": values_of(SharedFiles),
        "wan2gp.capabilities.choice": values_of(ChoiceRule),
        "wan2gp.capabilities.text_encoder": values_of(TextEncoder),
        "wan2gp.capabilities.new_files": values_of(NewFiles),
        "wan2gp.capabilities.pipe_suffix": values_of(PipeSuffix),
        "wan2gp.capabilities.lora_pipe_suffix": values_of(PipeSuffix),
    }.items(),
)
def test_the_schema_lists_every_identifier(path, identifiers):
    assert set(WRITTEN[path].removesuffix("?").split("|")) == identifiers
    assert all(re.fullmatch(r"[a-z0-9_]+", identifier) for identifier in identifiers)


def test_every_figure_of_a_model_has_a_stable_name_in_the_schema():
    written = {path.removeprefix("models[].").removesuffix("[]") for path in WRITTEN}
    assert set(FIGURES) <= written
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in FIGURES)
