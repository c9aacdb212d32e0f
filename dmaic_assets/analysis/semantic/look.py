"""One look at a column: counts, limits, and a sample of its distinct values as text.

What belongs here: what is read of the rows, in one pass a column. What it means is elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dmaic_assets.analysis.semantic.words import words_of
from dmaic_assets.analysis.tables import Table
from dmaic_assets.model import ColumnType, TypeName
from dmaic_assets.table.read.native_types import native_type

# Distinct values that are looked at: a validator's share is then known within 0.03.
SAMPLED = 1_000
# Distinct values on which the winning semantic type is verified: bounds the cost of a long column.
VERIFIED = 5_000
# Chooses the sample among the distinct values, by a hash of each.
SEED = 15


@dataclass(frozen=True)
class Look:
    """What was seen of one column.

    `texts` are distinct values without blanks around them, at most `SAMPLED`, in the order of
    their hashes; `counts` how often each occurs. `low` and `high` are those of numbers.
    `position` counts from 0.
    """

    table: str
    name: str
    position: int
    type: TypeName
    pattern: str
    unit: str | None
    rows: int
    nulls: int
    distinct: int
    texts: tuple[str, ...]
    counts: tuple[int, ...]
    low: float | None = None
    high: float | None = None
    is_whole: bool = False

    @property
    def values(self) -> int:
        """Rows that have a value."""
        return self.rows - self.nulls

    @property
    def is_unique(self) -> bool:
        """Whether no value occurs twice, and there is one."""
        return self.values > 0 and self.distinct == self.values

    @property
    def uniqueness(self) -> float:
        """Distinct among the values; 0 without values."""
        return self.distinct / self.values if self.values else 0.0

    @property
    def is_number(self) -> bool:
        """Whether the values are integers or decimals."""
        return self.type in ("integer", "decimal")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name, spelled out."""
        return words_of(self.name)

    @cached_property
    def mean_length(self) -> float:
        """Mean length of the sampled texts, in characters."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def mean_words(self) -> float:
        """Mean number of words of the sampled texts."""
        return sum(len(t.split()) for t in self.texts) / len(self.texts) if self.texts else 0.0


def look_at(table: Table, column: str, position: int) -> Look:
    """Reads one column and looks at it."""
    series = table.rows([column])[column]
    known = table.types.get(column)
    kind: TypeName = known.type if known else native_type(series.dtype)
    values = series.drop_nulls()
    texts, counts, distinct = _distinct(values, kind, SAMPLED)
    low, high, is_whole = _limits(values, kind)
    return Look(
        table.name,
        column,
        position,
        kind,
        known.pattern if known else "native",
        _unit(known),
        len(series),
        len(series) - len(values),
        distinct,
        texts,
        counts,
        low,
        high,
        is_whole,
    )


def more_texts(table: Table, column: str) -> Sequence[str]:
    """Reads up to `VERIFIED` distinct values of a column as text, sampled by their hashes."""
    series = table.rows([column])[column].drop_nulls()
    known = table.types.get(column)
    kind: TypeName = known.type if known else native_type(series.dtype)
    return _distinct(series, kind, VERIFIED)[0]


def _unit(known: ColumnType | None) -> str | None:
    return known.unit if known else None


def _distinct(
    values: pl.Series, kind: TypeName, most: int
) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    """Distinct values as text with their counts, at most `most`, and how many there are in all."""
    if kind in ("nested", "binary") or not len(values):
        return (), (), 0
    counted = values.rename("value").value_counts(name="count")
    distinct = len(counted)
    hashed = counted.with_columns(hash=pl.col("value").hash(SEED))
    kept = hashed.bottom_k(most, by="hash").sort("hash")
    texts = _spelled(kept["value"]).str.strip_chars().to_list()
    return tuple(texts), tuple(kept["count"].to_list()), distinct


def _spelled(values: pl.Series) -> pl.Series:
    """Values as text; polars casts all but durations, which are spelled as ISO 8601 has it."""
    if isinstance(values.dtype, pl.Duration):
        return values.dt.to_string("iso")
    return values.cast(pl.String)


def _limits(values: pl.Series, kind: TypeName) -> tuple[float | None, float | None, bool]:
    if kind not in ("integer", "decimal") or not len(values) or not values.dtype.is_numeric():
        return None, None, False
    # Decimals of fixed places have no NaN; floats may.
    found = values.cast(pl.Float64).drop_nans()
    low, high = found.min(), found.max()
    if low is None or high is None:
        return None, None, False
    return float(str(low)), float(str(high)), kind == "integer" or bool((found % 1 == 0).all())
