import warnings
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from dmaic_assets.table.profile.moments import Moments, moments, moments_of


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


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([2**64 - 1 - n for n in range(100)], np.uint64),
        ([2**63 - 1 - n for n in range(100)], np.int64),
        ([-(2**63) + n * n for n in range(100)], np.int64),
        ([0, 2**63, 2**64 - 1], np.uint64),
        ([-(2**63), -1, 5, 2**63 - 1], np.int64),
    ],
)
def test_whole_numbers_beyond_doubles_have_the_moments_of_their_digits(values, dtype):
    counts = np.arange(1, len(values) + 1, dtype=np.int64)
    order = np.argsort(np.array(values, dtype=dtype))

    found = moments_of(np.array(values, dtype=dtype)[order], counts[order])

    rows = [Decimal(v) for v, n in zip(values, counts.tolist(), strict=True) for _ in range(n)]
    mean = sum(rows) / len(rows)
    std = (sum((v - mean) ** 2 for v in rows) / (len(rows) - 1)).sqrt()
    assert found.mean == pytest.approx(float(mean), rel=1e-12)
    assert found.std == pytest.approx(float(std), rel=1e-9)


def test_whole_numbers_that_doubles_hold_are_measured_as_such():
    values = np.array([1, 5, 2**53], dtype=np.int64)

    assert moments_of(values, None) == moments(values.astype(np.float64), None)
    assert moments_of(values[:0], None) == Moments()
