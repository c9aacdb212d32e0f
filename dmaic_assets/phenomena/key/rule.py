"""Kinds about what identifies a row, and rows that repeat others."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Key,
    Measured,
    Parameter,
    RowKind,
    RuleKind,
    any_missing,
    key_expression,
)
from dmaic_assets.table.text_table import column


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


class DuplicateShareKind(FileKind):
    """At most a share of the rows repeats an earlier row."""

    name: ClassVar[str] = "duplicate_share"
    summary: ClassVar[str] = "at most a share of rows repeats an earlier one"
    arity: ClassVar[tuple[int, int | None]] = (0, None)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "max": Parameter((int, float), "greatest share of repeated rows", is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the share."""
        most = float(str(rule.parameters["max"]))
        compared = ", ".join(rule.columns) or "all columns"
        return f"at most {most:.2%} of rows repeat an earlier one in {compared}"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The number of distinct rows."""
        names = rule.columns or ctx.columns
        return (pl.struct([column(c) for c in names]).n_unique().alias("distinct"),)

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share."""
        copies = ctx.row_count - int(measured["distinct"] or 0)
        share = copies / ctx.row_count if ctx.row_count else 0.0
        seen = f"{share:.2%} of rows are copies ({copies:,})"
        is_violated = share > float(str(rule.parameters["max"]))
        cause = "duplicated delivery" if is_violated else None
        return FileJudgement(is_violated, seen, cause=cause, measures={"share": share})


KEY_KINDS: tuple[RuleKind, ...] = (UniqueKind(), DuplicateRowsKind(), DuplicateShareKind())
