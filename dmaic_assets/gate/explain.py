"""Puts the causes of a file's violations together: what one rule knows explains others.

What belongs here: which violation is asked what, and how a cause is passed on between rules that
fail on the same rows or the same column. What a kind takes for the cause of its own failing rows
is the kind's; what undoing a change shows is `undo`'s.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import polars as pl

from dmaic_assets.gate.causes.rows import (
    ASKED_ROWS,
    INCONSISTENT,
    OVERLAP,
    VAGUE,
    AskedFile,
    of_crossed,
    of_exchanged,
    of_odd_numbers,
    of_one_number,
    of_shifted,
)
from dmaic_assets.gate.causes.undo import Tests, undone_cause
from dmaic_assets.gate.examples import likely_causes
from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.model import Example, Rule
from dmaic_assets.phenomena.contract.passes import Frame
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, RowKind
from dmaic_assets.phenomena.exchange.causes import MOVED, SWAPPED
from dmaic_assets.phenomena.registry import KINDS, PHENOMENA
from dmaic_assets.phenomena.scale.rule import SCALE_MIX
from dmaic_assets.phenomena.spelling.causes import NEW, list_cause, value_cause
from dmaic_assets.table.text_table import column

TRUNCATED = "truncated delivery"
STUCK = "stuck value"
# Rules that are asked, the most important first: each costs some twenty trials.
_MOST_ASKED = 4
_ANSWERS = ("true", "false", "True", "False", "TRUE", "FALSE", "yes", "no", "Yes", "No")
# Rows beyond which copies are not compared whole: the key alone has told enough.
_MOST_COPIED = 20_000
# Share of a rule's failing rows that another fails too, from which the other explains them.
_COVERED = 0.8
# Share of rows with a repeated key that are whole copies, from which a delivery was doubled.
_COPIED = 0.7
# Rows of one key beyond which it stands still: a record is seldom delivered so often.
_COPIES = 4
# From this share of failing rows on, what happened to the whole column explains them.
_WHOLE = 0.2
# What a column that stands still looks like from afar, where rows differ in little else.
_OF_COPIES = frozenset({"duplicate_share", "distinct_count", "number_step"})
# Kinds that list the values of a column.
_LISTS = frozenset({"in_set", "near_miss", "new_values"})
_UNDONE = frozenset({"type", "not_null", "null_share", "in_sequence"})


def explained(
    violated: Sequence[Outcome],
    frame: Frame,
    rules: Sequence[Rule],
    ctx: FrameContext,
    examples: Mapping[str, Sequence[Example]] = MappingProxyType({}),
) -> list[Outcome]:
    """Names the likely causes of violated rules, where the evidence allows it.

    Args:
        violated: The outcomes of the violated rules.
        frame: The typed rows.
        rules: All rules that the file is judged by.
        ctx: The frame's context.
        examples: Failing rows as they are written, by rule id.

    Returns:
        The same outcomes in the same order, with their causes.
    """
    own = likely_causes(frame, ctx.columns, violated)
    lists = _lists(rules)
    written = {o.rule.id: _of_text(o, examples.get(o.rule.id, ()), lists) for o in violated}
    outcomes = [
        replace(o, cause=written[o.rule.id] or o.cause or own.get(o.rule.id)) for o in violated
    ]
    file = AskedFile(frame, rules, ctx)
    outcomes = [_of_copies(o, outcomes, file) for o in outcomes]
    outcomes = of_shifted(of_crossed(outcomes, ctx), ctx)
    outcomes = _of_mixtures(outcomes)
    outcomes = [of_one_number(o, file) for o in outcomes]
    outcomes = _of_undoing(outcomes, file)
    outcomes = [of_odd_numbers(o, file) for o in outcomes]
    outcomes = of_exchanged(outcomes, file)
    outcomes = [_passed_on(o, outcomes) for o in outcomes]
    outcomes = [_deferred(o, outcomes) for o in outcomes]
    return [_ruled(o, outcomes) for o in outcomes]


def _lists(rules: Sequence[Rule]) -> Mapping[str, Collection[str]]:
    """The texts that rules know of columns."""
    known: dict[str, Collection[str]] = {}
    for rule in rules:
        values = rule.parameters.get("values")
        if rule.kind in _LISTS and isinstance(values, list | tuple):
            known.setdefault(rule.columns[0], [v for v in values if isinstance(v, str)])
    return known


def _of_text(
    outcome: Outcome, examples: Sequence[Example], lists: Mapping[str, Collection[str]]
) -> str | None:
    """What values that are no numbers, dates or times look like, as they stand in the file.

    Texts that another column is known to have are its texts.
    """
    if outcome.rule.kind != "type":
        return None
    (name,) = outcome.rule.columns
    written = [t for e in examples if (t := e.values.get(name))]
    crossed = list_cause(name, written, lists)
    if crossed is not None and crossed.startswith(SWAPPED):
        return crossed
    wanted = str(outcome.rule.parameters.get("type"))
    causes = [p.causes[wanted] for p in PHENOMENA if wanted in p.causes]
    if wanted == "boolean" and written:
        return value_cause(written, _ANSWERS) or NEW  # a third answer where there were two
    told = (found for cause in causes if (found := cause(written)))
    return next(told, None) if examples else None


def _of_copies(outcome: Outcome, violated: Sequence[Outcome], file: AskedFile) -> Outcome:
    """A key that occurs twice: on whole copies of rows, a delivery was duplicated."""
    if outcome.rule.kind == "in_sequence":
        copies = [o for o in violated if o.rule.kind == "duplicate_rows" and o.cause]
        told = [o.cause for o in copies if _share_of(outcome, o) >= _COVERED]
        return replace(outcome, cause=told[0]) if told else outcome
    if outcome.rule.kind != "unique" or outcome.mask is None or outcome.cause:
        return outcome
    if outcome.rows_failed > _MOST_COPIED:
        return outcome
    rows = file.frame.rows_at(file.ctx.columns, outcome.mask.arg_true().cast(pl.UInt32))
    is_copied = float(str(rows.is_duplicated().mean())) >= _COPIED
    values = rows.select([column(name) for name in outcome.rule.columns])
    if not is_copied and values.height > _COPIES and values.n_unique() == 1:
        return replace(outcome, cause=STUCK)
    cause = "duplicated delivery" if is_copied else "one key for several records"
    return replace(outcome, cause=cause)


def _of_mixtures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A number in another unit disturbs those that it is compared with: the one in most is it."""
    mixed = [o for o in outcomes if o.rule.kind == SCALE_MIX and o.mask is not None]
    found: list[Outcome] = []
    for outcome in outcomes:
        near = [o for o in mixed if outcome in mixed and _share_of(outcome, o) >= OVERLAP]
        votes = Counter(c for o in near for c in o.rule.columns)
        target = outcome.rule.columns[-1] if near else ""
        better = [o for o in near if votes[o.rule.columns[-1]] > votes[target]]
        best = max(better, key=lambda o: votes[o.rule.columns[-1]], default=None)
        is_told = best is not None and best.rule.columns[-1] in outcome.rule.columns
        found.append(replace(outcome, cause=best.cause) if best and is_told else outcome)
    return found


def _of_undoing(outcomes: Sequence[Outcome], file: AskedFile) -> list[Outcome]:
    """Asks which change, undone, makes the rows of the most important row rules pass."""
    tests = Tests([r for r in file.rules if r.is_enabled and r.severity != "low"], file.ctx)
    ordered = sorted(outcomes, key=lambda o: o.rank)
    asked = [o for o in ordered if _may_be_undone(o)][:_MOST_ASKED]
    causes: dict[str, str] = {}
    for outcome in asked:
        if outcome.mask is None:
            continue
        at = outcome.mask.arg_true().head(ASKED_ROWS).cast(pl.UInt32)
        rows = file.frame.rows_at(file.ctx.columns, at)
        related = [
            o.rule
            for o in ordered
            if o is not outcome and o.mask is not None and _share_at(o.mask, at) >= OVERLAP
        ]
        cause = undone_cause(rows, outcome.rule, related, tests)
        if cause is not None:
            causes[outcome.rule.id] = cause
    return [replace(o, cause=causes.get(o.rule.id, o.cause)) for o in outcomes]


def _may_be_undone(outcome: Outcome) -> bool:
    kind = KINDS.get(outcome.rule.kind)
    return (
        outcome.mask is not None
        and outcome.rule.severity != "low"
        and isinstance(kind, RowKind)
        and outcome.rule.kind not in _UNDONE
        and (outcome.cause or "") in VAGUE
    )


def _passed_on(outcome: Outcome, outcomes: Sequence[Outcome]) -> Outcome:
    """Takes over what another rule knows of the same rows, or of the same column.

    A file that lacks rows has another distribution for that reason.
    """
    if (outcome.cause or "") not in VAGUE:
        return outcome
    if outcome.cause == INCONSISTENT and any(
        o.cause == NEW and _is_about_the_same(outcome, o) for o in outcomes
    ):
        outcome = replace(outcome, cause=NEW)  # no table knows a value that no file had
    if outcome.rule.kind == "distribution" and outcome.cause and _is_short(outcomes):
        return replace(outcome, cause=TRUNCATED)
    for other in sorted(outcomes, key=lambda o: o.rank):
        is_telling = other is not outcome and other.cause and other.cause not in VAGUE
        if is_telling and _is_about_the_same(outcome, other):
            return replace(outcome, cause=_placed(str(other.cause), outcome, other))
    return outcome


def _ruled(outcome: Outcome, outcomes: Sequence[Outcome]) -> Outcome:
    """What is known of a whole column explains what other rules see of it from afar.

    A column that stands in another's place, or still, has other statistics for that reason, and
    rows that differ in nothing else are copies then.
    """
    if outcome.mask is not None:
        return outcome
    for other in outcomes:
        cause = other.cause or ""
        is_about = not set(other.rule.columns).isdisjoint(outcome.rule.columns)
        is_whole = other.mask is None or other.share >= OVERLAP
        is_exchange = cause.startswith(SWAPPED) and is_about and is_whole
        is_named = all(name in cause for name in outcome.rule.columns)
        if is_exchange and is_named and outcome.rule.columns:
            return replace(outcome, cause=cause)
    stuck = [o for o in outcomes if o.cause == STUCK]
    is_same = any(o.rule.columns == outcome.rule.columns for o in stuck)
    if stuck and (is_same or outcome.rule.kind in _OF_COPIES):
        return replace(outcome, cause=STUCK)
    return outcome


def _deferred(outcome: Outcome, outcomes: Sequence[Outcome]) -> Outcome:
    """What is wrong with one column alone is said before what seems wrong between two.

    A column that has moved looks alone as ever, and of two exchanged ones neither is right.
    """
    cause = outcome.cause or ""
    is_pair = cause.startswith(SWAPPED) and outcome.rule.kind == "column_pair"
    if cause != MOVED and not is_pair:
        return outcome
    found = [
        other
        for other in sorted(outcomes, key=lambda o: o.rank)
        if _is_telling_alone(other) and not set(other.blamed).isdisjoint(outcome.rule.columns)
    ]
    if is_pair:
        found = [o for o in found if len(o.rule.columns) == 1 and _is_about_the_same(outcome, o)]
        found = found if len({o.rule.columns for o in found}) == 1 else []
    return (
        replace(outcome, cause=_placed(str(found[0].cause), outcome, found[0]))
        if found
        else outcome
    )


def _is_telling_alone(outcome: Outcome) -> bool:
    """Whether a rule that counts knows a cause which is about one column."""
    cause = outcome.cause or ""
    is_between = cause == MOVED or cause.startswith(SWAPPED)
    return cause not in VAGUE and not is_between and outcome.rule.severity != "low"


def _is_short(outcomes: Sequence[Outcome]) -> bool:
    return any(o.rule.kind == "row_count" and o.cause == TRUNCATED for o in outcomes)


def _is_about_the_same(outcome: Outcome, other: Outcome) -> bool:
    """Whether two rules fail on the same rows, or a file rule and a row rule on one column."""
    if outcome.mask is None:
        return bool(outcome.rule.columns) and outcome.rule.columns == other.blamed
    if other.mask is None:
        return outcome.rule.columns == other.rule.columns and outcome.share >= _WHOLE
    is_shared = not set(outcome.rule.columns).isdisjoint(other.blamed)
    return is_shared and _share_of(outcome, other) >= _COVERED


def _placed(cause: str, outcome: Outcome, other: Outcome) -> str:
    """The cause, with the column where it is when the rule's own columns do not say so."""
    if "(" in cause or outcome.rule.columns == other.blamed or len(other.blamed) != 1:
        return cause
    return f"{cause} (in {other.blamed[0]})"


def _share_of(outcome: Outcome, other: Outcome) -> float:
    """The share of an outcome's failing rows that fail the other rule as well."""
    if outcome.mask is None or other.mask is None or not outcome.rows_failed:
        return 0.0
    both = int((outcome.mask & other.mask).sum())
    return both / max(1, int(outcome.mask.sum()))


def _share_at(mask: pl.Series, positions: pl.Series) -> float:
    return float(str(mask.gather(positions).mean())) if len(positions) else 0.0
