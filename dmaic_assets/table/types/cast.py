"""Giving a table its column types, and keeping every value that would not take its type.

What belongs here: the typed table and the list of failed casts. What does not: choosing types
(`column_types`) and reading single values (`value_parsers`).

A failed cast is a value that is neither null nor a null token of its column and has no value
under its type; the row stays in the typed table with a null in that place, and its text is kept
word for word. So the rows without and the rows with a failed cast are together exactly the
table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import polars as pl
from polars import selectors as cs

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import ColumnType
from dmaic_assets.table.notation.value_parsers import (
    Recipe,
    fast_expression,
    read_values,
    recipe_of,
    repair,
)
from dmaic_assets.table.read.native_types import as_text, is_text_like
from dmaic_assets.table.text_table import ROW, SourceTable
from dmaic_assets.table.types.column_nulls import token_rows
from dmaic_assets.table.types.reasons import cast_failures
from dmaic_assets.table.types.screening import CHUNK_ROWS

# Bytes of the file that are cast and kept together (32 MB): bounds memory.
_PART_BYTES = 1 << 25
Ready: TypeAlias = tuple[Recipe, pl.Series]
"""What has been cast already: how, and the values of all rows."""
NOTHING_READY: Mapping[str, Ready] = MappingProxyType({})
FAILED_CASTS_SCHEMA = pl.Schema(
    {ROW: pl.UInt32, "column": pl.String, "raw": pl.String, "reason": pl.String}
)


@dataclass(frozen=True, slots=True)
class TypedTable:
    """A table under its column types.

    `lazy` has the rows of `table.lazy` in the same order, and one column per type; a failed cast
    is null there. `failed_casts` lists each with its data row number (`ROW`), column, raw text
    and reason, by row and then by column; it is empty when there is none.
    """

    table: SourceTable
    types: tuple[ColumnType, ...]
    lazy: pl.LazyFrame
    failed_casts: pl.DataFrame


def apply_types(
    table: SourceTable,
    types: Sequence[ColumnType],
    *,
    folder: Path | None = None,
    ready: Mapping[str, Ready] = NOTHING_READY,
) -> TypedTable:
    """Casts the columns of a table; a table in parts is read once, part by part.

    Args:
        table: The table as read.
        types: One type for every column of the table, in any order.
        folder: Where the typed rows of a text table in parts go, not there yet; whoever names it
            removes it. None casts anew at each reading, as tables with types of their own are.
        ready: Columns of this very table in memory that a recipe has read without a token or a
            failure: one whose type is that recipe, without null tokens, is taken as it is.

    Raises:
        InvariantError: A column has no type, or a type has no column.
        StoreError: The folder refuses.
    """
    by_name = {t.column: t for t in types}
    if set(by_name) != set(table.columns):
        odd = sorted(set(by_name) ^ set(table.columns))
        raise InvariantError(
            str(table.file.path),
            f"columns and column types differ: {', '.join(odd)}",
            "Infer the types from this table.",
        )
    ordered = tuple(by_name[name] for name in table.columns)
    casts = _casts(table, ordered)
    if table.is_in_memory:
        frame, failed = _cast_frame(table.lazy.collect(), casts, ready)
        lazy = frame.lazy()
    elif folder is not None and table.is_text and table.row_count:
        lazy, failed = _cast_parts(table, casts, folder)
    else:
        lazy = table.lazy.select(_lazy_cast(name, cast) for name, cast in casts.items())
        failed = _failures_in_parts(table, casts)
    return TypedTable(table, ordered, lazy, _numbered(table, failed))


@dataclass(frozen=True, slots=True)
class _Cast:
    """How one column is cast: as its type says, from text made of it where it is not text."""

    type: ColumnType
    stored: pl.DataType
    recipe: Recipe | None

    @property
    def is_kept(self) -> bool:
        """Whether the column passes as it is."""
        is_plain = self.recipe is None and self.stored == pl.String and not self.type.null_tokens
        return is_plain or (self.type.pattern == "native" and not is_text_like(self.stored))

    def is_read_by(self, recipe: Recipe) -> bool:
        """Whether what the recipe read of a column without tokens and failures are its values."""
        return self.recipe == recipe and not self.type.null_tokens

    @property
    def dtype(self) -> pl.DataType:
        """The type of the values."""
        if self.recipe is not None:
            return self.recipe.dtype
        return self.stored if self.is_kept else pl.String()


def _casts(table: SourceTable, types: Sequence[ColumnType]) -> Mapping[str, _Cast]:
    schema = table.lazy.collect_schema()
    return {t.column: _Cast(t, schema[t.column], recipe_of(t)) for t in types}


def _cast_frame(
    frame: pl.DataFrame, casts: Mapping[str, _Cast], ready: Mapping[str, Ready] = NOTHING_READY
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Casts a frame in one select, then completes each column; failures by position in it."""
    done = {n: ready[n][1] for n, c in casts.items() if n in ready and c.is_read_by(ready[n][0])}
    texts = frame.select(_stored_text(name, cast) for name, cast in casts.items())
    fast = texts.select(
        expression
        for name, cast in casts.items()
        if cast.recipe is not None
        and name not in done
        and (expression := fast_expression(name, cast.recipe)) is not None
    )
    columns: dict[str, pl.Series] = {}
    failed: list[pl.DataFrame] = []
    for name, cast in casts.items():
        if name in done:
            columns[name] = done[name].alias(name)
            continue
        raw = texts[name].alias("raw")
        if cast.recipe is None:
            kept = raw if cast.is_kept else _without_tokens(raw, cast)
            columns[name] = kept.alias(name)
            continue
        quick = fast[name] if name in fast.columns else None
        values = repair(raw, quick, cast.recipe, cast.type.null_tokens)
        columns[name] = values.alias(name)
        failed.append(_failures(raw, values, cast))
    return pl.DataFrame(columns), _stacked(failed)


def _stored_text(name: str, cast: _Cast) -> pl.Expr:
    return cs.by_name(name).as_expr() if cast.is_kept else as_text(name, cast.stored)


def _without_tokens(raw: pl.Series, cast: _Cast) -> pl.Series:
    if not cast.type.null_tokens:
        return raw
    rows = token_rows(raw, cast.type.null_tokens)
    return raw.clone().scatter(rows, None) if len(rows) else raw


def _failures(raw: pl.Series, values: pl.Series, cast: _Cast) -> pl.DataFrame:
    """Lists the values that have text and no value, by position in the series."""
    if cast.recipe is None or values.null_count() == raw.null_count():
        return FAILED_CASTS_SCHEMA.to_frame()
    places = (raw.is_not_null() & values.is_null()).arg_true()
    text = raw.gather(places)
    if cast.type.null_tokens:
        is_failed = ~text.str.strip_chars().is_in(list(cast.type.null_tokens))
        places, text = places.filter(is_failed), text.filter(is_failed)
    if not len(text):
        return FAILED_CASTS_SCHEMA.to_frame()
    return pl.DataFrame(
        {
            ROW: places.cast(pl.UInt32),
            "column": pl.Series([cast.type.column]).new_from_index(0, len(text)),
            "raw": text,
            "reason": cast_failures(text, cast.recipe),
        },
        schema=FAILED_CASTS_SCHEMA,
    )


def _lazy_cast(name: str, cast: _Cast) -> pl.Expr:
    if cast.is_kept:
        return cs.by_name(name).as_expr()
    text = as_text(name, cast.stored)
    read = _reader(cast)
    return text.map_batches(read, return_dtype=cast.dtype, is_elementwise=True).alias(name)


def _reader(cast: _Cast) -> Callable[[pl.Series], pl.Series]:
    def read(raw: pl.Series) -> pl.Series:
        text = raw.alias("raw")
        if cast.recipe is None:
            return _without_tokens(text, cast)
        return read_values(text, cast.recipe, cast.type.null_tokens)

    return read


def _cast_parts(
    table: SourceTable, casts: Mapping[str, _Cast], folder: Path
) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """Casts once and keeps the typed rows, as every later step reads them several times."""
    # Tables in memory are typed without what staging needs.
    from dmaic_assets.table.read.staging import FrameStore, Reading

    store = FrameStore(lambda: folder, in_memory_bytes=0)
    failed: list[pl.DataFrame] = []
    rows = max(1, table.row_count * _PART_BYTES // max(table.file.size_bytes, 1))
    try:
        for start in range(0, table.row_count, rows):
            frame, part = _cast_frame(table.lazy.slice(start, rows).collect(), casts)
            store.add(frame, size_bytes=1)
            failed.append(part.with_columns(pl.col(ROW) + start))
        reading = Reading(table.columns, table.row_count, (), (), None, is_text=False)
        return store.table(table.file, reading).lazy, _stacked(failed)
    finally:
        store.discard()


def _failures_in_parts(table: SourceTable, casts: Mapping[str, _Cast]) -> pl.DataFrame:
    read = {name: cast for name, cast in casts.items() if cast.recipe is not None}
    failed: list[pl.DataFrame] = []
    if read:
        lazy = table.lazy.select(cs.by_name(*read))
        for start in range(0, table.row_count, CHUNK_ROWS):
            _, part = _cast_frame(lazy.slice(start, CHUNK_ROWS).collect(), read)
            failed.append(part.with_columns(pl.col(ROW) + start))
    return _stacked(failed)


def _stacked(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    filled = [part for part in parts if part.height]
    return pl.concat(filled) if filled else FAILED_CASTS_SCHEMA.to_frame()


def _numbered(table: SourceTable, failed: pl.DataFrame) -> pl.DataFrame:
    """Turns positions into data row numbers and sorts by row, then by place of the column."""
    if not failed.height:
        return failed
    if table.row_numbers is not None:
        numbers = table.row_numbers.gather(failed[ROW]).cast(pl.UInt32)
        failed = failed.with_columns(numbers.alias(ROW))
    places = {name: place for place, name in enumerate(table.columns)}
    place = pl.col("column").replace_strict(places, return_dtype=pl.Int64)
    return failed.sort(pl.col(ROW), place, maintain_order=True)
