"""What the gate said of every file, run by run, and the data quality log that people read.

What belongs here: recording and finding verdicts. How a verdict comes about, the gate knows.
"""

import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.model import ArtifactRef, Decision, Json, SourceFile, Verdict
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.ledger.database.rows import chunks, dumps, loads, storable, upsert
from dmaic_assets.store.ledger.database.schema import dq_log
from dmaic_assets.store.ledger.database.schema import verdicts as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us

LogStatus: TypeAlias = Literal["PASSED", "FAILED", "ERROR"]
_KEY = ("run_id", "source", "file_sha256")
# Broken rules told with a verdict in lists; the verdict itself has all.
_MOST_FAILURES = 5


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """One verdict with the run that gave it and the artifacts that belong to it."""

    verdict_id: int
    run_id: str
    path: str
    verdict: Verdict
    refs: tuple[ArtifactRef, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the data quality log; `details` and `lineage` as A11 lists them, and more.

    The score is in [0, 1]; None when the file could not be judged.
    """

    run_id: str
    source: str
    file_sha256: str
    file: str
    status: LogStatus
    score: float | None
    details: Mapping[str, Json]
    lineage: Mapping[str, Json]
    logged_at: datetime | None = None


def record_verdict(
    ledger: Ledger,
    run_id: str,
    file: SourceFile,
    verdict: Verdict,
    refs: Sequence[ArtifactRef] = (),
    *,
    elapsed_s: float | None = None,
) -> None:
    """Records the verdict of one file in one run, with its line of the data quality log.

    Recording it again replaces both. The file is told where it lies after the verdict.
    """
    row = {
        "run_id": run_id,
        "source": file.source,
        "file_sha256": file.sha256,
        "path": storable(str(file.path)),
        "decision": verdict.decision,
        "score": verdict.score,
        "rows": verdict.rows,
        "accepted": verdict.accepted,
        "quarantined": verdict.quarantined,
        "verdict": dumps(to_json(verdict)),
        "refs": dumps(to_json(tuple(refs))),
        "recorded_us": ledger.now_us(),
    }
    changed = [name for name in row if name not in _KEY]
    entry = quality_entry(run_id, file, verdict, judged_at=ledger.clock(), elapsed_s=elapsed_s)

    def work(connection: Connection) -> None:
        upsert(connection, table, [row], conflict=_KEY, update=changed)
        log_quality(ledger, [entry])

    ledger.write(work)


def verdicts(
    ledger: Ledger,
    *,
    source: str | None = None,
    run_id: str | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> list[VerdictRecord]:
    """Lists verdicts, newest first; with `before` only those with a lower number."""
    query = sa.select(table).order_by(table.c.verdict_id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.verdict_id < before)
    if source is not None:
        query = query.where(table.c.source == source)
    if run_id is not None:
        query = query.where(table.c.run_id == run_id)
    with ledger.reading() as connection:
        return [_record(row) for row in connection.execute(query)]


def latest_verdicts(
    ledger: Ledger, source: str, shas: Iterable[str] | None = None
) -> dict[str, VerdictRecord]:
    """Finds the newest verdict of each file of a source (or of the files named), by SHA-256."""
    newest = sa.select(sa.func.max(table.c.verdict_id)).where(table.c.source == source)
    parts: list[Sequence[str] | None] = [None]
    if shas is not None:
        parts = list(chunks(list(dict.fromkeys(shas)), 5_000))
    found: dict[str, VerdictRecord] = {}
    with ledger.reading() as connection:
        for part in parts:
            ids = newest if part is None else newest.where(table.c.file_sha256.in_(part))
            ids = ids.group_by(table.c.file_sha256)
            rows = connection.execute(sa.select(table).where(table.c.verdict_id.in_(ids)))
            found.update({row.file_sha256: _record(row) for row in rows})
    return found


class JudgedFile(NamedTuple):
    """One file as it was judged last within a span of time, without what it broke."""

    verdict_id: int
    source: str
    decision: Decision
    score: float
    rows: int
    accepted: int
    quarantined: int
    judged_at: datetime


def judged_between(ledger: Ledger, start: datetime, end: datetime) -> list[JudgedFile]:
    """Lists the files that were judged from `start` to before `end`, oldest first.

    A file that was judged several times counts once, as it was judged last in that span.
    """
    place = sa.func.row_number().over(
        partition_by=(table.c.source, table.c.file_sha256), order_by=table.c.verdict_id.desc()
    )
    columns = (table.c.verdict_id, table.c.source, table.c.decision, table.c.score, table.c.rows)
    rest = (table.c.accepted, table.c.quarantined, table.c.recorded_us)
    ranked = (
        sa.select(*columns, *rest, place.label("place"))
        .where(table.c.recorded_us >= to_us(start), table.c.recorded_us < to_us(end))
        .subquery()
    )
    query = sa.select(ranked).where(ranked.c.place == 1).order_by(ranked.c.verdict_id)
    with ledger.reading() as connection:
        return [
            JudgedFile(*row[:7], judged_at=from_us(row.recorded_us))
            for row in connection.execute(query)
        ]


def verdicts_by_id(ledger: Ledger, ids: Iterable[int]) -> list[VerdictRecord]:
    """Reads the verdicts of these numbers, in their order."""
    found: list[VerdictRecord] = []
    with ledger.reading() as connection:
        for part in chunks(sorted(set(ids)), 5_000):
            rows = connection.execute(sa.select(table).where(table.c.verdict_id.in_(part)))
            found.extend(_record(row) for row in rows)
    return sorted(found, key=lambda record: record.verdict_id)


def decisions_before(ledger: Ledger, run_id: str) -> dict[tuple[str, str], Decision]:
    """What earlier runs had decided last of the files that a run judged, by source and SHA-256."""
    older, mine = table.alias("older"), table.alias("mine")
    is_older = (
        (older.c.source == mine.c.source)
        & (older.c.file_sha256 == mine.c.file_sha256)
        & (older.c.verdict_id < mine.c.verdict_id)
    )
    newest = (
        sa.select(sa.func.max(older.c.verdict_id))
        .select_from(mine.join(older, is_older))
        .where(mine.c.run_id == run_id)
        .group_by(mine.c.source, mine.c.file_sha256)
    )
    columns = (table.c.source, table.c.file_sha256, table.c.decision)
    query = sa.select(*columns).where(table.c.verdict_id.in_(newest))
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return {(source, sha256): cast("Decision", decision) for source, sha256, decision in rows}


def first_verdicts(ledger: Ledger, source: str) -> dict[str, datetime]:
    """Tells when each file of a source was judged for the first time, by SHA-256."""
    first = sa.func.min(table.c.recorded_us)
    query = sa.select(table.c.file_sha256, first).where(table.c.source == source)
    with ledger.reading() as connection:
        rows = connection.execute(query.group_by(table.c.file_sha256)).all()
    return {str(sha256): from_us(int(moment)) for sha256, moment in rows}


def log_quality(ledger: Ledger, entries: Sequence[LogEntry]) -> None:
    """Writes lines of the data quality log; a file of a run has one line, the newest."""
    rows = [
        {
            "run_id": entry.run_id,
            "source": entry.source,
            "file_sha256": entry.file_sha256,
            "recorded_us": ledger.now_us(),
            "status": entry.status,
            "score": entry.score,
            "entry": dumps(
                {
                    "file": storable(entry.file),
                    "details": to_json(entry.details),
                    "lineage": to_json(entry.lineage),
                }
            ),
        }
        for entry in entries
    ]
    if not rows:
        return
    changed = [name for name in rows[0] if name not in _KEY]

    def work(connection: Connection) -> None:
        upsert(connection, dq_log, rows, conflict=_KEY, update=changed)

    ledger.write(work)


def quality_log(ledger: Ledger) -> list[LogEntry]:
    """Reads the data quality log in the order of writing."""
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(dq_log).order_by(dq_log.c.entry_id))
        return [_entry(row) for row in rows]


def quality_entry(
    run_id: str,
    file: SourceFile,
    verdict: Verdict,
    *,
    judged_at: datetime,
    elapsed_s: float | None = None,
) -> LogEntry:
    """Builds the log line of a verdict.

    A file is PASSED when it was not rejected, ERROR when it was rejected before any rule could
    be asked. The details hold at most five failures.
    """
    is_held = verdict.decision == "reject"
    is_error = is_held and verdict.rules_evaluated == 0
    return LogEntry(
        run_id=run_id,
        source=file.source,
        file_sha256=file.sha256,
        file=file.path.name,
        status="ERROR" if is_error else "FAILED" if is_held else "PASSED",
        score=None if is_error else verdict.score,
        details={**details_of(verdict), "elapsed_s": elapsed_s},
        lineage={
            "source_path": storable(str(file.path)),
            "config_path": f"config/rules/{file.source}.yaml",
            "file_size_bytes": file.size_bytes,
            "modification_time": _modified_at(file),
            "validation_timestamp": judged_at.isoformat(),
            "host": socket.gethostname(),
        },
    )


def details_of(verdict: Verdict) -> dict[str, Json]:
    """What a log line says of a verdict: its counts, at most five failures, and the reasons."""
    broken = [v for v in verdict.violations if v.is_broken]
    failures: list[Json] = [
        {
            "rule": v.rule,
            "kind": v.kind,
            "columns": list(v.columns),
            "severity": v.severity,
            "rows_failed": v.rows_failed,
            "expected": v.expected,
            "seen": v.seen,
        }
        for v in (broken or list(verdict.violations))[:_MOST_FAILURES]
    ]
    return {
        "decision": verdict.decision,
        "rows": verdict.rows,
        "accepted": verdict.accepted,
        "quarantined": verdict.quarantined,
        "lines_above": verdict.lines_above,
        "rules_evaluated": verdict.rules_evaluated,
        "failed_count": len(broken),
        "failures": failures,
        "threshold_failures": list(verdict.reasons),
    }


def _modified_at(file: SourceFile) -> str | None:
    try:
        return datetime.fromtimestamp(file.path.stat().st_mtime, UTC).isoformat()
    except OSError:
        return None


def _record(row: Row[Any]) -> VerdictRecord:  # pyright: ignore[reportExplicitAny] - a row of verdicts
    return VerdictRecord(
        verdict_id=row.verdict_id,
        run_id=row.run_id,
        path=row.path,
        verdict=from_json(Verdict, loads(row.verdict)),
        refs=from_json(tuple[ArtifactRef, ...], loads(row.refs)),
        recorded_at=from_us(row.recorded_us),
    )


def _entry(row: Row[Any]) -> LogEntry:  # pyright: ignore[reportExplicitAny] - a row of dq_log
    stored = cast("dict[str, Any]", loads(row.entry))  # pyright: ignore[reportExplicitAny] - as log_quality wrote it
    return LogEntry(
        run_id=row.run_id,
        source=row.source,
        file_sha256=row.file_sha256,
        file=stored["file"],
        status=cast("LogStatus", row.status),
        score=row.score,
        details=stored["details"],
        lineage=stored["lineage"],
        logged_at=from_us(row.recorded_us),
    )
