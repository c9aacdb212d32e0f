"""Columns that change over files, and values that missing ones go with."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.process.analyze.column_shifts import (
    distribution_shifts,
    jensen_shannon,
    missing_by_slice,
)
from dmaic_assets_tests.process.analyze.made import factor_of

COUNTS = st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any)


@given(COUNTS, COUNTS)
def test_the_divergence_is_symmetric_and_between_none_and_ln_2(p: list[int], q: list[int]) -> None:
    first, second = np.array(p, dtype=np.float64), np.array(q, dtype=np.float64)

    found = jensen_shannon(first, second)

    assert found == pytest.approx(jensen_shannon(second, first), abs=1e-12)
    assert 0 <= found <= math.log(2) + 1e-12
    assert jensen_shannon(first, first * 3) == pytest.approx(0, abs=1e-12)


def test_distributions_without_a_common_value_are_ln_2_apart() -> None:
    assert jensen_shannon(np.array([5.0, 0.0]), np.array([0.0, 9.0])) == pytest.approx(math.log(2))


def test_a_column_with_new_values_in_later_files_is_told_and_a_steady_one_is_not() -> None:
    n = 200
    is_late = np.arange(n) >= n // 2
    city = factor_of("city", ["rome" if i < 100 else "cork" if i % 2 else "bonn" for i in range(n)])
    shop = factor_of("shop", [f"s{i % 4}" for i in range(n)])
    code = factor_of("code", [f"c{i}" for i in range(n)])

    (found,) = distribution_shifts([shop, city, code], is_late)

    assert (found.factor, found.new, found.vanished) == ("city", ("bonn", "cork"), ("rome",))
    assert found.divergence == pytest.approx(math.log(2))
    assert "new: bonn, cork; gone: rome" in found.words


def test_too_few_rows_on_a_side_say_nothing() -> None:
    city = factor_of("city", ["a"] * 20 + ["b"] * 180)

    assert distribution_shifts([city], np.arange(200) >= 20) == ()


def test_the_value_that_goes_with_missing_ones_is_found_among_others() -> None:
    rng = np.random.default_rng(1)
    n = 1000
    shop = [f"s{i}" for i in rng.integers(0, 4, n)]
    other = [f"o{i}" for i in rng.integers(0, 5, n)]
    amount = [None if s == "s2" and rng.random() < 0.6 else "1" for s in shop]
    factors = [factor_of(k, v) for k, v in (("amount", amount), ("shop", shop), ("other", other))]

    (found,) = missing_by_slice(factors)

    assert (found.factor, found.by, found.level) == ("amount", "shop", "s2")
    assert 0.5 < found.share < 0.7
    assert found.lower <= found.association <= found.upper
    assert "amount is missing in" in found.words


def test_values_missing_by_chance_go_with_nothing() -> None:
    rng = np.random.default_rng(2)
    amount = [None if x < 0.2 else "1" for x in rng.random(1000)]
    shop = [f"s{i}" for i in rng.integers(0, 4, 1000)]

    assert missing_by_slice([factor_of("amount", amount), factor_of("shop", shop)]) == ()
