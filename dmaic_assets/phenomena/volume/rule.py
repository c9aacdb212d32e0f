"""The kind about how many rows arrive."""

from collections.abc import Mapping
from typing import ClassVar

from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.bounds import BoundedKind, bounds_of, is_outside, told_of
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FrameContext,
    Measured,
    Parameter,
)


def _count_complaint(value: int) -> str | None:
    return "below 0" if value < 0 else None


class RowCountKind(BoundedKind):
    """The file has between min and max data rows; rows that could not be parsed count too."""

    name: ClassVar[str] = "row_count"
    summary: ClassVar[str] = "the file has between min and max data rows"
    arity: ClassVar[tuple[int, int | None]] = (0, 0)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int,), "least number of rows", complaint=_count_complaint),
        "max": Parameter((int,), "greatest number of rows", complaint=_count_complaint),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval."""
        low, high = bounds_of(rule)
        if high is None:
            return f"at least {low:,} rows"
        return f"{low:,} to {high:,} rows" if low is not None else f"at most {high:,} rows"

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated outside the interval."""
        rows = ctx.total_rows
        cause = told_of(rows, rule, few="truncated delivery", many="several deliveries in one file")
        is_violated = is_outside(rows, rule)
        return FileJudgement(is_violated, f"{rows:,} rows", cause=cause, measures={"rows": rows})
