"""Statements that every worker runs for every task, without what SQLAlchemy does around each.

What belongs here: running a statement that was compiled once on the driver's own cursor. A
statement costs a fifth of the usual that way, and a worker holds everybody else up for as long as
it takes. Values are converted as their columns say in SQLite; other drivers have the types.
"""

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

Statement: TypeAlias = "sa.Executable"
# A row with its columns as attributes.
PreparedRow: TypeAlias = Any  # pyright: ignore[reportExplicitAny] - columns of any statement
_Converter: TypeAlias = Callable[[object], object]

_NAME = re.compile(r"[a-z][a-z_0-9]*")


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text, the order of its values (None: by name), and those that are fixed.

    `spelled` turns values into what the driver takes, by name; `as_row` makes a row of what it
    gives.
    """

    text: str
    names: tuple[str, ...] | None
    fixed: Mapping[str, object]
    spelled: Mapping[str, _Converter]
    as_row: Callable[[Sequence[object]], PreparedRow] | None

    def values(self, given: Mapping[str, object]) -> object:
        every = {**self.fixed, **given}
        for name, spell in self.spelled.items():
            every[name] = spell(every[name])
        return every if self.names is None else [every[name] for name in self.names]


def run_prepared(
    connection: Connection, statement: Statement, given: Mapping[str, object]
) -> list[PreparedRow]:
    """Runs a statement inside the connection's transaction.

    Args:
        connection: Inside a transaction, or in autocommit mode.
        statement: Built once, so that it is compiled once.
        given: The value of every parameter.

    Returns:
        Its rows; none when it gives none.

    Raises:
        sqlalchemy.exc.DBAPIError: As SQLAlchemy itself would raise it.
    """
    compiled = _compiled(statement, connection.dialect)
    found = _run(connection, compiled.text, compiled.values(given), has_rows=bool(compiled.as_row))
    return [] if compiled.as_row is None else [compiled.as_row(row) for row in found]


def run_for_each(
    connection: Connection, statement: Statement, given: Sequence[Mapping[str, object]]
) -> int:
    """Runs a statement that gives no rows once for each set of values.

    For SQLite: other drivers do not count over several.

    Args:
        connection: Inside a transaction.
        statement: Built once, so that it is compiled once.
        given: The value of every parameter, each time.

    Returns:
        How many rows it changed in all.

    Raises:
        sqlalchemy.exc.DBAPIError: As SQLAlchemy itself would raise it.
    """
    compiled = _compiled(statement, connection.dialect)
    listed = [cast("Any", compiled.values(values)) for values in given]  # pyright: ignore[reportExplicitAny] - the driver's own kinds
    with _cursor(connection, compiled.text) as cursor:
        cursor.executemany(compiled.text, listed)
        return cursor.rowcount


def run_text(connection: Connection, text: str) -> None:
    """Runs SQL that has neither parameters nor rows.

    Raises:
        sqlalchemy.exc.DBAPIError: As SQLAlchemy itself would raise it.
    """
    _run(connection, text, (), has_rows=False)


def _run(
    connection: Connection, text: str, values: object, *, has_rows: bool
) -> Sequence[Sequence[object]]:
    with _cursor(connection, text) as cursor:
        cursor.execute(text, cast("Any", values))  # pyright: ignore[reportExplicitAny] - the driver's own kinds
        return cursor.fetchall() if has_rows else ()


@contextmanager
def _cursor(connection: Connection, text: str) -> Generator[DBAPICursor]:
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(connection, text, error) from error
    finally:
        cursor.close()


def _wrapped(connection: Connection, text: str, error: Exception) -> DBAPIError:
    dialect = connection.dialect
    is_away = dialect.is_disconnect(cast("Any", error), connection.connection, None)  # pyright: ignore[reportExplicitAny] - the driver's error
    if is_away:
        connection.invalidate(error)
    made = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=is_away,
        dialect=dialect,
    )
    return cast("DBAPIError", made)


@cache
def _compiled(statement: Statement, dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect)  # pyright: ignore[reportAttributeAccessIssue] - every statement given has it
    if not isinstance(made, SQLCompiler):
        raise TypeError(statement)
    names = None if made.positiontup is None else tuple(made.positiontup)
    fixed = {name: value for name, value in made.params.items() if not made.binds[name].required}
    has_few_types = dialect.name == "sqlite"
    binds = made.binds.items() if has_few_types else ()
    spellings = {n: _impl(b.type, dialect).bind_processor(dialect) for n, b in binds}
    spelled = {name: spell for name, spell in spellings.items() if spell is not None}
    return _Compiled(str(made), names, fixed, spelled, _row_maker(statement, dialect))


def _row_maker(
    statement: Statement, dialect: Dialect
) -> Callable[[Sequence[object]], PreparedRow] | None:
    if not isinstance(statement, ReturnsRows) or not statement.exported_columns:
        return None
    names = enumerate(str(name) for name in statement.exported_columns.keys())  # noqa: SIM118 - no mapping
    fields = [(n if _NAME.fullmatch(n) else f"column_{i}", object) for i, n in names]
    make = NamedTuple("PreparedRow", fields)._make
    if dialect.name != "sqlite":
        return make
    readings = enumerate(
        _impl(c.type, dialect).result_processor(dialect, None) for c in statement.exported_columns
    )
    read_at = [(at, read) for at, read in readings if read is not None]
    if not read_at:
        return make

    def converted(row: Sequence[object]) -> PreparedRow:
        values = list(row)
        for at, read in read_at:
            values[at] = read(values[at])
        return make(values)

    return converted


def _impl(kind: "TypeEngine[Any]", dialect: Dialect) -> "TypeEngine[Any]":  # pyright: ignore[reportExplicitAny] - of any column
    return kind.dialect_impl(dialect)
