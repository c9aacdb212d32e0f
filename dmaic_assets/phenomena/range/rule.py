"""The kind about bounds of values, the same for every row."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.literals import literal_value
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Parameter,
    RowKind,
    bad_rule,
    is_float,
)
from dmaic_assets.table.text_table import column

_BOUND_TYPES = (int, float, str)


class RangeKind(RowKind):
    """Values lie between two bounds, each inclusive unless said otherwise."""

    name: ClassVar[str] = "range"
    summary: ClassVar[str] = "values lie between min and max"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter(_BOUND_TYPES, "the least value; times as ISO text"),
        "max": Parameter(_BOUND_TYPES, "the greatest value; times as ISO text"),
        "exclusive_min": Parameter((bool,), "true when min itself is not allowed"),
        "exclusive_max": Parameter((bool,), "true when max itself is not allowed"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a range without a bound, or with bounds that exclude every value."""
        super().validate(rule)
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        if low is None and high is None:
            raise bad_rule(rule, "neither min nor max is given", "Give min, max or both.")
        if low is None or high is None:
            return
        if isinstance(low, str) != isinstance(high, str):
            raise bad_rule(rule, "min and max are of different types", "Give both as one type.")
        if low > high:  # pyright: ignore[reportOperatorIssue] - both text or both numbers
            raise bad_rule(rule, f"min {low} is above max {high}", "Exchange them.")

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval."""
        p, name = rule.parameters, rule.columns[0]
        parts: list[str] = []
        if p.get("min") is not None:
            parts.append(f"{'above' if p.get('exclusive_min') else 'at least'} {p['min']}")
        if p.get("max") is not None:
            parts.append(f"{'below' if p.get('exclusive_max') else 'at most'} {p['max']}")
        return f"{name} is {' and '.join(parts)}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Whether both bounds can be values of the column's type."""
        bounds = [
            b for b in (rule.parameters.get("min"), rule.parameters.get("max")) if b is not None
        ]
        return all(literal_value(bound, dtype) is not None for bound in bounds)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True outside the interval."""
        p, name = rule.parameters, rule.columns[0]
        dtype, expr = ctx.schema[name], column(name)
        tests: list[pl.Expr] = []
        if p.get("min") is not None:
            low = pl.lit(literal_value(p["min"], dtype))
            tests.append(expr <= low if p.get("exclusive_min") else expr < low)
        if p.get("max") is not None:
            high = pl.lit(literal_value(p["max"], dtype))
            above = expr >= high if p.get("exclusive_max") else expr > high
            tests.append(above & expr.is_not_nan() if is_float(name, ctx) else above)
        return tests[0] if len(tests) == 1 else tests[0] | tests[1]
