"""What is known of a column that may be a key, part of one, or hold another table's keys.

What belongs here: one look at each column, kept as its distinct values in numbers. Columns that
cannot identify anything are left out: fractions, durations, truth values, long texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, TypedDict

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.analysis.relationships.names import Name, Words, names_of
from dmaic_assets.analysis.tables import Table

Ints: TypeAlias = npt.NDArray[np.int64]
# What values can be compared with: whole numbers, whole numbers of a column that goes beyond 64
# bits with a sign, texts, times, or nothing yet.
Domain: TypeAlias = Literal["number", "wide", "text", "time", "none"]
# Mean characters of a text beyond which it describes and does not identify.
_LONG = 64
# The share of possible codes that is taken for used where texts differ in length: names and the
# like, of which nearly none fits by accident.
_RARE = 1e-4
# Digits of a text that still fit a whole number.
_DIGITS = r"^\d{1,18}$"
# What stands for a text that is no whole number where it is compared with such: no key has it.
_NO_NUMBER = -(2**63)


def no_values() -> Ints:
    """No value at all."""
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its distinct values in order and how often each occurs.

    `values` are whole numbers, times in microseconds, or hashes of texts. `numbers` are the texts
    of digits as whole numbers, in the same places, so that 0042 meets 42. `density` is
    the share of values that could be there and are: 1 for 1, 2, 3, ..., small for codes and names.
    `held` are the values that only rows in quarantine have, in order, `held_numbers` their texts
    of digits likewise; `is_held_whole` says that all that is held could be read.
    """

    table: str
    name: str
    words: Name
    position: int
    domain: Domain
    rows: int
    nulls: int
    values: Ints
    counts: Ints
    numbers: Ints | None = None
    density: float = 1.0
    held: Ints = field(default_factory=no_values)
    held_numbers: Ints = field(default_factory=no_values)
    is_held_whole: bool = True

    @property
    def present(self) -> int:
        """Rows with a value."""
        return self.rows - self.nulls

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.values)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value and none occurs twice; not so without rows."""
        return self.rows > 0 and self.distinct == self.rows

    @property
    def repeated_share(self) -> float:
        """The share of rows without a value or with one that an earlier row has."""
        return 1.0 - self.distinct / self.rows if self.rows else 0.0


@dataclass(frozen=True, eq=False)
class TableColumns:
    """A table's columns that may take part in keys, by name, and the words of its own name."""

    table: Table
    words: Words
    rows: int
    columns: Mapping[str, Column]


def columns_of(table: Table, words: Words) -> TableColumns:
    """Looks at a table's columns, one at a time."""
    names = names_of(table.columns())
    rows = int(table.scan().select(pl.len()).collect().item())
    found: dict[str, Column] = {}
    for position, (name, spelled) in enumerate(names.items()):
        column = _column(table.name, spelled, position, table.rows([name]).to_series())
        if column is not None:
            found[name] = column
    if table.held.files and found:
        held = table.held_rows(list(found))
        found = {name: _with_held(c, held[name], table.held.rows) for name, c in found.items()}
    return TableColumns(table, words, rows, found)


def _with_held(column: Column, rows: pl.Series, held: int) -> Column:
    """Adds the values that only rows in quarantine have; `held` is how many there are in all.

    Values of another kind than the column's could be no key of it.
    """
    values = rows.drop_nulls().unique()
    is_whole = 0 < held == len(rows) - rows.null_count()
    codes = codes_of(values) if len(values) and _domain_of(rows) == column.domain else None
    if codes is None:
        return replace(column, is_held_whole=is_whole)
    told = pl.DataFrame({"value": values, "code": codes}).sort("code")
    new = told.filter(~pl.Series(np.isin(told["code"].to_numpy(), column.values)))
    seen = _texts(new["value"]) if column.domain == "text" and column.numbers is not None else {}
    numbers = seen.get("numbers")
    return replace(
        column,
        held=new["code"].to_numpy(),
        held_numbers=no_values() if numbers is None else np.unique(numbers[numbers != _NO_NUMBER]),
        is_held_whole=is_whole,
    )


def codes_of(series: pl.Series) -> pl.Series | None:
    """The values of a column as whole numbers that are equal where the values are; None if unfit.

    Nulls stay null. Numbers are unfit where one has a fraction or no room in 64 bits.
    """
    kind = series.dtype
    if kind.is_numeric() or kind == pl.Null:
        if (kind.is_float() or kind.is_decimal()) and not (series.drop_nulls() % 1 == 0).all():
            return None
        if _is_wide(series):
            return series.reinterpret(signed=True)
        codes = series.cast(pl.Int64, strict=False)
        # A value without room would be a null: it would meet nothing, and count as missing.
        return codes if codes.null_count() == series.null_count() else None
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        return series.cast(pl.Datetime("us")).to_physical()
    if _is_text(kind):
        texts = series.cast(pl.String)
        hashes = texts.hash().reinterpret(signed=True)
        return pl.select(pl.when(texts.is_not_null()).then(hashes)).to_series()
    return None


def _column(table: str, words: Name, position: int, series: pl.Series) -> Column | None:
    domain = _domain_of(series)
    if domain is None or _is_long(series):
        return None
    counted = series.drop_nulls().alias("value").value_counts(name="count")
    codes = codes_of(counted["value"])
    if codes is None:
        return None
    # As numbers without a sign: their codes wrap around, and would seem to lie close together.
    spread = counted["value"].sort() if domain == "wide" else codes.sort()
    counted = counted.with_columns(codes.alias("code")).sort("code")
    return Column(
        table,
        series.name,
        words,
        position,
        domain if len(counted) else "none",
        len(series),
        series.null_count(),
        counted["code"].to_numpy(),
        counted["count"].cast(pl.Int64).to_numpy(),
        **_texts(counted["value"]) if domain == "text" else _span(spread),
    )


class _Seen(TypedDict, total=False):
    """What the spelling of values, or their span, adds to a column."""

    numbers: Ints | None
    density: float


def _domain_of(series: pl.Series) -> Domain | None:
    kind = series.dtype
    if kind.is_numeric() or kind == pl.Null:
        return "wide" if _is_wide(series) else "number"
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        return "time"
    return "text" if _is_text(kind) else None


def _is_wide(series: pl.Series) -> bool:
    """Whether whole numbers without a sign need all their 64 bits, as hashes of others do."""
    return series.dtype == pl.UInt64 and bool((series >= 2**63).any())


def _is_text(kind: pl.DataType) -> bool:
    return kind == pl.String or isinstance(kind, (pl.Categorical, pl.Enum))


def _is_long(series: pl.Series) -> bool:
    if series.dtype != pl.String:
        return False
    mean = series.str.len_chars().mean()
    return isinstance(mean, float) and mean > _LONG


def _span(values: pl.Series) -> _Seen:
    if not len(values):
        return {}
    span = int(values[-1]) - int(values[0]) + 1
    return {"density": min(1.0, len(values) / span)}


def _texts(values: pl.Series) -> _Seen:
    texts = values.cast(pl.String)
    if not len(texts):
        return {}
    is_number = texts.str.contains(_DIGITS)
    found: _Seen = {}
    if is_number.any():
        numbers = texts.cast(pl.Int64, strict=False).fill_null(_NO_NUMBER)
        found = {"numbers": numbers.to_numpy()}
        if is_number.all():
            return {**found, **_span(numbers.unique().sort())}
    lengths = texts.str.len_chars()
    if lengths.n_unique() > 1:
        return {**found, "density": _RARE}
    alphabets = [texts.str.slice(place, 1).n_unique() for place in range(int(lengths[0]))]
    possible = float(np.prod([float(size) for size in alphabets]))
    return {**found, "density": max(_RARE, min(1.0, len(texts) / possible))}
