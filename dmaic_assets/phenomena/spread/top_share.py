"""How often the most frequent number of a file occurs: what a stuck sensor and filled gaps change.

What belongs here: the kind, and how it is learnt. Which number it is does not matter, so that the
rule holds wherever the level is; a stuck value, zeros and placeholders all show. Zeros have a share
of their own where history has hardly any: far fewer of them than repeats of other numbers tell.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np
import polars as pl
from typing_extensions import override

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.count_ahead import count_ahead
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import evidence_of, interval, rare_upper
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
)
from dmaic_assets.phenomena.range.causes import ZEROS, is_placeholder
from dmaic_assets.table.text_table import column

STUCK = "stuck value"
# A file with fewer values is not judged, as in `distribution`: chance repeats numbers in them.
FEWEST_VALUES = 15
# Files from which the usual share is measured between files.
FEWEST_FILES = 4
# Rows of one value beyond the worst of history that never stop a file: what a row rule may fail
# before it is broken (`row_tolerance`), so that stuck values are no stricter than wrong ones.
MARGIN = 0.05
# And in small files so many values: a calm night at the least speed that a meter shows is no error.
MARGIN_VALUES = 3
# Zeros beyond the worst of history that never stop a file: one is an accident in any file. Of
# 14,000 clean columns of 53 real feeds that never had any, those of two feeds had two or more.
FEW_ZEROS = 1.5
# Part of the price of a rule on zeros: where there are none, the margin and not chance bounds them.
ZEROS_WEIGHT = 0.1
# Whole numbers up to which a column of few values is a label, and its zero another one.
MOST_LABELS = 12
# Half of a file stuck must be seen, or the bound says nothing.
GREATEST = 0.5


class TopShareKind(FileKind):
    """The most frequent number, or the one named, makes up at most a share of those of a file."""

    name: ClassVar[str] = "top_share"
    summary: ClassVar[str] = "the most frequent number has at most a share of the values"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "max": Parameter((int, float), "greatest share of one number", is_required=True),
        "least": Parameter((int,), "fewest values that are judged"),
        "value": Parameter((int, float), "only this number is counted"),
    }

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers."""
        return dtype.is_numeric()

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the share."""
        most = float(str(rule.parameters["max"]))
        value = rule.parameters.get("value")
        if value is not None:
            return f"{value} makes up at most {most:.1%} of {rule.columns[0]}"
        return f"no number makes up more than {most:.1%} of {rule.columns[0]}"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """How many values there are, the most frequent one, and how often it occurs."""
        there = column(rule.columns[0]).drop_nulls()
        value = rule.parameters.get("value")
        if isinstance(value, int | float):
            of_value = (there == value).sum().alias("most")
            return (there.len().alias("there"), pl.lit(value).alias("top"), of_value)
        top = there.mode().sort().first()
        counts = there.value_counts().struct.field("count")
        return (there.len().alias("there"), top.alias("top"), counts.max().alias("most"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share."""
        top = measured["top"]
        cause = told_of(top)
        found = judged_share(rule, measured, cause, lambda s: f"{top} in {s:.1%} of the values")
        # One zero is an accident, in however short a file.
        is_alone = measured["most"] == 1 and rule.parameters.get("value") is not None
        return replace(found, is_violated=False, cause=None) if is_alone else found


def judged_share(
    rule: Rule, measured: Measured, cause: str, spell: Callable[[float], str]
) -> FileJudgement:
    """Judges the share of a file's values (`there`) that one number has (`most`) by its limit.

    Args:
        rule: Says `max`, and the fewest values that are judged as `least`.
        measured: The two counts.
        cause: What a greater share comes from.
        spell: What was seen, by the share.
    """
    there, most = int(measured["there"] or 0), int(measured["most"] or 0)
    if there < int(str(rule.parameters.get("least") or 1)):
        return FileJudgement(False, f"only {there} values: not judged")
    share = most / there
    is_violated = share > float(str(rule.parameters["max"]))
    told = cause if is_violated else None
    return FileJudgement(is_violated, spell(share), cause=told, measures={"share": share})


def told_of(top: object) -> str:
    """Zeros and placeholders are written where a value is lacking; other numbers stand still."""
    if not isinstance(top, int | float):
        return STUCK
    if top == 0:
        return ZEROS
    return f"placeholder {top:g} in place of values" if is_placeholder(top) else STUCK


def propose_top_shares(given: Given) -> Proposals:
    """Proposes the greatest share of one number, for numbers that are quantities."""
    history = given.history
    if history.is_cut or history.files < FEWEST_FILES:
        return []
    found: Proposals = []
    for name, kind in given.kinds.items():
        if not is_quantity(history, kind):
            continue
        shares, sizes = _shares(history, name)
        if len(shares) < FEWEST_FILES:
            continue
        # Of few values any may come often; that its zeros do still tells.
        fit_any = None if kind.kind == "category" else partial(_fit, shares, sizes)
        if fit_any is not None:
            found.append(Proposal("top_share", (name,), "critical", fit=fit_any))
        zeros, of = _zeros(history, name)
        if len(zeros) >= FEWEST_FILES:
            fit = partial(_fit_zeros, fit_any, zeros, of)
            found.append(
                Proposal(
                    "top_share", (name,), "critical", variant="zeros", weight=ZEROS_WEIGHT, fit=fit
                )
            )
    return found


def is_quantity(history: History, kind: ColumnKind) -> bool:
    """Whether a column says how much: no label, no numbering, not one value a file."""
    if not history.is_number(kind.column) or kind.is_batch:
        return False
    # Whole numbers that each occur once are numbers of things; `unique` sees copies of those.
    is_numbering = kind.is_unique and history.dtype(kind.column).is_integer()
    is_graded = kind.kind == "category" and kind.closure.distinct > MOST_LABELS
    return (is_graded or kind.kind in {"measure", "count", "growing"}) and not is_numbering


def _shares(history: History, name: str) -> tuple[Floats, Floats]:
    """The share of the most frequent value in each file that has enough values, and how many."""
    held = history.held(name)
    most = np.zeros(history.parts)
    np.maximum.at(most, held.part, held.rows)
    sizes = held.per_part(held.rows)
    enough = sizes >= FEWEST_VALUES
    return most[enough] / sizes[enough], sizes[enough]


def _fit(shares: Floats, sizes: Floats, alpha: float) -> Fit | None:
    found = interval(shares, alpha, scale="arcsine")
    margin = max(MARGIN, MARGIN_VALUES / float(np.median(sizes)))
    most = max(found.high, float(shares.max()) + margin)
    if most > GREATEST:
        return None
    return Fit({"max": round(most, 4), "least": FEWEST_VALUES}, evidence_of(found), alpha)


def _zeros(history: History, name: str) -> tuple[Floats, Floats]:
    """The share of zeros in each file that has enough values, and how many values these are."""
    x = history.numbers(name)
    sizes = history.per_part(~np.isnan(x))
    enough = sizes >= FEWEST_VALUES
    return history.per_part(x == 0)[enough] / sizes[enough], sizes[enough]


def _fit_zeros(
    fit_any: Callable[[float], Fit | None] | None, shares: Floats, sizes: Floats, alpha: float
) -> Fit | None:
    """Bounds the share of zeros where that says more than the share of any number does."""
    found = interval(shares, alpha, scale="arcsine")
    some = float((shares > 0).sum())
    # The fewer files have shown that there are none, the more there may be.
    margin = max(MARGIN, FEW_ZEROS / float(np.median(sizes)), rare_upper(some, len(shares)))
    counted = count_ahead(shares * sizes, sizes, alpha) / float(np.median(sizes))
    most = max(min(found.high, counted), float(shares.max()) + margin)
    any_number = None if fit_any is None else fit_any(alpha)
    limit = GREATEST if any_number is None else float(str(any_number.parameters["max"]))
    if most >= limit:
        return None
    return Fit(
        {"value": 0, "max": round(most, 4), "least": FEWEST_VALUES}, evidence_of(found), alpha
    )
