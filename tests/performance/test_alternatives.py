"""Other models: never one that is not there, downloaded ones first, each with a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tracker.performance.alternatives import Alternatives, alternatives
from model_tracker.performance.metrics import Metrics, known_metrics

ALL = sorted(known_metrics())


def every(found):
    return found.faster + found.better + found.lighter


def test_a_faster_model_says_why():
    found = alternatives("t2v", {"t2v_sf"}, set())
    assert [suggestion.reason for suggestion in found.faster] == ["9.1 × faster: 4 steps without guidance"]


def test_a_better_model_says_what_it_costs():
    found = alternatives("t2v", {"t2v_2_2"}, set())
    assert found.better[0].reason == "Very high instead of High; about as fast"


def test_a_lighter_model_says_how_much():
    found = alternatives("i2v_720p", {"i2v"}, set())
    assert "GB of VRAM instead of" in found.lighter[0].reason


@given(st.sampled_from(ALL), st.sets(st.sampled_from(ALL)), st.sets(st.sampled_from(ALL)))
@settings(max_examples=200)
def test_no_model_is_named_that_the_host_does_not_have(model_type, available, downloaded):
    for suggestion in every(alternatives(model_type, available, downloaded)):
        assert suggestion.model_type in available
        assert suggestion.model_type != model_type
        assert suggestion.downloaded == (suggestion.model_type in downloaded)
        assert suggestion.reason


@given(st.sampled_from(ALL), st.sets(st.sampled_from(ALL), max_size=30))
@settings(max_examples=200)
def test_downloaded_models_come_first(model_type, downloaded):
    found = alternatives(model_type, ALL, downloaded, limit=50)
    for kind in (found.faster, found.better, found.lighter):
        here = [suggestion.downloaded for suggestion in kind]
        assert here == sorted(here, reverse=True)


@pytest.mark.parametrize("model_type", ALL)
def test_alternatives_do_the_same_task(model_type):
    figures = known_metrics()
    for suggestion in every(alternatives(model_type, ALL, ())):
        assert figures[model_type].tasks[0] in figures[suggestion.model_type].tasks


def test_an_unknown_model_has_none():
    assert alternatives("no such model", ALL, ()) == Alternatives()


def test_a_finetune_can_be_among_them():
    figures = dict(known_metrics())
    figures["mine"] = Metrics(
        model_type="mine",
        name="Mine",
        tasks=("text to video",),
        speed_multiplier=20.0,
        steps=4,
        passes=1,
        quality_rank=9.0,
    )
    found = alternatives("t2v", {"mine"}, {"mine"}, figures=figures)
    assert found.faster[0].name == "Mine"
    assert found.faster[0].reason.startswith("20 × faster")


def test_the_first_ones_differ_in_architecture():
    found = alternatives("t2v", ALL, ())
    figures = known_metrics()
    architectures = [figures[suggestion.model_type].architecture for suggestion in found.faster]
    assert len(set(architectures)) == len(architectures)
    assert architectures[0] == "t2v"


def test_the_host_may_use_an_earlier_name_for_a_model_of_its_own():
    figures = known_metrics()
    found = alternatives(
        "flux", {"mine"}, set(), figures={"flux": figures["flux"], "mine": figures["z_image"]}
    )
    assert [suggestion.model_type for suggestion in found.faster] == ["mine"]
