"""Puts ledger and disk back into agreement after crashes, or tells what it would do.

What belongs here: deciding what is left over from workers that died. Nothing is deleted but part
files; a file that no record speaks of is set aside, never lost. Looking at the disk is done in
leftovers.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.model import Json
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.ledger.database.rows import dumps, upsert
from dmaic_assets.store.ledger.database.schema import meta, runs
from dmaic_assets.store.ledger.database.schema_tasks import IS_LIVE, IS_OPEN, effects, tasks
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.effects.holders import is_alive
from dmaic_assets.store.ledger.effects.leftovers import (
    lost_outputs,
    lost_receipts,
    remove_parts,
    set_aside,
    stale_parts,
    unrecorded_outputs,
)
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.store.ledger.tasks.claims import expire_leases, expired_tasks, rebase_times
from dmaic_assets.store.ledger.tasks.events import NewEvent, add_events

_RECONCILED = "reconciled_us"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was found and, unless it was a dry run, put right.

    Attributes:
        expired_leases: Keys of tasks taken back from workers that died.
        abandoned_effects: Keys of effects that were begun and will be executed again.
        interrupted_runs: Runs that nobody works on any more.
        stale_parts: Half-written files that were removed.
        unrecorded_files: Outputs without a record that were set aside in the archive; left where
            they are when the ledger knows no file at all.
        lost_files: Outputs that the ledger records and that are gone; the next run makes them.
        lost_receipts: Keys of effects whose file is gone; they are executed again when asked for.
        unpublished_runs: Runs whose files are judged and whose rules, views and mirrors were still
            owed.
        is_dry_run: Whether nothing was changed.
    """

    expired_leases: tuple[str, ...]
    abandoned_effects: tuple[str, ...]
    interrupted_runs: tuple[str, ...]
    stale_parts: tuple[Path, ...]
    unrecorded_files: tuple[Path, ...]
    lost_files: tuple[Path, ...]
    lost_receipts: tuple[str, ...]
    is_dry_run: bool
    unpublished_runs: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each were found."""
        return {
            "expired_leases": len(self.expired_leases),
            "abandoned_effects": len(self.abandoned_effects),
            "interrupted_runs": len(self.interrupted_runs),
            "stale_parts": len(self.stale_parts),
            "unrecorded_files": len(self.unrecorded_files),
            "lost_files": len(self.lost_files),
            "lost_receipts": len(self.lost_receipts),
            "unpublished_runs": len(self.unpublished_runs),
        }

    @property
    def is_clean(self) -> bool:
        """Whether ledger and disk agreed already."""
        return not any(self.counts.values())

    @property
    def is_curable(self) -> bool:
        """Whether reconciling changes anything; lost files only a run can make again."""
        return any(n for name, n in self.counts.items() if name != "lost_files")


def reconcile(
    ledger: Ledger, paths: Paths, *, stale_s: float = 3600.0, dry_run: bool = False
) -> Reconciliation:
    """Finds what dead workers left and puts it right; safe beside working ones.

    Args:
        ledger: The record.
        paths: Where the project's files are.
        stale_s: How long a part file or a run must have been untouched to count as left.
        dry_run: Only tell what would be done.

    Raises:
        StoreError: Ledger or disk refuse.
    """
    with ledger.transaction() as connection:
        now_us = ledger.now_us()
        expired = _expired(connection, now_us, dry_run=dry_run)
        abandoned = _abandoned(connection, now_us, dry_run=dry_run)
        interrupted = _interrupted(connection, now_us, stale_s, dry_run=dry_run)
    lost = lost_receipts(ledger, paths)
    parts = stale_parts(ledger, paths, stale_s)
    unrecorded = unrecorded_outputs(ledger, paths, stale_s)
    if not dry_run:
        _forget(ledger, lost)
        parts = remove_parts(parts)
        known = {arrival.source for arrival in arrivals(ledger)}
        # After a lost ledger the next run over the source finds the files that they are of.
        left = [path for path in unrecorded if path.parent.name not in known]
        unrecorded = [*left, *set_aside(paths, [p for p in unrecorded if p not in left])]
    found = Reconciliation(
        expired_leases=expired,
        abandoned_effects=abandoned,
        interrupted_runs=interrupted,
        stale_parts=tuple(parts),
        unrecorded_files=tuple(unrecorded),
        lost_files=tuple(lost_outputs(ledger, paths)),
        lost_receipts=tuple(lost),
        is_dry_run=dry_run,
    )
    if not dry_run and not found.is_clean:
        _tell(ledger, found)
    return found


def reconciled_at(ledger: Ledger) -> datetime | None:
    """When ledger and disk were brought into agreement last; None when they never were."""
    with ledger.reading() as connection:
        query = sa.select(meta.c.value).where(meta.c.key == _RECONCILED)
        value = connection.execute(query).scalar()
    return None if value is None else from_us(int(value))


def mark_reconciled(ledger: Ledger) -> None:
    """Notes that ledger and disk were brought into agreement now."""
    row = {"key": _RECONCILED, "value": str(ledger.now_us())}
    with ledger.transaction() as connection:
        upsert(connection, meta, [row], conflict=("key",), update=("value",))


def _expired(connection: Connection, now_us: int, *, dry_run: bool) -> tuple[str, ...]:
    if dry_run:
        return tuple(task.key for task in expired_tasks(connection, now_us))
    rebase_times(connection, now_us)
    return tuple(task.key for task in expire_leases(connection, now_us))


def _abandoned(connection: Connection, now_us: int, *, dry_run: bool) -> tuple[str, ...]:
    query = sa.select(effects).where(sa.text("state = 'open'")).order_by(effects.c.started_us)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    dead = [row for row in rows if not is_alive(connection, row, None, now_us)]
    if not dry_run:
        for row in dead:
            _abandon(connection, row, now_us)
    return tuple(row.effect_key for row in dead)


def _abandon(connection: Connection, row: Row[Any], now_us: int) -> None:  # pyright: ignore[reportExplicitAny] - a row of effects
    error = f"abandoned by {row.owner}"
    connection.execute(
        effects.update()
        .where(effects.c.effect_key == row.effect_key, effects.c.epoch == row.epoch)
        .values(state="failed", error=error, finished_us=now_us)
    )
    data = {"kind": row.kind, "epoch": row.epoch, "left_by": row.owner}
    event = NewEvent("effect_abandoned", None, row.task_id, row.effect_key, row.owner, data)
    add_events(connection, now_us, [event])


def _interrupted(
    connection: Connection, now_us: int, stale_s: float, *, dry_run: bool
) -> tuple[str, ...]:
    before_us = now_us - int(stale_s * 1_000_000)
    touched = sa.exists().where(
        tasks.c.run_id == runs.c.run_id,
        sa.or_(sa.text(f"tasks.{IS_LIVE}"), tasks.c.updated_us > before_us),
    )
    # A run that waits for workers has nobody who touches it until one comes.
    waits = (runs.c.kind == "worker") & sa.exists().where(
        tasks.c.run_id == runs.c.run_id, sa.text(f"tasks.{IS_OPEN}")
    )
    query = sa.select(runs.c.run_id).where(
        runs.c.status == "running", runs.c.started_us <= before_us, ~touched, ~waits
    )
    found = tuple(connection.execute(query.order_by(runs.c.started_us)).scalars())
    if found and not dry_run:
        values = {"status": "interrupted", "finished_us": now_us, "totals": dumps({})}
        connection.execute(runs.update().where(runs.c.run_id.in_(found)).values(values))
    return found


def _forget(ledger: Ledger, keys: Sequence[str]) -> None:
    with ledger.transaction() as connection:
        for key in keys:
            is_it = (effects.c.effect_key == key) & (effects.c.state == "done")
            connection.execute(effects.delete().where(is_it))


def _tell(ledger: Ledger, found: Reconciliation) -> None:
    data: dict[str, Json] = {name: count for name, count in found.counts.items() if count}
    with ledger.transaction() as connection:
        add_events(connection, ledger.now_us(), [NewEvent("crash_recovery", data=data)])
