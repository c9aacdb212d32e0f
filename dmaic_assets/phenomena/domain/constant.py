"""A column that never changed: what a file is told that brings another value in most of its rows.

What belongs here: the kind, and how it is learnt. Single rows with another value than their file's
are `one_value`; this is about all of them at once, which no comparison within the file can see.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.literals import literal_value
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
)
from dmaic_assets.table.text_table import column


class ConstantKind(FileKind):
    """The most frequent value of a file is the one that every file had; none at all passes."""

    name: ClassVar[str] = "constant"
    summary: ClassVar[str] = "the most frequent value is the one that every file had"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "value": Parameter((str, int, float, bool), "the one value of history", is_required=True),
    }

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Types that can hold the value; another type is what the `type` rule tells."""
        return literal_value(rule.parameters["value"], dtype) is not None

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the value."""
        value = rule.parameters["value"]
        shown = str(value).lower() if isinstance(value, bool) else value
        return f"{rule.columns[0]} is {shown}, as in every file before"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Rows with a value, those with the known one, and the file's most frequent one."""
        there = column(rule.columns[0]).drop_nulls()
        known = literal_value(rule.parameters["value"], ctx.schema[rule.columns[0]])
        top = there.mode().sort().first().cast(pl.String)
        same = (there == pl.lit(known)).sum()
        return (there.len().alias("there"), same.alias("same"), top.alias("top"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when more than half of the values are others."""
        there, same = int(measured["there"] or 0), int(measured["same"] or 0)
        share = 1 - same / there if there else 0.0
        seen = f"{measured['top']} ({share:.0%} of the rows have another value)"
        # Half: below it the known value is still the file's own, and one_value names the others.
        is_changed = 2 * same < there
        return FileJudgement(is_changed, seen, cause="another constant", measures={"share": share})


def propose_constants(given: Given) -> Proposals:
    """Proposes that a column stays what it was; the longer it did, the more a change says.

    A change is only reported while history cannot tell it from what clean files bring; see
    `stopped_by_change`. A column that was only ever 0 is most often an amount that did not occur.
    """
    history = given.history
    if not history.files:
        return []
    stopped = stopped_by_change(history.files, given.window)
    is_firm = stopped <= given.budget and not history.is_cut
    found: Proposals = []
    for name, kind in given.kinds.items():
        if kind.kind != "constant" or not kind.is_batch:
            continue
        value = _only_value(history, name)
        if value is None or (value == 0 and not isinstance(value, bool)):
            continue
        evidence: dict[str, Json] = {
            "files": history.files,
            "rows": kind.closure.rows,
            "stopped_by_change": round(stopped, 4),
        }
        severity = "critical" if is_firm else "low"
        found.append(Proposal("constant", (name,), severity, {"value": value}, evidence))
    return found


def _only_value(history: History, name: str) -> Json:
    value = history.series(name).drop_nulls().first()
    return value if isinstance(value, str | int | float | bool) else None


def stopped_by_change(files: int, window: int) -> float:
    """The share of the next `window` files that a rule on a constant is expected to stop.

    It stops a clean file once: then the new value belongs to history. So this is the chance of a
    change within the files that history is made of, per file. The chance is the rule of
    succession with Jeffreys' prior for a rate: after n files without a change the next m have
    none with B(1/2, n + m + 1/2) / B(1/2, n + 1/2). Krichevsky & Trofimov (1981).
    """
    from scipy import special

    none = special.betaln(0.5, files + window + 0.5) - special.betaln(0.5, files + 0.5)
    return float(-special.expm1(none)) / window
