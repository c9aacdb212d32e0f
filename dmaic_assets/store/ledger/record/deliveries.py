"""How far alerts have got: which channel still has to tell which, and how channels stand.

What belongs here: the notes. When a channel is tried, and what it is given, `work.alerts` decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.store.ledger.database.rows import chunks, storable, upsert
from dmaic_assets.store.ledger.database.schema_alerts import IS_WAITING, alerts
from dmaic_assets.store.ledger.database.schema_alerts import channels as channels_table
from dmaic_assets.store.ledger.database.schema_alerts import deliveries as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us, to_us


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way through one channel.

    `message` names the message that it is part of, None before one was put together; `attempts`
    counts the tries that failed, `error` tells of the last.
    """

    channel: str
    alert_key: str
    subject: str
    message: str | None = None
    attempts: int = 0
    error: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel stands: failures in a row, since when it is left alone, and its last news."""

    channel: str
    failures: int = 0
    opened_at: datetime | None = None
    error: str | None = None
    failed_at: datetime | None = None
    sent_at: datetime | None = None


def waiting_deliveries(ledger: Ledger, channel: str | None = None) -> list[Delivery]:
    """Lists what was not told yet, by channel (or of the one named), in the order of raising."""
    query = (
        sa.select(table)
        .join(alerts, alerts.c.alert_key == table.c.alert_key)
        .where(sa.text(IS_WAITING))
        .order_by(table.c.channel, alerts.c.alert_id)
    )
    if channel is not None:
        query = query.where(table.c.channel == channel)
    return _listed(ledger, query)


def deliveries_of(ledger: Ledger, keys: Sequence[str]) -> list[Delivery]:
    """Lists the deliveries of alerts, by channel and key."""
    found: list[Delivery] = []
    for part in chunks(list(dict.fromkeys(keys))):
        query = sa.select(table).where(table.c.alert_key.in_(part))
        found += _listed(ledger, query.order_by(table.c.channel, table.c.alert_key))
    return found


def last_told(ledger: Ledger, channel: str) -> dict[str, datetime]:
    """When a channel told of each subject last, of those that have something to tell again."""
    waiting = sa.select(table.c.subject).where(table.c.channel == channel, sa.text(IS_WAITING))
    query = (
        sa.select(table.c.subject, sa.func.max(table.c.sent_us))
        .where(table.c.channel == channel, table.c.sent_us.is_not(None))
        .where(table.c.subject.in_(waiting))
        .group_by(table.c.subject)
    )
    with ledger.reading() as connection:
        return {subject: from_us(sent_us) for subject, sent_us in connection.execute(query)}


def put_together(ledger: Ledger, channel: str, keys: Sequence[str], message: str) -> None:
    """Makes deliveries parts of one message; those of another message stay in theirs."""

    def work(connection: Connection) -> None:
        for part in chunks(list(keys)):
            connection.execute(
                table.update()
                .where(table.c.channel == channel, table.c.alert_key.in_(part))
                .where(table.c.message.is_(None))
                .values(message=message)
            )

    ledger.write(work)


def mark_told(ledger: Ledger, channel: str, message: str, at: datetime) -> None:
    """Notes that a message was received."""
    _mark(ledger, channel, message, {"sent_us": to_us(at), "error": None})


def mark_untold(ledger: Ledger, channel: str, message: str, why: str) -> None:
    """Notes that a message could not be sent; it stays waiting."""
    values = {"attempts": table.c.attempts + 1, "error": storable(why)}
    _mark(ledger, channel, message, values)


def channel_states(ledger: Ledger) -> dict[str, ChannelState]:
    """Reads how channels stand, by name; one that was never used is not among them."""
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(channels_table)).all()
    return {row.channel: _state(row) for row in rows}


def keep_channel_state(ledger: Ledger, state: ChannelState) -> None:
    """Keeps how a channel stands."""
    row = {
        "channel": state.channel,
        "failures": state.failures,
        "opened_us": None if state.opened_at is None else to_us(state.opened_at),
        "error": None if state.error is None else storable(state.error),
        "failed_us": None if state.failed_at is None else to_us(state.failed_at),
        "sent_us": None if state.sent_at is None else to_us(state.sent_at),
    }
    changed = [name for name in row if name != "channel"]

    def work(connection: Connection) -> None:
        upsert(connection, channels_table, [row], conflict=("channel",), update=changed)

    ledger.write(work)


def _mark(ledger: Ledger, channel: str, message: str, values: dict[str, Any]) -> None:  # pyright: ignore[reportExplicitAny] - column values
    where = (table.c.channel == channel, table.c.message == message, sa.text(IS_WAITING))
    ledger.write(lambda c: c.execute(table.update().where(*where).values(values)))


def _listed(ledger: Ledger, query: "sa.Select[Any]") -> list[Delivery]:  # pyright: ignore[reportExplicitAny] - rows of deliveries
    with ledger.reading() as connection:
        return [_delivery(row) for row in connection.execute(query)]


def _delivery(row: Row[Any]) -> Delivery:  # pyright: ignore[reportExplicitAny] - a row of deliveries
    return Delivery(
        channel=row.channel,
        alert_key=row.alert_key,
        subject=row.subject,
        message=row.message,
        attempts=row.attempts,
        error=row.error,
        sent_at=None if row.sent_us is None else from_us(row.sent_us),
    )


def _state(row: Row[Any]) -> ChannelState:  # pyright: ignore[reportExplicitAny] - a row of channels
    return ChannelState(
        channel=row.channel,
        failures=row.failures,
        opened_at=None if row.opened_us is None else from_us(row.opened_us),
        error=row.error,
        failed_at=None if row.failed_us is None else from_us(row.failed_us),
        sent_at=None if row.sent_us is None else from_us(row.sent_us),
    )
