"""Gaps, breaks, drifts and volumes are told where they are planted, and not elsewhere."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from dmaic_assets.analysis.temporal.levels import shifts_of
from dmaic_assets.analysis.temporal.rhythm import grain_of
from dmaic_assets.analysis.temporal.seasons import season_of
from dmaic_assets.analysis.values.temporal import TemporalValue
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.analysis.temporal.days import DAYS, FIRST, NOW, WEEK, outcome, rows, told
from dmaic_assets_tests.analysis.temporal.days import usual_rates as usual


def with_rates(at, factor):
    rates = usual()
    rates[at] *= factor
    return rows(rates)


def test_a_clean_table_has_facts_only():
    found = outcome(rows(usual()))

    column = found.value.columns["created_at"]
    assert {f.weight for f in found.findings} == {"info"}
    assert (column.unit, column.gap_count) == ("day", 0)
    assert column.grains[0].completeness == 1.0
    counts = found.value.series[0]
    assert (counts.season, counts.trend, counts.changes) == (7, None, ())


@pytest.mark.parametrize(
    ("metric", "frame"),
    [
        ("gap", with_rates(slice(200, 203), 0.0)),
        ("level_shift", with_rates(slice(220, None), 1.5)),
        ("level_shift", rows(usual(), np.where(np.arange(DAYS) < 250, 1.0, 1.3))),
        ("trend", rows(usual(), 1 + 0.5 * np.arange(DAYS) / DAYS)),
        ("season_break", rows(np.r_[usual(210), 40 * WEEK[::-1][np.arange(190) % 7]])),
        ("volume", with_rates(150, 2.5)),
        ("volume", with_rates(slice(152, 182), 1.6)),
    ],
)
def test_a_planted_fault_is_told(metric, frame):
    assert metric in told(frame)


def test_the_time_and_levels_of_a_shift_are_told():
    (change,) = outcome(with_rates(slice(220, None), 1.5)).value.series[0].changes

    assert abs((change.at - FIRST).days - 220) <= 3
    assert change.after / change.before == pytest.approx(1.5, rel=0.05)


def test_days_of_the_week_that_are_always_empty_are_no_gaps():
    rates = usual()
    rates[np.arange(DAYS) % 7 >= 5] = 0

    assert told(rows(rates)) == set()


def test_a_spike_fires_at_every_grain():
    column = outcome(with_rates(slice(152, 182), 3.0)).value.columns["created_at"]

    assert {g.unit for g in column.grains if g.unusual} >= {"week", "month"}


@pytest.mark.parametrize(
    ("grain", "step"), [("minute", "1m"), ("hour", "1h"), ("day", "1d"), ("week", "1w"),
                        ("month", "1mo"), ("quarter", "1q"), ("year", "1y")],
)  # fmt: skip
def test_the_grain_of_regular_times(grain, step):
    times = pl.datetime_range(
        pl.datetime(2000, 1, 1), pl.datetime(2030, 1, 1), step, eager=True, time_unit="us"
    ).head(200)

    assert grain_of(times.dt.epoch("s").to_numpy())[0] == grain


def test_a_constant_series_has_neither_trend_nor_change():
    days = [FIRST + timedelta(days=i) for i in range(100)]
    found = outcome(pl.DataFrame({"day": days, "amount": [1.5, *[2.5] * 99]}))

    assert found.value.series[0].trend is None
    assert all(not one.changes for one in found.value.series)


@pytest.mark.parametrize(("step", "words"), [("20d", "20 days"), ("11h", "11 hours")])
def test_a_steady_step_without_a_name_is_told(step, words):
    times = pl.datetime_range(
        pl.datetime(2020, 1, 1), pl.datetime(2030, 1, 1), step, eager=True, time_unit="us"
    ).head(150)
    found = outcome(pl.DataFrame({"at": times, "n": range(150)}))

    assert found.value.columns["at"].grain_confidence == 1.0
    assert any(f"a time every {words}" in f.text for f in found.findings)


def test_a_table_that_begins_with_few_rows_has_no_gap():
    rates = np.full(DAYS, 20.0)
    rates[1:5] = 0
    begins = rows(rates)
    day = pl.col("created_at").dt.date()
    first = begins.filter(day == FIRST.date())

    assert "gap" in told(begins)
    assert "gap" not in told(pl.concat([first.head(1), begins.filter(day > FIRST.date())]))


def test_missing_days_of_one_row_a_day_are_gaps():
    days = [FIRST + timedelta(days=i) for i in range(100) if i not in {40, 41, 42}]
    column = outcome(pl.DataFrame({"day": days, "amount": np.arange(97.0)})).value.columns["day"]

    assert [(g.periods, g.start) for g in column.gaps] == [(3, FIRST + timedelta(days=40))]
    assert (column.grains[0].expected, column.grains[0].present) == (100, 97)


@pytest.mark.parametrize(("intervals", "is_stale"), [(1.9, False), (2.1, True)])
def test_a_table_is_stale_beyond_two_intervals(intervals, is_stale):
    days = [FIRST + timedelta(days=i) for i in range(100)]
    now = days[-1].replace(tzinfo=UTC) + timedelta(days=intervals)
    column = outcome(pl.DataFrame({"day": days, "n": range(100)}), now).value.columns["day"]

    assert column.is_stale is is_stale


def test_a_load_at_month_ends_is_told_and_a_uniform_one_is_not():
    ends = [(FIRST + timedelta(days=i + 3)).day <= 3 for i in range(DAYS)]
    loaded = outcome(rows(np.where(ends, 160.0, 40.0))).value.columns["created_at"]
    even = outcome(rows(np.full(DAYS, 40.0))).value.columns["created_at"]

    assert loaded.month_end_load > 1.5
    assert even.month_end_load == pytest.approx(1.0, abs=0.1)


def test_the_season_is_that_of_statsmodels():
    from statsmodels.tsa.seasonal import seasonal_decompose

    y = usual(140) + np.random.default_rng(1).normal(0, 3, 140)
    season = season_of(y, np.arange(140) % 7)

    reference = seasonal_decompose(y, period=7)
    assert season.fitted == pytest.approx(reference.seasonal, abs=1e-9)


def test_noise_and_smooth_waves_have_no_shift():
    rng = np.random.default_rng(5)
    wave = 5 * np.sin(np.arange(365) * 2 * np.pi / 365)

    assert all(not shifts_of(rng.standard_t(4, 365)) for _ in range(20))
    assert shifts_of(wave + rng.normal(size=365)) == ()


def test_the_value_is_written_and_read_again():
    value = outcome(with_rates(slice(200, 203), 0.0)).value

    assert from_json(TemporalValue, to_json(value)) == value


def test_sensitive_times_are_left_out():
    births = pl.DataFrame({"birth_date": [datetime(1980, 1, d % 28 + 1) for d in range(100)]})
    value = outcome(births.with_columns(pl.int_range(pl.len()).alias("id")), NOW).value

    assert value.aside == {"birth_date": "is sensitive"}
