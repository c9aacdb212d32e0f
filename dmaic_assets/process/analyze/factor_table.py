"""The table in which causes are looked for: every judged row, its factors, and what failed.

What belongs here: putting the rows of all files together and coding their columns as factors.
Columns that only name rows (keys, free text) can be no cause that recurs and are left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from dmaic_assets.phenomena.contract.rule_kind import column as column_of
from dmaic_assets.process.analyze.factors import Bools, Factor
from dmaic_assets.process.evidence import FileEvidence, SourceEvidence
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.table.notation.calendar_years import within_calendar
from dmaic_assets.table.text_table import ROW

FILE, POSITION, SCHEMA = "file", "place in the file", "schema version"
MISSING, OTHER = "(missing)", "(other)"
_INDEX = "_dmaic_index"
# Levels kept of a factor, the most frequent; the others become one: bounds the cost of pairs.
_MAX_LEVELS = 200
# Distinct texts beyond which a column names rows and is no factor.
_MAX_DISTINCT = 5_000
# Distinct texts per row beyond which most values occur once: names, no factor.
_MAX_DISTINCT_SHARE = 0.5
# Parts that numbers and places in a file are cut into: deciles.
_BINS = 10

RowsOf = Callable[[FileEvidence], pl.DataFrame]


@dataclass(frozen=True)
class FactorTable:
    """n rows with their factors, and the failing cells with `_dmaic_index` as row number.

    `sampled_from` is the number of rows that a sample stands for, None when every row is here;
    rows with a failing cell are never left out of a sample.
    """

    rows: int
    factors: tuple[Factor, ...]
    failing: pl.DataFrame
    sampled_from: int | None

    def defective(self, rules: Sequence[str]) -> Bools:
        """Tells row by row whether it fails any of the rules."""
        flags = np.zeros(self.rows, dtype=np.bool_)
        found = self.failing.filter(pl.col("rule").is_in(list(rules)))[_INDEX]
        flags[found.to_numpy()] = True
        return flags

    def without(self, columns: Sequence[str]) -> list[Factor]:
        """The factors that do not come from the columns named."""
        left_out = set(columns)
        return [f for f in self.factors if f.name.partition(" (")[0] not in left_out]


def factor_table(
    evidence: SourceEvidence, rows_of: RowsOf, *, max_rows: int, rng: np.random.Generator
) -> FactorTable:
    """Builds the table of one source.

    Args:
        evidence: The judged files; those that cannot be read have no rows and are left out.
        rows_of: Gives a file's typed rows with their data row numbers in `ROW`.
        max_rows: More rows than this are sampled.
        rng: Which rows a sample keeps.
    """
    hidden = evidence.hidden
    readable = [f for f in evidence.files if f.is_readable]
    parts = [_part(file, rows_of(file)) for file in readable]
    if not parts:
        return FactorTable(0, (), pl.DataFrame(schema=_FAILING), None)
    frame = pl.concat([p for p, _ in parts], how="diagonal_relaxed")
    starts = np.cumsum([0, *(p.height for p, _ in parts)])[:-1]
    failing = pl.concat(
        [_shifted(found, int(start)) for (_, found), start in zip(parts, starts, strict=True)]
    )
    total = frame.height
    if total <= max_rows:
        return FactorTable(total, tuple(factors_of(frame, hidden)), failing, None)
    kept = _kept(total, failing[_INDEX].unique().to_numpy(), max_rows, rng)
    frame = frame[kept]
    places = pl.DataFrame({_INDEX: pl.Series(kept, dtype=pl.Int64), "_new": np.arange(len(kept))})
    failing = (
        failing.join(places, on=_INDEX)
        .drop(_INDEX)
        .rename({"_new": _INDEX})
        .select("rule", pl.col(_INDEX).cast(pl.Int64))
    )
    return FactorTable(len(kept), tuple(factors_of(frame, hidden)), failing, total)


_FAILING = pl.Schema({"rule": pl.String, _INDEX: pl.Int64})


def _part(file: FileEvidence, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One file's columns with the factors of the file itself, and its failing cells by index."""
    names = [name for name in rows.columns if name != ROW]
    bins = pl.int_range(pl.len()) * _BINS // pl.len().clip(lower_bound=1)
    labels = pl.Series([f"{10 * i}-{10 * i + 10} %" for i in range(_BINS)])
    # The file's own factors come first: of equal groups the one that names the delivery is told.
    frame = rows.select(
        pl.lit(file.arrival.name).alias(f"\0{FILE}"),
        bins.replace_strict(dict(enumerate(labels)), return_dtype=pl.String).alias(f"\0{POSITION}"),
        pl.lit(sha256_json(names)[:8]).alias(f"\0{SCHEMA}"),
        *[column_of(name) for name in names],
    )
    index = rows.select(ROW).with_row_index(_INDEX)
    found = file.failing.select(ROW, "rule").join(index, on=ROW)
    return frame, found.select("rule", pl.col(_INDEX).cast(pl.Int64))


def _shifted(found: pl.DataFrame, start: int) -> pl.DataFrame:
    return found.with_columns(pl.col(_INDEX) + start)


def _kept(total: int, failing: np.ndarray, max_rows: int, rng: np.random.Generator) -> np.ndarray:
    flags = np.zeros(total, dtype=np.bool_)
    flags[failing] = True
    clean = np.flatnonzero(~flags)
    wanted = max(max_rows - int(flags.sum()), max_rows // 2)
    flags[rng.choice(clean, min(wanted, len(clean)), replace=False)] = True
    return np.flatnonzero(flags)


def factors_of(frame: pl.DataFrame, hidden: frozenset[str] = frozenset()) -> Iterator[Factor]:
    """Codes every column that can be a factor, in the frame's order.

    Columns of few values become their values, numbers of many values their tenths, times their
    month and weekday. A name that starts with NUL is one of ours and loses it. Levels of `hidden`
    columns are told apart by numbers, the most frequent first.
    """
    for name in frame.columns:
        found = _factors(frame, name)
        yield from map(_kept_back, found) if name in hidden else found


def _kept_back(factor: Factor) -> Factor:
    """The same factor with numbers for levels, which are values of persons or bounds of them."""
    counts = np.bincount(factor.codes, minlength=len(factor.levels))
    order = sorted(range(len(factor.levels)), key=lambda code: (-counts[code], code))
    numbers = {code: number for number, code in enumerate(order, start=1)}
    levels = (
        level if level in (MISSING, OTHER) else f"(kept back, {numbers[code]})"
        for code, level in enumerate(factor.levels)
    )
    return replace(factor, levels=tuple(levels))


def _factors(frame: pl.DataFrame, name: str) -> Iterator[Factor]:
    series, shown = frame[name], name.lstrip("\0")
    dtype = series.dtype
    if isinstance(dtype, pl.Date | pl.Datetime):
        known = frame.select(within_calendar(column_of(name)).alias(name)).to_series()
        yield from _coded(f"{shown} (month)", known.dt.strftime("%Y-%m"))
        yield from _coded(f"{shown} (weekday)", known.dt.strftime("%a"))
    elif dtype.is_numeric() and series.n_unique() > 24:
        yield from _coded(f"{shown} (tenth)", _tenths(series))
    elif dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Time | pl.Duration):
        return
    else:
        yield from _coded(shown, series.cast(pl.String))


def _tenths(series: pl.Series) -> pl.Series:
    """Names the tenth that each value falls into by its bounds; null stays null."""
    values = series.cast(pl.Float64)
    finite = values.filter(values.is_finite())
    quantiles = (finite.quantile(q / _BINS) for q in range(1, _BINS))
    edges = sorted({float(v) for v in quantiles if v is not None})
    bounds = ["-inf", *(f"{edge:g}" for edge in edges), "inf"]
    labels = [f"({low}, {high}]" for low, high in pairwise(bounds)]
    index = np.searchsorted(edges, values.fill_null(0.0).to_numpy())
    named = pl.Series(series.name, labels)[pl.Series(index)]
    return pl.select(pl.when(values.is_not_null()).then(named)).to_series().rename(series.name)


def _coded(name: str, texts: pl.Series) -> Iterator[Factor]:
    counts = texts.value_counts(sort=True)
    distinct = counts.height
    is_name = distinct > _MAX_DISTINCT or distinct > _MAX_DISTINCT_SHARE * max(len(texts), 1)
    if distinct < 2 or is_name:
        return
    kept = counts.head(_MAX_LEVELS)[texts.name]
    if distinct > _MAX_LEVELS:
        is_kept = texts.is_in(kept.drop_nulls().implode()) | texts.is_null()
        texts = pl.select(pl.when(is_kept).then(texts).otherwise(pl.lit(OTHER))).to_series()
    filled = texts.fill_null(MISSING)
    levels = filled.unique().sort()
    codes = filled.rank("dense").to_numpy().astype(np.int32) - 1
    yield Factor(name, tuple(levels.to_list()), codes)
