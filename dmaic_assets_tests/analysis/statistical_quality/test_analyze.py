"""Digits, outliers, heaping and files that differ are told where planted, and not elsewhere."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from scipy import stats

from dmaic_assets.analysis.statistical_quality.digits import (
    benford_of,
    evenly_drawn,
    first_digits,
    heaping_of,
)
from dmaic_assets.analysis.statistical_quality.fences import beyond, fences, outliers_of
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import Part, Table
from dmaic_assets.analysis.values.statistical_quality import StatisticalQualityValue
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.store.codec import from_json, to_json

NOW = datetime(2026, 1, 1, tzinfo=UTC)
N = 3000


def columns(seed=1, n=N):
    rng = np.random.default_rng(seed)
    quantity, price = rng.poisson(8, n) + 1.0, np.round(rng.lognormal(3, 0.6, n), 2)
    return {
        "id": np.arange(n),
        "region": rng.choice(["north", "south", "east", "west"], n),
        "quantity": quantity,
        "price": price,
        "amount": np.round(quantity * price * rng.normal(1, 0.05, n), 2),
        "weight": np.round(rng.normal(70, 12, n), 1),
        "duration": np.round(rng.exponential(30, n), 2),
        "volume": np.round(rng.lognormal(6, 2.2, n), 2),
    }


def outcome(*frames):
    parts = tuple(Part(f"file{i}", pl.DataFrame(f).lazy) for i, f in enumerate(frames))
    found = work_analyses(
        Study({"sales": Table("sales", "1", parts)}, NOW), ["statistical_quality"]
    )
    return found[Piece("statistical_quality", "sales")]


def told(*frames):
    return {(f.metric, *f.columns) for f in outcome(*frames).findings if f.weight != "info"}


def changed(column, change, share=0.01):
    data = columns()
    rows = np.random.default_rng(2).choice(N, int(share * N), replace=False)
    data[column][rows] = change(data[column][rows])
    return data


def test_a_clean_table_has_facts_only():
    assert told(columns()) == set()


@pytest.mark.parametrize(
    ("metric", "column", "data"),
    [
        ("outliers", "weight", changed("weight", lambda v: v * 10)),
        ("outliers", "price", changed("price", lambda v: v * 100)),
        ("benford_effect", "volume", changed("volume", lambda v: v * 0 + 5000 + v % 900, 0.4)),
    ],
)
def test_a_planted_fault_is_told(metric, column, data):
    assert (metric, column) in told(data)


def test_one_value_in_ten_may_be_an_outlier():
    rng = np.random.default_rng(8)
    data = changed("weight", lambda v: v * rng.uniform(20, 60, len(v)), 0.1)

    found = outcome(data).value.columns["weight"].outliers
    assert found.far == pytest.approx(N / 10, rel=0.03)


@pytest.mark.parametrize("n", [300, 3000])
def test_the_promised_share_of_outliers_is_told_of_a_skewed_column(n):
    rng = np.random.default_rng(13)
    values = np.round(rng.lognormal(3.6, 0.4, n), 1)
    count = int(0.15 * n)
    values[:count] *= rng.uniform(20, 60, count)

    found = outliers_of(values)
    assert found.far == pytest.approx(count, rel=0.03)
    assert found.high < 1000


def test_two_groups_of_usual_values_are_no_outliers():
    data = changed("weight", lambda v: v + 120, 0.1)

    assert outcome(data).value.columns["weight"].outliers.far < N / 1000


def test_rounded_values_are_a_fact_and_ask_for_nothing():
    rounded = changed("duration", lambda v: np.round(v / 10) * 10, 0.3)

    assert ("heaping", "duration") in {(f.metric, *f.columns) for f in outcome(rounded).findings}
    assert told(rounded) == set()
    assert all(c.heaping is None for c in outcome(columns()).value.columns.values())


def test_even_numbers_and_products_do_not_heap():
    rng = np.random.default_rng(3)
    products = rng.integers(1, 11, N) * rng.integers(200, 9000, N) / 100

    assert heaping_of(2.0 * np.arange(1, N), 1.0) is None
    assert heaping_of(products, 0.01) is None


def test_first_digits_near_the_law_say_what_they_may_hide():
    rng = np.random.default_rng(7)
    values = 10.0 ** rng.uniform(0, 4, N)
    values[: N // 10] = rng.uniform(1, 10, N // 10) * 100
    found = benford_of(np.round(values, 4), None)

    assert found.effect < 0.06
    assert 0.1 <= evenly_drawn(found.effect, found.values) < 0.4


def test_one_of_several_files_that_is_otherwise_is_told():
    files = [columns(seed, 600) for seed in range(6)]
    assert outcome(*files).value.shifts == ()

    files[3]["weight"] *= 1.2
    files[4]["region"][:] = "north"

    shifts = {(s.part, s.column) for s in outcome(*files).value.shifts}
    assert shifts == {("file3", "weight"), ("file4", "region")}


def test_rows_that_are_unusual_together_only():
    rng = np.random.default_rng(4)
    x = rng.normal(50, 10, N)
    y = x + rng.normal(0, 1, N)
    clean = {"id": np.arange(N), "width": np.round(x, 3), "height": np.round(y, 3)}
    assert outcome(clean).value.combination.far == 0

    y[:20] = 100 - x[:20]
    far = int((np.abs(x[:20] - y[:20]) > 8).sum())
    broken = clean | {"height": np.round(y, 3)}

    assert outcome(broken).value.combination.far == pytest.approx(far, abs=3)


@pytest.mark.parametrize(
    "make",
    [
        lambda rng, n: rng.normal(size=n),
        lambda rng, n: rng.exponential(size=n),
        lambda rng, n: rng.lognormal(size=n),
        lambda rng, n: rng.random(n),
        lambda rng, n: rng.gamma(3, size=n),
        lambda rng, n: rng.standard_t(3, n),
    ],
)
def test_nearly_no_value_of_clean_data_is_far(make):
    drawn = [make(np.random.default_rng(seed), N) for seed in range(20)]
    far = sum(int(beyond(v, *fences(v)).sum()) for v in drawn)

    assert far / (20 * N) <= 2e-4


def test_counts_by_the_usual_rules_are_theirs():
    values = columns()["weight"]
    found = outcome(columns()).value.columns["weight"].outliers

    z = 0.6745 * np.abs(values - np.median(values)) / stats.median_abs_deviation(values)
    low, high = np.quantile(values, [0.25, 0.75])
    reach = 1.5 * (high - low)
    assert found.modified_z == int((z > 3.5).sum())
    assert found.iqr == int(((values < low - reach) | (values > high + reach)).sum())


def test_the_effect_of_first_digits_is_that_of_the_chi_square():
    rng = np.random.default_rng(1)
    values = 10.0 ** rng.uniform(0, 5, 20_000)
    even = rng.integers(1, 10, 20_000) * 10.0 ** rng.integers(0, 5, 20_000)

    assert benford_of(values, None).effect < 0.02
    found = benford_of(even, None)
    counts = np.bincount(first_digits(even), minlength=10)[1:]
    expected = len(even) * np.log10(1 + 1 / np.arange(1, 10))
    chi2 = stats.chisquare(counts, expected).statistic
    assert found.effect == pytest.approx(np.sqrt((chi2 - 8) / 8 / len(even)), rel=1e-9)


def test_first_digits_of_small_values_and_powers_of_ten():
    values = np.array([0.00123, 0.1, 1.0, 10.0, 999.0, 1000.0, 3e-7])

    assert first_digits(values).tolist() == [1, 1, 1, 1, 9, 1, 3]


@pytest.mark.parametrize(
    ("values", "aside"),
    [
        (np.full(100, 3.0), "has few values"),
        (np.random.default_rng(1).normal(0, 1, 1000), "has zeros or negative values"),
        (np.random.default_rng(1).normal(70, 5, 1000), "spans too few powers of ten"),
    ],
)
def test_columns_that_the_law_has_no_hold_on_are_set_aside(values, aside):
    assert benford_of(values, None).aside == aside


def test_the_value_is_written_and_read_again():
    value = outcome(changed("weight", lambda v: v * 10), columns(3)).value

    assert from_json(StatisticalQualityValue, to_json(value)) == value
