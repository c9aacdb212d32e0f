"""Tasks, leases, effects and events, with the guards that only the store can give.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = "state IN ('LEASED', 'READ', 'JUDGED', 'STORED', 'QUARANTINED')"
_OPEN = "state IN ('PLANNED', 'LEASED', 'READ', 'JUDGED', 'STORED', 'QUARANTINED')"
_MOVES = {
    "PLANNED": ("LEASED", "FAILED", "SKIPPED_DUPLICATE"),
    "LEASED": ("READ", "PLANNED", "FAILED", "SKIPPED_DUPLICATE"),
    "READ": ("JUDGED", "DONE", "PLANNED", "FAILED", "SKIPPED_DUPLICATE"),
    "JUDGED": ("STORED", "QUARANTINED", "DONE", "PLANNED", "FAILED"),
    "STORED": ("DONE", "PLANNED", "FAILED"),
    "QUARANTINED": ("DONE", "PLANNED", "FAILED"),
    "FAILED": ("PLANNED",),
}
# A move that is not in the table; a task that is born in the middle; a token that goes back, or
# that a new holder does not raise.
_ILLEGAL_MOVE = """NEW.state <> OLD.state AND NOT EXISTS (
    SELECT 1 FROM task_moves WHERE from_state = OLD.state AND to_state = NEW.state)"""
_ILLEGAL_BIRTH = "NEW.state NOT IN ('PLANNED', 'SKIPPED_DUPLICATE')"
_ILLEGAL_FENCE = """NEW.fencing < OLD.fencing OR (NEW.fencing = OLD.fencing AND (
    (NEW.state = 'LEASED' AND OLD.state <> 'LEASED')
    OR (NEW.owner IS NOT NULL AND OLD.owner IS NOT NULL AND NEW.owner <> OLD.owner)))"""


def upgrade() -> None:
    """Creates the tables of work and their guards."""
    _create_tasks()
    _index_tasks()
    _create_task_moves()
    _create_effects()
    _create_events()
    if op.get_bind().dialect.name == "postgresql":
        _guard_in_postgres()
    else:
        _guard_in_sqlite()


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("task_id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text()),
        sa.Column("run_id", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("owner", sa.Text()),
        sa.Column("fencing", sa.BigInteger(), nullable=False),
        sa.Column("ttl_us", sa.BigInteger(), nullable=False),
        sa.Column("leased_us", sa.BigInteger()),
        sa.Column("lease_until_us", sa.BigInteger()),
        sa.Column("available_us", sa.BigInteger(), nullable=False),
        sa.Column("delay_us", sa.BigInteger(), nullable=False),
        sa.Column("backoff_us", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("finished_us", sa.BigInteger()),
        sa.CheckConstraint(
            "state IN ('PLANNED', 'LEASED', 'READ', 'JUDGED', 'STORED', 'QUARANTINED', "
            "'DONE', 'FAILED', 'SKIPPED_DUPLICATE')",
            name="ck_tasks_state",
        ),
        sa.CheckConstraint(f"({_LIVE}) = (owner IS NOT NULL)", name="ck_tasks_live_has_owner"),
        sa.CheckConstraint("(owner IS NULL) = (lease_until_us IS NULL)", name="ck_tasks_lease"),
        sa.CheckConstraint(
            "attempts >= 0 AND fencing >= 0 AND max_attempts > 0", name="ck_tasks_counts"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_tasks_run_id_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", name="pk_tasks"),
        sa.UniqueConstraint("key", name="uq_tasks_key"),
    )


def _index_tasks() -> None:
    op.create_index("ix_tasks_run_id_state", "tasks", ["run_id", "state"])
    _partial("ix_tasks_planned", ["task_id"], "state = 'PLANNED'")
    _partial("ix_tasks_delayed", ["available_us"], "state = 'PLANNED' AND available_us > 0")
    _partial("ix_tasks_live", ["lease_until_us"], _LIVE)
    _partial("ix_tasks_open_lane", ["lane", "task_id"], f"{_OPEN} AND lane IS NOT NULL")
    _partial("uq_tasks_live_lane", ["lane"], f"{_LIVE} AND lane IS NOT NULL", unique=True)


def _partial(
    name: str, columns: list[str], where: str, *, table: str = "tasks", unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _create_task_moves() -> None:
    table = op.create_table(
        "task_moves",
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("from_state", "to_state", name="pk_task_moves"),
    )
    pairs = [(before, after) for before, afters in _MOVES.items() for after in afters]
    op.bulk_insert(table, [{"from_state": b, "to_state": a} for b, a in pairs])


def _create_effects() -> None:
    op.create_table(
        "effects",
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("task_id", sa.BigInteger()),
        sa.Column("fencing", sa.BigInteger()),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("finished_us", sa.BigInteger()),
        sa.Column("receipt", sa.Text()),
        sa.Column("receipt_ref", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.CheckConstraint("state IN ('open', 'done', 'failed')", name="ck_effects_state"),
        sa.CheckConstraint(
            "state <> 'done' OR receipt IS NOT NULL OR receipt_ref IS NOT NULL",
            name="ck_effects_receipt",
        ),
        sa.PrimaryKeyConstraint("effect_key", name="pk_effects"),
    )
    op.create_index("ix_effects_task_id", "effects", ["task_id"])
    _partial("ix_effects_open", ["started_us"], "state = 'open'", table="effects")


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("event_id", _ID, autoincrement=True, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text()),
        sa.Column("task_id", sa.BigInteger()),
        sa.Column("effect_key", sa.Text()),
        sa.Column("owner", sa.Text()),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_events"),
    )
    op.create_index("ix_events_task_id", "events", ["task_id"])
    op.create_index("ix_events_kind_at_us", "events", ["kind", "at_us"])
    op.create_index("ix_events_at_us", "events", ["at_us"])


def _guard_in_sqlite() -> None:
    guards = (
        ("task_move_guard", "UPDATE OF state", _ILLEGAL_MOVE, "task_state_transition_denied"),
        ("task_birth_guard", "INSERT", _ILLEGAL_BIRTH, "task_state_transition_denied"),
        ("task_token_guard", "UPDATE", _ILLEGAL_FENCE, "task_fencing_token_denied"),
    )
    for name, moment, condition, message in guards:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {moment} ON tasks FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _guard_in_postgres() -> None:
    op.execute(
        f"""
        CREATE FUNCTION task_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                IF {_ILLEGAL_BIRTH} THEN
                    RAISE EXCEPTION 'task_state_transition_denied: a task cannot begin as %',
                        NEW.state;
                END IF;
                RETURN NEW;
            END IF;
            IF {_ILLEGAL_MOVE} THEN
                RAISE EXCEPTION 'task_state_transition_denied: task %, % -> %',
                    OLD.task_id, OLD.state, NEW.state;
            END IF;
            IF {_ILLEGAL_FENCE} THEN
                RAISE EXCEPTION 'task_fencing_token_denied: task %', OLD.task_id;
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER task_guard BEFORE INSERT OR UPDATE ON tasks "
        "FOR EACH ROW EXECUTE FUNCTION task_guard()"
    )
