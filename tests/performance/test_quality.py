"""Tiers with their evidence: variants come under their parent, and nothing is rated without a reason."""

import pytest
from model_tracker.performance.catalogue import load_catalogue
from model_tracker.performance.labels import QualityTier
from model_tracker.performance.quality import qualities

QUALITIES = qualities()
MODELS = load_catalogue().models


@pytest.mark.parametrize("model_type", MODELS)
def test_a_variant_is_placed_by_its_parent_with_the_reason(model_type):
    facts, quality = MODELS[model_type].quality, QUALITIES[model_type]
    if facts.parent is None:
        return
    parent = QUALITIES[facts.parent]
    if parent.order is None:
        assert quality.tier is QualityTier.UNKNOWN
        return
    assert MODELS[facts.parent].name in quality.reason
    if facts.evidence == "base":
        assert quality.order == parent.order
    else:
        assert quality.order < parent.order
        assert quality.tier.rank <= parent.tier.rank


@pytest.mark.parametrize("model_type", MODELS)
def test_known_and_unknown_are_never_mixed(model_type):
    quality = QUALITIES[model_type]
    assert (quality.order is None) == (quality.tier is QualityTier.UNKNOWN) == (quality.evidence == "none")
    assert quality.reason.endswith(".")


def test_published_comparisons_are_kept():
    order = {name: QUALITIES[name].order for name in MODELS}
    assert order["t2v_2_2"] > order["t2v"] > order["hunyuan"]  # Wan-Bench 2.0, VBench
    assert order["hidream_o1"] > order["flux"]  # GenEval
    assert order["hunyuan_custom"] > order["vace_1.3B"]  # face likeness
    assert order["magi_human"] > order["ovi"]  # human pairs


def test_tiers_have_an_order():
    assert [tier.rank for tier in QualityTier] == [1, 2, 3, 4, 5]
