"""The file kind about how far a file's times lie beyond those of the file before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.history.facts import FileFacts, numbers_of
from dmaic_assets.history.number_of import as_number
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
)

# Seconds of a day.
_DAY_S = 86_400.0
# Steps that a file may be late and still go on: a daily file that is missed for a week does, one
# whose day and month are exchanged lies a month or more away.
_MOST_STEPS = 7


class TimeStepKind(FileKind):
    """The file's last time comes `min` to `max` seconds after `last`, that of the file before.

    It tells a period that came twice or too late from one that was left out.
    """

    name: ClassVar[str] = "time_step"
    summary: ClassVar[str] = "the last time of a file follows that of the file before"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "last": Parameter(
            (int, float), "last time of the file before, in seconds since 1970", is_required=True
        ),
        "min": Parameter((int, float), "least seconds from it to the file's last time"),
        "max": Parameter((int, float), "greatest seconds from it to the file's last time"),
    }

    @override
    def as_of(self, rule: Rule, earlier: Sequence[FileFacts]) -> Rule | None:
        """The step from the newest of the earlier files that has times; none before the first."""
        for facts in reversed(earlier):
            last = numbers_of(facts, rule.columns[0]).get("max")
            if last is not None:
                return replace(rule, parameters={**rule.parameters, "last": float(last)})
        return None

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the usual step in hours or days."""
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        parts = [] if low is None else [f"at least {duration_text(float(str(low)))}"]
        parts += [] if high is None else [f"at most {duration_text(float(str(high)))}"]
        step = " and ".join(parts) or "any time"
        return f"{rule.columns[0]} goes on by {step} since the last file"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Dates and datetimes."""
        return isinstance(dtype, pl.Date | pl.Datetime)

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The last time in seconds."""
        name = rule.columns[0]
        return (as_number(name, ctx.schema[name]).max().alias("last"),)

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated outside the bounds; a file without times is not judged."""
        if measured["last"] is None:
            return FileJudgement(False, "no times: not judged")
        step = float(measured["last"]) - float(str(rule.parameters["last"]))
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        is_early = low is not None and step < float(str(low))
        is_late = high is not None and step > float(str(high))
        cause = None
        if is_early:
            cause = "duplicated delivery" if step == 0 else "wrong period"
        elif is_late:
            cause = "missing delivery"
        seen = f"goes on by {duration_text(step)}"
        return FileJudgement(is_early or is_late, seen, cause=cause, measures={"step_s": step})


def duration_text(seconds: float) -> str:
    """Spells a duration in days, hours or seconds, whichever is the largest that fits."""
    if abs(seconds) >= _DAY_S:
        return f"{seconds / _DAY_S:.1f} days"
    return f"{seconds / 3600:.1f} hours" if abs(seconds) >= 3600 else f"{seconds:.0f} seconds"


def continuations(rules: Sequence[Rule]) -> dict[str, tuple[float, float]]:
    """Tells per column where the last time of a next file lies, in seconds since 1970.

    It is later than that of the file before, by at most `_MOST_STEPS` of the greatest usual steps.
    """
    found: dict[str, tuple[float, float]] = {}
    for rule in rules:
        high = rule.parameters.get("max")
        if rule.kind == TimeStepKind.name and rule.is_enabled and high is not None:
            last = float(str(rule.parameters["last"]))
            found[rule.columns[0]] = (last, last + _MOST_STEPS * float(str(high)))
    return found


TIME_STEP_KINDS: tuple[FileKind, ...] = (TimeStepKind(),)
