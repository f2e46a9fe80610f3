"""Filtering and sorting the list of models."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.catalog.query import ListedModel, Query, SortKey, filter_and_sort, find, squeeze, tasks_of
from model_tracker.inventory.models import ModelStatus, TrackedModel
from model_tracker.inventory.sizes import Total
from model_tracker.performance.fit import FitLevel
from model_tracker.wan2gp.definitions import Output


def figures(**known):
    """Return what is known of a model's performance; the rest is unknown."""
    unknown = dict.fromkeys(
        (
            "speed_tier",
            "speed_multiplier",
            "vram_min_gb",
            "vram_recommended_gb",
            "quality_tier",
            "quality_rank",
        )
    )
    return SimpleNamespace(**{**unknown, "best_for": "", **known})


def known(number):
    return Total(number, 0, is_estimated=False)


def tracked(name, **parts):
    sizes = {key: parts.pop(key) for key in ("size", "fetch") if key in parts}
    model = TrackedModel(
        **{
            "model_type": name.lower().replace(" ", "_"),
            "name": name,
            "family": "Wan",
            "family_order": 0,
            "base_type": "t2v",
            "outputs": (Output.VIDEO,),
            "visible": True,
            "is_finetune": False,
            "files": (),
            "to_fetch": (),
            "stopped_by": None,
            "slots": (),
            "problems": (),
            "memory_profile": 4.0,
            "status": ModelStatus.MISSING,
            **parts,
        }
    )
    model.__dict__.update(sizes)
    return model


def listed(name, *, about=None, fit=FitLevel.UNKNOWN, **parts):
    return ListedModel(tracked(name, **parts), figures(**(about or {})), SimpleNamespace(overall=fit))


def names(models, **query):
    return [model.tracked.name for model in filter_and_sort(models, Query(**query))]


def chosen_file(name):
    return (SimpleNamespace(chosen=SimpleNamespace(name=name)),)


def test_the_default_shows_everything_by_name_whatever_the_case():
    assert names([listed("beta"), listed("Gamma"), listed("Alpha")]) == ["Alpha", "beta", "Gamma"]


def test_names_can_be_sorted_the_other_way():
    models = [listed("beta"), listed("Alpha"), listed("Gamma")]
    assert names(models, descending=True) == ["Gamma", "beta", "Alpha"]


VALUES = {
    SortKey.STATUS: [{"status": status} for status in (ModelStatus.DOWNLOADED, ModelStatus.PARTIAL, ModelStatus.MISSING)],
    SortKey.SPEED: [{"about": {"speed_multiplier": speed}} for speed in (4.0, 1.0, 0.25)],
    SortKey.VRAM: [{"about": {"vram_min_gb": vram}} for vram in (6, 12.5, 24)],
    SortKey.QUALITY: [{"about": {"quality_rank": rank}} for rank in (3, 2, 1)],
    SortKey.SIZE: [{"size": known(size)} for size in (10, 2_000, 30_000)],
    SortKey.FETCH: [{"fetch": known(size)} for size in (0, 10, 300)],
    SortKey.BEST_FOR: [{"about": {"best_for": words}} for words in ("Dancing", "drafts", "Faces")],
    SortKey.FAMILY: [{"family_order": order} for order in (1, 2, 3)],
    SortKey.MODEL_ID: [{"model_type": kind} for kind in ("a", "B", "c")],
}  # fmt: skip


@pytest.mark.parametrize("key", VALUES)
def test_each_order_goes_from_the_first_named_to_the_last_and_back(key):
    first, second, third = (listed(name, **parts) for name, parts in zip("CAB", VALUES[key], strict=True))
    models = [second, third, first]
    assert names(models, sort=key) == ["C", "A", "B"]
    assert names(models, sort=key, descending=True) == ["B", "A", "C"]


def test_every_order_is_covered_here():
    assert {*VALUES, SortKey.NAME} == set(SortKey)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("key", [SortKey.SPEED, SortKey.VRAM, SortKey.QUALITY, SortKey.SIZE])
def test_an_unknown_value_is_last_either_way_and_by_name_among_its_like(key, descending):
    told = [listed(name, **parts) for name, parts in zip("XYZ", VALUES[key], strict=True)]
    models = [listed("b unknown"), listed("A unknown"), *told]
    ordered = names(models, sort=key, descending=descending)
    assert ordered[3:] == ["A unknown", "b unknown"]
    assert ordered[:3] == (["Z", "Y", "X"] if descending else ["X", "Y", "Z"])


@pytest.mark.parametrize("key", [SortKey.VRAM, SortKey.QUALITY, SortKey.SPEED])
def test_a_known_nought_is_not_unknown(key):
    attribute = {
        SortKey.VRAM: "vram_min_gb",
        SortKey.QUALITY: "quality_rank",
        SortKey.SPEED: "speed_multiplier",
    }
    models = [listed("a unknown"), listed("b", about={attribute[key]: 0})]
    assert names(models, sort=key) == ["b", "a unknown"]


def test_a_file_of_unknown_size_is_more_to_fetch_than_nothing():
    ready = listed("z ready", fetch=known(0))
    lacking = listed("a lacking", fetch=Total(0, 1, is_estimated=False))
    assert names([lacking, ready], sort=SortKey.FETCH) == ["z ready", "a lacking"]


@pytest.mark.parametrize("descending", [False, True])
def test_equal_values_stay_in_the_order_of_names(descending):
    models = [listed(name, about={"vram_min_gb": 8}) for name in ("c", "A", "b")]
    assert names(models, sort=SortKey.VRAM, descending=descending) == ["A", "b", "c"]


LEAVES_ONLY = {
    "task": ({"tasks": frozenset({"music"})}, {"about": {"tasks": ("speech", "music")}}),
    "quality": ({"quality_tiers": frozenset({"High"})}, {"about": {"quality_tier": "High"}}),
    "only mine": ({"only_mine": True}, {"status": ModelStatus.PARTIAL}),
    "finetunes": ({"finetunes": True}, {"is_finetune": True}),
}


@pytest.mark.parametrize("name", LEAVES_ONLY)
def test_a_filter_leaves_only_what_it_names(name):
    query, parts = LEAVES_ONLY[name]
    other = listed("other", status=ModelStatus.MISSING, about={"tasks": ("speech",), "quality_tier": "Good"})
    assert names([other, listed("wanted", **parts)], **query) == ["wanted"]


def test_finetunes_can_be_left_out():
    models = [listed("mine", is_finetune=True), listed("theirs")]
    assert names(models, finetunes=False) == ["theirs"]
    assert names(models, finetunes=None) == ["mine", "theirs"]


def test_tasks_come_in_the_order_of_how_many_models_have_them():
    models = [
        listed("a", about={"tasks": ("music", "speech")}),
        listed("b", about={"tasks": ("speech",)}),
    ]
    assert tasks_of(models) == ["speech", "music"]


MISSPELT = {
    "qwenn": "Qwen Image 20B",
    "hunyaun": "Hunyuan Video 13B",
    "kontex fluxx": "Flux 1 Dev Kontext 12B",
    "wann 2.2": "Wan2.2 Text2video 14B",
    "wann2.2": "Wan2.2 Text2video 14B",
    "ltx destilled": "LTX Video 0.9.8 Distilled 13B",
}
ALL_NAMES = sorted({*MISSPELT.values(), "Wan2.1 Text2video 14B", "Z-Image Turbo 6B"})


@pytest.mark.parametrize("typed", MISSPELT)
def test_a_misspelt_word_finds_what_was_meant_and_says_so(typed):
    found = find([listed(name) for name in ALL_NAMES], Query(text=typed))
    assert [model.tracked.name for model in found.models] == [MISSPELT[typed]]
    assert found.is_similar


def test_a_misspelt_word_of_a_file_finds_its_model_where_no_name_is_like_it():
    models = [
        listed("Wan2.1", slots=chosen_file("gemma-3-umt5.safetensors")),
        listed("Gemma Picture", family="Flux", slots=chosen_file("other.safetensors")),
        listed("Third", slots=chosen_file("quanto.safetensors")),
    ]
    assert names(models, text="gemna") == ["Gemma Picture"]
    assert names(models, text="quantto") == ["Third"]
    assert names(models, text="wan gemna") == ["Wan2.1"]


@pytest.mark.parametrize("typed", ["zzzzqqq", "wann 9.9", "qwenn zzzzqqq", "99", "…"])
def test_what_is_like_nothing_finds_nothing(typed):
    found = find([listed(name) for name in ALL_NAMES], Query(text=typed))
    assert (found.models == []) is (typed != "…")
    assert not found.is_similar


def test_similar_words_are_looked_for_only_where_the_text_finds_nothing():
    found = find([listed("Flux Dev"), listed("Flus Dev")], Query(text="flux"))
    assert [model.tracked.name for model in found.models] == ["Flux Dev"]
    assert not found.is_similar


SEARCHES = {
    "a part of the name": ("tex", True),
    "upper case": ("TEXT2VIDEO", True),
    "punctuation in the search": ("2.2", True),
    "punctuation in neither": ("22", True),
    "a hyphen where the name has a blank": ("wan-2.2", True),
    "the name without blanks": ("wan22text2video", True),
    "several words in any order": ("14b wan", True),
    "the id": ("t2v_2_2", True),
    "the family": ("alibaba", True),
    "the base type": ("t2v-base", True),
    "the chosen file": ("highnoise_mbf16", True),
    "only blanks": ("   ", True),
    "only punctuation": ("- . /", True),
    "one word that is not there": ("wan flux", False),
    "something else": ("hunyuan", False),
    "two fields read together": ("14bt2v22", False),
}


@pytest.mark.parametrize(("text", "found"), SEARCHES.values(), ids=SEARCHES)
def test_a_search_looks_at_letters_and_digits_only(text, found):
    model = listed(
        "Wan2.2 Text2video 14B",
        model_type="t2v_2_2",
        family="Alibaba’s",
        base_type="t2v_base",
        slots=chosen_file("wan_high-noise_mbf16.safetensors"),
    )
    assert bool(names([model], text=text)) is found


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [("LTX-2 2.3", "ltx223"), ("Modèle_Été", "modèleété"), ("…", ""), ("STRASSE ß", "strassess")],
)
def test_squeezing_keeps_letters_and_digits(text, squeezed):
    assert squeeze(text) == squeezed


FILTERS = {
    "status": ({"statuses": frozenset({ModelStatus.PARTIAL})}, "partial image"),
    "two statuses": ({"statuses": frozenset({ModelStatus.PARTIAL, ModelStatus.DOWNLOADED})}, "downloaded audio", "partial image"),
    "output": ({"outputs": frozenset({Output.AUDIO})}, "downloaded audio"),
    "an output that is not the main one": ({"outputs": frozenset({Output.IMAGE})}, "missing video", "partial image"),
    "family": ({"families": frozenset({"Flux"})}, "partial image"),
    "speed tier": ({"speed_tiers": frozenset({"fast"})}, "missing video"),
    "VRAM budget": ({"max_vram_gb": 8}, "missing video", "partial image"),
    "VRAM budget to the dot": ({"max_vram_gb": 7.9}, "missing video"),
    "a budget of nothing": ({"max_vram_gb": 0},),
    "text": ({"text": "audio"}, "downloaded audio"),
    "text and budget": ({"text": "image", "max_vram_gb": 8}, "partial image"),
    "status and output that exclude each other": ({"statuses": frozenset({ModelStatus.PARTIAL}), "outputs": frozenset({Output.AUDIO})},),
    "output, tier and budget": ({"outputs": frozenset({Output.VIDEO}), "speed_tiers": frozenset({"fast"}), "max_vram_gb": 6}, "missing video"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "found"), [(q, f) for q, *f in FILTERS.values()], ids=FILTERS)
def test_filters_combine(query, found):
    models = [
        listed("missing video", outputs=(Output.VIDEO, Output.IMAGE), about={"speed_tier": "fast", "vram_min_gb": 6}),
        listed("partial image", status=ModelStatus.PARTIAL, outputs=(Output.IMAGE,), family="Flux", about={"vram_min_gb": 8}),
        listed("downloaded audio", status=ModelStatus.DOWNLOADED, outputs=(Output.AUDIO,), about={"speed_tier": "slow"}),
    ]  # fmt: skip
    assert names(models, **query) == found


def test_a_model_of_unknown_vram_is_within_no_budget():
    assert names([listed("unknown")], max_vram_gb=1_000) == []


values = st.one_of(st.none(), st.integers(-3, 3))


@given(st.lists(values), st.sampled_from(list(SortKey)), st.booleans())
def test_sorting_loses_and_invents_no_model(speeds, key, descending):
    models = [
        listed(
            f"m{number}",
            about={"speed_multiplier": value, "vram_min_gb": value, "quality_rank": value},
        )
        for number, value in enumerate(speeds)
    ]
    ordered = filter_and_sort(iter(models), Query(sort=key, descending=descending))
    assert sorted(map(id, ordered)) == sorted(map(id, models))


def test_only_what_is_expected_to_do_well_fits():
    models = [listed(level.name, fit=level) for level in FitLevel]
    assert names(models, fits=True) == ["FITS", "TIGHT"]
