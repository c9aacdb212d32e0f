"""Which runs have not been published: notes that stay until rules, views and mirrors are there.

What belongs here: the notes. They are made before work begins, so that no death and no refusing
disk between the last file and the last view is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.store.ledger.database.rows import dumps, loads, upsert
from dmaic_assets.store.ledger.database.schema import meta
from dmaic_assets.store.ledger.database.store import Ledger

_PREFIX = "owed:"


@dataclass(frozen=True, slots=True)
class Owed:
    """A run whose results are in the ledger and not yet in rules, views and mirrors."""

    run_id: str
    sources: tuple[str, ...]


def owe(ledger: Ledger, run_id: str, sources: Sequence[str]) -> None:
    """Notes that a run is to be published for these sources.

    Raises:
        StoreError: The ledger refuses.
    """
    row = {"key": f"{_PREFIX}{run_id}", "value": dumps(sorted(sources))}

    def work(connection: Connection) -> int:
        return upsert(connection, meta, [row], conflict=("key",), update=("value",))

    ledger.write(work)


def paid(ledger: Ledger, run_id: str) -> None:
    """Forgets the note of a run that has been published; there need not be one."""

    def work(connection: Connection) -> None:
        connection.execute(meta.delete().where(meta.c.key == f"{_PREFIX}{run_id}"))

    ledger.write(work)


def all_owed(ledger: Ledger) -> list[Owed]:
    """Lists the notes, oldest run first; runs at work are among them."""
    query = sa.select(meta).where(meta.c.key.startswith(_PREFIX)).order_by(meta.c.key)
    with ledger.reading() as connection:
        rows = connection.execute(query).all()
    return [Owed(row.key.removeprefix(_PREFIX), _sources(row.value)) for row in rows]


def _sources(value: str) -> tuple[str, ...]:
    sources = loads(value)
    return tuple(str(source) for source in sources) if isinstance(sources, list) else ()
