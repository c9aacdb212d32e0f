"""Measures that hold values of two units: two groups that are alike but for a factor.

What belongs here: finding the groups, over all values or by slice.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistical_quality import UnitMix
from dmaic_assets.analysis.values.statistics import StatisticsValue

Floats = NDArray[np.float64]

# Factors that units of any kind differ by: kilo and milli, cents, minutes and hours, mega.
_FACTORS = (1_000.0, 100.0, 60.0, 3_600.0, 1_000_000.0)
# Factors of a slice's own unit, where the unit is known: lb, oz, mi, ft, in, and a thousandth.
_OF_UNIT: Mapping[str, tuple[float, ...]] = {
    "kg": (2.20462,),
    "lb": (2.20462,),
    "g": (28.3495,),
    "oz": (28.3495,),
    "km": (1.609344,),
    "mi": (1.609344,),
    "m": (3.28084,),
    "ft": (3.28084,),
    "cm": (2.54,),
    "in": (2.54,),
}
# Values, different ones among them, and values of the smaller group at least.
_LEAST_VALUES, _LEAST_DISTINCT, _LEAST_GROUP = 50, 20, 5
# Share of the smaller group at least: fewer are single outliers.
_LEAST_SHARE = 0.003
# Share of the values that may be zero or below: a quantity with a unit is above.
_MOST_NOT_POSITIVE = 0.05
# Between two groups a stretch this part of the factor, in logarithms, holds at most so many values,
# as a share of the smaller group.
_VALLEY, _IN_VALLEY = 6.0, 0.05
# An hour and the last minute of a day as numbers of hours and minutes; minutes of an hour.
_HOUR, _LAST_TIME, _MINUTES = 100.0, 2400.0, 60.0
# Standard errors that medians, and Kolmogorov's limit at one in a thousand that whole groups may
# differ by after the factor is taken out.
_ERRORS, _KOLMOGOROV = 3.0, 1.95
# Least room for medians, in decades, for what rounding adds: 2 %.
_ROOM = 0.01
# Distance of a slice from the rest before the factor is taken out: nearly none overlaps.
_APART = 0.5
# Part of a factor, in logarithms, that the distance of medians may be off for a closer look.
_NEAR = 0.25
# Rows of a slice at least, and their share at most; slices of a column, columns that are cut by.
_LEAST_SLICE, _LARGEST, _MOST_SLICES, _MOST_CUTS = 30, 0.5, 60, 12


def mixes_of(
    table: Table, facts: StatisticsValue, meaning: SemanticValue, measures: Sequence[str]
) -> Iterator[UnitMix]:
    """Finds measures of two units, over all values or in slices of another column."""
    cuts = [
        name
        for name in facts.eligible
        if (told := meaning.columns.get(name)) is not None
        and not told.is_sensitive
        and told.role in {"dimension", "foreign_key"}
        and facts.columns[name].profile.distinct_count <= _MOST_SLICES
    ][:_MOST_CUTS]
    for name in measures:
        values = table.rows([name]).to_series().cast(pl.Float64)
        known = values.drop_nulls().to_numpy()
        logs = None if _is_clock(known) else _logs(known)
        if logs is None:
            continue
        whole = _split(logs)
        if whole is not None:
            factor, count = whole
            yield UnitMix(name, factor, count, len(logs))
            continue
        unit = meaning.columns[name].unit if name in meaning.columns else None
        factors = (*_FACTORS, *_OF_UNIT.get(unit or "", ()))
        yield from _in_slices(table, name, [c for c in cuts if c != name], factors)


def _is_clock(values: Floats) -> bool:
    """Whether numbers are times of day as hours and minutes: 5 is 0:05, and 2359 the last.

    The first hour of such times is apart from the others as another unit would be, and is none.
    Other numbers end in 60 to 99 in two of five.
    """
    late = np.unique(values[values >= _HOUR])
    return (
        len(late) >= _LEAST_DISTINCT
        and float(values.max()) <= _LAST_TIME
        and bool(((values >= 0) & (values % 1 == 0) & (values % _HOUR < _MINUTES)).all())
    )


def _logs(values: Floats) -> Floats | None:
    """Logarithms of a quantity in order; None for what is none, or has too few values."""
    known = values[np.isfinite(values)]
    positive = known[known > 0]
    if len(positive) < max(_LEAST_VALUES, (1 - _MOST_NOT_POSITIVE) * len(known)):
        return None
    logs = np.sort(np.log10(positive))
    return logs if len(np.unique(logs)) >= _LEAST_DISTINCT else None


def _split(logs: Floats) -> tuple[float, int] | None:
    """The factor between two groups that a valley parts, and the size of the smaller."""
    least = max(_LEAST_GROUP, math.ceil(_LEAST_SHARE * len(logs)))
    for factor in _FACTORS:
        step = math.log10(factor)
        at = _valley(logs, step / _VALLEY, least)
        if at is None:
            continue
        lower, upper = logs[:at], logs[at:]
        if abs(_middle(upper) - _middle(lower) - step) < step / 2 and _alike(lower + step, upper):
            return factor, min(len(lower), len(upper))
    return None


def _valley(logs: Floats, width: float, least: int) -> int | None:
    """Where the emptiest stretch of a width ends that leaves enough values on both sides."""
    ends = np.searchsorted(logs, logs + width, "left")
    inside = ends - np.arange(len(logs)) - 1
    places = np.arange(len(logs))
    allowed = (places + 1 >= least) & (len(logs) - ends >= least)
    if not allowed.any():
        return None
    start = int(places[allowed][np.argmin(inside[allowed])])
    smaller = min(start + 1, len(logs) - int(ends[start]))
    if inside[start] > _IN_VALLEY * smaller:
        return None
    gaps = np.diff(logs[start : int(ends[start]) + 1])
    return start + 1 + int(np.argmax(gaps))


def _alike(first: Floats, second: Floats) -> bool:
    """Whether two sorted groups could be of one distribution."""
    n, m = len(first), len(second)
    room = _ERRORS * 1.2533 * math.hypot(_spread(first) / n**0.5, _spread(second) / m**0.5)
    if abs(_middle(first) - _middle(second)) > room + _ROOM:
        return False
    return _distance(first, second) <= _KOLMOGOROV * math.sqrt((n + m) / (n * m)) + _ROOM


def _distance(first: Floats, second: Floats) -> float:
    """Kolmogorov and Smirnov's distance of two sorted groups."""
    every = np.concatenate([first, second])
    a = np.searchsorted(first, every, "right") / len(first)
    b = np.searchsorted(second, every, "right") / len(second)
    return float(np.abs(a - b).max())


def _middle(values: Floats) -> float:
    return float(values[len(values) // 2])


def _spread(values: Floats) -> float:
    """The standard deviation, told from the quartiles."""
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low) / 1.349


def _in_slices(
    table: Table, measure: str, cuts: Sequence[str], factors: Sequence[float]
) -> Iterator[UnitMix]:
    """The slice whose values are those of the others times a factor, of the first such column."""
    least = 10 ** (math.log10(min(factors)) * (1 - _NEAR) - _ROOM)
    for by in cuts:
        frame = table.rows([measure, by]).drop_nulls()
        frame = frame.select(pl.col(measure).cast(pl.Float64).alias("v"), pl.col(by).alias("g"))
        frame = frame.filter(pl.col("v").is_finite() & (pl.col("v") > 0))
        far = (
            frame.group_by("g")
            .agg(pl.col("v").median(), pl.len())
            .with_columns((pl.col("v") / frame.get_column("v").median()).alias("times"))
            .filter((pl.col("times") >= least) | (pl.col("times") <= 1 / least))
            .filter(pl.col("len").is_between(_LEAST_SLICE, _LARGEST * frame.height))
            .sort("len", "g", descending=[True, False])
        )
        if not far.height:
            continue
        ordered = frame.sort("v")
        logs = np.log10(ordered.get_column("v").to_numpy())
        for value in far.get_column("g").to_list():
            own = (ordered.get_column("g") == value).to_numpy()
            factor = _factor(logs[own], logs[~own], factors)
            if factor is not None:
                yield UnitMix(measure, factor, int(own.sum()), len(logs), by, str(value))
                return


def _factor(own: Floats, rest: Floats, factors: Sequence[float]) -> float | None:
    if _distance(own, rest) < _APART:
        return None
    away = _middle(own) - _middle(rest)
    for factor in factors:
        step = math.copysign(math.log10(factor), away)
        if abs(away - step) < abs(step) * _NEAR and _alike(rest + step, own):
            return factor
    return None
