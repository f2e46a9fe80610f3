"""The front door: every model has figures, names resolve, and nothing is made up."""

import math
import subprocess
import sys
from pathlib import Path

import pytest
from model_tracker.performance.fit import FitLevel
from model_tracker.performance.hardware import Machine
from model_tracker.performance.labels import QualityTier, SpeedTier
from model_tracker.performance_db import PerformanceDatabase, UnknownModelError, UnknownNameError

PLAN_KEYS = {
    "speed_tier",
    "speed_multiplier",
    "vram_min_gb",
    "vram_recommended_gb",
    "vram_max_observed_gb",
    "quality_tier",
    "best_for",
    "notes",
    "similar_faster",
    "similar_higher_quality",
}
METRICS = PerformanceDatabase.METRICS


@pytest.fixture
def database():
    return PerformanceDatabase()


def test_all_217_types_have_a_record():
    assert len(METRICS) == 217


@pytest.mark.parametrize("model_type", METRICS)
def test_every_record_is_whole(model_type):
    figures = METRICS[model_type]
    assert figures.keys() >= PLAN_KEYS
    assert figures["best_for"].endswith(".")
    assert figures["notes"].endswith(".")
    assert figures["speed_tier"] == SpeedTier.of(figures["speed_multiplier"]).value
    assert QualityTier(figures["quality_tier"])
    assert figures["quality_reason"]
    for name in figures["similar_faster"] + figures["similar_higher_quality"]:
        assert name in METRICS
        assert name != model_type
    for key in ("speed_multiplier", "vram_min_gb", "vram_recommended_gb", "vram_max_observed_gb", "ram_gb"):
        assert figures[key] is None or figures[key] > 0


@pytest.mark.parametrize("model_type", METRICS)
def test_a_recommended_card_is_no_smaller_than_the_least_one(model_type):
    figures = METRICS[model_type]
    if figures["vram_min_gb"] is not None:
        assert figures["vram_recommended_gb"] >= figures["vram_min_gb"]


@pytest.mark.parametrize("model_type", METRICS)
def test_similar_models_are_what_they_are_called(model_type):
    figures = METRICS[model_type]
    for name in figures["similar_faster"]:
        assert METRICS[name]["speed_multiplier"] > figures["speed_multiplier"]
        assert figures["tasks"][0] in METRICS[name]["tasks"]
    for name in figures["similar_higher_quality"]:
        assert METRICS[name]["quality_rank"] > figures["quality_rank"]


@pytest.mark.parametrize(
    ("earlier", "today"),
    [
        ("vace_14B", "vace_14B"),
        ("vace_1.3", "vace_1.3B"),
        ("t2v", "t2v"),
        ("t2v_2_2", "t2v_2_2"),
        ("i2v", "i2v"),
        ("flux_dev", "flux"),
        ("flux_schnell", "flux_schnell"),
        ("hunyuan_1_5_t2v", "hunyuan_1_5_t2v"),
        ("ltxv", "ltxv_13B"),
        ("chatterbox", "chatterbox"),
        ("Alpha", "alpha"),
    ],
)
def test_names_of_the_first_plan_lead_to_todays_models(database, earlier, today):
    assert database.get_metrics(earlier) == METRICS[today]


@pytest.mark.parametrize("gone", ["ltxv_hq", "qwen2vl", "Omega", "no such model", ""])
def test_what_the_host_does_not_have_is_unknown_and_never_zero(database, gone):
    figures = database.get_metrics(gone)
    assert figures["speed_tier"] == figures["quality_tier"] == "Unknown"
    assert all(
        value is None
        for key, value in figures.items()
        if isinstance(value, float | int) or key.endswith("_gb")
    )
    assert figures["notes"]


def test_a_finetune_takes_the_figures_of_its_base_type(database):
    figures = database.get_metrics("my_finetune", base_type="i2v_2_2")
    assert figures["vram_min_gb"] == METRICS["i2v_2_2"]["vram_min_gb"]
    assert figures["model_type"] == "my_finetune"
    assert "base type" in figures["notes"]
    assert figures["licence"] is None  # whoever trained it may have set another


def test_a_finetunes_own_steps_and_guidance_count(database):
    definition = {
        "name": "Quick Wan",
        "architecture": "t2v",
        "settings": {"num_inference_steps": 6, "guidance_scale": 1},
    }
    figures = database.get_metrics("quick_wan", base_type="t2v", definition=definition)
    assert 6 < figures["speed_multiplier"] < 10  # a tenth of the runs; decoding stays
    assert (figures["steps"], figures["passes"]) == (6, 1)


def test_a_finetune_with_an_earlier_name_is_judged_by_its_definition(database):
    definition = {"name": "Mine", "architecture": "t2v"}
    assert database.get_metrics("ltxv", definition=definition)["architecture"] == "t2v"
    assert database.get_metrics("ltxv", definition={})["architecture"] == "ltxv_13B"


def test_an_error_without_any_known_name_is_still_an_error():
    assert str(UnknownModelError("x", [])) == "There is no model type or architecture 'x'."


def test_changing_an_answer_does_not_change_the_next(database):
    database.get_metrics("t2v")["similar_faster"].clear()
    METRICS["t2v"]["best_for"] = ""
    assert database.get_metrics("t2v")["similar_faster"]
    assert METRICS["t2v"]["best_for"]


def test_wan_text_to_video_is_the_yardstick():
    assert METRICS["t2v"]["speed_multiplier"] == 1
    assert METRICS["t2v"]["speed_tier"] == "Medium"


def test_a_multiplier_is_the_yardsticks_cost_divided_by_the_models(database):
    cost = {
        name: database.estimate_seconds(name, gpu=None).relative_cost
        for name in ("t2v", "t2v_sf", "i2v_720p", "ovi")
    }
    for name, relative in cost.items():
        assert METRICS[name]["speed_multiplier"] == pytest.approx(cost["t2v"] / relative, rel=0.01)


@pytest.mark.parametrize(
    ("order", "key", "sign"),
    [("speed", "speed_multiplier", -1), ("vram", "vram_min_gb", 1), ("quality", "quality_rank", 1)],
)
def test_sorting_puts_unknown_values_last(database, order, key, sign):
    values = [METRICS[name][key] for name in database.get_all_models_sorted(order)]
    known = [sign * value for value in values if value is not None]
    assert known == sorted(known)
    assert all(value is None for value in values[len(known) :])
    assert len(values) == 217


def test_tiers_follow_their_order(database):
    speeds = [SpeedTier(METRICS[name]["speed_tier"]).rank for name in database.get_all_models_sorted("speed")]
    assert speeds == sorted(speeds)
    qualities = [
        QualityTier(METRICS[name]["quality_tier"]).rank for name in database.get_all_models_sorted("quality")
    ]
    assert qualities == sorted(qualities)


def test_names_sort_as_people_read_them(database):
    names = [METRICS[name]["name"].casefold() for name in database.get_all_models_sorted()]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("ask", "nearest"),
    [
        (lambda db: db.get_all_models_sorted("sped"), "speed"),
        (lambda db: db.estimate_vram("t2v_2_3"), "t2v_2_2"),
        (lambda db: db.estimate_vram("hunyuan_avatr"), "hunyuan_avatar"),
        (lambda db: db.estimate_vram("t2v", quantization="int9"), "int8"),
        (lambda db: db.estimate_vram("t2v", profile=6), "5"),
        (lambda db: db.estimate_seconds("t2v", gpu="RTX 4091"), "RTX 4090"),
        (lambda db: db.estimate_seconds("flux_schnel", gpu=None), "flux_schnell"),
        (lambda db: db.estimate_seconds("t2v", gpu=None, precision="bf17"), "bf16"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_the_nearest(database, ask, nearest):
    with pytest.raises(UnknownNameError) as caught:
        ask(database)
    assert caught.value.near[0] == nearest
    assert nearest in str(caught.value)


def test_an_unknown_model_is_an_error_of_its_own(database):
    with pytest.raises(UnknownModelError):
        database.estimate_vram("zzz")


@pytest.mark.parametrize("size", [{"width": 0}, {"height": -1}, {"frames": 0}])
def test_sizes_must_be_positive(database, size):
    with pytest.raises(ValueError, match="positive"):
        database.estimate_vram("t2v", **size)


def test_every_architecture_can_be_asked_for(database):
    from model_tracker.performance.catalogue import load_catalogue

    architectures = load_catalogue().architectures
    assert len(architectures) == 122
    for name in architectures:
        estimate = database.estimate_vram(name)
        assert estimate.need_gb is None or 0 < estimate.need_gb < 100
        assert estimate.basis


def test_a_summary_gives_cards_and_a_note(database):
    summary = database.vram_summary("t2v", quantization="bf16")
    assert summary["min_gb"] < summary["recommended_gb"]
    assert summary["notes"]
    assert database.vram_summary("unknown", "t2v")["min_gb"] is not None
    assert database.vram_summary("unknown") == {
        "min_gb": None,
        "recommended_gb": None,
        "notes": "Nothing is known about this model.",
    }


def test_loading_is_quick_and_loads_no_heavy_library():
    code = """
import sys, time
start = time.process_time()
from model_tracker.performance_db import PerformanceDatabase
assert PerformanceDatabase.METRICS["t2v"]
print(time.process_time() - start)
heavy = {"torch", "numpy", "pandas", "gradio", "matplotlib", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""
    standalone = Path(__file__).resolve().parents[1] / "standalone"
    seconds = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], cwd=standalone, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(3)
    ]
    assert min(seconds) < 0.5  # about 0.1 s here; the limit leaves room for a slow machine
    assert math.isfinite(min(seconds))


def test_a_larger_output_suits_a_small_card_no_better():
    database, machine = PerformanceDatabase(), Machine(gpu_name="RTX 3060", vram_gib=12, ram_gib=64)
    levels = [FitLevel.FITS, FitLevel.TIGHT, FitLevel.SLOWER]
    small = database.judge_fit("t2v", machine, width=640, height=352, frames=33)
    usual = database.judge_fit("t2v", machine)
    large = database.judge_fit("t2v", machine, width=1920, height=1088, frames=161)
    order = [levels.index(fit.overall) for fit in (small, usual, large)]
    assert order == sorted(order)
    assert order[0] < order[-1]


def test_a_model_that_nobody_knows_is_judged_not_known():
    fit = PerformanceDatabase().judge_fit(
        "no_such_model", Machine(gpu_name="RTX 3060", vram_gib=12, ram_gib=64)
    )
    assert fit.overall is FitLevel.UNKNOWN


def test_the_weights_file_tells_how_much_stays_in_vram():
    database, machine = PerformanceDatabase(), Machine(gpu_name="RTX 4090", vram_gib=24, ram_gib=128)
    light = database.judge_fit("t2v", machine, weights_file="wan_t2v_quanto_int8.safetensors", profile=3)
    heavy = database.judge_fit("t2v", machine, weights_file="wan_t2v_bf16.safetensors", profile=3)
    assert "VRAM" in heavy.sentence
    assert heavy.sentence != light.sentence
