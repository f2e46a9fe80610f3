"""docs/performance.md says what the evaluation says."""

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import evaluate as module
import pytest
from model_tracker.performance.constants import load_constants
from model_tracker.performance.facts import read_facts
from model_tracker.performance.metrics import known_metrics

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "performance.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def evaluation():
    return module.evaluate()


def percent(share):
    return f"{share * 100:.1f} %"


def test_the_errors_on_the_page_are_the_measured_ones(evaluation):
    for outcomes in (evaluation.vram, evaluation.vram_usual):
        row = rf"\| {re.escape(percent(module.median_error(outcomes)))} \| {module.rank_correlation(outcomes):.3f} \|"
        assert re.search(row, PAGE)
    assert f"on {len(evaluation.vram)} rows" in PAGE
    assert f"on {len(evaluation.speed)} timings" in PAGE
    assert f"| {percent(module.median_error(evaluation.speed))} |" in PAGE
    assert f"| {evaluation.pairs_right} of {evaluation.pairs} |" in PAGE
    assert f"{len(evaluation.rates)} timings | {percent(module.median_error(evaluation.rates))} |" in PAGE


def test_the_constants_on_the_page_are_the_shipped_ones():
    constants = load_constants()
    vram, speed = constants.vram, constants.speed
    assert f"c = {vram.c_gb:.1f} GB, k = {vram.k:g}, margin = {vram.margin_gb:g} GB" in PAGE
    assert f"a = {speed.attention:g}, v = {speed.codec_flops_per_pixel:.1e}".replace("e+0", "e") in PAGE
    assert f"{constants.utilisation:.0%}".replace("%", " %") in PAGE
    for name, rate in constants.rates_tflops.items():
        assert f"{name} {rate:g}" in PAGE


def test_the_counts_on_the_page_are_right():
    kinds = Counter(figures.quality_evidence for figures in known_metrics().values())
    for kind, words in (("own", "*own* ({} types)"), ("parent", "*parent* ({})"), ("none", "*none* ({})")):
        assert words.format(kinds[kind]) in PAGE
    unknown = [figures for figures in known_metrics().values() if figures.vram_min_gb is None]
    assert f"VRAM of {len(unknown)} sound models" in PAGE
    assert f"{sum(figures.licence is not None for figures in known_metrics().values())} types, where" in PAGE
    assert f"{len(read_facts('gpus').records('gpus'))} graphics cards" in PAGE


def test_the_pictures_are_those_of_the_shipped_data(evaluation):
    spec = importlib.util.spec_from_file_location(
        "make_performance_plots", DOCS / "make_performance_plots.py"
    )
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script
    spec.loader.exec_module(script)
    for name, plot in script.plots(evaluation).items():
        assert (DOCS / "images" / name).read_text(encoding="utf-8") == plot.svg()
        assert f"images/{name}" in PAGE
