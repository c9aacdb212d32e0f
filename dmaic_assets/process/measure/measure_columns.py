"""Which columns of numbers are measures, and where their values lie from file to file.

What belongs here: telling measures from numbers that only name things (identifiers, codes, parts of
a calendar, times of day), and location and spread. Limits play no part: `value_capability`.
"""

import re
from collections.abc import Mapping

import numpy as np

from dmaic_assets.phase_values.measure import ColumnSpread
from dmaic_assets.process.analyze.factors import Floats
from dmaic_assets.process.measure.column_values import ColumnValues

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Calendar words with the values that the part can have.
_PARTS: Mapping[str, tuple[int, int]] = {
    "year": (1600, 2500),
    "yr": (1600, 2500),
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (0, 53),
    "weekday": (0, 7),
    "dow": (0, 7),
    "day": (0, 366),
    "doy": (0, 366),
    "hour": (0, 24),
    "hr": (0, 24),
    "minute": (0, 60),
    "second": (0, 60),
}
# The last word of a column whose whole numbers name something.
_NAMES = frozenset(
    {
        *("id", "key", "code", "no", "nr", "num", "number", "account", "flight"),
        *("zip", "zipcode", "postcode", "postal", "plz", "sku", "ean", "gtin", "isbn", "iban"),
        *("phone", "mobile", "fax"),
    }
)
# Distinct numbers without a gap beyond which they count rows rather than measure.
_LEAST_NAMES = 50
# That so many different measures all look like times of the day by chance: 0.6 ** 40.
_LEAST_TIMES = 40
# Years 1600 to 2500 written as YYYYMMDD, the range of a year above.
_DATES = (16000101, 25001231)


def no_measure(values: ColumnValues) -> str:
    """Says what the numbers of a column are when they are no measure; "" for a measure."""
    found = values.all
    if not len(found) or not (found == np.round(found)).all():
        return ""
    words = [word.lower() for word in _WORD.findall(values.column)]
    last = words[-1] if words else ""
    if last in _PARTS and _PARTS[last][0] <= found.min() and found.max() <= _PARTS[last][1]:
        return "parts of a calendar"
    if last in _NAMES:
        return "identifiers or codes"
    distinct = np.unique(found)
    if _are_dates(distinct):
        return "dates"
    if _are_times(distinct):
        return "times of day"
    return "identifiers or codes" if _are_each_once(values) else ""


def value_spread(ctq: str, values: ColumnValues) -> ColumnSpread:
    """Tells where a column's values lie, and how far the means of files lie apart.

    `sd_within` is the pooled standard deviation within files, None when each has one value.
    """
    found = values.all
    means = [float(v.mean()) for v in values.by_file.values()]
    freedom = len(found) - len(means)
    squares = sum(float(((v - v.mean()) ** 2).sum()) for v in values.by_file.values())
    low, middle, high = (float(q) for q in np.quantile(found, (0.25, 0.5, 0.75)))
    return ColumnSpread(
        ctq=ctq,
        column=values.column,
        files=len(means),
        values=len(found),
        sampled_from=values.sampled_from,
        median=middle,
        quartile_low=low,
        quartile_high=high,
        sd_within=float(np.sqrt(squares / freedom)) if freedom > 0 else None,
        least_file_mean=min(means),
        greatest_file_mean=max(means),
        newest_file_mean=means[-1],
    )


def _are_dates(distinct: Floats) -> bool:
    """Whether all are written as 20260131."""
    if distinct[0] < _DATES[0] or distinct[-1] > _DATES[1]:
        return False
    month, day = distinct // 100 % 100, distinct % 100
    return bool(((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)).all())


def _are_times(distinct: Floats) -> bool:
    """Whether all are written as 1530 or 153000, in many different minutes."""
    if len(distinct) < _LEAST_TIMES or distinct[0] < 0:
        return False
    by_second = distinct[-1] > 2400
    seconds = distinct % 100 if by_second else np.zeros_like(distinct)
    clock = distinct // 100 if by_second else distinct
    return bool(
        clock[-1] <= 2400
        and clock[-1] >= 1000
        and (clock % 100 < 60).all()
        and (seconds < 60).all()
    )


def _are_each_once(values: ColumnValues) -> bool:
    """Whether files hold many values and repeat none, as keys do."""
    found = [v for v in values.by_file.values() if len(v) > 1]
    distinct = [len(np.unique(v)) for v in found]
    return sum(distinct) > _LEAST_NAMES and distinct == [len(v) for v in found]
