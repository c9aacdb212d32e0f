"""Whether the files of a table resemble each other.

What belongs here: each column's distribution in one file against all files.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.statistical_quality import PartShift

# Rows of a file without which its distribution is not told.
_LEAST_ROWS = 100
# Distance beyond chance and the usual one from which a file is another.
_LEAST_DISTANCE = 0.1
# Robust standard deviations of the files' own distances.
_UNUSUAL = 5.0
# Files from which their own distances tell what is usual; of fewer, a greater distance is asked.
_SEVERAL = 5
_FEW_DISTANCE = 0.2
# Difference of null shares from which it is another.
_NULLS = 0.1
# Bins of equal content that numbers are compared in.
_BINS = 100
# Different values of a column that are compared one by one at most.
_MOST_VALUES = 200


def stability_of(
    table: Table, numbers: tuple[str, ...], others: tuple[str, ...]
) -> tuple[tuple[PartShift, ...], dict[str, float]]:
    """Files that differ, the farthest first, and 1 less the median distance by column."""
    if len(table.parts) < 2:
        return (), {}
    shifts: list[PartShift] = []
    stability: dict[str, float] = {}
    for column in (*numbers, *others):
        parts = _parts(table, column, pl.Float64 if column in numbers else pl.String)
        pooled = pl.concat([part for _, part in parts])
        compare = _of_numbers if column in numbers else _of_others
        measured = compare(parts, pooled)
        if not measured:
            continue
        distances = np.array([distance for _, distance, _ in measured])
        usual = float(np.median(distances))
        stability[column] = 1.0 - usual
        limit = _limit(distances, usual)
        shifts.extend(
            PartShift(name, column, distance, usual, nulls)
            for name, distance, nulls in measured
            if distance > limit or abs(nulls) >= max(_NULLS, _null_limit(measured))
        )
    shifts.sort(key=lambda s: (-max(s.distance, abs(s.nulls)), s.part, s.column))
    return tuple(shifts), stability


def _limit(distances: NDArray[np.float64], usual: float) -> float:
    if len(distances) < _SEVERAL:
        return max(_FEW_DISTANCE, _LEAST_DISTANCE)
    spread = 1.4826 * float(np.median(np.abs(distances - usual)))
    return usual + max(_UNUSUAL * spread, _LEAST_DISTANCE)


def _null_limit(measured: list[tuple[str, float, float]]) -> float:
    sizes = np.abs([nulls for _, _, nulls in measured])
    middle = float(np.median(sizes))
    if len(sizes) < _SEVERAL:
        return _NULLS
    return middle + _UNUSUAL * 1.4826 * float(np.median(np.abs(sizes - middle)))


def _parts(table: Table, column: str, dtype: type[pl.DataType]) -> list[tuple[str, pl.Series]]:
    found: list[tuple[str, pl.Series]] = []
    for part in table.parts:
        scan = part.scan()
        if column in scan.collect_schema():
            found.append((part.name, scan.select(pl.col(column).cast(dtype)).collect().to_series()))
    return found


def _of_numbers(
    parts: list[tuple[str, pl.Series]], pooled: pl.Series
) -> list[tuple[str, float, float]]:
    """Kolmogorov and Smirnov's distance over bins of equal content, and difference of nulls."""
    known = pooled.drop_nulls().to_numpy()
    known = known[np.isfinite(known)]
    if not len(known):
        return []
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)))
    overall = np.searchsorted(np.sort(known), edges, "right") / len(known)
    found: list[tuple[str, float, float]] = []
    for name, part in parts:
        values = part.drop_nulls().to_numpy()
        values = np.sort(values[np.isfinite(values)])
        if len(part) < _LEAST_ROWS:
            continue
        here = np.searchsorted(values, edges, "right") / max(1, len(values))
        chance = 1.36 / max(1, len(values)) ** 0.5
        distance = max(0.0, float(np.abs(here - overall).max()) - chance) if len(values) else 0.0
        found.append((name, distance, _nulls(part, pooled)))
    return found


def _of_others(
    parts: list[tuple[str, pl.Series]], pooled: pl.Series
) -> list[tuple[str, float, float]]:
    """Total variation over values beyond chance, and difference of nulls."""
    known = pooled.drop_nulls()
    if not len(known) or known.n_unique() > _MOST_VALUES:
        return []
    overall = known.value_counts(normalize=True, name="all").rename({known.name: "v"})
    found: list[tuple[str, float, float]] = []
    for name, part in parts:
        values = part.drop_nulls().alias("v")
        if len(part) < _LEAST_ROWS:
            continue
        here = values.value_counts(normalize=True, name="here")
        both = overall.join(here, on="v", how="left").fill_null(0.0)
        away = (both.get_column("all") - both.get_column("here")).abs().sum() / 2
        chance = 0.4 * (overall.height / max(1, len(values))) ** 0.5
        distance = max(0.0, float(away) - chance) if len(values) else 0.0
        found.append((name, distance, _nulls(part, pooled)))
    return found


def _nulls(part: pl.Series, pooled: pl.Series) -> float:
    return part.null_count() / len(part) - pooled.null_count() / len(pooled)
