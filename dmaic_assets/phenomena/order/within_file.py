"""Kinds that look at a column within its own file: one_value, window, time_span.

They are what a column that moves on with time can have: no fixed bound or list holds for it, but
the values of one delivery belong together.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.cadence.rule import duration_text
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    RowKind,
    is_missing,
)
from dmaic_assets.table.text_table import column

# Seconds of a day.
_DAY_S = 86_400


class OneValueKind(RowKind):
    """All rows of a file have one value; those that differ from the most frequent one fail."""

    name: ClassVar[str] = "one_value"
    summary: ClassVar[str] = "all rows of a file have the same value, whichever it is"
    is_elementwise: ClassVar[bool] = False

    @override
    def describe(self, rule: Rule) -> str:
        """Says that the file has one value."""
        return f"{rule.columns[0]} has one value in the whole file"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True where the value is not the file's most frequent one."""
        name = rule.columns[0]
        expr = column(name)
        usual = expr.drop_nulls().mode().sort().first()
        return (expr != usual) & ~is_missing(name, ctx)

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Distinct values less one."""
        return (column(rule.columns[0]).drop_nulls().n_unique().cast(pl.Int64) - 1).clip(0)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Rows of another period or batch."""
        return "wrong period or rows of another batch"


class WindowKind(RowKind):
    """Values lie within `width` of the file's median; times in seconds."""

    name: ClassVar[str] = "window"
    summary: ClassVar[str] = "values lie within a distance of the file's own median"
    is_elementwise: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "width": Parameter(
            (int, float),
            "greatest distance from the file's median; seconds for times",
            is_required=True,
            complaint=lambda v: "below 0" if v < 0 else None,
        ),
        "unit": Parameter(
            (str,),
            "seconds where the column holds times, for the wording alone",
            complaint=lambda v: None if v == "seconds" else f"{v!r} is not seconds",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the distance."""
        width = rule.parameters["width"]
        is_time = rule.parameters.get("unit") is not None
        distance = duration_text(float(str(width))) if is_time else str(width)
        return f"{rule.columns[0]} lies within {distance} of the file's median"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers and times."""
        return is_measurable(dtype)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True far from the median."""
        name = rule.columns[0]
        x = as_number(name, ctx.schema[name])
        far = (x - x.drop_nans().median()).abs() > pl.lit(float(str(rule.parameters["width"])))
        return far & ~is_missing(name, ctx)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """For times: rows of another period."""
        dtype = failing.schema.get(rule.columns[0])
        return "wrong period" if dtype is not None and dtype.is_temporal() else None


class TimeSpanKind(FileKind):
    """From the first to the last time of a file passes between min and max seconds."""

    name: ClassVar[str] = "time_span"
    summary: ClassVar[str] = "the times of a file cover between min and max seconds"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int, float), "least seconds from first to last time"),
        "max": Parameter((int, float), "greatest seconds from first to last time"),
        "least": Parameter((int,), "fewest values that are judged"),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the least span in hours or days."""
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        parts = [] if low is None else [f"at least {_spelt(float(str(low)))}"]
        parts += [] if high is None else [f"at most {_spelt(float(str(high)))}"]
        return f"{rule.columns[0]} covers {' and '.join(parts)}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Times only."""
        return dtype.is_temporal()

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """First and last time in seconds, and how many there are."""
        name = rule.columns[0]
        x = as_number(name, ctx.schema[name])
        return (x.min().alias("first"), x.max().alias("last"), x.count().alias("count"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated outside the bounds; a file with too few values is not judged."""
        if int(measured["count"] or 0) < int(str(rule.parameters.get("least") or 1)):
            return FileJudgement(False, f"only {measured['count']} values: not judged")
        span = float(measured["last"]) - float(measured["first"])
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        is_short = low is not None and span < float(str(low))
        is_long = high is not None and span > float(str(high))
        cause = "truncated delivery" if is_short else "wrong period" if is_long else None
        seen = f"covers {_spelt(span)}"
        return FileJudgement(is_short or is_long, seen, cause=cause, measures={"span_s": span})


def _spelt(seconds: float) -> str:
    if seconds >= 2 * _DAY_S:
        return f"{seconds / _DAY_S:.1f} days"
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds:.0f} seconds"


FILE_RELATIVE_KINDS: tuple[RowKind | FileKind, ...] = (
    OneValueKind(),
    WindowKind(),
    TimeSpanKind(),
)
