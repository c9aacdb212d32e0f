"""What the failing rows show by themselves: numbers of a kind, and rows shifted by a cell.

What belongs here: fetching failing and passing rows, and setting the cause that they show. How
numbers look is `range.causes`' to say, values in another's place are `exchange.causes`'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.passes import Frame
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.phenomena.exchange.causes import (
    Bools,
    exchanged_with,
    is_in_place_of,
    shifted_rows,
    side_by_side,
    swapped_cause,
)
from dmaic_assets.phenomena.range.causes import odd_numbers_cause, one_number_cause
from dmaic_assets.phenomena.scale.rule import SCALE_MIX
from dmaic_assets.phenomena.spelling.causes import NEW

SHIFTED = "shifted columns"
INCONSISTENT = "inconsistent values in one row"
# Causes that say how values are wrong and not what happened to them.
VAGUE = frozenset({INCONSISTENT, NEW, "shift of the distribution", ""})
# Failing rows that are asked: a share of .7 of them is known to about .05.
ASKED_ROWS = 100
# Passing rows that they are compared with.
_ASKED_PASSING = 1_000
# Share of rows from which on two things happen to the same ones, or to the whole column.
OVERLAP = 0.5
# Share of rows that two rules must have in common for one thing to have happened to them.
_SAME_ROWS = 0.8
# A rule about more columns is not about its only number.
_MOST_COLUMNS = 2
# Columns with gaps that were never there, from which no column has lost its values.
_SCATTERED = 3
# Rules that say nothing of a number: of a value that is none, or of a row as a whole.
_NO_NUMBERS = frozenset({"type", "not_null", "null_share", "duplicate_rows", "row_order"})


@dataclass(frozen=True)
class AskedFile:
    """What is asked: the rows, the rules that they are judged by, and the columns in order."""

    frame: Frame
    rules: Sequence[Rule]
    ctx: FrameContext


def of_shifted(outcomes: Sequence[Outcome], ctx: FrameContext) -> list[Outcome]:
    """Names rows that are shifted by a cell: wrong values behind a gap, or in a row of columns."""
    own = [o for o in outcomes if o.mask is not None and len(o.rule.columns) == 1]
    own = [o for o in own if o.rule.severity != "low" and o.rule.columns[0] in ctx.schema]
    masks: dict[str, Bools] = {}
    typed: dict[str, Bools] = {}
    for outcome in own:
        name, fails = outcome.rule.columns[0], _flags(outcome)
        masks[name] = masks[name] | fails if name in masks else fails
        if outcome.rule.kind == "type":
            typed[name] = fails
    if not masks:
        return list(outcomes)
    count = len(next(iter(masks.values())))
    gaps = {o.rule.columns[0] for o in own if o.rule.kind == "not_null"}
    behind_gaps = shifted_rows(masks, gaps, ctx.columns, count)
    failing = np.any(list(masks.values()), axis=0)
    if behind_gaps.any() and (scattered := _scattered_gaps(own)) is not None:
        behind_gaps |= scattered
    elif behind_gaps.sum() < OVERLAP * failing.sum():
        behind_gaps = np.zeros_like(behind_gaps)
    shifted = behind_gaps | side_by_side(typed, ctx.columns, count)
    rows = pl.Series(shifted, dtype=pl.Boolean)
    return [
        replace(o, cause=SHIFTED)
        if o.mask is not None and o.mask.any() and _share(rows, o.mask) >= OVERLAP
        else o
        for o in outcomes
    ]


def _scattered_gaps(own: Sequence[Outcome]) -> Bools | None:
    """Rows with one gap each, in columns that never had any, as cells inserted anywhere leave them.

    Values that are lost leave gaps in a column or two; None where it may be that.
    """
    gaps = [_flags(o) for o in own if o.rule.kind == "not_null"]
    if len(gaps) < _SCATTERED or int(np.sum(gaps, axis=0).max()) > 1:
        return None
    return np.any(gaps, axis=0)


def of_crossed(outcomes: Sequence[Outcome], ctx: FrameContext) -> list[Outcome]:
    """Names two columns of which the same rows hold what is of no use in either.

    A text in a number beside a number or a stranger in another column is in the wrong place. A gap
    is none, and a row in which a third column fails too may be anything.
    """
    own = [o for o in outcomes if o.mask is not None and len(o.rule.columns) == 1]
    own = [o for o in own if o.rule.severity != "low" and o.rule.columns[0] in ctx.schema]
    told: dict[str, str] = {}
    for typed in [o for o in own if o.rule.kind == "type"]:
        fails = _flags(typed)
        same = [o for o in own if _overlap(fails, _flags(o)) >= _SAME_ROWS]
        names = {o.rule.columns[0] for o in same}
        if len(names) == _MOST_COLUMNS and not any(o.rule.kind == "not_null" for o in same):
            told |= {o.rule.id: swapped_cause(names, ctx.columns) for o in same}
    return [replace(o, cause=told.get(o.rule.id, o.cause)) for o in outcomes]


def _overlap(one: Bools, other: Bools) -> float:
    """Rows of both as a share of the rows of either."""
    return float((one & other).sum()) / max(1.0, float((one | other).sum()))


def _flags(outcome: Outcome) -> Bools:
    mask = pl.Series([], dtype=pl.Boolean) if outcome.mask is None else outcome.mask
    return mask.fill_null(value=False).to_numpy()


def _share(rows: pl.Series, mask: pl.Series) -> float:
    return float(str(rows.filter(mask).mean() or 0.0)) if len(rows) == len(mask) else 0.0


def of_one_number(outcome: Outcome, file: AskedFile) -> Outcome:
    """Failing numbers that are nearly all one and the same: zeros, placeholders, a stuck key."""
    if outcome.cause == SHIFTED:
        return outcome
    for name in _numbers(outcome, file):
        failing, passing = _both(outcome, [name], file)
        cause = one_number_cause(failing.get_column(name), passing.get_column(name))
        if cause is not None:
            return replace(outcome, cause=cause)
    return outcome


def of_odd_numbers(outcome: Outcome, file: AskedFile) -> Outcome:
    """What failing numbers of one column look like, beside those that pass and the neighbours.

    Numbers of another scale may be those of another column: that is asked of them first.
    """
    names = _numbers(outcome, file)
    is_mixed = outcome.rule.kind == SCALE_MIX
    names = [n for n in names if n == outcome.rule.columns[-1]] if is_mixed else names
    is_asked = len(names) == 1 and len(outcome.rule.columns) <= _MOST_COLUMNS
    is_vague = (outcome.cause or "") in VAGUE
    if not is_asked or not (is_vague or is_mixed):
        return outcome
    (name,) = names
    failing, passing = _both(outcome, _number_columns(file), file)
    other = exchanged_with(name, failing, passing)
    if other is not None:
        return replace(outcome, cause=swapped_cause((name, other), file.ctx.columns))
    if not is_vague:
        return outcome
    told = odd_numbers_cause(failing.get_column(name), passing.get_column(name), outcome.share)
    return replace(outcome, cause=told or outcome.cause)


def _numbers(outcome: Outcome, file: AskedFile) -> list[str]:
    """The number columns of a row rule that fails on some rows and passes on others."""
    is_asked = outcome.mask is not None and outcome.rule.kind not in _NO_NUMBERS
    if not is_asked or outcome.share > OVERLAP:
        return []
    return [name for name in _number_columns(file) if name in outcome.rule.columns]


def _number_columns(file: AskedFile) -> list[str]:
    return [c for c in file.ctx.columns if file.ctx.schema[c].is_numeric()]


def _both(
    outcome: Outcome, names: Sequence[str], file: AskedFile
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Some failing and some passing rows."""
    mask = pl.Series([], dtype=pl.Boolean) if outcome.mask is None else outcome.mask
    bad = mask.arg_true().head(ASKED_ROWS).cast(pl.UInt32)
    good = (~mask).arg_true().head(_ASKED_PASSING).cast(pl.UInt32)
    return file.frame.rows_at(names, bad), file.frame.rows_at(names, good)


def of_exchanged(outcomes: Sequence[Outcome], file: AskedFile) -> list[Outcome]:
    """Names whole columns that stand in each other's place: each has the other's usual numbers."""
    off = [o for o in outcomes if _usual(o.rule) is not None and _is_whole(o)]
    known = sorted(file.rules, key=lambda rule: rule.kind, reverse=True)
    usual = {r.columns[0]: u for r in known if (u := _usual(r)) is not None}
    names = [c for c in _number_columns(file) if any(c == o.rule.columns[0] for o in off)]
    if len(names) < 2:
        return list(outcomes)
    ends = pl.Series(range(min(_ASKED_PASSING, file.ctx.row_count)), dtype=pl.UInt32)
    sample = file.frame.rows_at(names, ends)
    middle = {name: sample.get_column(name).median() for name in names}
    pairs = {
        name: other
        for name in names
        for other in names
        if is_in_place_of(middle[name], usual[name], usual[other])
        and is_in_place_of(middle[other], usual[other], usual[name])
    }
    told: list[Outcome] = []
    for outcome in outcomes:
        mine = next((c for c in outcome.rule.columns if c in pairs), None)
        if mine is None or not _is_whole(outcome):
            told.append(outcome)
            continue
        told.append(replace(outcome, cause=swapped_cause((mine, pairs[mine]), file.ctx.columns)))
    return told


def _is_whole(outcome: Outcome) -> bool:
    """Whether a rule speaks of the whole column, or fails on most of its rows."""
    return outcome.mask is None or outcome.share >= OVERLAP


def _usual(rule: Rule) -> tuple[float, float] | None:
    """Between which quantiles, or limits, history has a column's numbers; None of other rules."""
    if rule.kind == "range":
        ends = rule.parameters.get("min"), rule.parameters.get("max")
        low, high = (float(e) if isinstance(e, int | float) else None for e in ends)
        return None if low is None or high is None else (low, high)
    known = rule.parameters.get("usual")
    if rule.kind != "distribution" or not isinstance(known, Mapping):
        return None
    found = [v for k, v in known.items() if k.startswith("q") and isinstance(v, int | float)]
    return (float(min(found)), float(max(found))) if len(found) > 1 else None
