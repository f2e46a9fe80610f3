"""What the page and the report say of the Wan2GP at hand, and how a model is chosen in it."""

from types import SimpleNamespace

import pytest
from model_tracker.performance.hardware import Machine
from model_tracker.plugin import switch_of
from model_tracker.reports.markdown import full_report
from model_tracker.wan2gp.capabilities import Capabilities, PipeSuffix, SharedFiles
from model_tracker.wan2gp.compatibility import (
    Compatibility,
    Finding,
    capabilities_of,
    compatibility,
    described,
)


def test_the_report_says_how_this_wan2gp_works_and_whether_it_was_verified(world):
    world.add(URLs=world.urls("m.bin"))
    told = full_report(world.inventory(), [], Machine())
    assert "## Compatibility" in told
    assert "Wan2GP 12.60: verified." in told
    world.names["WanGP_version"] = "99.1"
    assert "not verified" in full_report(world.inventory(), [], Machine())
    del world.names["WanGP_version"]
    assert compatibility(world.snapshot()).lines[0].startswith("A Wan2GP of unknown version: not verified")


def test_what_is_not_sure_stands_there(world):
    world.names["query_matanyone_download_def"] = lambda config: ()
    lines = compatibility(world.snapshot()).lines
    assert any("nothing tells which helper files" in line for line in lines)
    assert "Files downloaded with every model: not sure which files are downloaded with every model." in lines


VERDICTS = {
    "verified": ("12.60", True, (), "12.60, verified"),
    "not verified": ("12.99", False, (), "12.99, not verified"),
    "one doubt": ("12.99", False, ("a",), "12.99, not verified: 1 thing is not sure"),
    "two doubts": ("12.60", True, ("a", "b"), "12.60, verified: 2 things are not sure"),
    "no version": (None, False, (), "version not known, not verified"),
}


@pytest.mark.parametrize(
    ("version", "is_verified", "uncertainties", "verdict"), VERDICTS.values(), ids=VERDICTS
)
def test_the_verdict_says_version_whether_verified_and_how_many_doubts(
    version, is_verified, uncertainties, verdict
):
    assert Compatibility(version, is_verified, (), uncertainties).verdict == verdict


LOSSES = {
    "nothing": ({}, set(), {}),
    "a table instead of functions": (
        {"shared": SharedFiles.TABLE},
        set(),
        {"Files downloaded with every model": Finding.MISSING},
    ),
    "unknown shared files": (
        {"shared": SharedFiles.UNKNOWN},
        set(),
        {"Files downloaded with every model": Finding.DOUBTED},
    ),
    "no folders behind addresses": (
        {"pipe_suffix": PipeSuffix.KEPT, "lora_pipe_suffix": PipeSuffix.KEPT},
        set(),
        {
            "“|folder” behind an address": Finding.MISSING,
            "“|folder” behind the address of a LoRA": Finding.MISSING,
        },
    ),
    "no config choices": ({"configs": False}, set(), {"Config choices in the form": Finding.MISSING}),
    "no choice of its own": ({}, {"get_model_filename"}, {"Choice among alternatives": Finding.MISSING}),
    "no switch": ({}, {"switch_to_model"}, {"“Use this model”": Finding.MISSING}),
}


@pytest.mark.parametrize(("how", "gone", "impact"), LOSSES.values(), ids=LOSSES)
def test_what_a_version_lacks_says_what_that_costs(how, gone, impact):
    found = capabilities_of(Capabilities(**how), gone)
    assert {one.name: one.finding for one in found if one.finding is not Finding.FOUND} == impact
    assert all(one.cost.endswith(".") for one in found if one.finding is not Finding.FOUND)
    assert described(Capabilities(**how), gone) == tuple((one.name, one.words) for one in found)


def test_files_that_are_fetched_on_first_use_are_found_and_yet_in_no_figure():
    shared = capabilities_of(Capabilities(shared=SharedFiles.ON_USE), ())[0]
    assert (shared.finding, "no figure" in shared.cost) == (Finding.FOUND, True)


def test_no_other_version_is_read_because_of_its_number(world):
    world.add(URLs=world.urls("m.bin"), configs={"a": {"URLs": world.urls("n.bin")}})
    told = {}
    for version in ("9.9", "12.60", "99.1", "", None):
        world.names["WanGP_version"] = version
        snapshot = world.snapshot()
        told[version] = (snapshot.capabilities, world.fetched(), world.fetched(config=",,,a"))
    assert len(set(map(str, told.values()))) == 1


def test_wan2gps_own_function_chooses_a_model_where_it_is():
    def switch_to_model(model_type, open_media_tab):
        return model_type, open_media_tab

    plugin = SimpleNamespace(switch_to_model=switch_to_model, goto_media_tab=print)
    assert switch_of(plugin)("t2v", True) == ("t2v", True)


@pytest.mark.parametrize(
    ("helper", "tab"), [("goto_media_tab", "media_gen"), ("goto_video_tab", "video_gen")]
)
def test_before_that_the_type_is_written_into_the_selector_and_the_tab_opened(helper, tab):
    switch = switch_of(SimpleNamespace(**{helper: print}, switch_to_model=None))
    chosen, tabs = switch("t2v", True)
    assert chosen.partition("|")[0] == "t2v"
    assert tabs.selected == tab
    again = switch("t2v", False)
    assert (again[0] == chosen) is (helper == "goto_video_tab")
    assert again[1]["__type__"] == "update"


def test_where_nothing_tells_how_it_is_not_offered():
    assert switch_of(SimpleNamespace()) is None
