"""The fleet of charts: who takes which part of the alarm budget."""

import numpy as np
import pytest

from dmaic_assets.process.control.chart_fleet import AlarmBudget, cadence_hours, rounded_up
from dmaic_assets.process.control.chart_season import seasons_of
from dmaic_assets.settings.phases import ControlSettings

DAILY = ControlSettings(alarms_per_month=2.0, monitor_every="1d")


@pytest.mark.parametrize(
    ("charts", "rounded"),
    [({}, 1), ({"a": 1}, 1), ({"a": 2, "b": 1}, 4), ({"a": 4}, 4), ({"a": 4, "b": 1}, 8)],
)
def test_the_charts_of_all_sources_are_rounded_up_to_a_power_of_two(charts, rounded):
    assert rounded_up(charts) == rounded


def test_the_parts_of_all_charts_are_the_budget():
    budget = AlarmBudget(DAILY, fleet_charts=64)

    parts = [budget.expected(charts) for charts in (20, 40, 4)]

    assert sum(parts) == pytest.approx(DAILY.alarms_per_month)


def test_charts_that_the_fleet_does_not_know_yet_share_too():
    assert AlarmBudget(DAILY, fleet_charts=1).rate(8) == AlarmBudget(DAILY, fleet_charts=8).rate(8)


def test_no_chart_alarms_more_often_than_once_in_twenty_points():
    generous = ControlSettings(alarms_per_month=1000.0)

    assert AlarmBudget(generous, fleet_charts=2).rate(2) == 0.05


@pytest.mark.parametrize(("every", "points"), [("12h", 60.875), ("1d", 30.4375), ("2w", 2.174107)])
def test_a_cadence_tells_the_points_of_a_month(every, points):
    assert AlarmBudget(ControlSettings(monitor_every=every)).points_per_month == pytest.approx(
        points
    )


@pytest.mark.parametrize(
    ("every", "hours"), [("12h", 12.0), ("1d", 24.0), ("2w", 336.0), ("often", 24.0)]
)
def test_a_cadence_is_read_as_hours(every, hours):
    assert cadence_hours(every) == hours


def test_names_of_files_tell_the_day_of_the_week():
    found = seasons_of(["sales_2026-11-23.csv", "sales_20261124.csv", "2026_11_29/2026-11-29.csv"])

    assert found is not None
    assert np.array_equal(found, [0, 1, 6])


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["1.csv"],
        ["2026-11-23.csv", "2.csv"],
        ["2026-13-45.csv"],
        ["2026-11-23_2026-11-24.csv"],
        ["920261123.csv"],
    ],
)
def test_names_without_one_date_each_tell_no_season(names):
    assert seasons_of(names) is None
