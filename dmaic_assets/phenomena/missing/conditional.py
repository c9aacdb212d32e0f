"""Kinds about values that must (or must not) be there, depending on another column.

conditional_null judges each row; null_share_given how often a value is missing among the rows that
have another one, which varies less between files than the share among all rows.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.failed_casts import FailedCastKind
from dmaic_assets.phenomena.contract.literals import literal_series
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    RowKind,
    bad_rule,
    is_missing,
)
from dmaic_assets.table.text_table import column

_STATES = ("present", "missing")


def _state_complaint(value: str) -> str | None:
    return None if value in _STATES else f"{value!r} is neither present nor missing"


class ConditionalNullKind(FailedCastKind):
    """When the second column is present, missing or one of some values, the first must be `state`.

    A value that failed its cast was there; its row passes here and fails the type rule.
    """

    name: ClassVar[str] = "conditional_null"
    summary: ClassVar[str] = "a value is there (or missing) when another column says so"
    arity: ClassVar[tuple[int, int | None]] = (2, 2)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "state": Parameter(
            (str,), "present or missing", is_required=True, complaint=_state_complaint
        ),
        "when": Parameter(
            (str,), "present or missing: the second column's", complaint=_state_complaint
        ),
        "values": Parameter((list, tuple), "or: the second column's values"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a rule with both conditions or none."""
        super().validate(rule)
        if (rule.parameters.get("when") is None) == (rule.parameters.get("values") is None):
            raise bad_rule(rule, "not exactly one of when and values", "Give when or values.")

    @override
    def describe(self, rule: Rule) -> str:
        """Spells state and condition."""
        first, second = rule.columns
        values = rule.parameters.get("values")
        if isinstance(values, list | tuple):
            shown = ", ".join(str(v) for v in values[:6]) + (", ..." if len(values) > 6 else "")
            return f"{first} is {rule.parameters['state']} when {second} is one of: {shown}"
        return f"{first} is {rule.parameters['state']} when {second} is {rule.parameters['when']}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where the condition holds and the state does not."""
        first, second = rule.columns
        values = rule.parameters.get("values")
        if isinstance(values, list | tuple):
            listed = literal_series(values, ctx.schema[second])
            holds = column(second).is_in(pl.lit(listed).implode()).fill_null(value=False)
        else:
            gone = is_missing(second, ctx)
            holds = gone if rule.parameters["when"] == "missing" else ~gone
        missing = is_missing(first, ctx)
        return holds & (missing if rule.parameters["state"] == "present" else ~missing)

    @override
    def blamed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The column whose value is missing or should be."""
        return rule.columns[:1]

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Values that got lost."""
        return "null flood" if rule.parameters["state"] == "present" else None


class NullShareGivenKind(FileKind):
    """Among the rows with a value in the second column, the first is missing in at most `max`.

    A file with fewer than `least` such rows is not judged.
    """

    name: ClassVar[str] = "null_share_given"
    summary: ClassVar[str] = "the share of missing values among rows that have another value"
    arity: ClassVar[tuple[int, int | None]] = (2, 2)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "max": Parameter(
            (int, float),
            "greatest share, in [0, 1]",
            is_required=True,
            complaint=lambda v: None if 0 <= v <= 1 else f"{v} is not a share in [0, 1]",
        ),
        "least": Parameter((int,), "fewest rows with the second column that are judged"),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the share and the condition."""
        first, second = rule.columns
        most = float(str(rule.parameters["max"]))
        return f"{first} is missing in at most {most:.2%} of the rows with {second}"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Rows with the second column, and those among them without the first."""
        gone, given = is_missing(rule.columns[0], ctx), ~is_missing(rule.columns[1], ctx)
        return (given.sum().alias("given"), (given & gone).sum().alias("missing"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share. A value whose cast failed is not missing."""
        given = int(measured["given"] or 0)
        if given < int(str(rule.parameters.get("least") or 1)):
            return FileJudgement(False, f"{given} rows with {rule.columns[1]}: not judged")
        missing = int(measured["missing"] or 0) - ctx.failed_cast_count(rule.columns[0])
        share = max(0, missing) / given
        is_violated = share > float(str(rule.parameters["max"]))
        seen = f"missing in {share:.2%} of {given:,} rows with {rule.columns[1]}"
        cause = "null flood" if is_violated else None
        return FileJudgement(is_violated, seen, cause=cause, measures={"null_share": share})


CONDITIONAL_KINDS: tuple[RowKind | FileKind, ...] = (ConditionalNullKind(), NullShareGivenKind())
