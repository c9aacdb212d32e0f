"""The fleet of charts that share one alarm budget, and what a single chart may take of it.

What belongs here: how many charts all sources have together, and the arithmetic of the budget.
Limits follow from it in `control_charts`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dmaic_assets.phase_values.control import Allowance
from dmaic_assets.settings.phases import ControlSettings
from dmaic_assets.store.ledger.record.metrics import newest_values
from dmaic_assets.table.read.discovery import landing_folders
from dmaic_assets.work.run.platform import Platform

CHARTED = "charted_ctqs"
# Hours in the units of `monitor_every`.
_HOURS = {"h": 1.0, "d": 24.0, "w": 168.0}
# Hours in a twelfth of a year of 365.25 days.
_MONTH_HOURS = 730.5
# A chart that alarms more often than once in twenty points tells nothing.
LARGEST_RATE = 0.05


@dataclass(frozen=True, slots=True)
class AlarmBudget:
    """False alarms a month of all charts of all sources, `fleet_charts` of them, together."""

    settings: ControlSettings
    fleet_charts: int = 1

    @property
    def points_per_month(self) -> float:
        """How many files a chart sees in a month of 730.5 hours."""
        return _MONTH_HOURS / cadence_hours(self.settings.monitor_every)

    def rate(self, charts: int) -> float:
        """The share of points that may alarm without a cause, at most one in twenty.

        Args:
            charts: Charts of this source, of which the fleet may not know yet.
        """
        points = self.points_per_month * max(1, self.fleet_charts, charts)
        return min(LARGEST_RATE, self.settings.alarms_per_month / points)

    def expected(self, charts: int) -> float:
        """False alarms a month that so many charts of this source are allowed."""
        return self.rate(charts) * self.points_per_month * charts

    def allowance(self, charts: int) -> Allowance:
        """Tells what a source with so many charts may take."""
        rate, points = self.rate(charts), self.points_per_month
        return Allowance(
            alarms_per_month=self.settings.alarms_per_month,
            fleet_charts=max(1, self.fleet_charts, charts),
            points_per_month=points,
            charts=charts,
            false_alarm_rate=rate,
            per_chart_per_month=rate * points,
            expected_per_month=self.expected(charts),
        )


def cadence_hours(every: str) -> float:
    """Reads a cadence such as 12h, 1d or 2w as hours."""
    found = re.fullmatch(r"(\d+)([hdw])", every)
    return int(found[1]) * _HOURS[found[2]] if found else _HOURS["d"]


class ChartFleet:
    """The charts of all sources there are, as the newest Define of each counts them; asked once.

    A source that is neither declared nor has a folder any more takes nothing of the budget,
    whatever Define once counted for it.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @cached_property
    def charts(self) -> int:
        """The number of charts, rounded up: see `rounded_up`."""
        counted = newest_values(self._platform.ledger, "define", CHARTED)
        there = sources_there(self._platform)
        return rounded_up({source: n for source, n in counted.items() if source in there})


def sources_there(platform: Platform) -> frozenset[str]:
    """Names the sources that files may still come for: those declared, and those with a folder."""
    declared = (source.name for source in platform.settings.sources)
    return frozenset((*declared, *landing_folders(platform.paths.incoming)))


def rounded_up(by_source: Mapping[str, float]) -> int:
    """Adds the charts of all sources and rounds up to a power of two, 1 without any.

    Rounded, so that one source or CTQ more seldom moves the limits of all others.
    """
    charts = round(sum(by_source.values()))
    return 1 << max(0, charts - 1).bit_length()
