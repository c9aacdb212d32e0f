"""Verdicts without their documents, for those who look at many of them at once.

What belongs here: set-wise questions whose number of statements does not grow with the files. A
verdict of a run on a branch is none of the source's and is left out everywhere.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from dmaic_assets.model import Decision, Severity
from dmaic_assets.store.ledger.database.rows import chunks, loads
from dmaic_assets.store.ledger.database.schema import arrivals, dq_log, runs, verdicts
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us
from dmaic_assets.store.ledger.record.files import Disposition
from dmaic_assets.store.ledger.record.verdicts import LogStatus

# Below the variables that one statement may have.
_IDS = 5_000


class Judgement(NamedTuple):
    """What one run said of one file. `score` is in [0, 1], None when the file could not be read.

    `at_us` counts microseconds since 1970.
    """

    verdict_id: int
    run_id: str
    source: str
    file_sha256: str
    path: str
    decision: Decision
    score: float | None
    rows: int
    accepted: int
    quarantined: int
    at_us: int

    @property
    def status(self) -> LogStatus:
        """The word of the data quality log."""
        if self.decision != "reject":
            return "PASSED"
        return "ERROR" if self.score is None else "FAILED"

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return self.path.rpartition("/")[2]

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return from_us(self.at_us)


class RuleBreak(NamedTuple):
    """One rule that a file broke, or in which rows of it fail; `rows_failed` is 0 for file rules.

    `is_broken` is False where so few rows fail that they are only set apart.
    """

    rule: str
    kind: str
    columns: tuple[str, ...]
    severity: Severity
    rows_failed: int
    is_broken: bool
    cause: str | None


class Breaks(NamedTuple):
    """What one verdict lists: the rules that were broken, and the gate's own words."""

    rules: tuple[RuleBreak, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a source has come, one file: when it arrived, and when it was settled last."""

    source: str
    file_sha256: str
    name: str
    disposition: Disposition
    arrived_at: datetime
    settled_at: datetime
    settled_run: str | None


class RunSpan(NamedTuple):
    """One run from start to finish; `elapsed_s` is None while it runs."""

    run_id: str
    kind: str
    status: str
    started_at: datetime
    elapsed_s: float | None
    git_sha: str


def judgements(
    ledger: Ledger, *, since: datetime | None = None, sources: Sequence[str] = ()
) -> list[Judgement]:
    """Lists what runs said of files, oldest first.

    Args:
        ledger: The ledger.
        since: Leaves out what was recorded before.
        sources: Leaves out all other sources; empty means every source.
    """
    v = verdicts.c
    columns = (v.verdict_id, v.run_id, v.source, v.file_sha256, v.path, v.decision, v.score)
    query = sa.select(*columns, v.rows, v.accepted, v.quarantined, v.recorded_us)
    query = query.where(*_within(verdicts, since, sources)).order_by(v.verdict_id)
    key = (dq_log.c.run_id, dq_log.c.source, dq_log.c.file_sha256)
    errors = sa.select(*key).where(dq_log.c.status == "ERROR", *_within(dq_log, since, sources))
    with ledger.reading() as connection:
        unread = {tuple(row) for row in connection.execute(errors)}
        rows = connection.execute(query).all()
    found = map(Judgement._make, rows)
    if not unread:
        return list(found)
    return [j._replace(score=None) if j[1:4] in unread else j for j in found]


def breaks_of(ledger: Ledger, verdict_ids: Sequence[int]) -> dict[int, Breaks]:
    """Reads which rules each of these verdicts lists as broken."""
    found: dict[int, Breaks] = {}
    with ledger.reading() as connection:
        for part in chunks(verdict_ids, _IDS):
            query = sa.select(verdicts.c.verdict_id, verdicts.c.verdict)
            rows = connection.execute(query.where(verdicts.c.verdict_id.in_(part)))
            for number, text in rows:
                document = cast("dict[str, Any]", loads(text))  # pyright: ignore[reportExplicitAny] - as record_verdict wrote it
                rules = tuple(_breaks(document["violations"]))
                found[number] = Breaks(rules, tuple(document.get("reasons", ())))
    return found


def newest_watermarks(
    ledger: Ledger, *, sources: Sequence[str] = (), limit: int
) -> list[Watermark]:
    """Lists the newest files of each source, by source, newest first.

    Args:
        ledger: The ledger.
        sources: Leaves out all other sources; empty means every source.
        limit: How many of each at most.
    """
    a, b = arrivals.c, arrivals.alias("b").c
    named = sa.select(a.source).distinct()
    if sources:
        named = named.where(a.source.in_(list(sources)))
    names = named.subquery("names").c
    # Where the newest begin: a look at the index for each source, however many files it has.
    begins = sa.select(b.sequence).where(b.source == names.source)
    begins = begins.order_by(b.sequence.desc()).limit(1).offset(limit - 1).scalar_subquery()
    columns = (a.source, a.sha256, a.name, a.disposition)
    is_newest = a.sequence >= sa.func.coalesce(begins, 0)
    query = (
        sa.select(*columns, a.first_seen_us, a.updated_us, a.settled_run)
        .select_from(sa.join(names.source.table, arrivals, a.source == names.source))
        .where(is_newest)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(a.source, a.sequence.desc())).all()
    return [
        Watermark(source, sha, name, what, from_us(first), from_us(last), run)
        for source, sha, name, what, first, last, run in rows
    ]


def disposition_counts(
    ledger: Ledger, *, sources: Sequence[str] = ()
) -> dict[str, dict[Disposition, int]]:
    """Counts the files of each source by what became of them, by source."""
    # Counted here: a database sorts all rows to group them, which takes twice as long.
    query = sa.select(arrivals.c.source, arrivals.c.disposition)
    if sources:
        query = query.where(arrivals.c.source.in_(list(sources)))
    with ledger.reading() as connection:
        counted = Counter(map(tuple, connection.execute(query)))
    found: dict[str, dict[Disposition, int]] = {}
    for (source, disposition), files in sorted(counted.items()):
        found.setdefault(source, {})[disposition] = files
    return found


def files_gone(ledger: Ledger) -> set[tuple[str, str]]:
    """Names the files (source, SHA-256) that another has replaced, or that somebody removed."""
    query = sa.select(arrivals.c.source, arrivals.c.sha256)
    with ledger.reading() as connection:
        rows = connection.execute(query.where(arrivals.c.disposition.in_(("replaced", "removed"))))
        return {(source, sha256) for source, sha256 in rows}


def run_spans(ledger: Ledger) -> list[RunSpan]:
    """Lists the runs that are no branches, oldest first, without what each came to."""
    r = runs.c
    query = sa.select(r.run_id, r.kind, r.status, r.started_us, r.finished_us, r.git_sha)
    query = query.where(r.branch_of.is_(None)).order_by(r.started_us, r.run_id)
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return [
        RunSpan(
            run_id,
            kind,
            status,
            from_us(started),
            None if finished is None else max(0, finished - started) / 1e6,
            git_sha,
        )
        for run_id, kind, status, started, finished, git_sha in rows
    ]


def _within(
    table: sa.Table, since: datetime | None, sources: Sequence[str]
) -> Iterator["sa.ColumnElement[bool]"]:
    branches = sa.select(runs.c.run_id).where(runs.c.branch_of.is_not(None))
    yield table.c.run_id.not_in(branches)
    if since is not None:
        yield table.c.recorded_us >= to_us(since)
    if sources:
        yield table.c.source.in_(list(sources))


def _breaks(violations: Sequence[dict[str, Any]]) -> Iterator[RuleBreak]:  # pyright: ignore[reportExplicitAny] - as record_verdict wrote it
    for found in violations:
        yield RuleBreak(
            found["rule"],
            found["kind"],
            tuple(found["columns"]),
            found["severity"],
            found["rows_failed"],
            found["is_broken"],
            found.get("cause"),
        )
