"""Learns the rules of a source from the facts of its accepted files.

What belongs here: the order of the work. What each learner concludes is in its phenomenon,
what a rule may cost in `budget`. The judged file is never among the facts given here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from dmaic_assets.errors import InvariantError
from dmaic_assets.history.baseline import FEWEST_FILES, History
from dmaic_assets.history.column_kinds import NO_KEYS, ColumnKind, column_kinds
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.history.habits import habits_of
from dmaic_assets.history.proposal import Proposal, Proposals, Refusal
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.contract.phenomenon import Given, Learner
from dmaic_assets.phenomena.registry import PHENOMENA, all_learners
from dmaic_assets.phenomena.spread.drift import with_drift
from dmaic_assets.rules.budget import budget_for, settle, total_stop_rate
from dmaic_assets.rules.contradicted import without_contradicted
from dmaic_assets.rules.criticality import (
    business_keys,
    criticality_of,
    notes_on_severity,
    with_criticality,
)
from dmaic_assets.rules.recurring import with_admitted
from dmaic_assets.rules.tolerances import bounded
from dmaic_assets.settings.columns import NOTHING_SAID, SaidOfColumns
from dmaic_assets.settings.project import SourceSettings

# Share of clean files that the rules of a source together may stop; the settings say otherwise.
BUDGET = 0.01
# Newest accepted files that are learnt from; the settings say otherwise.
WINDOW = 60


def learn_rules(
    baseline: Sequence[FileFacts],
    *,
    source: SourceSettings,
    budget: float = BUDGET,
    window: int = WINDOW,
    foreign_keys: Mapping[str, str] = NO_KEYS,
    said: SaidOfColumns = NOTHING_SAID,
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
        said: What configuration says of columns: what may be missing or double, what matters.

    Returns:
        Rules with their evidence; without a file of history the declared key alone, and a note
        that says so.
    """
    used = tuple(baseline[-window:])
    if not used:
        note = "first file: no history yet, so only hand rules and the sanity of types apply"
        declared = [p for p in _declared(source) if isinstance(p, Proposal)]
        rules, _ = _by_settings(settle(declared, budget=budget), said, source, used, {})
        return RuleSet(source.name, tuple(rules), notes=(note,))
    budget = budget_for(budget, source.criticality)
    history = History(used, time_column=source.time_column)
    kinds = column_kinds(history, foreign_keys) if history.files else {}
    proposals = _proposals(Given(history, kinds, source, budget, window))
    wanted = [p for p in proposals if isinstance(p, Proposal)]
    settled = settle(wanted, budget=budget, rows=history.rows)
    rules, bounds = _by_settings(settled, said, source, used, kinds)
    refusals = [p for p in proposals if isinstance(p, Refusal)]
    notes = [*_notes(history, total_stop_rate(rules), budget), *bounds]
    notes += map(_told, refusals)
    types = tuple(history.types[c] for c in history.columns if c in history.types)
    learnt = RuleSet(
        source=source.name,
        rules=tuple(rules),
        types=types,
        baseline=tuple(f.file_sha256 for f in used),
        notes=tuple(notes),
        habits=habits_of(used),
    )
    return with_drift(with_admitted(without_contradicted(learnt, used), used), used)


def _by_settings(
    rules: Sequence[Rule],
    said: SaidOfColumns,
    source: SourceSettings,
    used: Sequence[FileFacts],
    kinds: Mapping[str, ColumnKind],
) -> tuple[list[Rule], list[str]]:
    """Puts what configuration says of columns on learnt rules; nothing where it says nothing."""
    if said == NOTHING_SAID:
        return [*rules], []
    bound, notes = bounded(rules, said, used)
    told = criticality_of(
        said, columns=kinds, keys=business_keys(kinds, bound), primary_key=source.primary_key
    )
    severe = with_criticality(bound, told)
    return severe, [*notes, *notes_on_severity(bound, severe)]


def _declared(source: SourceSettings) -> Proposals:
    """What configuration says of a source, which holds without history."""
    handlings = [phenomenon.handling() for phenomenon in PHENOMENA]
    return [p for handling in handlings if handling.declared for p in handling.declared(source)]


def _proposals(given: Given) -> Proposals:
    """Asks every learner, each after those that it needs; gives proposals in registry order."""
    asked = [each for each in all_learners() if given.history.files or each.is_of_columns]
    found: dict[str, Proposals] = {}
    for learner in in_need_order(asked):
        needed = (p for name in learner.needs for p in found[name])
        found[learner.name] = learner.propose(replace(given, proposed=tuple(needed)))
    return [p for learner in asked for p in found[learner.name]]


def in_need_order(learners: Sequence[Learner]) -> list[Learner]:
    """Puts learners behind those that they need, and otherwise leaves them as they stand.

    Raises:
        InvariantError: A learner needs one that is not there, or, in a circle, itself.
    """
    ordered: dict[str, Learner] = {}
    while len(ordered) < len(learners):
        ready = [
            learner
            for learner in learners
            if learner.name not in ordered and set(learner.needs) <= set(ordered)
        ]
        if not ready:
            stuck = ", ".join(sorted({learner.name for learner in learners} - set(ordered)))
            raise InvariantError(
                f"learners {stuck}",
                "need one that is not listed, or each other, or share a name",
                "Correct `needs` in their phenomenon, or list what they need in the registry.",
            )
        ordered |= {learner.name: learner for learner in ready}
    return list(ordered.values())


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
