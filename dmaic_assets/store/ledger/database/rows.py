"""How values are spelled in the ledger's rows: JSON text, plain text, upserts in bulk.

What belongs here: what every table of the ledger shares.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.database.prepared_statements import run_for_each, run_prepared

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

ItemT = TypeVar("ItemT")
# Below SQLite's 32,766 variables in one statement for rows of a few columns.
CHUNK = 500
# One for all: json.dumps would build one for each value.
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def dumps(value: object) -> str:
    """Spells a JSON value for a text column, in its own order of keys.

    Pure ASCII, so that every text can be stored.
    """
    return _ENCODER.encode(value)


def loads(text: str) -> Json:
    """Reads what `dumps` wrote."""
    return json.loads(text)


def storable(text: str) -> str:
    """Escapes what a database cannot hold: NUL, and file name bytes that are not Unicode."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def chunks(items: Sequence[ItemT], size: int = CHUNK) -> Iterator[Sequence[ItemT]]:
    """Cuts a sequence into parts that fit into one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],  # pyright: ignore[reportExplicitAny] - column values
    *,
    conflict: Sequence[str],
    update: Sequence[str] = (),
) -> int:
    """Inserts rows in bulk; where one with the same `conflict` columns exists, updates or skips.

    Args:
        connection: Inside a write transaction.
        table: Where to.
        rows: All with the same columns; none twice.
        conflict: The columns of the key that may exist.
        update: Columns that take the new value then; none means that the old row stays.

    Returns:
        How many rows were inserted or updated.
    """
    if connection.dialect.name == "sqlite":
        statement = _upsert(table, tuple(rows[0]), tuple(conflict), tuple(update)) if rows else None
        return 0 if statement is None else run_for_each(connection, statement, rows)
    touched = 0
    for part in chunks(rows):
        values = _insert(table, connection.dialect.name).values(list(part))
        touched += connection.execute(_on_conflict(values, conflict, update)).rowcount
    return touched


@cache
def _upsert(
    table: sa.Table, columns: tuple[str, ...], conflict: tuple[str, ...], update: tuple[str, ...]
) -> sa.Insert:
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in columns}
    return _on_conflict(_insert(table, "sqlite").values(values).inline(), conflict, update)


def _on_conflict(
    statement: "sqlite.Insert | postgresql.Insert", conflict: Sequence[str], update: Sequence[str]
) -> "sqlite.Insert | postgresql.Insert":
    if not update:
        return statement.on_conflict_do_nothing(index_elements=conflict)
    changed = {name: statement.excluded[name] for name in update}
    return statement.on_conflict_do_update(index_elements=conflict, set_=changed)


def insert_if_absent(
    connection: Connection,
    table: sa.Table,
    row: Mapping[str, object],
    *,
    conflict: tuple[str, ...],
) -> bool:
    """Inserts one row unless one with the same `conflict` columns exists; tells whether it did."""
    statement = _insert_if_absent(table, tuple(row), conflict, connection.dialect.name)
    return bool(run_prepared(connection, statement, row))


@cache
def _insert_if_absent(
    table: sa.Table, columns: tuple[str, ...], conflict: tuple[str, ...], dialect: str
) -> sa.Insert:
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in columns}
    absent = _insert(table, dialect).values(values).on_conflict_do_nothing(index_elements=conflict)
    return absent.returning(table.c[conflict[0]])


def _insert(table: sa.Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    if dialect == "postgresql":
        # It loads asyncio, which a project of one machine has no use for.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)
