"""What slices tell of measures and of nulls.

What belongs here: effects. Sources: eta squared of a one-way ANOVA and Kelley's epsilon squared;
Bergsma's Cramer's V without bias (2013).
"""

import math

import polars as pl

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.slicing import Cut, Driver, NullsBySlice, Slice

# Rows that two numbers must be known of.
_LEAST_ROWS = 200
# Rows of a slice without which it is not named.
_LEAST_SLICE = 20
# Least effects that are kept.
LEAST_DRIVER, LEAST_V = 0.02, 0.1


def drivers_of(table: Table, cuts: tuple[Cut, ...], measures: tuple[str, ...]) -> list[Driver]:
    """How much of each measure's variance each cut tells, the most first."""
    found: list[Driver] = []
    for measure in measures:
        for cut in cuts:
            driver = _driver(table, cut, measure)
            if driver is not None and driver.corrected >= LEAST_DRIVER:
                found.append(driver)
    found.sort(key=lambda d: (-d.corrected, d.measure, d.column))
    return found


def _driver(table: Table, cut: Cut, measure: str) -> Driver | None:
    """One-way ANOVA over rows that have both; the null slice is none of its groups."""
    if measure == cut.column:
        return None
    value = pl.col(measure).cast(pl.Float64)
    groups = (
        table.scan()
        .select(pl.col(cut.column).cast(pl.String).alias("g"), value.alias("v"))
        .filter(pl.col("g").is_not_null() & pl.col("v").is_finite())
        .group_by("g")
        .agg(
            pl.len().cast(pl.Float64).alias("n"),
            pl.col("v").mean().alias("mean"),
            ((pl.col("v") - pl.col("v").mean()) ** 2).sum().alias("within"),
        )
        .sort("g")
        .collect()
    )
    n, k = float(groups.get_column("n").sum()), groups.height
    if n < _LEAST_ROWS or k < 2:
        return None
    whole = float((groups.get_column("n") * groups.get_column("mean")).sum()) / n
    moved = groups.with_columns((pl.col("mean") - whole).alias("away"))
    between = float((moved.get_column("n") * moved.get_column("away") ** 2).sum())
    total = between + float(groups.get_column("within").sum())
    if total <= 0:
        return None
    eta = between / total
    top = moved.filter(pl.col("n") >= _LEAST_SLICE).sort(
        [pl.col("n") * pl.col("away") ** 2, "g"], descending=[True, False]
    )
    if not top.height or n <= k:
        return None
    corrected = max(0.0, 1 - (1 - eta) * (n - 1) / (n - k))
    name, away = str(top.get_column("g")[0]), float(top.get_column("away")[0])
    return Driver(measure, cut.column, eta, corrected, k, int(n), name, away)


def nulls_of(cuts: tuple[Cut, ...], rows: int) -> list[NullsBySlice]:
    """Columns whose nulls depend on a cut, the most first."""
    found: list[NullsBySlice] = []
    for cut in cuts:
        for column in cut.slices[0].nulls if cut.slices else ():
            one = _nulls(cut, column, rows)
            if one is not None and one.cramers_v >= LEAST_V:
                found.append(one)
    found.sort(key=lambda d: (-d.cramers_v, d.column, d.by))
    return found


def _nulls(cut: Cut, column: str, rows: int) -> NullsBySlice | None:
    pairs = [(s, s.nulls[column]) for s in cut.slices]
    nulls = sum(count for _, count in pairs)
    if not 0 < nulls < rows or len(pairs) < 2 or rows < _LEAST_ROWS:
        return None
    overall = nulls / rows
    chi2 = sum(
        (count - s.rows * overall) ** 2 / (s.rows * overall * (1 - overall)) for s, count in pairs
    )
    v = corrected_v(chi2, rows, len(pairs))
    named = [(s, c) for s, c in pairs if s.rows >= _LEAST_SLICE]
    if not named:
        return None
    worst, count = max(named, key=lambda pair: _pull(pair[0], pair[1], overall))
    elsewhere = (nulls - count) / max(1, rows - worst.rows)
    return NullsBySlice(column, cut.column, v, worst.value, count / worst.rows, elsewhere)


def _pull(part: Slice, nulls: int, overall: float) -> float:
    return (nulls / part.rows - overall) * math.sqrt(part.rows)


def corrected_v(chi2: float, n: int, groups: int) -> float:
    """Cramer's V of two by `groups` cells without its bias; 0 by chance."""
    phi2 = max(0.0, chi2 / n - (groups - 1) / (n - 1))
    fewer = groups - (groups - 1) ** 2 / (n - 1)
    two = 2 - 1 / (n - 1)
    least = min(fewer, two) - 1
    return math.sqrt(phi2 / least) if least > 0 else 0.0
