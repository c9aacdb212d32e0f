"""The tables that are studied: accepted rows of sources, or typed files without a project.

What belongs here: getting at rows and types. Nothing that a study finds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from dmaic_assets.analysis.values.held import NOTHING_HELD, Held
from dmaic_assets.model import ColumnType


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table: its name, and its rows as they were accepted."""

    name: str
    scan: Callable[[], pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Spelling:
    """What files have in a column beside values of its type.

    `misfits` counts texts that are no values of the type and no spelling of null, `held` such whose
    rows are in quarantine; `examples` are some of both. `nulls` counts the spellings of null; "" is
    a field with nothing in it.
    """

    misfits: int = 0
    examples: tuple[str, ...] = ()
    nulls: Mapping[str, int] = field(default_factory=dict)
    held: int = 0


@dataclass(frozen=True)
class Table:
    """A table under study.

    `parts` are its files in the order of their arrival, never none; a later one may have other
    columns. `version` changes whenever rows or types do. `types` are what files were read as;
    a column without one has its data type only. `keys` are columns that settings or rules say
    identify a row; `time_column` the one that settings name. `spelled` says how files spell what is
    null in the rows, or kept rows from being accepted. `left_out`
    says in words which lines of a file are no rows, and why; None where all are. `held` is what of
    its source is in quarantine, `empty_files` names files that have a header and no row (they are
    no parts unless all are so), `held_parts` are its rows, as far as they can be read, in columns
    of the table only; `version` tells of neither.
    """

    name: str
    version: str
    parts: tuple[Part, ...]
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    keys: tuple[tuple[str, ...], ...] = ()
    time_column: str | None = None
    spelled: Mapping[str, Spelling] = field(default_factory=dict)
    left_out: str | None = None
    held: Held = NOTHING_HELD
    held_parts: tuple[Part, ...] = ()
    empty_files: tuple[str, ...] = ()

    def scan(self) -> pl.LazyFrame:
        """All rows, lazily: columns by name over all parts, null where a part has none."""
        parts = [part.scan() for part in self.parts]
        return parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal_relaxed")

    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in the order of the first part that has them."""
        return tuple(self.scan().collect_schema().names())

    def rows(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows in memory, of the given columns only where some are named."""
        lazy = self.scan()
        return (lazy if columns is None else lazy.select(list(columns))).collect()

    def held_rows(self, columns: Sequence[str]) -> pl.DataFrame:
        """What quarantine holds, in memory, under the data types of the table.

        Of the named columns, which are the table's; what is no value of a column is null.
        """
        schema = self.scan().collect_schema()
        nothing = pl.LazyFrame(schema={name: schema[name] for name in columns})
        found = [nothing]
        for part in self.held_parts:
            lazy = part.scan()
            there = set(lazy.collect_schema().names()).intersection(columns)
            if there:
                casts = [pl.col(n).cast(schema[n], strict=False) for n in columns if n in there]
                found.append(lazy.select(casts))
        return pl.concat(found, how="diagonal_relaxed").select(list(columns)).collect()


def table_of_frame(
    name: str,
    frame: pl.DataFrame,
    types: Mapping[str, ColumnType] | None = None,
    *,
    version: str = "",
) -> Table:
    """Takes rows in memory as a table of one part."""
    return Table(name, version, (Part(name, frame.lazy),), types or {})


def scan_of(path: Path) -> Callable[[], pl.LazyFrame]:
    """How the rows of a Parquet file are got at; names of folders are no columns."""
    return lambda: pl.scan_parquet(path, hive_partitioning=False)


def as_time(column: str, dtype: pl.DataType) -> pl.Expr:
    """A column of dates or times as UTC in microseconds without a zone."""
    expr = pl.col(column)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        expr = expr.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return expr.cast(pl.Datetime("us"))
