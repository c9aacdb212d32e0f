import numpy as np
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.charts.batch import individuals_batch, subgroup_pass
from dmaic_assets.sixsigma.charts.measures import (
    individuals_chart,
    range_chart,
    sd_chart,
    xbar_chart,
)


def test_one_pass_over_subgroups_says_what_the_single_charts_say():
    data = np.random.default_rng(1).normal(10, 2, (3000, 5))
    whole = subgroup_pass(data)
    chart = xbar_chart(data)

    assert whole.sigma == pytest.approx(chart.limits.sigma.value, rel=1e-12)
    assert np.array_equal(whole.xbar.flags, chart.signals.flags)
    assert np.flatnonzero(whole.beyond_range).tolist() == range_chart(data).beyond_limits
    assert np.flatnonzero(whole.beyond_sd).tolist() == sd_chart(data).beyond_limits


def test_many_charts_at_once_say_what_each_says_alone():
    table = np.random.default_rng(2).normal(size=(5, 300)).cumsum(axis=1) * 0.1
    table[2, 40:43] = np.nan
    batch = individuals_batch(table)

    for place, series in enumerate(table):
        chart = individuals_chart(series)
        assert batch.sigma[place] == pytest.approx(chart.limits.sigma.value, rel=1e-12)
        assert np.array_equal(batch.signals.flags[:, place], chart.signals.flags)


def test_a_constant_series_is_named_and_refused():
    table = np.vstack([np.arange(5.0), np.ones(5)])

    with pytest.raises(BadInputError, match="chart 1: no two neighbours that differ"):
        individuals_batch(table)


def test_subgroups_with_gaps_are_refused():
    with pytest.raises(BadInputError, match="values are missing"):
        subgroup_pass(np.array([[1.0, np.nan], [1.0, 2.0]]))
