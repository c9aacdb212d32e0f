"""The ledger's tables of work: tasks, their legal moves, effects and events.

What belongs here: columns, keys, checks and indexes. The triggers that guard moves and fencing
tokens stand in the migration.
"""

import sqlalchemy as sa

from dmaic_assets.store.ledger.database.schema import (
    id_column,
    metadata,
    number_column,
    text_column,
)
from dmaic_assets.store.ledger.tasks.states import LIVE_STATES, OPEN_STATES, TASK_STATES, TaskState


def _listed(states: tuple[TaskState, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


# Spelled out, because a database uses a partial index only for its own literal condition.
IS_LIVE = f"state IN ({_listed(LIVE_STATES)})"
IS_OPEN = f"state IN ({_listed(OPEN_STATES)})"
IS_PLANNED = "state = 'PLANNED'"
LIVE_LANE = "uq_tasks_live_lane"


def _partial(name: str, columns: tuple[str, ...], where: str, *, unique: bool = False) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(
        name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


tasks = sa.Table(
    "tasks",
    metadata,
    id_column("task_id"),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    text_column("kind"),
    sa.Column("lane", sa.Text),
    sa.Column("run_id", sa.Text, sa.ForeignKey("runs.run_id", ondelete="CASCADE")),
    text_column("state"),
    text_column("payload"),
    sa.Column("result", sa.Text),
    sa.Column("owner", sa.Text),
    number_column("fencing"),
    number_column("ttl_us"),
    sa.Column("leased_us", sa.BigInteger),
    sa.Column("lease_until_us", sa.BigInteger),
    number_column("available_us"),
    number_column("delay_us"),
    number_column("backoff_us"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("max_attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text),
    number_column("created_us"),
    number_column("updated_us"),
    sa.Column("finished_us", sa.BigInteger),
    sa.CheckConstraint(f"state IN ({_listed(TASK_STATES)})", name="state"),
    sa.CheckConstraint(f"({IS_LIVE}) = (owner IS NOT NULL)", name="live_has_owner"),
    sa.CheckConstraint("(owner IS NULL) = (lease_until_us IS NULL)", name="lease"),
    sa.CheckConstraint("attempts >= 0 AND fencing >= 0 AND max_attempts > 0", name="counts"),
    sa.Index(None, "run_id", "state"),
    _partial("ix_tasks_planned", ("task_id",), IS_PLANNED),
    _partial("ix_tasks_delayed", ("available_us",), f"{IS_PLANNED} AND available_us > 0"),
    _partial("ix_tasks_live", ("lease_until_us",), IS_LIVE),
    _partial("ix_tasks_open_lane", ("lane", "task_id"), f"{IS_OPEN} AND lane IS NOT NULL"),
    _partial(LIVE_LANE, ("lane",), f"{IS_LIVE} AND lane IS NOT NULL", unique=True),
)

task_moves = sa.Table(
    "task_moves",
    metadata,
    text_column("from_state", is_key=True),
    text_column("to_state", is_key=True),
)

effects = sa.Table(
    "effects",
    metadata,
    text_column("effect_key", is_key=True),
    text_column("kind"),
    text_column("state"),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("fencing", sa.BigInteger),
    text_column("owner"),
    number_column("epoch"),
    number_column("attempts"),
    number_column("started_us"),
    number_column("until_us"),
    sa.Column("finished_us", sa.BigInteger),
    sa.Column("receipt", sa.Text),
    sa.Column("receipt_ref", sa.Text),
    sa.Column("error", sa.Text),
    sa.CheckConstraint("state IN ('open', 'done', 'failed')", name="state"),
    sa.CheckConstraint(
        "state <> 'done' OR receipt IS NOT NULL OR receipt_ref IS NOT NULL", name="receipt"
    ),
    sa.Index(None, "task_id"),
    _partial("ix_effects_open", ("started_us",), "state = 'open'"),
)

events = sa.Table(
    "events",
    metadata,
    id_column("event_id"),
    number_column("at_us"),
    text_column("kind"),
    sa.Column("run_id", sa.Text),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("effect_key", sa.Text),
    sa.Column("owner", sa.Text),
    text_column("data"),
    sa.Index(None, "task_id"),
    sa.Index(None, "kind", "at_us"),
    sa.Index(None, "at_us"),
)
