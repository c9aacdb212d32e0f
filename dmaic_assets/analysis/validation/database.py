"""Tables under study as views of a DuckDB database in memory that reaches nothing else.

What belongs here: the database, and which columns are known, and known to be sensitive. Rows are
read of the columns that a question names, for its length.
"""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.semantic import sensitive_columns
from dmaic_assets.store.warehouse.layout import quote_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_Options: TypeAlias = dict[str, str | bool | int | float | list[str]]
# Beside the threads of other analyses one is enough; it also keeps sums in one order.
_LOCKED: _Options = {"enable_external_access": "false", "threads": "1"}


@dataclass(frozen=True)
class Database:
    """The tables that can be asked. `sensitive` are columns, as pairs of table and column."""

    connection: "DuckDBPyConnection"
    tables: Mapping[str, Table]
    sensitive: Collection[tuple[str, str]] = field(default_factory=frozenset)

    def rows(self, sql: str, used: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
        """Answers a question about some columns of some tables.

        Raises:
            duckdb.Error: It cannot be answered.
        """
        connection = self.connection.cursor()
        try:
            for table, columns in used.items():
                there = self.tables[table]
                wanted = [name for name in there.columns() if name in columns]
                # A count of rows names no column.
                frame = there.rows(wanted or there.columns()[:1])
                connection.register(table, frame.to_arrow())
                if there.held.files:
                    held = there.held_rows(wanted or there.columns()[:1])
                    connection.register(_held_name(table), held.to_arrow())
            found = connection.execute(sql)
            names = [str(one[0]) for one in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        finally:
            connection.close()

    def held_view(self, table: str) -> str | None:
        """The rows of a table that quarantine holds, as a name of SQL; None where it holds none."""
        return quote_name(_held_name(table)) if self.tables[table].held.files else None

    def is_held_whole(self, table: str, columns: Collection[str]) -> bool:
        """Tells whether all rows that quarantine holds of a table have values in some columns."""
        there = self.tables[table]
        if not there.held.files:
            return True
        rows = there.held_rows([name for name in there.columns() if name in columns])
        return 0 < there.held.rows == rows.drop_nulls().height

    def is_sensitive(self, table: str, columns: Collection[str]) -> bool:
        """Tells whether one of the columns is sensitive."""
        return any((table, name) in self.sensitive for name in columns)


def _held_name(table: str) -> str:
    """The name under which held rows are registered: no source has it."""
    return f"{table} in quarantine"


@contextmanager
def database_of(study: Study) -> Generator[Database]:
    """Opens a database over the tables of a study, for the length of a block."""
    import duckdb

    connection = duckdb.connect(":memory:", config=_LOCKED)
    try:
        connection.execute("SET lock_configuration = true")
        yield Database(connection, study.tables, sensitive_columns(study))
    finally:
        connection.close()


def names_list(columns: Sequence[str], before: str = "") -> str:
    """Spells columns as a list of SQL."""
    return ", ".join(f"{before}{quote_name(name)}" for name in columns)
