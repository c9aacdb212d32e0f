"""The table of limits: every kind of series holds the rate, and the table is what code finds."""

from pathlib import Path

import numpy as np
import pytest

import dmaic_assets.sixsigma.alarms.limit_table as table
from benchmarks.alarm_calibration import (
    TRUE_CORRELATIONS,
    calibrated,
    count_alarms,
    simulated_worlds,
)
from benchmarks.alarm_limit_table import module_text
from dmaic_assets.sixsigma.alarms.fit import fit_series
from dmaic_assets.sixsigma.alarms.limits import LimitCurve, limit_curve


@pytest.mark.parametrize("rate", [0.03, 0.01])
def test_series_of_every_correlation_alarm_at_the_rate(rate):
    worlds = simulated_worlds(2500, np.random.default_rng(100), horizon=120)

    found = count_alarms(worlds, limit_curve(rate))
    by_correlation = found.alarms.sum(axis=0) / found.points.sum(axis=0) / rate
    assert by_correlation == pytest.approx(np.ones(TRUE_CORRELATIONS.size), abs=0.2)
    assert found.alarms.sum() / found.points.sum() == pytest.approx(rate, rel=0.15)


def test_the_code_finds_the_table_again_from_elsewhere():
    knots = len(table.POINTS)
    start = LimitCurve(np.full(knots, 2.0), np.zeros(knots))

    found = calibrated(start, 0.01, series=1500, seeds=[7], rounds=4)
    # The first knots see few points in so small a simulation.
    for correlation in (0.0, 0.3):
        limits = found.levels + correlation * found.slopes
        known = np.array(table.LEVELS[1]) + correlation * np.array(table.SLOPES[1])
        assert limits[4:] == pytest.approx(known[4:], abs=0.2)


def test_rarer_alarms_have_wider_limits_beyond_the_table_too():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((50, 40))
    fit = fit_series(x, np.full(x.shape, -1))

    limits = [limit_curve(rate).of(fit).mean() for rate in (0.05, 0.02, 1e-3, 3e-4, 1e-5, 1e-7)]
    assert (np.diff(limits) > 0).all()


def test_a_rate_of_the_table_has_the_row_of_the_table():
    for rate, levels, slopes in zip(table.RATES, table.LEVELS, table.SLOPES, strict=True):
        curve = limit_curve(rate)
        assert curve.levels == pytest.approx(levels)
        assert curve.slopes == pytest.approx(slopes)


def test_the_table_is_the_text_that_its_command_writes():
    curves = [limit_curve(rate) for rate in table.RATES]

    assert module_text(curves) == Path(table.__file__).read_text(encoding="utf-8")
