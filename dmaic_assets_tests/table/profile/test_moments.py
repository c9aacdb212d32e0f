import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from dmaic_assets.table.profile.moments import Moments, moments


def _measured(values):
    unique, counts = np.unique(values, return_counts=True)
    return moments(unique.astype(np.float64), None if len(unique) == len(values) else counts)


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.float64, st.integers(2, 80), elements=st.floats(-1e6, 1e6)))
def test_moments_are_scipys_biased_ones(values):
    assume(np.std(values) > 1e-3 * max(1.0, np.abs(values).max()))

    found = _measured(values)

    assert found.mean == pytest.approx(values.mean(), rel=1e-9, abs=1e-9)
    assert found.std == pytest.approx(values.std(ddof=1), rel=1e-9)
    assert found.skewness == pytest.approx(stats.skew(values), rel=1e-6, abs=1e-6)
    assert found.kurtosis == pytest.approx(stats.kurtosis(values), rel=1e-6, abs=1e-6)


def test_a_large_mean_costs_no_digits():
    small = np.random.default_rng(1).normal(size=10_000)

    found = _measured(small + 1e9)

    assert found.std == pytest.approx(small.std(ddof=1), rel=1e-6)
    assert found.skewness == pytest.approx(stats.skew(small), abs=1e-6)


def test_counts_weigh_values():
    values = np.array([1.0, 1.0, 1.0, 2.0, 7.0])

    found = moments(np.array([1.0, 2.0, 7.0]), np.array([3, 1, 1]))

    assert found.mean == pytest.approx(2.4)
    assert found.std == pytest.approx(values.std(ddof=1))
    assert found.skewness == pytest.approx(stats.skew(values))


def test_undefined_moments_are_none():
    assert moments(np.array([]), None) == Moments()
    assert moments(np.array([3.0]), None) == Moments(mean=3.0)
    assert moments(np.array([0.1]), np.array([3])) == Moments(mean=0.1, std=0.0)


def test_numbers_near_the_ends_of_doubles_do_not_overflow():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        large = moments(np.array([-1e308, 1e308]), np.array([1, 2]))
        small = moments(np.array([0.0, 5e-324]), None)

    assert large.mean == pytest.approx(1e308 / 3)
    assert large.std == pytest.approx(1.1547005e308)
    assert large.skewness == pytest.approx(-0.70710678)
    assert large.kurtosis == pytest.approx(-1.5)
    assert small.kurtosis == pytest.approx(-2.0)
