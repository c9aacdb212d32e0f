"""File kinds about amounts: how many rows, and how many values are missing."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    bad_rule,
    is_missing,
)


def _count_complaint(value: int) -> str | None:
    return "below 0" if value < 0 else None


def _share_complaint(value: float) -> str | None:
    return None if 0 <= value <= 1 else f"{value} is not a share in [0, 1]"


def _bounds(rule: Rule) -> tuple[Any, Any]:
    return rule.parameters.get("min"), rule.parameters.get("max")


def _validate_bounds(rule: Rule) -> None:
    low, high = _bounds(rule)
    if low is None and high is None:
        raise bad_rule(rule, "neither min nor max is given", "Give min, max or both.")
    if low is not None and high is not None and low > high:
        raise bad_rule(rule, f"min {low} is above max {high}", "Exchange them.")


def _is_outside(value: float, rule: Rule) -> bool:
    low, high = _bounds(rule)
    return (low is not None and value < low) or (high is not None and value > high)


def _told(value: float, rule: Rule, *, few: str, many: str) -> str | None:
    low, high = _bounds(rule)
    if low is not None and value < low:
        return few
    return many if high is not None and value > high else None


class RowCountKind(FileKind):
    """The file has between min and max data rows; rows that could not be parsed count too."""

    name: ClassVar[str] = "row_count"
    summary: ClassVar[str] = "the file has between min and max data rows"
    arity: ClassVar[tuple[int, int | None]] = (0, 0)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int,), "least number of rows", complaint=_count_complaint),
        "max": Parameter((int,), "greatest number of rows", complaint=_count_complaint),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a rule without a bound."""
        super().validate(rule)
        _validate_bounds(rule)

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval."""
        low, high = _bounds(rule)
        if high is None:
            return f"at least {low:,} rows"
        return f"{low:,} to {high:,} rows" if low is not None else f"at most {high:,} rows"

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated outside the interval."""
        rows = ctx.total_rows
        cause = _told(rows, rule, few="truncated delivery", many="several deliveries in one file")
        is_violated = _is_outside(rows, rule)
        return FileJudgement(is_violated, f"{rows:,} rows", cause=cause, measures={"rows": rows})


class NullShareKind(FileKind):
    """The share of missing values lies between min and max; 0 for a file without rows."""

    name: ClassVar[str] = "null_share"
    summary: ClassVar[str] = "the share of missing values lies between min and max"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int, float), "least share, in [0, 1]", complaint=_share_complaint),
        "max": Parameter((int, float), "greatest share, in [0, 1]", complaint=_share_complaint),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a rule without a bound."""
        super().validate(rule)
        _validate_bounds(rule)

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval in percent."""
        low, high = _bounds(rule)
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
        is_violated = ctx.row_count > 0 and _is_outside(share, rule)
        told = _told(share, rule, few="missing values filled in", many="null flood")
        cause = told if is_violated else None
        return FileJudgement(is_violated, seen, cause=cause, measures={"null_share": share})


FILE_KINDS: tuple[FileKind, ...] = (RowCountKind(), NullShareKind())
