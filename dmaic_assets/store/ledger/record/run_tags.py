"""Names that people give to runs: a run with one is never pruned.

What belongs here: the rows of run_tags. A name stands for one run; a run may have several.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.store.ledger.database.schema import run_tags as table
from dmaic_assets.store.ledger.database.store import Ledger, from_us
from dmaic_assets.store.ledger.record.runs import get_run


@dataclass(frozen=True, slots=True)
class RunTag:
    """A name, the run that it stands for, and since when."""

    name: str
    run_id: str
    tagged_at: datetime


def tag_run(ledger: Ledger, run_id: str, name: str) -> RunTag:
    """Gives a run a name; one that it has already stays as it is.

    Raises:
        BadInputError: There is no such run, or the name stands for another one.
    """
    get_run(ledger, run_id)

    def work(connection: Connection) -> RunTag:
        ledger.lock(connection, "runs")
        known = _tag(connection, name)
        if known is None:
            known = RunTag(name, run_id, from_us(ledger.now_us()))
            row = {"name": name, "run_id": run_id, "tagged_us": ledger.now_us()}
            connection.execute(table.insert().values(row))
        return known

    found = ledger.write(work)
    if found.run_id != run_id:
        fix = f"Take it away first: dmaic runs untag {name}"
        raise BadInputError(name, f"is the name of run {found.run_id}", fix)
    return found


def untag(ledger: Ledger, name: str) -> RunTag:
    """Takes a name away, and tells which run it stood for.

    Raises:
        BadInputError: No run is called so.
    """

    def work(connection: Connection) -> RunTag | None:
        known = _tag(connection, name)
        connection.execute(table.delete().where(table.c.name == name))
        return known

    found = ledger.write(work)
    if found is None:
        names = [tag.name for tag in list_tags(ledger)]
        culprit = f"is the name of no run{did_you_mean(name, names)}"
        raise BadInputError(name, culprit, "List the names: dmaic runs tags")
    return found


def list_tags(ledger: Ledger) -> list[RunTag]:
    """Lists all names, those given last first."""
    query = sa.select(table).order_by(table.c.tagged_us.desc(), table.c.name)
    with ledger.reading() as connection:
        return [_read(row) for row in connection.execute(query)]


def tags_by_run(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """The names of each run that has any, by its id and in order."""
    found: dict[str, tuple[str, ...]] = {}
    for tag in sorted(list_tags(ledger), key=lambda tag: tag.name):
        found[tag.run_id] = (*found.get(tag.run_id, ()), tag.name)
    return found


def _tag(connection: Connection, name: str) -> RunTag | None:
    row = connection.execute(sa.select(table).where(table.c.name == name)).one_or_none()
    return None if row is None else _read(row)


def _read(row: "sa.Row[tuple[str, str, int]]") -> RunTag:
    return RunTag(row.name, row.run_id, from_us(row.tagged_us))
