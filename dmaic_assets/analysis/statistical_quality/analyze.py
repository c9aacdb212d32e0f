"""The analysis `statistical_quality`: digits, outliers, heaping, and likeness of files.

What belongs here: the choice of columns, and findings in words.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.finding import WEIGHTS, Finding, Weight
from dmaic_assets.analysis.measures import measures
from dmaic_assets.analysis.statistical_quality.combination import LEAST_ROWS, far_rows
from dmaic_assets.analysis.statistical_quality.digits import (
    benford_of,
    evenly_drawn,
    heaping_of,
    step_of,
)
from dmaic_assets.analysis.statistical_quality.doubts import doubts_of
from dmaic_assets.analysis.statistical_quality.fences import beyond, fences, outliers_of
from dmaic_assets.analysis.statistical_quality.holes import holes_of
from dmaic_assets.analysis.statistical_quality.stability import stability_of
from dmaic_assets.analysis.statistical_quality.texts import misfits_of, missing_words_of
from dmaic_assets.analysis.statistical_quality.units import mixes_of
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.analysis.values.statistical_quality import (
    ColumnQuality,
    Combination,
    PartShift,
    StatisticalQualityValue,
)
from dmaic_assets.analysis.values.statistics import StatisticsValue
from dmaic_assets.table.spelled_numbers import percent, plural

Floats = NDArray[np.float64]

# Effects of first digits that are close to the law, and far from it (Nigrini's bands as V).
_CLOSE, _NOT = 0.06, 0.12
# Share of far values or rows from which they ask for a look; fewer are single ones.
_FAR_SHARE = 0.002
# Distance of a file from which it asks for a look.
_OTHER = 0.3
# Columns whose combinations are looked at, in the order of the table, and their nulls at most.
_MOST_COLUMNS, _MOST_NULLS = 12, 0.2
# Shifts of files that are told; all are in the value.
_MOST_SHIFTS = 20


def analyze(study: Study) -> Outcome:
    """Looks at measures one by one, at rows as a whole, and at files against each other."""
    table = study.table
    facts = study.value(StatisticsValue, table.name)
    meaning = study.value(SemanticValue, table.name)
    schema = table.scan().collect_schema()
    numbers = measures(table, facts, meaning)
    others = tuple(
        name
        for name in facts.eligible
        if (told := meaning.columns.get(name)) is not None
        and told.role == "dimension"
        and not told.is_sensitive
        and isinstance(schema[name], pl.String | pl.Boolean)
    )
    columns = {name: _column(_values(table, name)) for name in numbers}
    full = [n for n in numbers if facts.columns[n].profile.null_share <= _MOST_NULLS]
    shifts, stability = stability_of(table, numbers, others)
    combination = _combination(
        table, tuple(n for n in full if columns[n].outliers is not None)[:_MOST_COLUMNS]
    )
    misfits, words = dict(misfits_of(table, meaning)), dict(missing_words_of(table, meaning))
    value = StatisticalQualityValue(
        facts.rows,
        columns,
        combination,
        shifts,
        stability,
        misfits,
        words,
        holes_of(table, facts, meaning, {*misfits, *words}),
        tuple(mixes_of(table, facts, meaning, numbers)),
    )
    return Outcome(value, _findings(table.name, value))


def _values(table: Table, column: str) -> Floats:
    values = table.rows([column]).to_series().drop_nulls().cast(pl.Float64).to_numpy()
    return values[np.isfinite(values)]


def _column(values: Floats) -> ColumnQuality:
    step = step_of(values)
    return ColumnQuality(benford_of(values, step), outliers_of(values), heaping_of(values, step))


def _combination(table: Table, columns: tuple[str, ...]) -> Combination | None:
    """Rows that are unusual as a whole only; None for fewer than two columns or few rows."""
    if len(columns) < 2:
        return None
    wanted = [pl.col(name).cast(pl.Float64) for name in columns]
    frame = table.rows(columns).select(wanted).drop_nulls()
    frame = frame.filter(pl.all_horizontal(pl.all().is_finite()))
    if frame.height < LEAST_ROWS:
        return None
    values = [frame.get_column(name).to_numpy() for name in columns]
    far = far_rows(values)
    for one in values:
        far &= ~beyond(one, *fences(one))
    return Combination(columns, frame.height, int(far.sum()))


def _findings(table: str, value: StatisticalQualityValue) -> tuple[Finding, ...]:
    found = [f for name, c in value.columns.items() for f in _of_column(table, name, c, value.rows)]
    found.extend(_of_combination(table, value.combination))
    found.extend(_of_shift(table, shift) for shift in value.shifts[:_MOST_SHIFTS])
    found.extend(doubts_of(table, value))
    found.sort(key=lambda f: -WEIGHTS.index(f.weight))
    return tuple(found)


def _of_column(table: str, name: str, c: ColumnQuality, rows: int) -> Iterator[Finding]:
    if not c.benford.aside:
        effect = c.benford.effect
        weight: Weight = "info" if effect < _CLOSE else "low" if effect < _NOT else "medium"
        verb = "are close to" if effect < _CLOSE else "do not follow"
        text = f"First digits of {table}.{name} {verb} Benford's law (V {effect:.3f})"
        if effect < _CLOSE:
            hidden = percent(evenly_drawn(effect, c.benford.values))
            text += f"; up to {hidden} of the values could have evenly drawn ones unseen"
        yield Finding(table, (name,), "benford_effect", effect, "1", f"{text}.", weight)
    if c.outliers is not None and c.outliers.far:
        yield _of_outliers(table, name, c, rows)
    if c.heaping is not None:
        heap = c.heaping
        text = (
            f"{percent(heap.share)} of the values of {table}.{name} are multiples of "
            f"{heap.base:g}, which is more than chance: some are rounded."
        )
        yield Finding(table, (name,), "heaping", heap.excess, "1", text)


def _of_outliers(table: str, name: str, c: ColumnQuality, rows: int) -> Finding:
    assert c.outliers is not None  # noqa: S101 - narrows: the caller asks
    far = c.outliers.far
    low, high = c.outliers.low, c.outliers.high
    parts = ([f"below {low:.4g}"] if low is not None else []) + (
        [f"above {high:.4g}"] if high is not None else []
    )
    verb = "is an outlier" if far == 1 else "are outliers"
    text = f"{plural(far, 'value')} of {table}.{name} {verb}: {' or '.join(parts)}."
    evidence = {
        "iqr": c.outliers.iqr,
        "modified_z": c.outliers.modified_z,
        "low": low,
        "high": high,
    }
    weight: Weight = "medium" if far >= _FAR_SHARE * rows else "low"
    return Finding(table, (name,), "outliers", float(far), "rows", text, weight, evidence)


def _of_combination(table: str, c: Combination | None) -> Iterator[Finding]:
    if c is None or not c.far:
        return
    text = (
        f"{c.far:,} of {c.rows:,} rows of {table} have values that are usual one by one but not "
        f"together ({', '.join(c.columns)})."
    )
    share = c.far / c.rows
    weight: Weight = "medium" if share >= _FAR_SHARE else "low"
    yield Finding(table, c.columns, "unusual_rows", float(c.far), "rows", text, weight)


def _of_shift(table: str, s: PartShift) -> Finding:
    is_nulls = abs(s.nulls) > s.distance
    size = s.nulls if is_nulls else s.distance
    metric = "null_shift" if is_nulls else "distribution_shift"
    what = "another share of nulls" if is_nulls else "another distribution"
    text = f"{table}.{s.column} has {what} in {s.part} than in all files ({size:+.2f})."
    weight: Weight = "medium" if abs(size) >= _OTHER else "low"
    return Finding(table, (s.column,), metric, size, "1", text, weight, {"part": s.part})
