"""The file kind of coverage: distinct_count, how many different values a file has in a column."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
)
from dmaic_assets.table.text_table import column


class DistinctCountKind(FileKind):
    """A file has between min and max different values in a column; missing ones do not count.

    A delivery of all stations that suddenly has half of them was cut short, however many rows it
    has.
    """

    name: ClassVar[str] = "distinct_count"
    summary: ClassVar[str] = "a file has between min and max different values"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int,), "fewest different values"),
        "max": Parameter((int,), "most different values"),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the bounds."""
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        parts = [] if low is None else [f"at least {low}"]
        parts += [] if high is None else [f"at most {high}"]
        return f"{rule.columns[0]} has {' and '.join(parts)} different values"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The number of different values."""
        return (column(rule.columns[0]).drop_nulls().n_unique().alias("distinct"),)

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated outside the bounds."""
        count = int(measured["distinct"] or 0)
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        is_few = low is not None and count < int(str(low))
        is_many = high is not None and count > int(str(high))
        cause = "truncated delivery or lost category" if is_few else None
        seen = f"{count:,} different values"
        return FileJudgement(is_few or is_many, seen, cause=cause, measures={"distinct": count})


DISTINCT_KINDS: tuple[FileKind, ...] = (DistinctCountKind(),)
