"""Alerts: what people are to be told, through which channel, and how it went.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = sa.text("sent_us IS NULL")


def upgrade() -> None:
    """Creates the tables."""
    _create_alerts()
    _create_deliveries()
    _create_channels()


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", _ID, autoincrement=True, nullable=False),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("raised_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alerts"),
        sa.UniqueConstraint("alert_key", name="uq_alerts_alert_key"),
        sa.CheckConstraint(
            "severity IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_alerts_severity")
        ),
    )
    op.create_index("ix_alerts_kind_source", "alerts", ["kind", "source"])
    op.create_index("ix_alerts_raised_us", "alerts", ["raised_us"])


def _create_deliveries() -> None:
    op.create_table(
        "alert_deliveries",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("alert_key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text()),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("sent_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("channel", "alert_key", name="pk_alert_deliveries"),
        sa.ForeignKeyConstraint(
            ["alert_key"],
            ["alerts.alert_key"],
            name="fk_alert_deliveries_alert_key_alerts",
            ondelete="CASCADE",
        ),
    )
    columns = ["channel", "subject", "sent_us"]
    op.create_index("ix_alert_deliveries_channel_subject_sent_us", "alert_deliveries", columns)
    op.create_index(
        "ix_alert_deliveries_waiting",
        "alert_deliveries",
        ["channel"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def _create_channels() -> None:
    op.create_table(
        "alert_channels",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("opened_us", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.Column("failed_us", sa.BigInteger()),
        sa.Column("sent_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("channel", name="pk_alert_channels"),
    )
