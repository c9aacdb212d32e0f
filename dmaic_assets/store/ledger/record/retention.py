"""Prunes what nobody needs any more, and gives the space back.

What belongs here: deciding what a live record needs, and removing the rest once it is old. What
decides today's results (arrivals, the newest verdict of each file, memo records in use) is never
removed, however old it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.store.effect_files import PART_MARK, store_error
from dmaic_assets.store.ledger.database.rows import chunks
from dmaic_assets.store.ledger.database.schema import (
    arrivals,
    artifacts,
    catalogue_events,
    memo,
    run_tags,
    runs,
    stat_cache,
    verdicts,
)
from dmaic_assets.store.ledger.database.schema_alerts import alerts, deliveries
from dmaic_assets.store.ledger.database.schema_tasks import IS_OPEN, effects, events, tasks
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.rule_changes import KIND as RULE_CHANGES
from dmaic_assets.store.ledger.tasks.states import TERMINAL_STATES

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, or would be: rows by table, and artifact files with their bytes."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    size_bytes: int = 0
    is_dry_run: bool = False


class _DryRunError(Exception):
    """Takes the changes of a dry run back."""


def prune(
    ledger: Ledger,
    *,
    older_than: timedelta = timedelta(days=90),
    keep_runs: int = 100,
    dry_run: bool = False,
) -> Pruned:
    """Removes history older than a limit, in one transaction, then artifacts nothing refers to.

    A run goes with its phases, metrics, verdicts, log lines and finished tasks. It stays while it
    is among the newest `keep_runs`, still runs, has open tasks, settled a file that is in use,
    gave the newest verdict of a file, has a name that people gave it, or is parent or origin of a
    run that stays. Tasks of a run with a name stay with it.

    Args:
        ledger: What is pruned.
        older_than: The age from which history may go.
        keep_runs: How many of the newest runs stay in any case.
        dry_run: Count only.

    Raises:
        StoreError: Ledger or disk refuse.
    """
    before_us = ledger.now_us() - int(older_than.total_seconds() * 1_000_000)
    rows: dict[str, int] = {}
    live: set[str] = set()
    try:
        with ledger.transaction() as connection:
            rows = _prune_rows(connection, before_us, keep_runs)
            live = _live_hashes(connection)
            if dry_run:
                raise _DryRunError
    except _DryRunError:
        pass
    files, size = _prune_artifacts(ledger.artifacts, live, before_us, dry_run=dry_run)
    return Pruned(rows, files, size, dry_run)


def vacuum(ledger: Ledger) -> int:
    """Gives the space of removed rows back to the disk and refreshes the query statistics.

    Returns:
        The bytes that the ledger's files became smaller by; 0 for PostgreSQL.

    Raises:
        StoreError: The ledger is in use by others beyond the busy timeout, or the disk is full.
    """
    before = _size_bytes(ledger)
    with ledger.exclusive() as connection:
        if ledger.is_postgres:
            connection.exec_driver_sql("VACUUM ANALYZE")
            return 0
        # What stands in the write-ahead log only is not in the file that VACUUM shrinks.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA optimize")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return max(0, before - _size_bytes(ledger))


def _size_bytes(ledger: Ledger) -> int:
    if ledger.is_postgres:
        return 0
    path = Path(ledger.engine.url.database or "")
    parts = (path, path.with_name(f"{path.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _prune_rows(connection: Connection, before_us: int, keep_runs: int) -> dict[str, int]:
    old_runs = _old_runs(connection, before_us, keep_runs)
    open_tasks = sa.select(tasks.c.task_id).where(sa.text(IS_OPEN))
    counts = {
        "runs": _delete_in(connection, runs, runs.c.run_id, old_runs),
        "tasks": _delete(
            connection,
            tasks,
            tasks.c.finished_us < before_us,
            tasks.c.state.in_(TERMINAL_STATES),
            tasks.c.run_id.is_(None) | tasks.c.run_id.not_in(sa.select(run_tags.c.run_id)),
        ),
        "events": _delete(
            connection,
            events,
            events.c.at_us < before_us,
            events.c.kind != RULE_CHANGES,
            events.c.task_id.is_(None) | events.c.task_id.not_in(open_tasks),
        ),
        "effects": _delete_in(
            connection, effects, effects.c.effect_key, _old_effect_keys(connection, before_us)
        ),
        "memo": _delete_in(
            connection, memo, memo.c.memo_key, _old_memo_keys(connection, before_us)
        ),
        "catalogue_events": _delete(
            connection, catalogue_events, catalogue_events.c.published_us < before_us
        ),
        "stat_cache": _delete(connection, stat_cache, stat_cache.c.cached_us < before_us),
        "alerts": _delete(connection, alerts, alerts.c.raised_us < before_us, ~_is_waited_for()),
    }
    return {name: count for name, count in counts.items() if count}


def _is_waited_for() -> "sa.ColumnElement[bool]":
    """Whether some channel still has to tell an alert: then it stays, however old it is."""
    return sa.exists().where(
        deliveries.c.alert_key == alerts.c.alert_key, deliveries.c.sent_us.is_(None)
    )


def _old_runs(connection: Connection, before_us: int, keep_runs: int) -> list[str]:
    every = connection.execute(
        sa.select(
            runs.c.run_id, runs.c.status, runs.c.started_us, runs.c.parent, runs.c.branch_of
        ).order_by(runs.c.started_us.desc())
    ).all()
    needed = _needed_runs(connection)
    kept = {row.run_id for row in every[:keep_runs]} | needed
    kept |= {r.run_id for r in every if r.status == "running" or r.started_us >= before_us}
    origins = {row.run_id: (row.parent, row.branch_of) for row in every}
    waiting = list(kept)
    while waiting:
        for origin in origins.get(waiting.pop(), ()):
            if origin is not None and origin not in kept:
                kept.add(origin)
                waiting.append(origin)
    return [row.run_id for row in every if row.run_id not in kept]


def _needed_runs(connection: Connection) -> set[str]:
    newest = sa.select(sa.func.max(verdicts.c.verdict_id)).group_by(
        verdicts.c.source, verdicts.c.file_sha256
    )
    queries = (
        sa.select(arrivals.c.settled_run).where(arrivals.c.settled_run.is_not(None)),
        sa.select(arrivals.c.run_id),
        sa.select(run_tags.c.run_id),
        sa.select(verdicts.c.run_id).where(verdicts.c.verdict_id.in_(newest)),
        sa.select(tasks.c.run_id).where(sa.text(IS_OPEN), tasks.c.run_id.is_not(None)),
    )
    return {run for query in queries for run in connection.execute(query.distinct()).scalars()}


def _old_effect_keys(connection: Connection, before_us: int) -> list[str]:
    has_task = sa.exists().where(tasks.c.task_id == effects.c.task_id)
    rows = connection.execute(
        sa.select(effects.c.effect_key, effects.c.receipt).where(
            effects.c.state != "open",
            effects.c.finished_us < before_us,
            # What a receipt in a file of its own names is not seen from here, so it may be needed.
            effects.c.receipt_ref.is_(None),
            ~has_task,
        )
    )
    # The receipt of a file that is in the warehouse now proves where it came from.
    versions = sa.select(arrivals.c.accepted_version).where(
        arrivals.c.accepted_version.is_not(None)
    )
    current = set(connection.execute(versions).scalars())
    return [row.effect_key for row in rows if not current & set(_SHA256.findall(row.receipt or ""))]


def _old_memo_keys(connection: Connection, before_us: int) -> list[str]:
    in_use = set(
        connection.execute(
            sa.select(arrivals.c.file_key).where(arrivals.c.file_key.is_not(None))
        ).scalars()
    )
    waiting = list(in_use)
    # A file's record names the records of its assets, those of what they were made from.
    while waiting:
        part, waiting = waiting[:5_000], waiting[5_000:]
        facts = connection.execute(sa.select(memo.c.facts).where(memo.c.memo_key.in_(part)))
        named = {key for text in facts.scalars() for key in _SHA256.findall(text)} - in_use
        in_use |= named
        waiting += named
    old = connection.execute(sa.select(memo.c.memo_key).where(memo.c.computed_us < before_us))
    return [key for key in old.scalars() if key not in in_use]


def _live_hashes(connection: Connection) -> set[str]:
    columns = (
        memo.c.artifact,
        memo.c.facts,
        memo.c.data_version,
        arrivals.c.types,
        artifacts.c.sha256,
        verdicts.c.refs,
        effects.c.receipt,
        effects.c.receipt_ref,
        tasks.c.payload,
        tasks.c.result,
    )
    found: set[str] = set()
    for column in columns:
        for text in connection.execute(sa.select(column).where(column.is_not(None))).scalars():
            found.update(_SHA256.findall(text))
    return found


def _prune_artifacts(
    root: Path, live: set[str], before_us: int, *, dry_run: bool
) -> tuple[int, int]:
    count = size = 0
    try:
        for path in sorted(root.rglob("*")):
            digest = _SHA256.match(path.name)
            if digest is None or PART_MARK in path.name or not path.is_file():
                continue
            stat = path.stat()
            # A file may be older than the record that is just being written for it.
            if digest[0] in live or max(stat.st_mtime, stat.st_ctime) * 1e6 >= before_us:
                continue
            count += 1
            size += stat.st_size
            if not dry_run:
                path.unlink()
    except OSError as error:
        raise store_error(root, error) from error
    return count, size


def _delete(connection: Connection, table: sa.Table, *where: "sa.ColumnElement[bool]") -> int:
    return connection.execute(table.delete().where(*where)).rowcount


def _delete_in(
    connection: Connection, table: sa.Table, column: "sa.Column[str]", keys: Iterable[str]
) -> int:
    parts = chunks(list(keys), 5_000)
    return sum(_delete(connection, table, column.in_(part)) for part in parts)
