"""What the analysis of time comes to: rhythm and gaps of time columns, and series over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
Grain: TypeAlias = Literal[
    "second", "minute", "hour", "day", "week", "month", "quarter", "year", "irregular"
]


@dataclass(frozen=True, slots=True)
class Gap:
    """Periods in a row without any row, where some are due; `start` and `end` are in it."""

    start: datetime
    end: datetime
    periods: int
    weight: Literal["minor", "moderate", "severe"]


@dataclass(frozen=True, slots=True)
class PeriodVolume:
    """One period with an unusual number of rows; `share` is rows over those of a usual one."""

    start: datetime
    rows: int
    share: float


@dataclass(frozen=True, slots=True)
class GrainFacts:
    """How full the periods of one length are.

    `expected` counts those that are due (a weekday or hour that is always empty is not), `present`
    those of them with rows. `incomplete` are those in which less than nine tenths of the smaller
    periods that are due have rows. `unusual` are those with far more or fewer rows than others.
    """

    unit: Unit
    expected: int
    present: int
    incomplete: tuple[datetime, ...] = ()
    unusual: tuple[PeriodVolume, ...] = ()

    @property
    def completeness(self) -> float:
        """Present among expected periods; 1 where none is expected."""
        return self.present / self.expected if self.expected else 1.0


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """One column of dates or times, taken as UTC.

    `grain` is the usual distance of neighbouring distinct times, `grain_confidence` the share of
    distances that have it: above 0 for `irregular` where a step without a name, such as 20 days, is
    steady. `interval` is the median distance in seconds, `regularity` 1 less the
    coefficient of variation of distances, never below 0. `unit` is the length of the periods in
    which gaps are told. `weekdays` has the share of rows by weekday from Monday,
    `month_end_load` the rows of a month's last three days over those that its other days let
    expect. `age` is in seconds before the study's time, negative for a last time after it;
    `is_stale` holds beyond two intervals.
    """

    first: datetime
    last: datetime
    rows: int
    nulls: int
    distinct: int
    grain: Grain
    grain_confidence: float
    interval: float
    regularity: float
    unit: Unit
    gap_count: int
    gaps: tuple[Gap, ...]
    grains: tuple[GrainFacts, ...]
    weekdays: tuple[float, ...]
    month_end_load: float | None
    age: float
    is_stale: bool
    future_rows: int

    @property
    def fullness(self) -> GrainFacts | None:
        """How full the periods are in which gaps are told; None where none are counted."""
        return next((facts for facts in self.grains if facts.unit == self.unit), None)


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A time from which on a series has another level; `effect` in standard deviations."""

    at: datetime
    before: float
    after: float
    effect: float


@dataclass(frozen=True, slots=True)
class DistributionChange:
    """A time from which on values have another distribution.

    `distance` is that of Kolmogorov and Smirnov between the values before and after, in [0, 1],
    each up to the next change or the end.
    """

    at: datetime
    distance: float


@dataclass(frozen=True, slots=True)
class Series:
    """One number per period: rows where `measure` is empty, else the mean of a measure.

    `season` is the number of periods after which a pattern comes again, None where none does;
    `season_strength` the share of the variance about the trend that it tells, corrected for the
    number of its values. `season_breaks` are times from which on the pattern is another one.
    `trend` is the change over the whole span in units of the measure, None where the series does
    not rise or fall steadily; `trend_share` the share of the variance that a line tells.
    `spread_unit` is the length of the periods whose values are compared one with another, None
    where they hold too few: `spread_changes` are times from which on they spread otherwise, with
    the standard deviations, `distribution_changes` those from which on they are otherwise shared
    out. A time that `changes` or `spread_changes` tell is not told again by what follows from it.
    """

    measure: str
    unit: Unit
    periods: int
    mean: float
    season: int | None
    season_strength: float
    season_breaks: tuple[datetime, ...]
    trend: float | None
    trend_share: float
    changes: tuple[ChangePoint, ...]
    spread_unit: Unit | None = None
    spread_changes: tuple[ChangePoint, ...] = ()
    distribution_changes: tuple[DistributionChange, ...] = ()


@dataclass(frozen=True, slots=True)
class TemporalValue:
    """The times of a table: `main` is the column that tells when a row happened, if one does.

    `series` are over `main`. `aside` names time columns that are left out, and why.
    """

    main: str | None
    columns: Mapping[str, TimeColumn] = field(default_factory=dict)
    series: tuple[Series, ...] = ()
    aside: Mapping[str, str] = field(default_factory=dict)
