"""The outbox to Dagster's catalogue: what was materialized, told there exactly once.

What belongs here: keeping outcomes until somebody with Dagster has published them. A worker
without Dagster only enqueues.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.model import AssetOutcome
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.database.rows import chunks, dumps, loads, upsert
from dmaic_assets.store.ledger.database.schema import catalogue_events as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us


@dataclass(frozen=True, slots=True)
class CatalogueEvent:
    """One outcome that the catalogue has to be told."""

    event_id: int
    outcome: AssetOutcome
    created_at: datetime


def enqueue_outcomes(ledger: Ledger, outcomes: Sequence[AssetOutcome]) -> int:
    """Keeps outcomes for publication and tells how many are new.

    The same outcome of the same cell is kept once, however often a resumed task enqueues it.
    """
    rows = dict(_row(ledger, outcome) for outcome in outcomes)
    if not rows:
        return 0

    def work(connection: Connection) -> int:
        return upsert(connection, table, list(rows.values()), conflict=("event_key",))

    return ledger.write(work)


def unpublished(ledger: Ledger, limit: int | None = None) -> list[CatalogueEvent]:
    """Lists outcomes that the catalogue was not told yet, oldest first; reserves nothing."""
    with ledger.reading() as connection:
        return [_event(row) for row in connection.execute(_waiting(limit))]


def reserve_unpublished(
    ledger: Ledger, publisher: str, *, limit: int = 1000, ttl_s: float = 300.0
) -> list[CatalogueEvent]:
    """Takes unpublished outcomes for one publisher, so that two never publish the same.

    What a publisher reserved and did not mark within `ttl_s` is free again: it died between
    publishing and marking, and whether the catalogue was told must be looked up there (events
    carry `event_id`).
    """

    def work(connection: Connection) -> list[CatalogueEvent]:
        ledger.lock(connection, "catalogue")
        now_us = ledger.now_us()
        free = table.c.reserved_until_us.is_(None) | (table.c.reserved_until_us <= now_us)
        rows = connection.execute(_waiting(limit).where(free)).all()
        changed = {"reserved_by": publisher, "reserved_until_us": now_us + int(ttl_s * 1_000_000)}
        for part in chunks([row.event_id for row in rows], 5_000):
            connection.execute(table.update().where(table.c.event_id.in_(part)).values(changed))
        return [_event(row) for row in rows]

    return ledger.write(work)


def mark_published(ledger: Ledger, ids: Iterable[int]) -> int:
    """Records that the catalogue was told; tells how many were not marked before."""
    wanted = list(ids)
    changed = {"published_us": ledger.now_us(), "reserved_by": None, "reserved_until_us": None}

    def work(connection: Connection) -> int:
        marked = 0
        for part in chunks(wanted, 5_000):
            where = table.c.event_id.in_(part) & table.c.published_us.is_(None)
            marked += connection.execute(table.update().where(where).values(changed)).rowcount
        return marked

    return ledger.write(work)


def _waiting(limit: int | None) -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - rows of the outbox
    # Spelled out: SQLite uses the partial index only for its own literal condition.
    query = sa.select(table).where(sa.text("published_us IS NULL"))
    return query.order_by(table.c.event_id).limit(limit)


def _row(ledger: Ledger, outcome: AssetOutcome) -> tuple[str, dict[str, object]]:
    payload = to_json(outcome)
    key = sha256_json(payload)
    return key, {
        "event_key": key,
        "run_id": outcome.cell.run_id,
        "source": outcome.cell.source,
        "asset": outcome.asset,
        "payload": dumps(payload),
        "created_us": ledger.now_us(),
    }


def _event(row: Row[Any]) -> CatalogueEvent:  # pyright: ignore[reportExplicitAny] - a row of the outbox
    outcome = from_json(AssetOutcome, loads(row.payload))
    return CatalogueEvent(row.event_id, outcome, from_us(row.created_us))
