"""The glossary's type names for Polars types, and which of them may stand for which."""

import polars as pl

from dmaic_assets.model import TypeName
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, is_text

_STANDS_FOR: frozenset[tuple[str, str]] = frozenset({("integer", "decimal"), ("date", "datetime")})


def type_name(name: str, ctx: FrameContext) -> TypeName:
    """The type that a column was given, or the one that its Polars type shows."""
    known = ctx.types.get(name)
    return known.type if known else dtype_name(ctx.schema[name])


def dtype_name(dtype: pl.DataType) -> TypeName:
    """Names a Polars type; what holds other values is "nested"."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "decimal"
    if is_text(dtype) or isinstance(dtype, pl.Null):
        return "text"
    simple: dict[type[pl.DataType], TypeName] = {
        pl.Boolean: "boolean",
        pl.Date: "date",
        pl.Datetime: "datetime",
        pl.Time: "time",
        pl.Duration: "duration",
        pl.Binary: "binary",
    }
    return simple.get(type(dtype), "nested")


def is_compatible(arrived: str, expected: str) -> bool:
    """Whether every value of the arrived type is one of the expected type."""
    return arrived == expected or (arrived, expected) in _STANDS_FOR
