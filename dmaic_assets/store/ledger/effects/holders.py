"""Who executes an effect, and whether that worker can still be at it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from dmaic_assets.store.ledger.database.schema_tasks import tasks
from dmaic_assets.store.ledger.tasks.fencing import Lease
from dmaic_assets.store.ledger.tasks.leases import worker_name
from dmaic_assets.store.ledger.tasks.owners import is_gone

# How long an execution without a lease is believed in when its process cannot be looked at.
UNLEASED_TTL_S = 600.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The executing worker, and the claim that it executes under if there is one."""

    owner: str
    run_id: str | None
    task_id: int | None
    token: int | None
    ttl_us: int


def new_holder(lease: Lease | None) -> Holder:
    """Names the caller: by its lease, or by host and process when it has none."""
    if lease is None:
        return Holder(worker_name(), None, None, None, int(UNLEASED_TTL_S * 1_000_000))
    task = lease.task
    return Holder(lease.owner, task.run_id, task.task_id, lease.token, int(lease.ttl_s * 1_000_000))


def is_alive(
    connection: Connection,
    effect: Row[Any],  # pyright: ignore[reportExplicitAny] - a row of effects
    asking: Holder | None,
    now_us: int,
) -> bool:
    """Tells whether an open effect may still be executing.

    Under a lease it is as long as the lease holds; the same claim asking again shows that it
    is not. Without one, it is until its process is seen to be gone or its time is up.
    """
    if effect.task_id is None:
        return effect.until_us > now_us and not is_gone(str(effect.owner))
    if asking is not None and (asking.task_id, asking.token) == (effect.task_id, effect.fencing):
        return False
    query = sa.select(tasks.c.task_id).where(
        tasks.c.task_id == effect.task_id,
        tasks.c.owner == effect.owner,
        tasks.c.fencing == effect.fencing,
        tasks.c.lease_until_us > now_us,
    )
    return connection.execute(query).scalar() is not None
