"""Kinds about missing values as such: never, at most a share, and in known spellings."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.bounds import BoundedKind, bounds_of, is_outside, told_of
from dmaic_assets.phenomena.contract.failed_casts import FailedCastKind
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FrameContext,
    Measured,
    Parameter,
    RowKind,
    RuleKind,
    is_missing,
)


class NotNullKind(FailedCastKind):
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
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Values that got lost."""
        return "lost values"


def _share_complaint(value: float) -> str | None:
    return None if 0 <= value <= 1 else f"{value} is not a share in [0, 1]"


class NullShareKind(BoundedKind):
    """The share of missing values lies between min and max; 0 for a file without rows."""

    name: ClassVar[str] = "null_share"
    summary: ClassVar[str] = "the share of missing values lies between min and max"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int, float), "least share, in [0, 1]", complaint=_share_complaint),
        "max": Parameter((int, float), "greatest share, in [0, 1]", complaint=_share_complaint),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval in percent."""
        low, high = bounds_of(rule)
        name = rule.columns[0]
        if high is None:
            return f"{name} is missing in at least {low:.2%} of rows"
        between = f"{low:.2%} to" if low is not None else "at most"
        return f"{name} is missing in {between} {high:.2%} of rows"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The number of missing values."""
        return (is_missing(rule.columns[0], ctx).sum().alias("missing"),)

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated outside the interval. A value whose cast failed is not missing."""
        missing = int(measured["missing"] or 0) - ctx.failed_cast_count(rule.columns[0])
        share = missing / ctx.row_count if ctx.row_count else 0.0
        seen = f"missing in {share:.2%} of rows ({missing:,} of {ctx.row_count:,})"
        is_violated = ctx.row_count > 0 and is_outside(share, rule)
        told = told_of(share, rule, few="missing values filled in", many="null flood")
        cause = told if is_violated else None
        return FileJudgement(is_violated, seen, cause=cause, measures={"null_share": share})


class NullSpellingKind(RowKind):
    """Missing values are spelled as history spells them.

    When the file spells some of them otherwise, its missing values fail; blank ones cannot be
    told from the others once they are read.
    """

    name: ClassVar[str] = "null_spelling"
    summary: ClassVar[str] = "missing values are spelled in no new way"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "tokens": Parameter((list, tuple), "the known spellings", is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Lists the spellings."""
        tokens = _tokens(rule)
        known = ", ".join(repr(t) for t in tokens) if tokens else "blank"
        return f"missing values of {rule.columns[0]} are spelled: {known}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for the missing values of a column that spells them in a new way."""
        return is_missing(rule.columns[0], ctx) & pl.lit(bool(_new(rule, ctx)))

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Nothing to look at when no spelling is new."""
        return None if _new(rule, ctx) else pl.lit(0)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Missing values in a new spelling."""
        return "null token"


def _tokens(rule: Rule) -> Sequence[str]:
    return [str(t) for t in cast("Sequence[object]", rule.parameters["tokens"])]


def _new(rule: Rule, ctx: FrameContext) -> list[str]:
    arrived = ctx.types.get(rule.columns[0])
    known = set(_tokens(rule))
    return [t for t in arrived.null_tokens if t and t not in known] if arrived else []


MISSING_KINDS: tuple[RuleKind, ...] = (NotNullKind(), NullShareKind(), NullSpellingKind())
