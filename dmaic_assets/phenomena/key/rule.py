"""Row kinds about missing values, copies, and values of several columns in one row."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Key,
    Obstacle,
    Parameter,
    RowKind,
    any_missing,
    bad_rule,
    is_float,
    is_missing,
    is_text,
    key_expression,
)
from dmaic_assets.table.text_table import column

_OPERATORS = ("<", "<=", "==", "!=", ">=", ">")


class NotNullKind(RowKind):
    """A value is there. A value that failed its cast was there: the type rule reports it."""

    name: ClassVar[str] = "not_null"
    summary: ClassVar[str] = "every row has a value"

    @override
    def describe(self, rule: Rule) -> str:
        """Says that values are never missing."""
        return f"{rule.columns[0]} is never missing"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where the value is missing."""
        return is_missing(rule.columns[0], ctx)

    @override
    def may_settle(self, rule: Rule, ctx: FrameContext) -> bool:
        """Whether the column has failed casts."""
        return ctx.failed_cast_count(rule.columns[0]) > 0

    @override
    def settle(self, rule: Rule, failing: pl.Series, ctx: FrameContext) -> pl.Series:
        """Excuses the rows whose value is only missing because its cast failed."""
        positions = ctx.failed_casts.get(rule.columns[0])
        return failing if positions is None else failing.scatter(positions, values=False)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Values that got lost."""
        return "lost values"


class UniqueKind(RowKind):
    """No combination of values occurs twice; every copy fails. Rows with a missing part pass."""

    name: ClassVar[str] = "unique"
    summary: ClassVar[str] = "no value (or combination of values) occurs twice; every copy fails"
    arity: ClassVar[tuple[int, int | None]] = (1, None)
    is_elementwise: ClassVar[bool] = False

    @override
    def describe(self, rule: Rule) -> str:
        """Names the key."""
        return f"{' + '.join(rule.columns)} identifies a row"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for every copy of a combination that occurs more than once."""
        return key_expression(rule.columns).is_duplicated() & ~any_missing(rule.columns, ctx)

    @override
    def key(self, rule: Rule, ctx: FrameContext) -> Key | None:
        """The rule's columns; rows with a missing part are not compared."""
        return Key(rule.columns, ignores_missing=True)


class DuplicateRowsKind(RowKind):
    """No row is a copy of an earlier one in all columns (or those named); the first one passes."""

    name: ClassVar[str] = "duplicate_rows"
    summary: ClassVar[str] = "no row repeats an earlier one; only the later copies fail"
    arity: ClassVar[tuple[int, int | None]] = (0, None)
    is_elementwise: ClassVar[bool] = False

    @override
    def describe(self, rule: Rule) -> str:
        """Names the compared columns."""
        return f"no row repeats an earlier one in {', '.join(rule.columns) or 'all columns'}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for the second and later copies."""
        return ~key_expression(rule.columns or ctx.columns).is_first_distinct()

    @override
    def key(self, rule: Rule, ctx: FrameContext) -> Key | None:
        """The compared columns; two missing values are the same here."""
        return Key(rule.columns or ctx.columns, ignores_missing=False)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Rows that came twice."""
        return "duplicated delivery"


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


ROW_KINDS: tuple[RowKind, ...] = (
    NotNullKind(),
    UniqueKind(),
    DuplicateRowsKind(),
    ColumnPairKind(),
    ExpressionKind(),
)
