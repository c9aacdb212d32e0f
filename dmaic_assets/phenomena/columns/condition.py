"""The kind about a condition over the columns of a row, as a person writes it."""

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
    bad_rule,
)


class ExpressionKind(RowKind):
    """A condition written by hand as a SQL expression. Unknown (null) passes, as in SQL CHECK."""

    name: ClassVar[str] = "expression"
    summary: ClassVar[str] = "a SQL condition over the columns of a row holds"
    arity: ClassVar[tuple[int, int | None]] = (0, None)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "sql": Parameter((str,), "the condition, as in WHERE; true means fine", is_required=True),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses what is not one SQL expression over columns."""
        super().validate(rule)
        try:
            parsed = pl.sql_expr(str(rule.parameters["sql"]))
        except (pl.exceptions.PolarsError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise bad_rule(
                rule, f"parameter sql: {reason}", "Write one SQL condition, as after WHERE."
            ) from error
        if not parsed.meta.root_names():
            raise bad_rule(rule, "parameter sql: names no column", "Name at least one column.")

    @override
    def describe(self, rule: Rule) -> str:
        """Shows the condition, or the rule's own description."""
        return rule.description or str(rule.parameters["sql"])

    @override
    def needed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The columns that the condition names, and those of the rule."""
        named = pl.sql_expr(str(rule.parameters["sql"])).meta.root_names()
        return tuple(dict.fromkeys([*rule.columns, *named]))

    @override
    def blamed_columns(self, rule: Rule) -> tuple[str, ...]:
        """All columns of the condition: it does not say which is at fault."""
        return self.needed_columns(rule)

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, types that do not go together, or a result that is not Boolean."""
        found = super().obstacle(rule, ctx)
        if found:
            return found
        empty = pl.DataFrame(schema=dict(ctx.schema)).lazy()
        try:
            dtype = empty.select(fine=pl.sql_expr(str(rule.parameters["sql"]))).collect_schema()[
                "fine"
            ]
        except pl.exceptions.PolarsError as error:
            return Obstacle("expression", None, str(error).splitlines()[0])
        if dtype != pl.Boolean:
            return Obstacle("expression", None, f"the condition gives {dtype}, not true or false")
        return None

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where the condition is false."""
        return ~pl.sql_expr(str(rule.parameters["sql"]))
