"""File kinds about values in sequence: rows in the order of a column, numbers without gaps."""

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
    is_float,
)
from dmaic_assets.table.text_table import column

DIRECTIONS = ("ascending", "descending")
DIRECTION: Mapping[str, Parameter] = {
    "direction": Parameter(
        (str,),
        "ascending (unless given) or descending",
        complaint=lambda v: None if v in DIRECTIONS else f"{v!r} is none of {DIRECTIONS}",
    ),
}
"""The parameter of kinds that put rows in the order of a column."""
# Rows in random order fall at half of their places, or fewer when values repeat.
_SHUFFLED = 0.2


class RowOrderKind(FileKind):
    """The rows come in the order of a column; equal neighbours are in order, missing ones passed.

    A place is a row and the next one that has a value.
    """

    name: ClassVar[str] = "row_order"
    summary: ClassVar[str] = "the rows come in the order of a column"
    parameters: ClassVar[Mapping[str, Parameter]] = DIRECTION

    @override
    def describe(self, rule: Rule) -> str:
        """Names the column and the direction."""
        return f"rows come in {direction_of(rule)} order of {rule.columns[0]}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers and times, which have one order."""
        return dtype.is_numeric() or dtype.is_temporal()

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Places, those that fall and those that rise, and the first two values out of order."""
        name = rule.columns[0]
        values = column(name).drop_nulls()
        if is_float(name, ctx):
            values = values.drop_nans()
        before = values.shift(1)
        falls, rises = values < before, values > before
        if direction_of(rule) == "descending":
            falls, rises = rises, falls
        return (
            values.len().alias("values"),
            falls.sum().alias("falls"),
            rises.sum().alias("rises"),
            before.filter(falls).first().cast(pl.String).alias("before"),
            values.filter(falls).first().cast(pl.String).alias("after"),
        )

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated as soon as one place is out of order."""
        places = max(0, int(measured["values"]) - 1)
        falls, rises = int(measured["falls"] or 0), int(measured["rises"] or 0)
        measures = {"places": places, "out_of_order": falls}
        if not falls:
            return FileJudgement(False, "in order", measures=measures)
        seen = (
            f"{falls:,} of {places:,} places out of order, "
            f"first {measured['after']} after {measured['before']}"
        )
        cause = None
        if not rises:
            cause = "rows in reverse order"
        elif falls >= _SHUFFLED * places:
            cause = "rows in another order"
        return FileJudgement(True, seen, cause=cause, measures=measures)


class NumberStepKind(FileKind):
    """Sorted, the whole numbers of a column go on by `step`, but for a share `max` of places.

    Places rather than numbers are counted, so that one number far away is one place. A value
    that is missing excuses one gap.
    """

    name: ClassVar[str] = "number_step"
    summary: ClassVar[str] = "sorted, the numbers of a column go on by one step, without gaps"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "step": Parameter(
            (int,),
            "what each number is more than the one before",
            is_required=True,
            complaint=lambda v: None if v >= 1 else "below 1",
        ),
        "max": Parameter(
            (int, float),
            "greatest share of places with another step, in [0, 1]; 0 unless given",
            complaint=lambda v: None if 0 <= v <= 1 else f"{v} is not a share in [0, 1]",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the step and what is tolerated."""
        most = _most(rule)
        but = f" but for at most {most:.2%} of places" if most else ""
        return f"{rule.columns[0]} goes on by {rule.parameters['step']}{but}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Whole numbers."""
        return dtype.is_integer()

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Values, places with a gap, a repeat or a smaller step, the usual step, the first gap."""
        step = int(str(rule.parameters["step"]))
        # Every whole number but those beyond 64 bits with a sign, where no counter goes.
        values = column(rule.columns[0]).cast(pl.Int64, strict=False).drop_nulls().sort()
        steps = values.diff()
        return (
            values.len().alias("values"),
            (steps > step).sum().alias("gaps"),
            (steps == 0).sum().alias("repeats"),
            ((steps > 0) & (steps < step)).sum().alias("smaller"),
            steps.median().alias("usual"),
            values.shift(1).filter(steps > step).first().alias("before"),
            values.filter(steps > step).first().alias("after"),
        )

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when the share of places with another step is above `max`."""
        values = int(measured["values"])
        places = max(0, values - 1)
        gaps = max(0, int(measured["gaps"] or 0) - (ctx.row_count - values))
        repeats, smaller = int(measured["repeats"] or 0), int(measured["smaller"] or 0)
        share = (gaps + repeats + smaller) / places if places else 0.0
        measures = {"places": places, "gaps": gaps, "repeats": repeats, "share": share}
        seen = f"gaps: {gaps:,}, repeats: {repeats:,}, at {places:,} places"
        if gaps:
            seen += f", first gap from {measured['before']} to {measured['after']}"
        if share <= _most(rule):
            return FileJudgement(False, seen, measures=measures)
        step = int(str(rule.parameters["step"]))
        return FileJudgement(True, seen, cause=_step_cause(measured, step), measures=measures)


def _step_cause(measured: Measured, step: int) -> str | None:
    """What happened to most places: another step at more than half, repeats, or gaps."""
    usual = float(measured["usual"] or 0)
    if usual > 0 and usual != step:
        return f"another step between numbers (usually {usual:g})"
    gaps, repeats = int(measured["gaps"] or 0), int(measured["repeats"] or 0)
    if repeats > gaps:
        return "duplicated delivery"
    return "lost rows" if gaps else None


def direction_of(rule: Rule) -> str:
    """The direction of a rule about an order: ascending unless given."""
    return str(rule.parameters.get("direction") or DIRECTIONS[0])


def _most(rule: Rule) -> float:
    return float(str(rule.parameters.get("max") or 0))


SEQUENCE_KINDS: tuple[FileKind, ...] = (RowOrderKind(), NumberStepKind())
