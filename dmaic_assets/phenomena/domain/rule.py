"""Kinds about which values a column may have: a closed list, and how many may be new."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.literals import literal_series, literal_value
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    RowKind,
    RuleKind,
    is_float,
    is_missing,
)
from dmaic_assets.table.text_table import column

# Values of a list that are shown; more are counted.
_SHOWN_VALUES = 8


class InSetKind(RowKind):
    """Values come from a closed list."""

    name: ClassVar[str] = "in_set"
    summary: ClassVar[str] = "values come from a list"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "values": Parameter((list, tuple), "the list of allowed values", is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Lists the values, shortened when there are many."""
        values = _values(rule)
        shown = ", ".join(str(v) for v in values[:_SHOWN_VALUES])
        more = f", ... ({len(values)} values)" if len(values) > _SHOWN_VALUES else ""
        return f"{rule.columns[0]} is one of: {shown}{more}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Whether at least one listed value can be a value of the column's type."""
        values = _values(rule)
        return not values or any(literal_value(v, dtype) is not None for v in values)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a value that is not listed."""
        name = rule.columns[0]
        values = literal_series(_values(rule), ctx.schema[name])
        outside = ~column(name).is_in(pl.lit(values).implode())
        return outside & column(name).is_not_nan() if is_float(name, ctx) else outside


def _values(rule: Rule) -> Sequence[Json]:
    values = rule.parameters.get("values")
    return values if isinstance(values, (list, tuple)) else ()


class NewValuesKind(FileKind):
    """At most a share of the rows has a value that is not listed."""

    name: ClassVar[str] = "new_values"
    summary: ClassVar[str] = "at most a share of rows has values that history does not know"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "values": Parameter((list, tuple), "the known values", is_required=True),
        "max": Parameter((int, float), "greatest share of other values", is_required=True),
        "each": Parameter((int, float), "greatest share of any one of them"),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the share."""
        known = len(cast("Sequence[Json]", rule.parameters["values"]))
        most = float(str(rule.parameters["max"]))
        return f"at most {most:.2%} of {rule.columns[0]} are new (besides {known:,} known values)"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Rows with a value, rows with a new one, and the most frequent new one."""
        name = rule.columns[0]
        values = cast("Sequence[Json]", rule.parameters["values"])
        known = pl.lit(literal_series(values, ctx.schema[name])).implode()
        there = ~is_missing(name, ctx)
        new = there & ~column(name).is_in(known)
        top = column(name).filter(new).mode().cast(pl.String).sort().first()
        most = column(name).filter(new).value_counts().struct.field("count").max()
        return (
            there.sum().alias("there"),
            new.sum().alias("new"),
            top.alias("top"),
            most.alias("most"),
        )

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share of all new values, or of one."""
        there, new = int(measured["there"] or 0), int(measured["new"] or 0)
        share = new / there if there else 0.0
        seen = f"{share:.2%} new ({new:,} rows)" + (f", such as {measured['top']}" if new else "")
        one = int(measured["most"] or 0) / there if there else 0.0
        each = rule.parameters.get("each")
        is_violated = share > float(str(rule.parameters["max"]))
        if not is_violated and isinstance(each, int | float) and one > each:
            is_violated, seen = True, f"{seen}, {one:.2%} of the rows"
        return FileJudgement(is_violated, seen, cause="new category", measures={"share": share})


DOMAIN_KINDS: tuple[RuleKind, ...] = (InSetKind(), NewValuesKind())
