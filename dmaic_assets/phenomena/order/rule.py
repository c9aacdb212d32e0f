"""The kind about two columns of a row that stand in an order."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Obstacle,
    Parameter,
    RowKind,
    any_missing,
    is_float,
    is_text,
)
from dmaic_assets.table.text_table import column

_OPERATORS = ("<", "<=", "==", "!=", ">=", ">")


class ColumnPairKind(RowKind):
    """Two columns of a row stand in an order. A row with either missing passes."""

    name: ClassVar[str] = "column_pair"
    summary: ClassVar[str] = "the first column stands in an order to the second, row by row"
    arity: ClassVar[tuple[int, int | None]] = (2, 2)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "operator": Parameter(
            (str,),
            f"one of {' '.join(_OPERATORS)}; <= unless given",
            complaint=lambda v: None if v in _OPERATORS else f"{v!r} is none of {_OPERATORS}",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the comparison."""
        first, second = rule.columns
        return f"{first} {rule.parameters.get('operator', '<=')} {second}"

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or two types that have no common order."""
        found = super().obstacle(rule, ctx)
        if found:
            return found
        first, second = (ctx.schema[c] for c in rule.columns)
        if _comparable(first, second):
            return None
        detail = f"{rule.columns[0]} arrived as {first}, {rule.columns[1]} as {second}"
        return Obstacle("incompatible", rule.columns[0], detail)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where both values are there and the comparison does not hold."""
        first, second = (column(c) for c in rule.columns)
        if any(is_text(ctx.schema[c]) for c in rule.columns):
            first, second = first.cast(pl.String), second.cast(pl.String)
        operator = rule.parameters.get("operator", "<=")
        fails = {
            "<": first >= second,
            "<=": first > second,
            "==": first != second,
            "!=": first == second,
            ">=": first < second,
            ">": first <= second,
        }[str(operator)]
        if any(is_float(c, ctx) for c in rule.columns):
            return fails & ~any_missing(rule.columns, ctx)
        return fails


def _comparable(first: pl.DataType, second: pl.DataType) -> bool:
    if first.is_numeric() or second.is_numeric():
        return first.is_numeric() and second.is_numeric()
    if is_text(first) or is_text(second):
        return is_text(first) and is_text(second)
    dates = (pl.Date, pl.Datetime)
    if isinstance(first, dates) and isinstance(second, dates):
        zones = {d.time_zone for d in (first, second) if isinstance(d, pl.Datetime)}
        return len(zones) <= 1
    return first == second
