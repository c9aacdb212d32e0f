"""Learns the rules of a source from the facts of its accepted files.

What belongs here: the order of the work. What each family concludes is in learn_*.py, what a
rule may cost in budget.py. The judged file is never among the facts given here.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from dmaic_assets.history.baseline import FEWEST_FILES, History
from dmaic_assets.history.column_kinds import NO_KEYS, column_kinds
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.history.proposal import Proposal, Proposals, Refusal
from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.cadence.learn import propose_steps
from dmaic_assets.phenomena.columns.learn import propose_columns
from dmaic_assets.phenomena.derived.learn import propose_derived
from dmaic_assets.phenomena.domain.learn import propose_values
from dmaic_assets.phenomena.domain.learn_coverage import propose_coverage
from dmaic_assets.phenomena.key.learn import declared_key, propose_keys
from dmaic_assets.phenomena.mapping.learn import propose_dependencies
from dmaic_assets.phenomena.missing.learn import propose_missing
from dmaic_assets.phenomena.order.learn import propose_order
from dmaic_assets.phenomena.order.learn_sequence import propose_sequences
from dmaic_assets.phenomena.range.learn_by import propose_near
from dmaic_assets.phenomena.scale.learn import propose_scale
from dmaic_assets.phenomena.shape.learn import propose_shapes
from dmaic_assets.phenomena.spread.drift import with_drift
from dmaic_assets.phenomena.spread.learn import propose_amounts
from dmaic_assets.rules.budget import budget_for, settle, total_stop_rate
from dmaic_assets.settings.project import SourceSettings

BUDGET = 0.01
WINDOW = 60


def learn_rules(
    baseline: Sequence[FileFacts],
    *,
    source: SourceSettings,
    budget: float = BUDGET,
    window: int = WINDOW,
    foreign_keys: Mapping[str, str] = NO_KEYS,
) -> RuleSet:
    """Learns a rule set from accepted files.

    Args:
        baseline: Facts of accepted files in arrival order; the judged file is not among them.
        source: What configuration says of the source.
        budget: The share of clean files that the learnt rules together may stop, for a source
            of medium criticality.
        window: How many of the newest files are used.
        foreign_keys: Column -> "source.column" of the key that it holds: the other source has
            the list of its values.

    Returns:
        Rules with their evidence; without a file of history the declared key alone, and a note
        that says so.
    """
    used = tuple(baseline[-window:])
    if not used:
        note = "first file: no history yet, so only hand rules and the sanity of types apply"
        declared = [p for p in declared_key(source) if isinstance(p, Proposal)]
        return RuleSet(source.name, tuple(settle(declared, budget=budget)), notes=(note,))
    budget = budget_for(budget, source.criticality)
    history = History(used, time_column=source.time_column)
    proposals = _proposals(history, source, foreign_keys)
    wanted = [p for p in proposals if isinstance(p, Proposal)]
    rules = settle(wanted, budget=budget, rows=history.rows)
    refusals = [p for p in proposals if isinstance(p, Refusal)]
    notes = [*_notes(history, total_stop_rate(rules), budget), *map(_told, refusals)]
    types = tuple(history.types[c] for c in history.columns if c in history.types)
    learnt = RuleSet(
        source=source.name,
        rules=tuple(rules),
        types=types,
        baseline=tuple(f.file_sha256 for f in used),
        notes=tuple(notes),
    )
    return with_drift(learnt, used)


def _proposals(
    history: History, source: SourceSettings, foreign_keys: Mapping[str, str]
) -> Proposals:
    found = propose_columns(history)
    if not history.files:
        return found
    kinds = column_kinds(history, foreign_keys)
    together = [*propose_dependencies(history, kinds), *propose_derived(history, kinds)]
    near = propose_near(history, kinds, together)
    return [
        *found,
        *propose_missing(history, kinds),
        *propose_values(history, kinds, together),
        *propose_shapes(history, kinds),
        *propose_keys(history, kinds, source),
        *propose_order(history, kinds),
        *propose_sequences(history, kinds),
        *propose_steps(history),
        *together,
        *near,
        *propose_scale(history, kinds, [*together, *near]),
        *propose_amounts(history, kinds),
        *propose_coverage(history, kinds),
    ]


def _notes(history: History, stop_rate: float, budget: float) -> list[str]:
    files = history.files
    notes = [f"learnt from {files} file{'s' if files != 1 else ''}, {history.rows:,} rows"]
    if files < FEWEST_FILES:
        notes.append(_few(history))
    declared = history.time_column
    if declared is not None and not isinstance(history.dtype(declared), pl.Date | pl.Datetime):
        notes.append(f"time_column {declared} holds no times in these files, so it is not used")
    if history.beyond:
        told = "numbers of more digits than 64 bits hold get no rules on their values"
        notes.append(f"{told}: {', '.join(history.beyond)}")
    if history.is_sampled:
        share = f"{history.sampling:.1%}"
        notes.append(f"rules on combinations of columns rest on a sample of {share} of the rows")
    notes.append(f"clean files stopped by file rules: at most {stop_rate:.2%} of {budget:.2%}")
    return notes


def _few(history: History) -> str:
    little = f"{history.files} file(s) say little about how files differ: bounds are wide, and"
    later = f"judged from {FEWEST_FILES} files on"
    if history.timed is None:
        return f"{little} amounts and distributions are {later}"
    return (
        f"{little} distributions are compared between {history.timed.words}; the number of rows "
        f"and the time that a file covers are {later}"
    )


def _told(refusal: Refusal) -> str:
    return f"not learnt: {refusal.kind} of {', '.join(refusal.columns)}: {refusal.reason}"
