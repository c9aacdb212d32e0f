"""Admits the rows that were set apart from a file: exactly the rules that did so are widened.

What belongs here: finding the rows and their rules, telling those that nothing widens, and writing
down how far the others reach. The file itself goes the way of every file, by an ordinary run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.gate.release import SANITY, release_command
from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.gate.sanity import MALFORMED_RULE
from dmaic_assets.gate.split import DROPPED_RULE
from dmaic_assets.model import Rule, RuleSet, Verdict
from dmaic_assets.rules.admission import admit_wider
from dmaic_assets.rules.people import Signature, find_rule, put_rule
from dmaic_assets.rules.widen import widened
from dmaic_assets.rules.widened_kinds import can_widen
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.people.release import find_arrival
from dmaic_assets.work.people.rule_edits import Edited, change_rules
from dmaic_assets.work.people.source_changes import changes_of
from dmaic_assets.work.run.cell_outcomes import (
    rules_of_state,
    states_of,
    types_of_state,
    verdict_of_state,
)
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import locate

# Why rules of a kind let in nothing more, whatever people say of the rows.
_WHY: Mapping[str, str] = {
    "type": "no value of the column's type; set the type under types in config/sources.yaml",
    "malformed_rows": "the row does not fit the header",
    "unique": "two rows with one key cannot both be right",
    "unique_together": "two rows with one key cannot both be right",
    "duplicate_rows": "the row is there already",
    "not_null": "a value is missing",
    "conditional_null": "a value is missing, or is there where none may be",
    "inclusion": "the other source does not have the key",
    "known_key": "another accepted file brought the key before",
}
# Kinds that are judged by rows of other files, which are not at hand here.
_OF_OTHER_FILES = frozenset({"inclusion", "known_key"})
_NO_BOUND = "its kind has neither bounds nor a list that could be wider"


@dataclass(frozen=True, slots=True)
class StaysApart:
    """A rule that nothing widens: how many rows it sets apart, and why they stay so."""

    rule: str
    rows: int
    why: str


@dataclass(frozen=True, slots=True)
class Admissible:
    """A split file: its rules with how far each must reach, and the rules that nothing widens.

    `rows` fail none but the former.
    """

    arrival: Arrival
    rows: int
    wider: tuple[tuple[Rule, Rule], ...]
    refused: tuple[StaysApart, ...]


def find_admissible(platform: Platform, named: str) -> Admissible:
    """Finds a split file by its path, name or SHA-256, and what must be wider for its rows.

    The rules are those that judged the file. Rows that fail one that nothing widens count for no
    other: they would not be accepted, whatever the others allow.

    Raises:
        BadInputError: No file, or more than one, is meant; or no rows are set apart from it.
        PolicyError: No row can be let in by wider rules; names the rules and why.
    """
    arrival = find_arrival(platform, named, disposition="quarantine")
    work, verdict = _work(platform, arrival)
    apart = [o for o in work.judgement.outcomes if o.quarantines(work.thresholds)]
    fixed = [o for o in apart if o.mask is not None and not _could_widen(o)]
    movable = [o for o in apart if o.mask is not None and _could_widen(o)]
    free = _free(movable, fixed)
    refused = (*(_stays(o) for o in fixed), *_of_other_files(verdict), *_unread(work))
    rows = 0 if free is None else int(free.sum())
    if free is None or not rows:
        why = "; ".join(f"{r.rule}: {r.why}" for r in refused) or "its verdict is out of date"
        fix = "Correct the rows and deliver them, or switch the rule off (rules disable)."
        place = f"{arrival.source}/{arrival.name}"
        raise PolicyError(place, f"no wider rule lets its rows in: {why}", fix)
    wider = [(o.rule, further) for o in movable if (further := _further(work, o, free)) != o.rule]
    return Admissible(arrival, rows, tuple(wider), refused)


def write_admission(platform: Platform, found: Admissible, signature: Signature) -> Edited:
    """Writes down how far the rules reach that set the rows apart; learnt ones stay learnt.

    Raises:
        BadInputError: A rule that people wrote is not in the rule file any more.
        StoreError: The rule file cannot be written.
    """

    def change(rules: RuleSet) -> RuleSet:
        for rule, further in found.wider:
            if rule.origin == "learnt":
                rules = admit_wider(rules, rule, further, signature)
            else:
                now = find_rule(rules, rule.id)
                rules = put_rule(rules, now, further, "widen", signature)
        return rules

    return change_rules(platform, found.arrival.source, change)


def _work(platform: Platform, arrival: Arrival) -> tuple[FileWork, Verdict]:
    """The file as it was judged, with its verdict.

    Raises:
        BadInputError: It was not judged, is held, or is accepted whole.
    """
    place = f"{arrival.source}/{arrival.name}"
    if arrival.disposition == "rejected":
        fix = f"Release it: {release_command(place)}"
        raise BadInputError(place, "is held whole", fix)
    (state,) = states_of(platform, [arrival], {})
    verdict = verdict_of_state(platform, state)
    if arrival.disposition != "quarantine" or verdict is None:
        told = "not judged yet" if arrival.disposition == "landed" else arrival.disposition
        fix = "Nothing is to be admitted; dmaic run-all tells from which files rows are set apart."
        raise BadInputError(place, f"no rows are set apart from it ({told})", fix)
    file = locate(arrival, platform.paths.data)
    changes = changes_of(platform.settings, arrival.source)
    rules = rules_of_state(platform, state)
    thresholds, readings = verdict.thresholds, platform.readings
    work = FileWork(platform.settings, file, rules, thresholds, changes, readings=readings)
    work.use_types(types_of_state(platform, state))
    return work, verdict


def _could_widen(outcome: Outcome) -> bool:
    return not outcome.rule.id.startswith(SANITY) and can_widen(outcome.rule.kind)


def _free(movable: Sequence[Outcome], fixed: Sequence[Outcome]) -> pl.Series | None:
    """The rows that only rules set apart which can be wider."""
    apart, stay = ([o.mask for o in found if o.mask is not None] for found in (movable, fixed))
    if not apart:
        return None
    return reduce(or_, apart) & ~reduce(or_, stay) if stay else reduce(or_, apart)


def _further(work: FileWork, outcome: Outcome, free: pl.Series) -> Rule:
    """The rule as far out as those of the free rows need that it sets apart."""
    mask = free & outcome.mask
    return widened(outcome.rule, work.typed.lazy, int(mask.sum()), among=mask) or outcome.rule


def _stays(outcome: Outcome) -> StaysApart:
    why = _WHY.get(outcome.rule.kind, _NO_BOUND)
    return StaysApart(outcome.rule.id, outcome.rows_failed, why)


def _of_other_files(verdict: Verdict) -> list[StaysApart]:
    """The rules that set rows apart for what is, or is not, in other files."""
    found = (v for v in verdict.violations if v.kind in _OF_OTHER_FILES and v.rows_failed)
    return [StaysApart(v.rule, v.rows_failed, _WHY[v.kind]) for v in found]


def _unread(work: FileWork) -> tuple[StaysApart, ...]:
    """The rows that are not in the frame: those that do not fit, and those a change dropped."""
    malformed, dropped = len(work.table.malformed), work.table.dropped_count
    found = (
        StaysApart(MALFORMED_RULE, malformed, _WHY["malformed_rows"]),
        StaysApart(DROPPED_RULE, dropped, "a promoted change drops it as a copy"),
    )
    return tuple(s for s in found if s.rows)
