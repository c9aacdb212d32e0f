"""Dagster's SQLite event log with its connections kept, named in the project's dagster.yaml.

Dagster makes an engine for every statement, so that no statement is compiled once and used
twice, and syncs the disk at every event: 14 s for the 750 events of 68 small files. Kept engines
and SQLite's `synchronous = NORMAL` make it 4 s. After a power cut the newest events may be missing
from Dagster's catalog, but never from the ledger, which is what decides.
"""

from collections import OrderedDict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Self, cast

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from typing_extensions import override

# Connections kept, one to each run's file: bounds open files; the runs of a busy project fit.
_KEPT_FILES = 16


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's event log in the same files, written and read over kept connections."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._known_tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    @override
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Builds the storage from dagster.yaml."""
        return cls(str(config_value["base_dir"]), inst_data)

    @override
    def has_table(self, table_name: str) -> bool:
        """Tells whether the index has a table; a table that is there stays there."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    @override
    def dispose(self) -> None:
        """Closes the kept connections."""
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()

    @contextmanager
    @override
    def _connect(self, shard: str) -> Generator[Connection]:
        # As the original does: one connection at a time in one process.
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.get(shard)
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            event.listen(engine, "connect", _sync_at_checkpoints)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > _KEPT_FILES:
            # Each run has a file of its own, and a web server looks at many.
            self._engines.popitem(last=False)[1].dispose()
        return engine


def _sync_at_checkpoints(connection: object, _record: object) -> None:
    cursor = cast("Any", connection).cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
