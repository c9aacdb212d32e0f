"""Types of columns that arrive with a type of their own: Parquet and JSON lines.

What belongs here: which of our types a polars type is, and when an override or an expectation
from history changes it. What does not: text columns (`type_resolution`); a String column of such
a file is text unless somebody said otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import polars as pl
from polars import selectors as cs
from polars.datatypes import DataType

from dmaic_assets.model import ColumnType, TypeName
from dmaic_assets.table.types.overrides import Override

_EXACT: dict[type[DataType], TypeName] = {
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.Time: "time",
    pl.Duration: "duration",
    pl.String: "text",
    pl.Categorical: "text",
    pl.Enum: "text",
    pl.Null: "text",
    pl.Binary: "binary",
    pl.Decimal: "decimal",
}
# Pattern and physical type that numbers have when they are written as text.
_SPELLED: Mapping[TypeName, tuple[str, str]] = MappingProxyType(
    {"integer": ("integer", "Int64"), "decimal": ("decimal_dot", "Float64")}
)


def native_type(dtype: pl.DataType) -> TypeName:
    """Names our type for a polars type; lists, structs and objects are nested."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "decimal"
    return _EXACT.get(type(dtype), "nested")


def is_text_like(dtype: pl.DataType) -> bool:
    """Tells whether a column's values are text, whatever way they are stored."""
    return native_type(dtype) == "text"


def keep_native(
    column: str, dtype: pl.DataType, override: Override | None, expected: ColumnType | None
) -> ColumnType:
    """Builds the type of a column that stays as the file's schema has it."""
    name = native_type(dtype)
    stored = "String" if is_text_like(dtype) else str(dtype)
    reason = f"the file's schema says {dtype}"
    if override is not None and override.type == name:
        reason = f"set by configuration as {override.written}, and {reason}"
        return ColumnType(column, name, stored, "native", "override", 1.0, reason)
    if expected is not None and expected.type != name:
        reason = f"expected {expected.type}, but {reason}"
    is_empty = isinstance(dtype, pl.Null)
    return ColumnType(column, name, stored, "native", "native", 0.0 if is_empty else 1.0, reason)


def needs_reading(
    dtype: pl.DataType, override: Override | None, expected: ColumnType | None
) -> bool:
    """Tells whether the values must be read anew, as text, under another type than the schema's.

    Integers are welcome where decimals are expected, and the other way round as far as the
    values allow: writers of JSON and Parquet choose between them by accident.
    """
    name = native_type(dtype)
    if name in ("binary", "nested"):
        return False
    if override is not None:
        return override.type != name
    if expected is None or expected.confidence == 0 or expected.type == name:
        return False
    return name == "text" or {name, expected.type} == {"integer", "decimal"}


def readable_expectation(dtype: pl.DataType, expected: ColumnType | None) -> ColumnType | None:
    """Gives the expectation that a column's text can be read under.

    A type that came with a schema says nothing of spelling: numbers are then expected as this
    module spells them, and text in the place of any other type is judged by itself. Whole numbers
    become the doubles that history has, so that a view over all files shows each as it is; under
    exact decimals they stay what they are.
    """
    if expected is None or expected.pattern != "native":
        return expected
    if dtype.is_integer() and not expected.physical.startswith("Float"):
        return expected
    spelled = _SPELLED.get(expected.type)
    return spelled and replace(expected, pattern=spelled[0], physical=spelled[1])


def as_text(column: str, dtype: pl.DataType) -> pl.Expr:
    """Builds the text of a column's values that `read_values` understands; whole floats as "5"."""
    value = cs.by_name(column).as_expr()
    if dtype.is_float():
        is_whole = value.is_finite() & (value == value.round()) & (value.abs() < 1e15)
        whole = value.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(is_whole).then(whole).otherwise(value.cast(pl.String)).alias(column)
    return value.cast(pl.String)
