"""Alerts: what people are to be told, kept until everybody who is to hear it was told.

What belongs here: raising and reading them. What becomes an alert, and how it reaches people,
`work.alerts` knows; how far a channel has got, deliveries.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.model import Json, Severity
from dmaic_assets.settings.alerts import AlertKind
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.ledger.database.rows import chunks, dumps, loads, storable, upsert
from dmaic_assets.store.ledger.database.schema_alerts import alerts as table
from dmaic_assets.store.ledger.database.schema_alerts import deliveries
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that happened, in words; it holds no value of any cell.

    `key` names it for good, so that it is raised once. `subject` names what it is about: alerts of
    one subject share a cool-down. `facts` are pairs of a word and a text, `commands` what answers
    it, `items` the ids of the single things that it tells of. `source` is "" for a whole run.
    """

    key: str
    kind: AlertKind
    severity: Severity
    source: str
    run_id: str | None
    subject: str
    title: str
    raised_at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    commands: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    def document(self) -> dict[str, Json]:
        """Builds the JSON form: what people are told, without what only the ledger needs."""
        return {
            "key": self.key,
            "kind": self.kind,
            "severity": self.severity,
            "source": self.source or None,
            "run_id": self.run_id,
            "title": self.title,
            "raised_at": self.raised_at.isoformat(),
            "facts": dict(self.facts),
            "commands": list(self.commands),
        }


@dataclass(frozen=True, slots=True)
class _Document:
    """What no statement looks into."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    commands: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def raise_alerts(ledger: Ledger, found: Mapping[Alert, Sequence[str]]) -> None:
    """Keeps alerts and who is to be told; one that is known already stays as it is.

    Args:
        ledger: Where they are kept.
        found: Each alert with the names of the channels that take it.

    Raises:
        StoreError: The ledger refuses; none of them is kept.
    """
    rows = [_row(alert) for alert in found]
    if not rows:
        return
    told = [
        {"channel": name, "alert_key": a.key, "subject": storable(a.subject), "attempts": 0}
        for a, names in found.items()
        for name in names
    ]

    def work(connection: Connection) -> None:
        upsert(connection, table, rows, conflict=("alert_key",))
        if told:
            upsert(connection, deliveries, told, conflict=("channel", "alert_key"))

    ledger.write(work)


def list_alerts(ledger: Ledger, *, limit: int | None = None) -> list[Alert]:
    """Lists alerts, newest first."""
    query = sa.select(table).order_by(table.c.alert_id.desc()).limit(limit)
    with ledger.reading() as connection:
        return [_alert(row) for row in connection.execute(query)]


def alerts_of(ledger: Ledger, keys: Sequence[str]) -> dict[str, Alert]:
    """Reads alerts by their keys; unknown ones are left out."""
    found: dict[str, Alert] = {}
    with ledger.reading() as connection:
        for part in chunks(list(dict.fromkeys(keys))):
            rows = connection.execute(sa.select(table).where(table.c.alert_key.in_(part)))
            found.update({row.alert_key: _alert(row) for row in rows})
    return found


def raised_keys(ledger: Ledger, keys: Sequence[str]) -> set[str]:
    """Tells which of these alerts were raised already."""
    found: set[str] = set()
    with ledger.reading() as connection:
        for part in chunks(list(dict.fromkeys(keys))):
            query = sa.select(table.c.alert_key).where(table.c.alert_key.in_(part))
            found.update(connection.execute(query).scalars())
    return found


def raised_items(ledger: Ledger, kind: AlertKind, sources: Sequence[str]) -> set[str]:
    """The ids of everything that alerts of a kind have told of these sources."""
    found: set[str] = set()
    with ledger.reading() as connection:
        for part in chunks(list(dict.fromkeys(sources))):
            query = sa.select(table.c.document).where(
                table.c.kind == kind, table.c.source.in_(part)
            )
            for text in connection.execute(query).scalars():
                found.update(from_json(_Document, loads(text)).items)
    return found


def newest_runs(ledger: Ledger, kind: AlertKind, sources: Sequence[str]) -> dict[str, str]:
    """The run of the newest alert of a kind, by source; sources without one are left out."""
    found: dict[str, str] = {}
    with ledger.reading() as connection:
        for part in chunks(list(dict.fromkeys(sources))):
            newest = (
                sa.select(sa.func.max(table.c.alert_id))
                .where(table.c.kind == kind, table.c.source.in_(part))
                .where(table.c.run_id.is_not(None))
                .group_by(table.c.source)
            )
            query = sa.select(table.c.source, table.c.run_id).where(table.c.alert_id.in_(newest))
            found.update((row.source, row.run_id) for row in connection.execute(query))
    return found


def _row(alert: Alert) -> dict[str, object]:
    document = _Document(alert.title, alert.facts, alert.commands, alert.items)
    return {
        "alert_key": alert.key,
        "kind": alert.kind,
        "severity": alert.severity,
        "source": alert.source,
        "run_id": alert.run_id,
        "subject": storable(alert.subject),
        "document": dumps(to_json(document)),
        "raised_us": to_us(alert.raised_at),
    }


def _alert(row: Row[Any]) -> Alert:  # pyright: ignore[reportExplicitAny] - a row of alerts
    told = from_json(_Document, loads(row.document))
    return Alert(
        key=row.alert_key,
        kind=row.kind,
        severity=row.severity,
        source=row.source,
        run_id=row.run_id,
        subject=row.subject,
        title=told.title,
        raised_at=from_us(row.raised_us),
        facts=told.facts,
        commands=told.commands,
        items=told.items,
    )
