"""The row kind of numbers whose range depends on another column: range_by.

The last column is the number; it is to blame when the rule fails.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Parameter,
    RowKind,
    bad_rule,
    is_missing,
)
from dmaic_assets.phenomena.mapping.rule import DeterminedKind, joined
from dmaic_assets.table.text_table import column


class RangeByKind(DeterminedKind):
    """Each known value of the first columns has its own range of the last.

    `bounds` maps the determining values as text (several joined by U+001F) to [low, high]. A row
    passes when its determining values are not there.
    """

    name: ClassVar[str] = "range_by"
    summary: ClassVar[str] = "the last column lies in the range that is known for the others"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "bounds": Parameter((dict,), "determining values -> [low, high]", is_required=True),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses bounds that are no pair of numbers."""
        super().validate(rule)
        for key, pair in cast("Mapping[str, object]", rule.parameters["bounds"]).items():
            is_pair = isinstance(pair, list | tuple) and len(cast("Sequence[object]", pair)) == 2
            ends = cast("Sequence[object]", pair) if is_pair else ()
            if not is_pair or not all(isinstance(end, int | float) for end in ends):
                raise bad_rule(rule, f"bounds: {key} is not [low, high]", "Give two numbers.")

    @override
    def describe(self, rule: Rule) -> str:
        """Names the columns and the number of known cases."""
        size = len(cast("Mapping[str, object]", rule.parameters["bounds"]))
        return f"{rule.columns[-1]} has a range by {', '.join(rule.columns[:-1])} ({size:,} cases)"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Any type: the last column's is checked where the rule is applied."""
        return not dtype.is_nested()

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True outside the range of the row's case; False for an unknown case."""
        target = rule.columns[-1]
        if not ctx.schema[target].is_numeric():
            return ~is_missing(target, ctx)
        bounds = cast("Mapping[str, Sequence[float]]", rule.parameters["bounds"])
        case, x = joined(rule.columns[:-1]), column(target).cast(pl.Float64)
        low, high = (_looked_up(case, bounds, end) for end in (0, 1))
        outside = ((x < low) | (x > high)).fill_null(value=False)
        return outside & ~is_missing(target, ctx)


def _looked_up(case: pl.Expr, bounds: Mapping[str, Sequence[float]], end: int) -> pl.Expr:
    cases = pl.Series(list(bounds), dtype=pl.String)
    values = pl.Series([float(pair[end]) for pair in bounds.values()], dtype=pl.Float64)
    return case.replace_strict(cases, values, default=None, return_dtype=pl.Float64)


RANGE_BY_KINDS: tuple[RowKind, ...] = (RangeByKind(),)
