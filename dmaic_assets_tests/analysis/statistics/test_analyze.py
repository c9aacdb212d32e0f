"""Statistics agree with SciPy and NumPy, and say which columns carry too little."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from scipy import stats

from dmaic_assets.analysis.statistics.analyze import analyze
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RNG = np.random.default_rng(3)
AMOUNTS = RNG.gamma(2.0, 10.0, 997)
KINDS = RNG.choice(list("abcd"), 997, p=[0.6, 0.2, 0.15, 0.05])


def studied(**columns):
    return analyze(Study({"t": table_of_frame("t", pl.DataFrame(columns))}, NOW))


def test_numbers_agree_with_scipy_and_numpy():
    facts = studied(amount=AMOUNTS).value.columns["amount"]

    low, high = np.quantile(AMOUNTS, [0.25, 0.75])
    assert facts.spread == pytest.approx(high - low, rel=1e-12)
    assert facts.mad == pytest.approx(stats.median_abs_deviation(AMOUNTS), rel=1e-12)
    assert facts.cv == pytest.approx(stats.variation(AMOUNTS, ddof=1), rel=1e-12)
    assert facts.profile.skewness == pytest.approx(stats.skew(AMOUNTS), rel=1e-9)


def test_entropy_and_the_most_frequent_share_agree_with_scipy():
    facts = studied(kind=KINDS).value.columns["kind"]

    counts = np.unique(KINDS, return_counts=True)[1]
    assert facts.entropy == pytest.approx(stats.entropy(counts, base=2), rel=1e-12)
    assert facts.top_share == pytest.approx(counts.max() / counts.sum())


def test_columns_that_carry_nothing_are_set_aside_with_a_reason():
    value = studied(
        full=[1, 2, 3], same=["x"] * 3, empty=pl.Series([None] * 3, dtype=pl.Int64)
    ).value

    assert value.eligible == ("full",)
    assert value.columns["same"].aside == "every value is the same"
    assert value.columns["empty"].aside == "has no values"


def test_findings_name_table_and_column_the_gravest_first():
    outcome = studied(id=[1, 1, 2, 2], empty=pl.Series([None] * 4, dtype=pl.Int64))

    assert [(f.weight, f.columns) for f in outcome.findings][:2] == [
        ("medium", ("id",)),
        ("medium", ("empty",)),
    ]
    assert all(f.text.startswith("t.") or " of t " in f.text for f in outcome.findings)


def test_a_table_without_rows_is_told():
    outcome = studied(id=pl.Series([], dtype=pl.Int64))

    assert [f.text for f in outcome.findings] == ["t has no rows."]
    assert outcome.value.columns["id"].entropy is None


def test_nan_and_infinities_are_no_numbers():
    facts = studied(x=[1.0, 2.0, float("nan"), float("inf"), 3.0]).value.columns["x"]

    assert (facts.mad, facts.spread) == (1.0, 1.0)


def test_no_value_of_a_sensitive_column_is_kept():
    settings = AnalysisSettings(columns={"t.pay": ColumnOverride(is_sensitive=True)})
    table = table_of_frame("t", pl.DataFrame({"pay": AMOUNTS, "amount": AMOUNTS}))

    columns = analyze(Study({"t": table}, NOW, settings)).value.columns

    hidden, told = columns["pay"].profile, columns["amount"].profile
    assert (hidden.minimum, hidden.maximum, hidden.top_values) == (None, None, ())
    assert (hidden.quantiles, hidden.histogram) == ({}, None)
    assert told.minimum is not None
    assert hidden.mean == told.mean
