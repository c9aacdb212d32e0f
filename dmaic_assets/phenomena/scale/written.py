"""The kind about the unit that numbers are written with, which the typed value no longer shows."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, Parameter, RowKind, is_missing


class UnitKind(RowKind):
    """The numbers of a column are written with this unit, or without one ("").

    When the column arrives in another unit, every value that is there fails.
    """

    name: ClassVar[str] = "unit"
    summary: ClassVar[str] = "numbers are written with the known unit, or with none"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "unit": Parameter((str,), 'the unit as written; "" for none', is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the unit."""
        unit = rule.parameters["unit"]
        return f"{rule.columns[0]} is written {f'in {unit}' if unit else 'without a unit'}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for every value of a column that arrived in another unit."""
        arrived = ctx.types.get(rule.columns[0])
        same = arrived is None or (arrived.unit or "") == rule.parameters["unit"]
        there = ~is_missing(rule.columns[0], ctx)
        return there & pl.lit(not same)

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Nothing to look at when the unit is the known one."""
        arrived = ctx.types.get(rule.columns[0])
        same = arrived is None or (arrived.unit or "") == rule.parameters["unit"]
        return pl.lit(0) if same else None

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Numbers of another unit, or with it."""
        return "unit change"
