"""Frames and contexts for the tests of rules."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dmaic_assets.model import ColumnType, Json, Rule, Severity, TypeName
from dmaic_assets.phenomena.contract.rule_kind import FrameContext


def rule(
    kind: str,
    *columns: str,
    id: str | None = None,  # noqa: A002 - the field's name
    severity: Severity = "medium",
    tolerance: float | None = None,
    **parameters: Json,
) -> Rule:
    """A hand rule, called after its columns and kind."""
    identity = id or f"{'+'.join(columns) or 'file'}.{kind}"
    return Rule(identity, kind, columns, severity, "hand", parameters, tolerance)


def context(frame: pl.DataFrame, **given: Any) -> FrameContext:
    """The context of a frame without failed casts, unless they are given."""
    return FrameContext(schema=dict(frame.schema), row_count=frame.height, **given)


def positions(*rows: int) -> pl.Series:
    """Sorted positions of failed casts."""
    return pl.Series(rows, dtype=pl.UInt32)


def typed_as(**types: TypeName) -> Mapping[str, ColumnType]:
    """Column types by name, as a typed table has them."""
    return {
        name: ColumnType(name, type_name, "", "", "automatic", 1.0, "")
        for name, type_name in types.items()
    }


def failing_rows(mask: pl.Series | None) -> Sequence[int]:
    """The positions where a mask is true."""
    return [] if mask is None else mask.arg_true().to_list()
