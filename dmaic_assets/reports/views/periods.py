"""One span of days against the one before it: files, verdicts, score, rows, and rules broken most.

What belongs here: counting what the ledger knows of both. The ledger keeps verdicts for as long as
`ledger.keep_days` says (config/dmaic.yaml), so that a long span may reach beyond what it knows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dmaic_assets.store.ledger.record.scores import score_of_rows
from dmaic_assets.store.ledger.record.verdicts import (
    JudgedFile,
    judged_between,
    verdicts_by_id,
)
from dmaic_assets.work.run.platform import Platform

# Days of a span unless somebody says otherwise: deliveries have weekly habits.
WEEK_DAYS = 7
# Verdicts of held and split files that are read for their rules, the newest of both spans.
_MOST_READ = 2_000
# Rules told: those that hold or split most files.
_MOST_RULES = 15


@dataclass(frozen=True, slots=True)
class Period:
    """What was judged from `start` to before `end`; the score is that of the rows, in [0, 1]."""

    start: datetime
    end: datetime
    files: int
    accepted_files: int
    split_files: int
    held_files: int
    rows: int
    accepted: int
    quarantined: int
    score: float | None


@dataclass(frozen=True, slots=True)
class SourcePeriods:
    """One source in both spans."""

    source: str
    files: int
    files_before: int
    held_files: int
    held_files_before: int
    score: float | None
    score_before: float | None


@dataclass(frozen=True, slots=True)
class RulePeriods:
    """In how many held and split files a rule failed, in both spans."""

    source: str
    rule: str
    files: int
    files_before: int


@dataclass(frozen=True, slots=True)
class PeriodsView:
    """Two spans of `days`, the newer one ending now; sources and rules that got worse come first.

    `unread` held and split files were too many to be asked for their rules.
    """

    days: float
    now: Period
    before: Period
    sources: tuple[SourcePeriods, ...]
    rules: tuple[RulePeriods, ...]
    unread: int


def read_periods(platform: Platform, *, days: float = WEEK_DAYS) -> PeriodsView:
    """Compares the last days with as many before them.

    Args:
        platform: The stores; its clock says when now is.
        days: The length of a span; greater than 0.
    """
    # The span is open at its end: a file that was judged this instant belongs to it.
    end = platform.clock() + timedelta(microseconds=1)
    start = end - timedelta(days=days)
    first = start - timedelta(days=days)
    newer = judged_between(platform.ledger, start, end)
    older = judged_between(platform.ledger, first, start)
    rules, unread = _rules(platform, newer, older)
    return PeriodsView(
        days=days,
        now=_period(start, end, newer),
        before=_period(first, start, older),
        sources=_sources(newer, older),
        rules=rules,
        unread=unread,
    )


def _period(start: datetime, end: datetime, files: Sequence[JudgedFile]) -> Period:
    decisions = Counter(f.decision for f in files)
    return Period(
        start=start,
        end=end,
        files=len(files),
        accepted_files=decisions["accept"],
        split_files=decisions["quarantine"],
        held_files=decisions["reject"],
        rows=sum(f.rows for f in files),
        accepted=sum(f.accepted for f in files),
        quarantined=sum(f.quarantined for f in files),
        score=_score(files),
    )


def _score(files: Iterable[JudgedFile]) -> float | None:
    return score_of_rows((f.score, f.rows) for f in files)


def _sources(newer: Sequence[JudgedFile], older: Sequence[JudgedFile]) -> tuple[SourcePeriods, ...]:
    now, before = _by_source(newer), _by_source(older)
    found = [
        SourcePeriods(
            source=source,
            files=len(now[source]),
            files_before=len(before[source]),
            held_files=sum(f.decision == "reject" for f in now[source]),
            held_files_before=sum(f.decision == "reject" for f in before[source]),
            score=_score(now[source]),
            score_before=_score(before[source]),
        )
        for source in sorted({*now, *before})
    ]
    worse = {s.source: s.held_files - s.held_files_before for s in found}
    return tuple(sorted(found, key=lambda s: (-worse[s.source], -s.held_files, s.source)))


def _by_source(files: Iterable[JudgedFile]) -> defaultdict[str, list[JudgedFile]]:
    found: defaultdict[str, list[JudgedFile]] = defaultdict(list)
    for file in files:
        found[file.source].append(file)
    return found


def _rules(
    platform: Platform, newer: Sequence[JudgedFile], older: Sequence[JudgedFile]
) -> tuple[tuple[RulePeriods, ...], int]:
    asked = [f.verdict_id for f in (*older, *newer) if f.decision != "accept"]
    records = verdicts_by_id(platform.ledger, asked[-_MOST_READ:])
    is_new = {f.verdict_id for f in newer}
    failed: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
    for record in records:
        rules = {v.rule for v in record.verdict.violations if v.severity != "low"}
        source = record.verdict.source
        failed[record.verdict_id in is_new].update((source, rule) for rule in rules)
    found = [_rule(key, failed) for key in {*failed[True], *failed[False]}]
    order = sorted(found, key=lambda r: (-(r.files - r.files_before), -r.files, r.source, r.rule))
    return tuple(order[:_MOST_RULES]), max(0, len(asked) - len(records))


def _rule(key: tuple[str, str], failed: Mapping[bool, Counter[tuple[str, str]]]) -> RulePeriods:
    source, rule = key
    return RulePeriods(source, rule, failed[True][key], failed[False][key])
