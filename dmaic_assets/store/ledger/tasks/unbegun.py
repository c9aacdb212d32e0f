"""Tasks that nobody has begun, ended together: what a run leaves when it stops early."""

from sqlalchemy.engine import Connection

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.database.rows import dumps
from dmaic_assets.store.ledger.database.schema_tasks import tasks as table
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.tasks.events import add_events
from dmaic_assets.store.ledger.tasks.tasks import moved, to_task


def end_unbegun(ledger: Ledger, run_id: str, error: Json) -> int:
    """Ends the planned tasks of a run as failed, in one transaction; those in work go on.

    The next run that plans the same work brings them back, as it does with any failed task.

    Args:
        ledger: Where the tasks are.
        run_id: The run that is responsible for them.
        error: Why they were not begun.

    Returns:
        How many there were.

    Raises:
        StoreError: The ledger refuses.
    """
    ended = {"state": "FAILED", "error": dumps(error), "available_us": 0, "delay_us": 0}

    def work(connection: Connection) -> int:
        now_us = ledger.now_us()
        statement = (
            table.update()
            .where(table.c.run_id == run_id, table.c.state == "PLANNED")
            .values({**ended, "updated_us": now_us, "finished_us": now_us})
        )
        tasks = [to_task(row) for row in connection.execute(statement.returning(*table.c))]
        add_events(connection, now_us, [moved(t, "PLANNED", reason=error) for t in tasks])
        return len(tasks)

    return ledger.write(work)
