"""The statements by which effects are begun and recorded, built once for all calls.

What belongs here: their conditions. Every worker runs them all the time, and building one costs
more than running it; when which is run, effects.py decides.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from dmaic_assets.store.ledger.database.schema_tasks import effects as table
from dmaic_assets.store.ledger.database.schema_tasks import tasks
from dmaic_assets.store.ledger.tasks.events import events_of_rows
from dmaic_assets.store.ledger.tasks.fencing import is_holder

EFFECT_LOCKED = (
    sa.select(table).where(table.c.effect_key == sa.bindparam("at_key")).with_for_update()
)
_OWN = table.update().where(
    table.c.effect_key == sa.bindparam("at_key"),
    table.c.epoch == sa.bindparam("at_epoch"),
    # Epochs begin anew when a receipt is forgotten; owners are never used again.
    table.c.owner == sa.bindparam("at_holder"),
    table.c.state == "open",
)
FAILED = _OWN.values(
    state="failed",
    finished_us=sa.bindparam("to_us", type_=sa.BigInteger),
    error=sa.bindparam("to_error", type_=sa.Text),
)
DONE = _OWN.values(
    state="done",
    finished_us=sa.bindparam("to_us", type_=sa.BigInteger),
    receipt=sa.bindparam("to_receipt", type_=sa.Text),
    receipt_ref=sa.bindparam("to_receipt_ref", type_=sa.Text),
    error=None,
).returning(table.c.effect_key)


@cache
def begin_and_tell() -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - keys of effects
    """Begins an effect and tells so in one trip to PostgreSQL instead of three."""
    # It loads asyncio, which a project of one machine has no use for.
    from sqlalchemy.dialects import postgresql

    held = sa.select(tasks.c.run_id, tasks.c.task_id).where(*is_holder()).with_for_update()
    holder = held.cte("held")
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in _OPEN_COLUMNS}
    row = sa.select(*values.values()).select_from(holder)
    begun = (
        postgresql.insert(table)
        .from_select(list(values), row)
        .on_conflict_do_nothing(index_elements=["effect_key"])
        .returning(table.c.effect_key, table.c.task_id)
        .cte("begun")
    )
    return sa.select(begun.c.effect_key).add_cte(_told_of(begun))


@cache
def done_and_tell() -> "sa.Select[Any]":  # pyright: ignore[reportExplicitAny] - keys of effects
    """Records that an effect is done and tells so in one trip to PostgreSQL."""
    holder = sa.select(tasks.c.task_id).where(*is_holder()).with_for_update().cte("held")
    is_held = sa.exists(sa.select(holder.c.task_id))
    done = DONE.where(is_held).returning(table.c.task_id).cte("done")
    return sa.select(done.c.effect_key).add_cte(_told_of(done))


def _told_of(source: "sa.CTE") -> "sa.CTE":
    run = sa.bindparam("event_run_id", type_=sa.Text)
    return events_of_rows(source, run_id=run, effect_key=source.c.effect_key)


_OPEN_COLUMNS = (
    "effect_key",
    "kind",
    "state",
    "task_id",
    "fencing",
    "owner",
    "epoch",
    "attempts",
    "started_us",
    "until_us",
)
