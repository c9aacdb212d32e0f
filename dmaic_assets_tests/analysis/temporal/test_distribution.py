"""Changes of spread and of distribution are told where they are planted, and not elsewhere."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from dmaic_assets_tests.analysis.temporal.days import DAYS, FIRST, outcome

CHANGED = 220


def measured(values, days=DAYS):
    """A table of so many rows a day; `values` gives the amounts from generator and days."""
    rng = np.random.default_rng(3)
    day = np.repeat(np.arange(days), 30)
    times = [FIRST + timedelta(days=int(d)) for d in day]
    return pl.DataFrame(
        {"id": np.arange(len(day)), "created_at": times, "amount": values(rng, day)}
    )


def series(frame):
    return next(s for s in outcome(frame).value.series if s.measure == "amount")


def wider(rng, day):
    return 100 + rng.normal(0, 10, len(day)) * np.where(day < CHANGED, 1, 1.6)


def in_two(rng, day):
    """The same mean and standard deviation, from one hump to two."""
    two = rng.choice([-1.0, 1.0], len(day)) * 0.95 + rng.normal(0, (1 - 0.95**2) ** 0.5, len(day))
    return 100 + 10 * np.where(day < CHANGED, rng.normal(0, 1, len(day)), two)


def level(rng, day):
    return 100 + rng.normal(0, 10, len(day)) + np.where(day < CHANGED, 0, 15)


def test_a_wider_spread_is_told_with_both_levels():
    (change,) = series(measured(wider)).spread_changes

    assert abs((change.at - FIRST).days - CHANGED) <= 3
    assert change.after / change.before == pytest.approx(1.6, rel=0.05)


def test_outliers_that_come_more_often_are_no_change_of_spread():
    def with_outliers(rng, day):
        often = rng.random(len(day)) < np.where(day < CHANGED, 0.1, 0.0)
        return 100 + rng.normal(0, 10, len(day)) + often * rng.uniform(500, 900, len(day))

    assert series(measured(with_outliers)).spread_changes == ()


def test_another_distribution_of_the_same_mean_and_spread_is_told():
    found = series(measured(in_two))

    (change,) = found.distribution_changes
    assert (found.changes, found.spread_changes) == ((), ())
    assert abs((change.at - FIRST).days - CHANGED) <= 3
    assert change.distance > 0.15


def test_a_change_of_level_is_not_told_again():
    found = series(measured(level))

    assert len(found.changes) == 1
    assert (found.spread_changes, found.distribution_changes) == ((), ())


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_told_of_usual_values_drifts_and_days_that_have_something_in_common(seed):
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, 5, DAYS)
    kinds = (
        lambda r, d: r.lognormal(3, 1, len(d)),
        lambda r, d: 100 + r.normal(0, 10, len(d)) + 20 * d / DAYS,
        lambda r, d: 100 + r.normal(0, 10, len(d)) + shared[d],
        lambda r, d: 100 + r.normal(0, 10, len(d)) + 15 * np.sin(2 * np.pi * d / 365),
    )
    for kind in kinds:
        found = series(measured(lambda _r, d, kind=kind: kind(rng, d)))
        assert (found.spread_changes, found.distribution_changes) == ((), ())
