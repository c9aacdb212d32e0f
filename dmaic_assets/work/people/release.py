"""Releases a held file: its rules are told, and afterwards what became of them is written down.

What belongs here: finding the held file, and the rules' side of a release. The file itself goes
the way of every file, by an ordinary run.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.gate.release import can_be_read, holding_rules
from dmaic_assets.model import Rule, RuleSet, SourceFile, Verdict
from dmaic_assets.rules.admission import admit_wider
from dmaic_assets.rules.people import Signature, find_rule, put_rule, release
from dmaic_assets.rules.widen import widened
from dmaic_assets.rules.yaml.file import load_rules, save_rules
from dmaic_assets.store.ledger.record.file_queries import named_arrivals
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.table.read.discovery import hash_file
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.kept_back.values import description_of
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.people.hand_rules import rules_path
from dmaic_assets.work.people.rule_edits import Edited, change_rules
from dmaic_assets.work.people.source_changes import changes_of
from dmaic_assets.work.plan.chain import places_of
from dmaic_assets.work.run.cell_outcomes import states_of, verdict_of_state
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import locate

# Hexadecimal digits of a hash that may stand for a file: 32 bits name one among thousands.
_LEAST_PREFIX = 8


@dataclass(frozen=True, slots=True)
class Held:
    """A held file, its verdict, and the rules that hold it."""

    arrival: Arrival
    file: SourceFile
    verdict: Verdict
    rules: tuple[str, ...]


def find_held(platform: Platform, named: str) -> Held:
    """Finds a held file by its path, its name, or the beginning of its SHA-256.

    Raises:
        BadInputError: No file, or more than one, is meant; or it is not held.
        PolicyError: It cannot be read, so that there are no rows to accept.
    """
    arrival = find_arrival(platform, named, disposition="rejected")
    if arrival.disposition != "rejected":
        state = "not judged yet" if arrival.disposition == "landed" else arrival.disposition
        fix = "Nothing is to be released; dmaic status tells which files are held."
        raise BadInputError(f"{arrival.source}/{arrival.name}", f"is not held ({state})", fix)
    (state,) = states_of(platform, [arrival], {})
    verdict = verdict_of_state(platform, state)
    if verdict is None:
        fix = f"Judge it again: dmaic ingest --source {arrival.source} --force"
        raise BadInputError(f"{arrival.source}/{arrival.name}", "its verdict is not stored", fix)
    if not can_be_read(verdict):
        (shown,) = without_hidden(platform, [verdict])
        why = "; ".join(shown.reasons) or "it cannot be read"
        fix = "Correct the file and deliver it again."
        raise PolicyError(f"{arrival.source}/{arrival.name}", f"has no rows to accept: {why}", fix)
    file = locate(arrival, platform.paths.data)
    return Held(arrival, file, verdict, holding_rules(verdict))


def write_release(platform: Platform, held: Held, signature: Signature) -> Edited:
    """Writes a release into the rule file and the ledger.

    The rules that held the file do not count for it. Those with a bound or a list of values are
    widened as far as the file needs: learnt ones stay learnt, and no later learning falls behind
    it. Of the others, those that people fixed (hand rules, overrides) are retired, and learnt
    ones are learnt anew once the file is accepted.

    Raises:
        StoreError: The rule file cannot be written.
    """
    path = rules_path(platform.settings, held.arrival.source)
    if not path.is_file():
        save_rules(RuleSet(held.arrival.source, ()), path)

    def change(rules: RuleSet) -> RuleSet:
        name, sha256 = held.arrival.name, held.arrival.sha256
        rules = release(rules, sha256, name, held.rules, signature)
        holding = [rule.id for rule in rules.rules if rule.id in held.rules and rule.is_enabled]
        work = _work(platform, held.file, rules)
        for identity in holding:
            rule = find_rule(rules, identity)
            wider = widened(rule, work.typed.lazy, work.table.total_rows)
            if rule.origin != "learnt":
                rules = _put(rules, rule, wider, signature)
            elif wider is not None:
                rules = admit_wider(rules, rule, wider, signature)
        return rules

    return change_rules(platform, held.arrival.source, change)


def write_consequences(
    platform: Platform, released: Sequence[Held], before: Sequence[Rule], signature: Signature
) -> Edited:
    """Writes down what became of the learnt rules that held the files, now that they are accepted.

    A rule that learning widened is said to be; one that nothing could widen and that would hold
    the newest of the files again is retired; one that history does not support any more is gone.

    Args:
        platform: The stores.
        released: The files as they were held, of one source, in arrival order.
        before: The rules of the source before the release.
        signature: Who released them.
    """
    held_by = {rule for held in released for rule in held.rules}
    old = {rule.id: rule for rule in before if rule.id in held_by and rule.origin == "learnt"}

    newest = released[-1].arrival
    source = newest.source
    # Judged before the transaction, which holds up every other writer of the ledger.
    again = load_rules(rules_path(platform.settings, source))
    work = _work(platform, _located(platform, newest), again)
    # A rule that does not hold the file any more is left on, broken or not.
    is_held = work.verdict.decision == "reject"
    still = set(holding_rules(work.verdict)) if is_held else set[str]()

    def change(rules: RuleSet) -> RuleSet:
        now = {rule.id: rule for rule in rules.rules}
        for identity, was in old.items():
            rule = now.get(identity)
            if rule is None and was.kind == "not_null" and _share_of(was) in now:
                continue
            if rule is None:
                gone = replace(was, is_enabled=False)
                written = put_rule(rules, was, gone, "retire", signature)
                rules = replace(rules, changes=written.changes)
            elif identity in still and rule.is_enabled:
                rules = _put(rules, rule, None, signature)
            elif rule.parameters != was.parameters:
                written = put_rule(
                    rules, was, replace(was, parameters=rule.parameters), "widen", signature
                )
                rules = replace(rules, changes=written.changes)
        return rules

    return change_rules(platform, source, change)


def _share_of(rule: Rule) -> str:
    """The id of the rule that a released column is left with, which was never missing before."""
    return f"{rule.columns[0]}.null_share"


@dataclass(frozen=True, slots=True)
class Became:
    """A rule in words, before and after a release; `now` is None where there is none any more.

    `is_same` tells that it is what it was; words of columns that tell of persons do not.
    """

    rule: str
    was: str
    now: str | None
    is_holder: bool
    is_same: bool


def what_became(
    platform: Platform, source: str, before: Sequence[Rule], held_by: Collection[str]
) -> tuple[Became, ...]:
    """Tells what a release made of the rules that held the files, and which others went with it.

    Args:
        platform: The stores.
        source: The source of the released files.
        before: Its rules before the release.
        held_by: The rules that held the files.

    Returns:
        Every rule that held a file, and every other one that was on and is not any more.
    """
    now = {r.id: r for r in load_rules(rules_path(platform.settings, source)).rules}
    hidden = HiddenColumns(platform).of(source, {name for rule in before for name in rule.columns})
    found: list[Became] = []
    for rule in before:
        is_holder = rule.id in held_by
        left = now.get(rule.id)
        if left is None and rule.kind == "not_null" and is_holder:
            left = now.get(_share_of(rule))
        is_on = left is not None and left.is_enabled
        if rule.is_enabled and (is_holder or not is_on):
            told = _words(left, hidden) if left is not None and is_on else None
            is_same = left is not None and replace(left, evidence=rule.evidence) == rule
            found.append(Became(rule.id, _words(rule, hidden), told, is_holder, is_same))
    return tuple(sorted(found, key=lambda each: not each.is_holder))


def _words(rule: Rule, hidden: frozenset[str]) -> str:
    said = description_of(rule, hidden)
    return f"{said} (only reported)" if rule.severity == "low" else said


def _put(rules: RuleSet, rule: Rule, wider: Rule | None, signature: Signature) -> RuleSet:
    if wider is not None:
        return put_rule(rules, rule, wider, "widen", signature)
    kept = "override" if rule.origin == "learnt" else rule.origin
    retired = replace(rule, origin=kept, is_enabled=False)
    return put_rule(rules, rule, retired, "retire", signature)


def _work(platform: Platform, file: SourceFile, rules: RuleSet) -> FileWork:
    thresholds = platform.settings.thresholds(file.source)
    changes = changes_of(platform.settings, file.source)
    readings = platform.readings
    return FileWork(platform.settings, file, rules, thresholds, changes, readings=readings)


def _located(platform: Platform, arrival: Arrival) -> SourceFile:
    (newest,) = named_arrivals(platform.ledger, arrival.source, [arrival.sha256])
    return locate(newest, platform.paths.data)


def find_arrival(platform: Platform, named: str, *, disposition: str) -> Arrival:
    """Finds a file by its path, its name, or the beginning of its SHA-256.

    Where several are meant, those of the `disposition` are.

    Raises:
        BadInputError: No file, or more than one, is meant.
    """
    known = [a for a in arrivals(platform.ledger) if a.is_current]
    path = Path(named)
    sha256 = hash_file(path) if path.is_file() else None
    found = [a for a in known if _is_meant(platform, a, named, path.resolve(), sha256)]
    found = [a for a in found if a.disposition == disposition] or found
    if len(found) == 1:
        return found[0]
    if not found:
        fix = "Give the path, the name or the SHA-256 of a file; dmaic status lists held ones."
        raise BadInputError(named, "no file of this project is called so", fix)
    places = ", ".join(f"{a.source}/{a.name}" for a in found[:4])
    raise BadInputError(named, f"could be {len(found)} files: {places}", "Give its SHA-256.")


def _is_meant(
    platform: Platform, arrival: Arrival, named: str, path: Path, sha256: str | None
) -> bool:
    if sha256 is not None:
        return arrival.sha256 == sha256
    if len(named) >= _LEAST_PREFIX and arrival.sha256.startswith(named.lower()):
        return True
    if named in (arrival.name, f"{arrival.source}/{arrival.name}"):
        return True
    return any(place.resolve() == path for place in places_of(arrival, platform.paths.data))
