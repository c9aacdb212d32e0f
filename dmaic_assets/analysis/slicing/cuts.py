"""Which columns are worth cutting by, and the slices of each.

What belongs here: choice and facts of slices. What differs between them stands elsewhere.
"""

import polars as pl

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.slicing import Cut, Slice
from dmaic_assets.analysis.values.statistics import ColumnStatistics, StatisticsValue

# Slices of a column at most: more are no cut but a list.
_MOST_VALUES = 60
# Rows that a value has on average at least.
_LEAST_ROWS = 20
# Share of rows without a value above which a cut tells little of the table.
_MOST_NULLS = 0.5
# Share of the most frequent value above which there is nothing to compare.
_MOST_TOP = 0.99
# Columns that are cut by at most (R50), the best first.
_MOST_CUTS = 12


def cuts_of(
    table: Table, facts: StatisticsValue, meaning: SemanticValue, measures: tuple[str, ...]
) -> tuple[tuple[Cut, ...], dict[str, str]]:
    """Cuts, the best first, and why other columns are none."""
    aside: dict[str, str] = {}
    chosen: list[str] = []
    for name, known in facts.columns.items():
        reason = _aside(known, meaning, name)
        if reason:
            aside[name] = reason
        else:
            chosen.append(name)
    cuts = [_cut(table, name, facts, measures) for name in chosen]
    cuts.sort(key=lambda cut: (-cut.score, cut.column))
    for cut in cuts[_MOST_CUTS:]:
        aside[cut.column] = "others cut better"
    return tuple(cuts[:_MOST_CUTS]), aside


def _aside(known: ColumnStatistics, meaning: SemanticValue, name: str) -> str:
    """Why a column is not cut by; empty where it is."""
    told = meaning.columns.get(name)
    profile = known.profile
    filled = profile.rows - profile.null_count
    if known.aside:
        return known.aside
    if told is None or told.is_sensitive:
        return "is sensitive" if told is not None else "has no known meaning"
    if told.role not in {"dimension", "foreign_key"}:
        return f"is a {told.role}"
    limits = (
        (profile.distinct_count > _MOST_VALUES, "has too many values"),
        (filled < _LEAST_ROWS * profile.distinct_count, "has too few rows a value"),
        (profile.null_share > _MOST_NULLS, "is mostly null"),
        ((known.top_share or 0.0) > _MOST_TOP, "has one value almost always"),
        (profile.physical.startswith(("List", "Struct", "Array")), "is nested"),
    )
    return next((text for holds, text in limits if holds), "")


def _cut(table: Table, column: str, facts: StatisticsValue, measures: tuple[str, ...]) -> Cut:
    """The slices of one column, the greatest first and the null slice last."""
    known = facts.columns[column]
    holed = [n for n, c in facts.columns.items() if n != column and c.profile.null_count]
    seen = tuple(m for m in measures if m != column)
    needed = list(dict.fromkeys((column, *seen, *holed)))
    numbers = {m: _number(m) for m in seen}
    frame = (
        table.scan()
        .select(needed)
        .group_by(column)
        .agg(
            pl.len().alias("\x00rows"),
            *[expr.sum().alias(f"\x00s{m}") for m, expr in numbers.items()],
            *[expr.mean().alias(f"\x00m{m}") for m, expr in numbers.items()],
            *[pl.col(n).null_count().alias(f"\x00n{n}") for n in holed],
        )
        .with_columns(pl.col(column).cast(pl.String))
        .sort([pl.col(column).is_null(), "\x00rows", column], descending=[False, True, False])
        .collect()
    )
    slices = tuple(_slice(row, column, seen, holed) for row in frame.iter_rows(named=True))
    values = known.profile.distinct_count
    most = max(1e-9, pl.Series([float(values)]).log(2).item())
    balance = min(1.0, (known.entropy or 0.0) / most)
    share = known.profile.null_share
    reason = f"{values} values of similar size" if balance > 0.7 else f"{values} values"
    return Cut(column, values, share, balance, balance * (1 - share), reason, slices)


def _number(measure: str) -> pl.Expr:
    value = pl.col(measure).cast(pl.Float64)
    return value.filter(value.is_finite())


def _slice(
    row: dict[str, object], column: str, measures: tuple[str, ...], holed: list[str]
) -> Slice:
    value = row[column]
    return Slice(
        None if value is None else str(value),
        int(str(row["\x00rows"])),
        {m: float(str(row[f"\x00s{m}"] or 0.0)) for m in measures},
        {m: float(str(row[f"\x00m{m}"])) for m in measures if row[f"\x00m{m}"] is not None},
        {n: int(str(row[f"\x00n{n}"])) for n in holed},
    )
