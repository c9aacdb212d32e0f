"""A project that was moved or copied: what the ledger tells of places is told of the new one.

What belongs here: the data folder that recorded places start from. A ledger in PostgreSQL may be
shared by machines that mount the folder differently; it is left as it is.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.store.ledger.database.rows import storable, upsert
from dmaic_assets.store.ledger.database.schema import arrivals, meta
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.owed import owe
from dmaic_assets.store.ledger.record.runs import list_runs

_KEY = "data_folder"


def settle_in(ledger: Ledger, data: Path) -> Path | None:
    """Takes note of where the project lies, and follows it when that has changed.

    Places under the old folder are places under the new one from then on: a copy never touches
    the files of the project that it was copied from. The views hold absolute paths, so publishing
    is owed.

    Returns:
        The folder that the project lay in before; None when it lies where it lay.

    Raises:
        StoreError: The ledger refuses.
    """
    if ledger.is_postgres:
        return None
    here = storable(str(data.absolute()))
    with ledger.reading() as connection:
        known = connection.execute(sa.select(meta.c.value).where(meta.c.key == _KEY)).scalar()
    if known == here:
        return None
    with ledger.transaction() as connection:
        row = {"key": _KEY, "value": here}
        upsert(connection, meta, [row], conflict=("key",), update=("value",))
        if known is not None:
            _follow(connection, known, here)
    newest = list_runs(ledger, 1)
    if newest:
        owe(ledger, newest[0].run_id, [])
    return None if known is None else Path(known)


def _follow(connection: Connection, before: str, here: str) -> None:
    query = sa.select(arrivals.c.source, arrivals.c.sha256, arrivals.c.path, arrivals.c.location)
    moved = [
        {
            "s": row.source,
            "h": row.sha256,
            "path": _rebased(row.path, before, here),
            "location": _rebased(row.location, before, here),
        }
        for row in connection.execute(query)
        if row.path.startswith(f"{before}/") or row.location.startswith(f"{before}/")
    ]
    if moved:
        is_it = (arrivals.c.source == sa.bindparam("s")) & (arrivals.c.sha256 == sa.bindparam("h"))
        connection.execute(arrivals.update().where(is_it), moved)


def _rebased(path: str, before: str, here: str) -> str:
    return f"{here}{path[len(before) :]}" if path.startswith(f"{before}/") else path
