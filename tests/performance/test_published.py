"""Published figures beside an estimate."""

from hypothesis import given
from hypothesis import strategies as st
from model_tracker.performance.labels import Origin, SpeedTier
from model_tracker.performance.published import Point, dominates, reconcile, without_contradictions

cases = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda case: (float(case[0]), float(case[1])))
points = st.lists(st.builds(Point, cases, st.integers(1, 20).map(float), st.just("source")), max_size=6)


def by_formula(case):
    return 1 + 2 * case[0] + case[1]


@given(points)
def test_points_that_are_kept_agree(found):
    kept = without_contradictions(found)
    for one in kept:
        for other in kept:
            assert not dominates(one.case, other.case) or one.value >= other.value


@given(points)
def test_the_first_named_point_is_always_kept(found):
    assert without_contradictions(found)[:1] == tuple(found[:1])


@given(points, cases, cases)
def test_a_larger_case_never_gets_a_smaller_figure(found, one, other):
    kept = without_contradictions(found)
    larger = (max(one[0], other[0]), max(one[1], other[1]))
    assert reconcile(by_formula(larger), larger, kept).value >= reconcile(by_formula(one), one, kept).value


@given(points)
def test_a_published_case_has_its_figure(found):
    kept = without_contradictions(found)
    for point in kept:
        result = reconcile(by_formula(point.case), point.case, kept)
        assert (result.value, result.origin) == (point.value, Origin.PUBLISHED)


def test_without_points_the_estimate_stands():
    result = reconcile(7.0, (1.0,), ())
    assert (result.value, result.origin, result.source) == (7.0, Origin.ESTIMATED, "")


def test_a_bounded_estimate_names_the_figure_that_bounds_it():
    point = Point((2.0,), 5.0, "somewhere")
    assert reconcile(9.0, (1.0,), [point]).source == "somewhere"
    assert reconcile(1.0, (3.0,), [point]).value == 5.0


def test_speed_tiers_follow_the_multiplier():
    assert [SpeedTier.of(value).value for value in (9, 3, 1, 0.5, 0.1, None)] == [
        "Very fast",
        "Fast",
        "Medium",
        "Slow",
        "Very slow",
        "Unknown",
    ]
    assert [tier.rank for tier in SpeedTier] == [0, 1, 2, 3, 4, 5]
