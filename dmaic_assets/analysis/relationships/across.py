"""Numbers of two tables that go together over a reference: what no look at one table shows.

What belongs here: the sample of joined rows, and the effects. A row of the
other table counts once for the interval, however many rows refer to it: its number is there
only once.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.analysis.relationships.columns import codes_of
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.relationships import ForeignKey, JoinedCorrelation

# Confidence from which a reference is joined over: a wrong one would tell of nothing.
_SURE = 0.85
# Rows that are joined; a sample beyond (R35).
MOST_ROWS = 50_000
# Seed of the sample: the same rows give the same value.
_SEED = 35
# Numbers taken of a table and references taken at all: bounds the time.
_MOST_MEASURES, _MOST_LINKS = 20, 40
# Different values of a measure, and rows of the other table that are met, at least.
_LEAST_VALUES, _LEAST_KEYS = 3, 30
# Least effect, by the end of its interval that is nearer to 0 (R30).
_LEAST_EFFECT = 0.3
# Chance that any of the intervals of one reference misses its effect (Bonferroni).
_MISSED = 0.05
_Floats = npt.NDArray[np.float64]
# Names in a join, where both tables may have the same.
_KEY, _MINE, _OTHERS, _PLACE = "key {}", "mine {}", "other {}", "place"


def across(
    links: Iterable[ForeignKey],
    tables: Mapping[str, Table],
    measured: Mapping[str, Sequence[str]],
) -> tuple[JoinedCorrelation, ...]:
    """Correlates the measures of tables with those of the tables that they refer to.

    Args:
        links: References; those to the own table, unsure ones and those beyond a number are left.
        tables: All tables by name.
        measured: Their measures by the name of the table; those beyond a number are left.
    """
    sure = [x for x in links if x.confidence >= _SURE and x.table != x.ref_table and x.rows]
    found: list[JoinedCorrelation] = []
    for link in sure[:_MOST_LINKS]:
        table, other = tables[link.table], tables[link.ref_table]
        mine, others = (list(measured[t.name][:_MOST_MEASURES]) for t in (table, other))
        if mine and others:
            found.extend(_over(link, (table, mine), (other, others)))
    return tuple(found)


def _over(
    link: ForeignKey, mine: tuple[Table, list[str]], others: tuple[Table, list[str]]
) -> Iterator[JoinedCorrelation]:
    rows = _keyed(mine[0], link.columns, mine[1], _MINE)
    known = _keyed(others[0], link.ref_columns, others[1], _OTHERS).with_row_index(_PLACE)
    on = [_KEY.format(at) for at in range(len(link.columns))]
    is_sampled = rows.height > MOST_ROWS
    if is_sampled:
        drawn = np.random.default_rng(_SEED).choice(rows.height, MOST_ROWS, replace=False)
        rows = rows[np.sort(drawn)]
    known = known.unique(on, keep="first", maintain_order=True)
    joined = rows.join(known, on=on, how="inner", maintain_order="left")
    places = joined[_PLACE].to_numpy()
    left = {n: _floats(joined[_MINE.format(n)]) for n in mine[1]}
    right = {n: _floats(joined[_OTHERS.format(n)]) for n in others[1]}
    for (a, b), (low, effect, high), count, met in _effects(left, right, places):
        yield JoinedCorrelation(
            link.table,
            a,
            link.ref_table,
            b,
            link.columns,
            effect,
            low,
            high,
            count,
            met,
            is_sampled,
        )


def _effects(
    left: Mapping[str, _Floats], right: Mapping[str, _Floats], places: npt.NDArray[np.integer]
) -> Iterator[tuple[tuple[str, str], tuple[float, float, float], int, int]]:
    """Of the pairs that go together the bounds, the joined rows, and the other table's rows."""
    sigma = NormalDist().inv_cdf(1 - _MISSED / 2 / (len(left) * len(right)))
    for (a, x), (b, y) in product(left.items(), right.items()):
        both = np.isfinite(x) & np.isfinite(y)
        met = len(np.unique(places[both]))
        if met < _LEAST_KEYS:
            continue
        low, effect, high = _bounded(x[both], y[both], met, sigma)
        if min(abs(low), abs(high)) >= _LEAST_EFFECT and low * high > 0:
            yield (a, b), (low, effect, high), int(both.sum()), met


def _keyed(
    table: Table, columns: Sequence[str], measures: Sequence[str], called: str
) -> pl.DataFrame:
    """The rows that have every key column, as codes beside the measures under other names."""
    rows = table.rows(list(dict.fromkeys([*columns, *measures])))
    codes = {_KEY.format(at): codes_of(rows[name]) for at, name in enumerate(columns)}
    kept = {name: code for name, code in codes.items() if code is not None}
    named = [pl.col(name).alias(called.format(name)) for name in measures]
    return rows.select(named).with_columns(**kept).drop_nulls(list(kept))


def _floats(series: pl.Series) -> _Floats:
    return series.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _bounded(x: _Floats, y: _Floats, met: int, sigma: float) -> tuple[float, float, float]:
    """Pearson's r between its bounds by Fisher's z; all 0 where a side hardly varies."""
    if min(len(np.unique(x)), len(np.unique(y))) < _LEAST_VALUES:
        return 0.0, 0.0, 0.0
    dx, dy = x - x.mean(), y - y.mean()
    size = math.sqrt(float(dx @ dx)) * math.sqrt(float(dy @ dy))
    effect = max(-1.0, min(1.0, float(dx @ dy) / size)) if size else 0.0
    z = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, effect)))
    error = sigma / math.sqrt(met - 3)
    return min(effect, math.tanh(z - error)), effect, max(effect, math.tanh(z + error))
