"""How good the estimates are, and that the shipped constants are what the rows give."""

import evaluate as module
import pytest
from calibration import (
    fit_rates,
    fit_speed,
    fit_utilisation,
    fit_vram,
    groups,
    speed_samples,
    vram_samples,
)
from model_tracker.performance.constants import load_constants


@pytest.fixture(scope="module")
def evaluation():
    return module.evaluate()


def test_vram_is_right_within_13_percent_in_the_median(evaluation):
    assert len(evaluation.vram) >= 25
    assert module.median_error(evaluation.vram) <= 0.13


def test_vram_orders_the_cases_well(evaluation):
    assert module.rank_correlation(evaluation.vram) >= 0.88


def test_times_inside_a_table_are_right_within_10_percent_in_the_median(evaluation):
    assert len(evaluation.speed) >= 60
    assert module.median_error(evaluation.speed) <= 0.10


def test_pairs_of_a_table_and_card_are_in_the_right_order(evaluation):
    assert evaluation.pairs >= 50
    assert evaluation.pairs_right >= 0.97 * evaluation.pairs


def test_the_shipped_constants_are_the_fit():
    shipped = load_constants()
    speed = fit_speed(speed_samples())
    rates = fit_rates(speed_samples(), speed)
    assert shipped.vram == fit_vram(vram_samples())
    assert shipped.speed == speed
    assert shipped.rates_tflops == rates
    assert shipped.utilisation == fit_utilisation(rates)


def test_no_fitted_constant_lies_on_the_edge_of_its_grid():
    import calibration as grids

    vram, speed = load_constants().vram, load_constants().speed
    for value, grid in (
        (vram.c_gb, grids.C_GRID),
        (vram.k, grids.K_GRID),
        (vram.margin_gb, grids.MARGIN_GRID),
        (speed.attention, grids.ATTENTION_GRID),
        (speed.codec_flops_per_pixel, grids.CODEC_GRID),
    ):
        assert grid[0] < value < grid[-1]


def test_bounds_that_were_published_are_kept():
    assert module.bounds_kept()
    assert all(kept for _, kept in module.bounds_kept())


def test_every_row_left_out_of_the_fit_says_why():
    from model_tracker.performance.speed import speed_rows
    from model_tracker.performance.vram import vram_rows

    for row in (*vram_rows(), *speed_rows()):
        assert "excluded" in row.values
        assert row.values["excluded"] is None or len(row.text("excluded")) > 10


def test_groups_compare_like_with_like():
    for group in groups(speed_samples()):
        assert len({sample.group for sample in group}) == 1
        assert len(group) > 1


def test_ranks_share_ties():
    outcomes = [
        module.Outcome("", "", estimated, published) for estimated, published in [(1, 2), (2, 2), (3, 9)]
    ]
    assert module.rank_correlation(outcomes) == pytest.approx(0.866, abs=0.001)


def test_the_command_prints_rows_and_figures_and_succeeds():
    printed = []
    assert module.main(printed.append) == 0
    text = "".join(printed)
    assert "rank correlation" in text
    assert "v034" in text
    assert "Shipped constants are the fit: yes" in text
