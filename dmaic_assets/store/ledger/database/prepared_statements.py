"""Statements that every worker runs for every task, without what SQLAlchemy does around each.

What belongs here: running a statement that was compiled once on the driver's own cursor. A
statement costs a fifth of the usual that way, and a worker holds everybody else up for as long as
it takes. For types that need no conversion only: text and whole numbers, as tasks, effects and
events have them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

Statement: TypeAlias = "sa.Executable"
# A row with its columns as attributes.
PreparedRow: TypeAlias = Any  # pyright: ignore[reportExplicitAny] - columns of any statement

_NAME = re.compile(r"[a-z][a-z_0-9]*")


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text, the order of its values (None: by name), and those that are fixed."""

    text: str
    names: tuple[str, ...] | None
    fixed: Mapping[str, object]
    as_row: Callable[[Sequence[object]], PreparedRow] | None

    def values(self, given: Mapping[str, object]) -> object:
        every = {**self.fixed, **given}
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


def run_text(connection: Connection, text: str) -> None:
    """Runs SQL that has neither parameters nor rows.

    Raises:
        sqlalchemy.exc.DBAPIError: As SQLAlchemy itself would raise it.
    """
    _run(connection, text, (), has_rows=False)


def _run(
    connection: Connection, text: str, values: object, *, has_rows: bool
) -> Sequence[Sequence[object]]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, cast("Any", values))  # pyright: ignore[reportExplicitAny] - the driver's own kinds
        return cursor.fetchall() if has_rows else ()
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
    return _Compiled(str(made), names, fixed, _row_maker(statement))


def _row_maker(statement: Statement) -> Callable[[Sequence[object]], PreparedRow] | None:
    if not isinstance(statement, ReturnsRows) or not statement.exported_columns:
        return None
    names = enumerate(str(name) for name in statement.exported_columns.keys())  # noqa: SIM118 - no mapping
    fields = [(n if _NAME.fullmatch(n) else f"column_{i}", object) for i, n in names]
    return NamedTuple("PreparedRow", fields)._make
