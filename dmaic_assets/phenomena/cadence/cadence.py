"""How often a source's files come, and from when on the next one is overdue.

What belongs here: concluding from moments. Which moments there are, `runs.freshness` knows. All of
it is plain arithmetic, so that `dmaic status` loads no library for it.
"""

import calendar
import itertools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

Basis: TypeAlias = Literal["declared", "arrivals", "times"]
Pattern: TypeAlias = Literal["steady", "days", "months"]

# Deliveries from which a cadence is told: five steps between them.
FEWEST_DELIVERIES = 6
# Seconds within which files belong to one delivery: a quarter of an hour of copying.
SAME_DELIVERY_S = 900.0
# Share of past lateness that is usual.
USUAL_SHARE = 0.9
# Robust standard deviations of lateness that are still usual.
SPREADS = 4.0
# Deliveries: tolerance is widened by this over their number.
FEW_DELIVERIES = 2.0
# Share of the usual time below which nobody is called late.
LEAST_TOLERANCE_SHARE = 0.1
# The same for a declared cadence, where no history says how punctual it is.
DECLARED_TOLERANCE_SHARE = 0.25
# Weeks a weekday must have been without a delivery before none is expected on it.
CHANCES_PER_WEEKDAY = 3
# Share of the simpler pattern's lateness that a finer one must come below to be taken.
_CLEARLY_BETTER = 0.5
# Standard deviations in a median absolute deviation of a normal (1 / 0.6745).
_TO_SIGMA = 1.4826
# Seconds of a day.
_DAY_S = 86_400.0
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Seconds that a declared schedule stands for.
_DECLARED: Mapping[str, float] = {"hourly": 3_600.0, "daily": _DAY_S}


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often deliveries come.

    `every_s` is the usual time from one to the next, `tolerance_s` how much later than expected
    is still usual. In the pattern `days` deliveries come on `weekdays` (0 is Monday), and a day
    begins `day_starts_s` seconds after midnight UTC (before it when negative), so that no delivery
    is near its edge; in `months` on the same day of each month. `deliveries` counts the
    evidence, 0 when declared.
    """

    basis: Basis
    pattern: Pattern
    every_s: float
    tolerance_s: float
    deliveries: int = 0
    weekdays: tuple[int, ...] = ()
    day_starts_s: float = 0.0

    def next_after(self, last: datetime) -> datetime:
        """When the delivery after one at `last` is expected, tolerance not counted."""
        if self.pattern == "months":
            return _month_later(last)
        if self.pattern == "days":
            return _on_weekday(last, self.weekdays, self.day_starts_s)
        return last + timedelta(seconds=self.every_s)

    @property
    def words(self) -> str:
        """Spells it: every day, Mon-Fri, every month, every 6.0 hours."""
        if self.pattern == "months":
            return "every month"
        if self.pattern == "days":
            return _weekday_words(self.weekdays)
        for unit_s, unit in ((7 * _DAY_S, "week"), (_DAY_S, "day"), (3_600.0, "hour")):
            if abs(self.every_s - unit_s) <= 0.05 * unit_s:
                return f"every {unit}"
        if self.every_s >= _DAY_S:
            return f"every {self.every_s / _DAY_S:.1f} days"
        if self.every_s >= 3_600:
            return f"every {self.every_s / 3_600:.1f} hours"
        return f"every {self.every_s / 60:.0f} minutes"


def declared_cadence(schedule: str) -> Cadence | None:
    """The cadence that a source's `schedule` stands for; None for `none`: nothing is expected."""
    every_s = _DECLARED.get(schedule)
    if every_s is None:
        return None
    return Cadence("declared", "steady", every_s, DECLARED_TOLERANCE_SHARE * every_s)


def deliveries_of(moments: Sequence[datetime]) -> list[datetime]:
    """Merges files that came together: a delivery begins with its first file.

    Args:
        moments: When files came, in any order.

    Returns:
        The beginnings in order; what came within `SAME_DELIVERY_S` of one belongs to it.
    """
    found: list[datetime] = []
    for moment in sorted(moments):
        if not found or (moment - found[-1]).total_seconds() > SAME_DELIVERY_S:
            found.append(moment)
    return found


def learn_cadence(deliveries: Sequence[datetime], basis: Basis) -> Cadence | None:
    """Learns the usual time between deliveries and the lateness that is still usual.

    Of a steady time between them, certain days of the week and a day of the month, the first
    that explains them as well as any is taken. The tolerance is the lateness that nine in ten of
    history did not exceed, or `SPREADS` robust standard deviations above the median, whichever is
    more; never below a tenth of the usual time; and wider with few deliveries.

    Args:
        deliveries: Moments in order, no two equal.
        basis: Where they come from.

    Returns:
        The cadence; None with fewer than `FEWEST_DELIVERIES`.

    Source: Rousseeuw & Croux (1993) for 1.4826 times the median absolute deviation.
    """
    if len(deliveries) < FEWEST_DELIVERIES:
        return None
    pairs = list(itertools.pairwise(deliveries))
    every_s = statistics.median((after - before).total_seconds() for before, after in pairs)
    candidates = _candidates(deliveries, every_s, basis)
    late = {c.pattern: _lateness(pairs, c.next_after) for c in candidates}
    chosen = candidates[0]
    for other in candidates[1:]:
        if _spread(late[other.pattern]) < _CLEARLY_BETTER * _spread(late[chosen.pattern]):
            chosen = other
    return Cadence(
        basis,
        chosen.pattern,
        every_s,
        _tolerance_s(late[chosen.pattern], every_s),
        len(deliveries),
        chosen.weekdays,
        chosen.day_starts_s,
    )


def _candidates(deliveries: Sequence[datetime], every_s: float, basis: Basis) -> list[Cadence]:
    found = [Cadence(basis, "steady", every_s, 0.0)]
    if 0.75 * _DAY_S <= every_s <= 6 * _DAY_S:
        starts_s = _quiet_time_s(deliveries)
        weekdays = _weekdays(deliveries, starts_s)
        found.append(Cadence(basis, "days", every_s, 0.0, weekdays=weekdays, day_starts_s=starts_s))
    if 27.5 * _DAY_S <= every_s <= 31.5 * _DAY_S:
        found.append(Cadence(basis, "months", every_s, 0.0))
    return found


def _lateness(
    pairs: Sequence[tuple[datetime, datetime]], next_after: Callable[[datetime], datetime]
) -> list[float]:
    return sorted((after - next_after(before)).total_seconds() for before, after in pairs)


def _spread(late_s: Sequence[float]) -> float:
    return _at_share([abs(value) for value in late_s], USUAL_SHARE)


def _tolerance_s(late_s: Sequence[float], every_s: float) -> float:
    median = statistics.median(late_s)
    sigma = _TO_SIGMA * statistics.median(abs(value - median) for value in late_s)
    usual = max(_at_share(late_s, USUAL_SHARE), median + SPREADS * sigma)
    least = max(LEAST_TOLERANCE_SHARE * every_s, SAME_DELIVERY_S)
    return max(usual, least) * (1 + FEW_DELIVERIES / len(late_s))


def _at_share(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]


def _quiet_time_s(deliveries: Sequence[datetime]) -> float:
    """The middle of the longest time of day without a delivery, at most 12 h from midnight."""
    times = sorted({_time_of_day_s(moment) for moment in deliveries})
    gaps = [
        (after - before, before)
        for before, after in zip(times, [*times[1:], times[0] + _DAY_S], strict=True)
    ]
    longest, start = max(gaps)
    middle = (start + longest / 2) % _DAY_S
    return middle if middle <= _DAY_S / 2 else middle - _DAY_S


def _time_of_day_s(moment: datetime) -> float:
    return moment.hour * 3_600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6


def _weekdays(deliveries: Sequence[datetime], starts_s: float) -> tuple[int, ...]:
    """The days with deliveries, and those that had too few chances to show that they have none."""
    days = [moment - timedelta(seconds=starts_s) for moment in deliveries]
    seen = {day.weekday() for day in days}
    span = (days[-1].date() - days[0].date()).days + 1
    chances = [0] * 7
    for offset in range(min(span, 7 * CHANCES_PER_WEEKDAY)):
        chances[(days[0].weekday() + offset) % 7] += 1
    return tuple(d for d in range(7) if d in seen or chances[d] < CHANCES_PER_WEEKDAY)


def _on_weekday(last: datetime, weekdays: Sequence[int], starts_s: float) -> datetime:
    begun = last - timedelta(seconds=starts_s)
    days = next(d for d in range(1, 8) if (begun.weekday() + d) % 7 in weekdays)
    return last + timedelta(days=days)


def _month_later(last: datetime) -> datetime:
    """The same day of the next month; a month's last day is followed by the next one's."""
    year, month = (last.year + 1, 1) if last.month == 12 else (last.year, last.month + 1)
    length = calendar.monthrange(year, month)[1]
    is_last = last.day == calendar.monthrange(last.year, last.month)[1]
    return last.replace(year=year, month=month, day=length if is_last else min(last.day, length))


def _weekday_words(weekdays: Sequence[int]) -> str:
    if len(weekdays) == 7:
        return "every day"
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] + 1 == len(weekdays):
        return f"{_DAYS[weekdays[0]]}-{_DAYS[weekdays[-1]]}"
    return ", ".join(_DAYS[day] for day in weekdays)


def moment_of(text: str) -> datetime | None:
    """Reads ISO text of a date or a moment as UTC; None when it is neither, or far ahead."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1 < moment.year < 9_000:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
