"""Values that are all equal vary by nothing, whatever their last bit: no alarm and no index."""

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.alarms.budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarms.series import FleetSeries
from dmaic_assets.sixsigma.capability.box_cox import box_cox_capability
from dmaic_assets.sixsigma.capability.normal import capability, taguchi_index
from dmaic_assets.sixsigma.capability.other import percentile_capability
from dmaic_assets.sixsigma.capability.specification import Specification
from dmaic_assets.sixsigma.charts.batch import individuals_batch, subgroup_pass
from dmaic_assets.sixsigma.charts.estimators import (
    SubgroupMethod,
    sigma_of_individuals,
    sigma_within,
    subgroup_sds,
)
from dmaic_assets.sixsigma.charts.memory import cusum_chart, ewma_chart
from dmaic_assets.sixsigma.charts.model import ChartKind, ChartOptions, LimitsKind
from dmaic_assets.sixsigma.charts.multivariate import t2_chart
from dmaic_assets.sixsigma.charts.phases import control_chart, freeze, later_points
from dmaic_assets.sixsigma.charts.runs_rules import NELSON, WESTERN_ELECTRIC
from dmaic_assets.sixsigma.charts.within_sigma import (
    moving_range_sigma,
    overall_sigma,
    pooled_sigma,
    range_sigma,
)
from dmaic_assets.sixsigma.tests.descriptive import summarize

# Decimals that no double holds, of many magnitudes, and how often each is repeated.
SERIES = [
    (float(f"{lead}.{tail}e{power}"), count)
    for lead, tail in [(1, 1), (3, 3), (7, 77), (9, 87), (2, 718281), (4, 10001), (6, 35), (8, 9)]
    for power in (-9, -3, -1, 0, 1, 4, 12)
    for count in (3, 6, 10, 11, 23, 40, 49, 90)
] + [
    (value / 10, count) for value in range(-43, 44, 2) for count in (7, 10, 13, 27, 41, 48, 64, 99)
]
ALL_RULES = ChartOptions(rules=(*NELSON, *WESTERN_ELECTRIC))


def test_there_are_enough_series() -> None:
    assert len(SERIES) >= 800


@pytest.mark.parametrize("kind", ["i", "mr", "t"])
def test_a_chart_of_equal_values_is_silent_and_centred_on_them(kind: ChartKind) -> None:
    for value, count in SERIES:
        data = np.full(count, abs(value))
        data[1] = np.nan if count > 9 else data[1]

        chart = control_chart(kind, data, options=ALL_RULES)

        scaled = float(np.power(data, 1 / 3.6)[0]) if kind == "t" else data[0]
        assert chart.limits.center == scaled, (value, count)
        assert chart.limits.sigma.value == 0, (value, count)
        assert chart.beyond_limits == [], (value, count)
        assert not chart.signals.any.any(), (value, count)
        later = later_points(freeze(chart, day="2026-01-01"), data, options=ALL_RULES)
        assert not later.signals.any.any(), (value, count)


@pytest.mark.parametrize("kind", ["g", "c"])
def test_a_chart_of_equal_counts_shows_nothing_but_too_little_variation(kind: ChartKind) -> None:
    for place, (_, count) in enumerate(SERIES):
        chart = control_chart(kind, np.full(count, float(place % 97)), options=ALL_RULES)

        assert chart.center[0] == place % 97
        assert chart.beyond_limits == [], (place, count)
        # Fifteen points within one sigma are Nelson 7, which equal counts truly are.
        assert {rule for point in range(count) for rule in chart.signals.at(point)} <= {"nelson7"}


@pytest.mark.parametrize("method", ["uwave_r", "uwave_sd", "mvlue_r", "mvlue_sd", "pooled"])
@pytest.mark.parametrize("kind", ["xbar", "r", "s"])
def test_a_chart_of_equal_subgroups_is_silent(kind: ChartKind, method: SubgroupMethod) -> None:
    options = ChartOptions(rules=ALL_RULES.rules, sigma_method=method)
    for value, count in SERIES[:: 1 if method == "pooled" else 5]:
        data = np.full((count, 2 + count % 6), value)
        data[0, 0] = np.nan

        chart = control_chart(kind, data, options=options)

        assert chart.limits.sigma.value == 0, (value, count)
        assert chart.beyond_limits == [], (value, count)
        assert not chart.signals.any.any(), (value, count)
        assert (chart.center == (value if kind == "xbar" else 0.0))[1:].all(), (value, count)


@pytest.mark.parametrize("limits", ["sigma", "auto"])
@pytest.mark.parametrize("kind", ["p", "np", "u", "laney_p", "laney_u"])
def test_a_chart_of_equal_shares_shows_nothing_but_too_little_variation(
    kind: ChartKind, limits: LimitsKind
) -> None:
    options = ChartOptions(rules=ALL_RULES.rules, limits=limits)
    for place, (value, count) in enumerate(SERIES):
        sizes = np.full(count, abs(value) if kind == "u" else 5.0 + place)
        chart = control_chart(kind, np.full(count, place % 6.0), sizes=sizes, options=options)

        assert chart.beyond_limits == [], (place, count)
        assert {rule for point in range(count) for rule in chart.signals.at(point)} <= {"nelson7"}


def test_memory_and_batch_charts_of_equal_values_are_silent_or_refuse() -> None:
    for value, count in SERIES:
        data = np.full(count, value)
        gap = np.where(np.arange(count) == 1, np.nan, data)

        assert not ewma_chart(data, center=value, sigma=0.0).signals.any(), (value, count)
        assert not ewma_chart(gap, center=value, sigma=0.0).signals.any(), (value, count)
        with pytest.raises(BadInputError):
            cusum_chart(data, center=value, sigma=0.0)
        with pytest.raises(BadInputError):
            subgroup_pass(np.full((count, 5), value))
        with pytest.raises(BadInputError):
            individuals_batch(np.full((2, count), value))
        with pytest.raises(BadInputError):
            t2_chart(np.full((count, 4, 2), value))


def test_a_batch_of_a_series_with_one_other_value_centres_equal_subgroups_exactly() -> None:
    for value, count in SERIES[::7]:
        data = np.full((count, 3), value)
        data[0, 0] = value * 1.5

        found = subgroup_pass(data)

        assert (found.means[1:] == value).all(), (value, count)
        assert (found.sds[1:] == 0).all(), (value, count)


def test_equal_values_have_no_index_and_no_spread() -> None:
    for value, count in SERIES:
        values, limits = [value] * count, Specification(value - 1e13, value + 2e13)
        halves = [values, values[: count // 2]]
        for refused in (
            lambda v=values, s=limits: capability(v, s),
            lambda v=values, s=limits: percentile_capability(v, s),
            lambda v=values: box_cox_capability(v, Specification(upper=1e15)),
            lambda v=values: overall_sigma(v),
            lambda h=halves: pooled_sigma(h),
            lambda h=halves: range_sigma(h),
            lambda v=values: moving_range_sigma(v),
            lambda v=values: taguchi_index(v, Specification(v[0] - 1e13, v[0] + 1e13, v[0])),
        ):
            with pytest.raises(BadInputError):
                refused()
        assert summarize(values).variance == 0, (value, count)
        assert sigma_within(np.full((3, count), value), method="pooled").value == 0
        assert sigma_of_individuals(np.array(values), method="sd").value == 0
        assert (subgroup_sds(np.full((2, count), value)) == 0).all()


def test_cpm_of_equal_values_off_target_has_no_interval_of_rounding() -> None:
    for value, count in SERIES:
        reach = 10 * abs(value)
        index = taguchi_index(
            [value] * count, Specification(value - reach, value + reach, value + reach / 2)
        )

        assert index is not None
        assert index.interval.lower == index.interval.upper == index.value, (value, count)


def test_a_fleet_of_equal_measures_is_silent() -> None:
    series = [
        FleetSeries(f"{place}", "measure", np.full(max(count, 12), value))
        for place, (value, count) in enumerate(SERIES)
    ]

    alarms = [
        any(chart.alarms)
        for chart in watch_fleet(design_fleet(series, alarms_per_month=1.0), series)
    ]

    assert not any(alarms)
