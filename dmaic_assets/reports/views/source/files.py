"""What a page says of one file of a source: how it fared, and what it broke with examples.

What belongs here: picking that out of arrivals and verdicts, without values that are kept back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dmaic_assets.gate.reasons import reasons_beyond_rules, telling_first
from dmaic_assets.gate.release import admit_file_command, can_be_read, release_command
from dmaic_assets.model import SEVERITIES, Severity, Verdict, Violation
from dmaic_assets.store.ledger.record.files import Arrival, Disposition
from dmaic_assets.store.ledger.record.scores import score_of_file
from dmaic_assets.work.kept_back.values import violation_shown

# Violated rules listed of a file: the first ones tell most.
MOST_VIOLATIONS = 12


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of a source: what became of it and when it came; the score is in [0, 1]."""

    name: str
    sha256: str
    arrived_at: datetime
    disposition: Disposition
    rows: int
    accepted: int
    quarantined: int
    score: float | None

    @property
    def key(self) -> str:
        """The file's short name in every store and address: 16 hex digits."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that is held, or of which rows are set apart: why, and what to do if it is fine.

    `violations` are the gravest, with examples; `left_out` are more. `command` is empty where
    nobody can let it in: it has to be delivered again.
    """

    line: FileLine
    thresholds: tuple[str, ...]
    violations: tuple[Violation, ...]
    left_out: int
    command: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The files that one rule holds or splits now: how many of their rows fail it, and where.

    `held` of the files are held by it, `split` lost rows to it; the others are held, but something
    else holds them. `causes` are the likely ones, the most frequent first.
    """

    rule: str
    severity: Severity
    files: int
    held: int
    split: int
    rows_failed: int
    expected: str
    causes: tuple[str, ...]
    keys: tuple[str, ...]


def line_of(arrival: Arrival) -> FileLine:
    """The line of a file."""
    return FileLine(
        name=arrival.name,
        sha256=arrival.sha256,
        arrived_at=arrival.first_seen_at,
        disposition=arrival.disposition,
        rows=arrival.rows,
        accepted=arrival.accepted,
        quarantined=arrival.quarantined,
        score=score_of_file(arrival.score, arrival.rows),
    )


def held_file(arrival: Arrival, verdict: Verdict, hidden: frozenset[str]) -> HeldFile:
    """Tells why a file is held or split."""
    ordered = telling_first(verdict.violations)
    shown = ordered[:MOST_VIOLATIONS]
    return HeldFile(
        line=line_of(arrival),
        thresholds=tuple(reasons_beyond_rules(verdict)),
        violations=tuple(violation_shown(v, hidden, verdict.rows) for v in shown),
        left_out=len(ordered) - len(shown),
        command=command_of(arrival, verdict),
    )


def command_of(arrival: Arrival, verdict: Verdict) -> str:
    """The command that lets in what is held or set apart; empty where nothing could."""
    if arrival.disposition == "rejected":
        is_held = can_be_read(verdict)
        return release_command(f"{arrival.source}/{arrival.name}") if is_held else ""
    if arrival.disposition == "quarantine":
        return admit_file_command(f"{arrival.source}/{arrival.name}")
    return ""


def rule_groups(files: Sequence[HeldFile]) -> tuple[RuleGroup, ...]:
    """Groups held and split files by the rules that they fail; the most harmful rule first.

    Of rules that hold as many files the severer comes first, as where all sources are told of.

    Rules of low severity set nothing apart and are left out.
    """
    found: dict[str, list[tuple[HeldFile, Violation]]] = {}
    for file in files:
        for violation in file.violations:
            if violation.severity != "low":
                found.setdefault(violation.rule, []).append((file, violation))
    groups = [_group(rule, members) for rule, members in found.items()]
    return tuple(sorted(groups, key=_harm))


def _harm(group: RuleGroup) -> tuple[int, int, int, int, str]:
    rank = SEVERITIES.index(group.severity)
    return (-group.held, -group.files, rank, -group.rows_failed, group.rule)


def _group(rule: str, members: Sequence[tuple[HeldFile, Violation]]) -> RuleGroup:
    causes = [v.cause for _, v in members if v.cause]
    newest = members[0][1]
    return RuleGroup(
        rule=rule,
        severity=newest.severity,
        files=len(members),
        held=sum(f.line.disposition == "rejected" and v.is_broken for f, v in members),
        split=sum(f.line.disposition == "quarantine" for f, _ in members),
        rows_failed=sum(v.rows_failed for _, v in members),
        expected=newest.expected,
        causes=tuple(sorted(set(causes), key=lambda c: (-causes.count(c), c))),
        keys=tuple(f.line.key for f, _ in members),
    )


def disposition_words(disposition: Disposition) -> str:
    """What became of a file, in words for people."""
    return _WORDS[disposition]


_WORDS: Mapping[Disposition, str] = {
    "landed": "waits",
    "accepted": "accepted",
    "quarantine": "split",
    "rejected": "held",
    "replaced": "replaced",
    "removed": "removed",
}
