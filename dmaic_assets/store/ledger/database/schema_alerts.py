"""The ledger's tables of alerts: what people are to be told, through which channel, how it went.

What belongs here: columns, keys, checks and indexes. Alerts outlive the runs that they are of: they
go when everybody was told and they are old.
"""

import sqlalchemy as sa

from dmaic_assets.store.ledger.database.schema import (
    id_column,
    metadata,
    number_column,
    text_column,
)

# Spelled out, because a database uses a partial index only for its own literal condition.
IS_WAITING = "sent_us IS NULL"

alerts = sa.Table(
    "alerts",
    metadata,
    id_column("alert_id"),
    sa.Column("alert_key", sa.Text, nullable=False, unique=True),
    text_column("kind"),
    text_column("severity"),
    text_column("source"),
    sa.Column("run_id", sa.Text),
    text_column("subject"),
    text_column("document"),
    number_column("raised_us"),
    sa.CheckConstraint("severity IN ('critical', 'high', 'medium', 'low')", name="severity"),
    sa.Index(None, "kind", "source"),
    sa.Index(None, "raised_us"),
)

deliveries = sa.Table(
    "alert_deliveries",
    metadata,
    text_column("channel", is_key=True),
    text_column("alert_key", is_key=True),
    text_column("subject"),
    # The message that it is part of, once one was put together; it stays the same in every try.
    sa.Column("message", sa.Text),
    number_column("attempts"),
    sa.Column("error", sa.Text),
    sa.Column("sent_us", sa.BigInteger),
    sa.ForeignKeyConstraint(["alert_key"], ["alerts.alert_key"], ondelete="CASCADE"),
    sa.Index(None, "channel", "subject", "sent_us"),
    sa.Index(
        "ix_alert_deliveries_waiting",
        "channel",
        sqlite_where=sa.text(IS_WAITING),
        postgresql_where=sa.text(IS_WAITING),
    ),
)

channels = sa.Table(
    "alert_channels",
    metadata,
    text_column("channel", is_key=True),
    number_column("failures"),
    sa.Column("opened_us", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("failed_us", sa.BigInteger),
    sa.Column("sent_us", sa.BigInteger),
)
