"""Slices add up to the table, and what differs between them is told where it is planted."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from dmaic_assets.analysis.slicing.drivers import corrected_v
from dmaic_assets.analysis.slicing.over_time import jensen_shannon
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.slicing import SlicingValue
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.store.codec import from_json, to_json

NOW = datetime(2025, 2, 1, tzinfo=UTC)
FIRST = datetime(2024, 1, 1)
N = 8000
RNG = np.random.default_rng(1)
DAY = np.sort(RNG.integers(0, 365, N))
SECOND = RNG.integers(0, 86_400, N)
CHANCE = RNG.random(N)


def columns():
    rng = np.random.default_rng(2)
    return {
        "id": np.arange(N),
        "created_at": [
            FIRST + timedelta(days=int(d), seconds=int(s)) for d, s in zip(DAY, SECOND, strict=True)
        ],
        "region": rng.choice(["north", "south", "east"], N, p=[0.4, 0.35, 0.25]),
        "channel": [None if c < 0.05 else "web" if c < 0.6 else "shop" for c in rng.random(N)],
        "amount": np.round(rng.gamma(3, 10, N), 2),
        "discount": [None if c < 0.1 else round(float(c), 3) for c in rng.random(N)],
    }


def outcome(data):
    table = table_of_frame("sales", pl.DataFrame(data))
    found = work_analyses(Study({"sales": table}, NOW), ["slicing"])
    return found[Piece("slicing", "sales")]


def told(data):
    return {(f.metric, *f.columns) for f in outcome(data).findings if f.weight != "info"}


def test_a_clean_table_has_facts_only():
    assert told(columns()) == set()


def test_slices_and_the_null_slice_are_the_table():
    data = columns()
    cuts = {cut.column: cut for cut in outcome(data).value.cuts}

    assert set(cuts) == {"region", "channel"}
    for cut in cuts.values():
        assert sum(s.rows for s in cut.slices) == N
        assert math.fsum(s.sums["amount"] for s in cut.slices) == pytest.approx(
            data["amount"].sum()
        )
        assert sum(s.nulls["discount"] for s in cut.slices) == data["discount"].count(None)
    assert cuts["channel"].slices[-1].value is None


def test_columns_that_are_no_cut_have_a_reason():
    assert set(outcome(columns()).value.aside) == {"id", "created_at", "amount", "discount"}


def test_slices_that_compensate_each_other_in_rows():
    data = columns()
    part = DAY / 365
    rises = 0.3 + 0.3 * part > CHANCE
    data["region"] = np.where(rises, "north", np.where(CHANCE < 0.85, "south", "east"))

    (found,) = outcome(data).value.compensations
    assert (set(found.rising), set(found.falling)) == ({"north"}, {"south"})
    assert ("compensating_slices", "region") in told(data)


def test_slices_that_compensate_each_other_in_a_mean():
    data = columns()
    up, down = 0.7 + 0.6 * DAY / 365, 1.3 - 0.6 * DAY / 365
    north, south = data["region"] == "north", data["region"] == "south"
    data["amount"] = data["amount"] * np.where(north, up, np.where(south, down, 1.0))

    assert ("compensating_slices", "region", "amount") in told(data)


def test_nulls_of_one_slice():
    data = columns()
    data["discount"] = [
        None if r == "east" and c < 0.8 else v
        for r, v, c in zip(data["region"], data["discount"], CHANCE, strict=True)
    ]

    assert ("nulls_by_slice", "discount", "region") in told(data)


def test_a_value_that_comes_up():
    data = columns()
    data["region"] = np.where((DAY > 200) & (CHANCE < 0.1), "west", data["region"])

    assert ("value_new", "region") in told(data)


def test_a_driver_is_the_eta_squared_of_an_anova():
    data = columns()
    data["amount"] = data["amount"] * np.where(data["region"] == "north", 2.0, 1.0)
    (found,) = outcome(data).value.drivers

    groups = [data["amount"][data["region"] == r] for r in ("north", "south", "east")]
    f = stats.f_oneway(*groups).statistic
    assert found.eta_squared == pytest.approx(2 * f / (2 * f + N - 3), rel=1e-9)
    assert (found.measure, found.column, found.top) == ("amount", "region", "north")


def test_a_column_that_tells_the_time_has_no_trend():
    assert told(columns() | {"month": [f"m{d * 12 // 365}" for d in DAY]}) == set()


def test_divergence_is_0_for_the_same_and_ln_2_for_nothing_in_common():
    one, other = np.array([3.0, 1.0, 0.0]), np.array([0.0, 0.0, 5.0])

    assert jensen_shannon(one, one * 2) == 0.0
    assert jensen_shannon(one, other) == pytest.approx(math.log(2))


def test_cramers_v_has_no_bias():
    assert corrected_v(4.0, 1000, 5) == 0.0
    assert corrected_v(1000.0, 1000, 2) == pytest.approx(1.0, abs=1e-3)


def test_the_value_is_written_and_read_again():
    value = outcome(columns()).value

    assert from_json(SlicingValue, to_json(value)) == value
