"""MTBF, trends and availability: censoring, zero failures, direction."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.defects.reliability import availability, mean_time_to_repair, mtbf
from dmaic_assets.sixsigma.defects.reliability_trend import laplace_test, power_law_test


def test_without_a_failure_only_a_lower_bound_is_known() -> None:
    measured = mtbf(1000, 0, level=0.9)

    assert measured.value is None
    assert measured.interval.upper is None
    assert measured.interval.lower == pytest.approx(333.808, abs=1e-3)
    assert measured.lower_bound == pytest.approx(434.294, abs=1e-3)


def test_an_observation_that_ends_with_a_failure_has_a_higher_lower_bound() -> None:
    by_time = mtbf(1000, 4, level=0.9)
    by_failure = mtbf(1000, 4, level=0.9, censoring="failure")

    assert by_time.value == by_failure.value == 250
    assert by_failure.interval.lower == pytest.approx(128.971, abs=1e-3)
    assert by_time.interval.lower == pytest.approx(109.248, abs=1e-3)
    assert by_time.interval.upper == by_failure.interval.upper


@settings(deadline=None)
@given(st.integers(0, 50), st.floats(0.01, 1e6))
def test_mtbf_scales_with_the_unit_of_time(failures: int, hours: float) -> None:
    in_hours, in_minutes = mtbf(hours, failures), mtbf(60 * hours, failures)

    assert in_minutes.lower_bound == pytest.approx(60 * in_hours.lower_bound)
    assert in_minutes.interval.lower == pytest.approx(60 * in_hours.interval.lower)


def test_the_mtbf_interval_covers_its_level_at_failure_censoring() -> None:
    rng = np.random.default_rng(11)
    totals = rng.gamma(6, 100.0, 3000)

    covered = np.mean([mtbf(t, 6, censoring="failure").interval.holds(100.0) for t in totals])

    assert 0.938 <= covered <= 0.962


@pytest.mark.parametrize("work", [laplace_test, power_law_test])
def test_rarer_and_rarer_failures_are_an_improvement(work) -> None:
    early = [10.0, 20, 40, 70, 110, 180, 300, 480, 760]

    assert work(early, 1600.0).direction == "improving"
    assert work([1600 - time for time in early], 1600.0).direction == "deteriorating"
    assert work([100.0 * k for k in range(1, 15)], 1500.0).direction == "none"


def test_an_observation_that_ends_with_a_failure_does_not_count_that_failure() -> None:
    times = [55, 166, 205, 341, 488, 567, 731, 1308, 2050, 2453, 3115, 4017, 4596]

    u = laplace_test(times, 4596).statistic

    assert u == pytest.approx(-2.62837, abs=1e-5)
    assert laplace_test(times).statistic == u
    assert laplace_test(times[:-1], 4596).statistic == u


@pytest.mark.parametrize("work", [laplace_test, power_law_test])
def test_trend_tests_are_right_under_a_constant_rate(work) -> None:
    rng = np.random.default_rng(3)

    p_values = [work(sorted(rng.uniform(0, 1, 12)), 1.0).p for _ in range(1500)]

    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(
    "work",
    [
        lambda: mtbf(0, 1),
        lambda: mtbf(10, -1),
        lambda: mtbf(10, 0, censoring="failure"),
        lambda: mtbf(10, 1, level=1),
        lambda: availability(0, 1),
        lambda: mean_time_to_repair([]),
        lambda: mean_time_to_repair([1, -1]),
        lambda: laplace_test([1.0], 5),
        lambda: laplace_test([]),
        lambda: laplace_test([1.0, 2, 9], 5),
        lambda: power_law_test([0.0, 2, 3], 5),
    ],
)
def test_what_cannot_be_is_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()


def test_availability_is_the_share_of_time_in_order() -> None:
    assert availability(99, mean_time_to_repair([0.5, 1.5])) == 0.99
    assert math.isclose(availability(5, 0), 1)
