"""The analysis `statistics`: exact facts of every column, and which columns carry too little.

What belongs here: what the profile does not tell already, and findings in words.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.measures import has_squares
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import sensitive_columns
from dmaic_assets.analysis.values.statistics import ColumnStatistics, StatisticsValue
from dmaic_assets.model import ColumnProfile, Json
from dmaic_assets.table.profile.profile import profile_frame
from dmaic_assets.table.spelled_numbers import plural

# Findings by the code of the profile's warning: how much it asks of people, and what is measured.
_WARNED: Mapping[str, tuple[Weight, str]] = {
    "all_null": ("medium", "null_share"),
    "mostly_null": ("low", "null_share"),
    "single_value": ("info", "distinct"),
    "near_constant": ("info", "distinct"),
    "key_with_nulls": ("medium", "null_share"),
    "key_with_duplicates": ("medium", "distinct"),
    "nonfinite": ("low", "nonfinite"),
}
# Files without a row that are named.
_SHOWN_FILES = 5


def analyze(study: Study) -> Outcome:
    """Measures every column of a table, each row of it; no value of a sensitive one is kept."""
    table = study.table
    profile = profile_frame(table.scan(), tuple(table.types.values()))
    hidden = {column for name, column in sensitive_columns(study) if name == table.name}
    columns = {
        p.column: _without_values(c) if p.column in hidden else c
        for p in profile.columns
        for c in (_column(table, p),)
    }
    value = StatisticsValue(profile.rows, profile.duplicate_rows, columns)
    found = [
        *_of_files(table),
        *_of_table(table.name, value),
        *_of_columns(table.name, value),
    ]
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return Outcome(value, tuple(found))


def _column(table: Table, profile: ColumnProfile) -> ColumnStatistics:
    values = table.rows([profile.column]).get_column(profile.column).drop_nulls()
    q = profile.quantiles
    spread = q["p75"] - q["p25"] if "p75" in q else None
    top = profile.top_values[0].count if profile.top_values else None
    return ColumnStatistics(
        profile=profile,
        cv=_cv(profile),
        spread=spread,
        mad=_mad(values, q.get("p50")),
        entropy=_entropy(values),
        top_share=top / len(values) if top is not None and len(values) else None,
        aside=_aside(profile),
    )


def _without_values(column: ColumnStatistics) -> ColumnStatistics:
    """The facts of a sensitive column: counts, moments and shapes, but none of its values."""
    profile = replace(
        column.profile,
        minimum=None,
        maximum=None,
        quantiles={},
        top_values=(),
        histogram=None,
    )
    return replace(column, profile=profile)


def _cv(profile: ColumnProfile) -> float | None:
    """The coefficient of variation: standard deviation over the size of the mean."""
    if profile.std is None or not profile.mean:
        return None
    return profile.std / abs(profile.mean)


def _mad(values: pl.Series, median: float | None) -> float | None:
    """The median distance from the median, NaN and infinities left out."""
    if median is None or not values.dtype.is_numeric():
        return None
    numbers = values.cast(pl.Float64)
    found = (numbers.filter(numbers.is_finite()) - median).abs().median()
    return float(found) if isinstance(found, float) else None


def _entropy(values: pl.Series) -> float | None:
    """Shannon's entropy of the values in bits; 0 for one value, None for nested ones or none."""
    if values.dtype.is_nested() or not len(values):
        return None
    counts = values.value_counts(sort=True).get_column("count").cast(pl.Float64)
    total = float(len(values))
    return max(0.0, math.log2(total) - float((counts * counts.log(2)).sum()) / total)


def _aside(profile: ColumnProfile) -> str:
    """Why a column has nothing for other analyses; empty when it has."""
    if not profile.rows:
        return "has no rows"
    if profile.null_count == profile.rows:
        return "has no values"
    return "every value is the same" if profile.distinct_count == 1 else ""


def _of_files(table: Table) -> Iterator[Finding]:
    """Files that arrived and brought nothing: whoever sent them may think otherwise."""
    empty = table.empty_files
    if empty:
        shown = ", ".join(empty[:_SHOWN_FILES]) + (", ..." if len(empty) > _SHOWN_FILES else "")
        has = "has a header and no row" if len(empty) == 1 else "have a header and no row"
        text = f"{plural(len(empty), 'file')} of {table.name} {has}: {shown}."
        files: list[Json] = [*empty]
        yield Finding(
            table.name, (), "empty_files", float(len(empty)), "files", text, "low", {"files": files}
        )


def _of_table(name: str, value: StatisticsValue) -> Iterator[Finding]:
    if not value.rows:
        yield Finding(name, (), "rows", 0.0, "rows", f"{name} has no rows.", "medium")
    if value.duplicate_rows:
        share = value.duplicate_rows / value.rows
        text = f"{value.duplicate_rows:,} of {value.rows:,} rows of {name} repeat an earlier row."
        yield Finding(name, (), "duplicate_share", share, "1", text, "low")


def _of_columns(name: str, value: StatisticsValue) -> Iterator[Finding]:
    for column, facts in value.columns.items():
        for warning in facts.profile.warnings:
            code, _, text = warning.partition(": ")
            if code not in _WARNED:
                continue
            weight, metric = _WARNED[code]
            told = f"{name}.{column}: {text}."
            measured = _measured(facts.profile, metric)
            unit = "1" if metric.endswith("share") else "values"
            yield Finding(name, (column,), metric, measured, unit, told, weight)
        spread = facts.profile.std
        if not has_squares(spread):
            told = (
                f"{name}.{column}: its numbers differ by about {spread:.0e}, which no float can "
                "square; it is left out where measures are compared."
            )
            yield Finding(name, (column,), "std", spread, "1", told, "low")


def _measured(profile: ColumnProfile, metric: str) -> float:
    if metric == "null_share":
        return profile.null_share
    count = profile.distinct_count if metric == "distinct" else profile.nonfinite_count
    return float(count or 0)
