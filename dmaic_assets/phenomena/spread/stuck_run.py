"""How long a number stands still: the longest run of rows, one after the other, with one value.

What belongs here: the kind, and how it is learnt. How often a value occurs in a file (`top_share`)
says little of it where values come again and again: a third of them in one stretch does.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

import numpy as np
import polars as pl
from typing_extensions import override

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import evidence_of, interval
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
)
from dmaic_assets.phenomena.spread.top_share import (
    FEWEST_FILES,
    FEWEST_VALUES,
    GREATEST,
    MARGIN,
    MARGIN_VALUES,
    STUCK,
    ZEROS_WEIGHT,
    is_quantity,
    judged_share,
    told_of,
)
from dmaic_assets.table.text_table import column

# Share of a file's values that may always be one run: of 15,000 clean columns of 53 real feeds
# longer ones than this and than history's were a handful, however the bound was drawn.
LEAST_RUN = 0.25
# Least standard deviation of the logarithm of a run: one row more or less of four is chance.
LOG_FLOOR = 0.25
# Different values that a number has at least: a flag stands still for long.
FEWEST_DISTINCT = 3


class StuckRunKind(FileKind):
    """No number stays the same for more than a share of a file's values, one after the other."""

    name: ClassVar[str] = "stuck_run"
    summary: ClassVar[str] = "a number stays the same for at most a share of the values in a row"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "max": Parameter((int, float), "greatest share of one run", is_required=True),
        "least": Parameter((int,), "fewest values that are judged"),
    }

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers."""
        return dtype.is_numeric()

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the share."""
        most = float(str(rule.parameters["max"]))
        return f"{rule.columns[0]} stays the same for at most {most:.1%} of the file in a row"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """How many values there are, and the length and value of the longest run."""
        there = column(rule.columns[0]).drop_nulls()
        runs = there.rle()
        length, value = runs.struct.field("len"), runs.struct.field("value")
        return (
            there.len().alias("there"),
            length.max().alias("most"),
            value.get(length.arg_max(), null_on_oob=True).alias("value"),
        )

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share."""
        rows = f"{measured['value']} in {int(measured['most'] or 0):,} rows one after the other"
        cause = _told_of(measured["value"])
        return judged_share(rule, measured, cause, lambda share: f"{rows} ({share:.1%})")


def _told_of(value: object) -> str:
    """Zeros one after the other are a meter that stands still, as any other number is."""
    return STUCK if value == 0 else told_of(value)


def propose_runs(given: Given) -> Proposals:
    """Proposes the longest run of one number, for numbers that are quantities."""
    history = given.history
    if history.is_cut or history.files < FEWEST_FILES:
        return []
    found: Proposals = []
    for name, kind in given.kinds.items():
        if not is_quantity(history, kind) or kind.closure.distinct < FEWEST_DISTINCT:
            continue
        shares, sizes = _longest(history, name)
        if len(shares) >= FEWEST_FILES:
            fit = partial(_fit, shares, sizes)
            found.append(Proposal("stuck_run", (name,), "critical", weight=ZEROS_WEIGHT, fit=fit))
    return found


def _longest(history: History, name: str) -> tuple[Floats, Floats]:
    """The share of the longest run in each file that has enough values, and how many these are.

    Of a sampled file every so many rows are there: runs that are no longer than that count as
    one of them, and longer ones as long as they are.
    """
    x = history.numbers(name)
    there = ~np.isnan(x)
    x, parts = x[there], history.part_ids[there]
    sizes = np.bincount(parts, minlength=history.parts).astype(np.float64)
    starts = np.flatnonzero((np.diff(x, prepend=np.nan) != 0) | (np.diff(parts, prepend=-1) != 0))
    longest = np.zeros(history.parts)
    np.maximum.at(longest, parts[starts], np.diff(starts, append=len(x)).astype(np.float64))
    enough = sizes >= FEWEST_VALUES
    return longest[enough] / sizes[enough], sizes[enough]


def _fit(shares: Floats, sizes: Floats, alpha: float) -> Fit | None:
    found = interval(shares, alpha, scale="log", floor=LOG_FLOOR, weight=0.0)
    margin = max(MARGIN, MARGIN_VALUES / float(np.median(sizes)))
    most = max(found.high, float(shares.max()) + margin, LEAST_RUN)
    if most > GREATEST:
        return None
    return Fit({"max": round(most, 4), "least": FEWEST_VALUES}, evidence_of(found), alpha)
