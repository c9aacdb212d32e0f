"""Dagster's SQLite event log with each event stored once, named in the project's dagster.yaml.

Dagster gives each run a file of its own, makes its tables anew (a sixth of a second), and writes
what a catalog needs a second time, into the index; it makes an engine for every statement, and
syncs the disk at every event: 14 s for the 750 events of 68 small files. Here all events are in the
index, packed (Dagster's own storage cannot read them any more), over one kept connection with
SQLite's `synchronous = NORMAL`. After a power cut the newest events may be missing from Dagster's
catalog, but never from the ledger, which is what decides.

A run that has a file, from before events were stored once, keeps it, and is read from it.
"""

import threading
from collections import OrderedDict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Self, cast

from dagster import AssetKey, DagsterInstance
from dagster._core.event_api import EventHandlerFn, EventLogRecord, EventRecordsFilter
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from typing_extensions import override

from dmaic_assets.defs.instance.storage import revisions
from dmaic_assets.defs.instance.watching import EventWatch
from dmaic_assets.store.packed import pack_documents

# Connections kept, one to each file: bounds open files where a web server looks at old runs.
_KEPT_FILES = 16


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """Dagster's event log in one file, written and read over a kept connection."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._known_tables: set[str] = set()
        self._has_asset_times = False
        # While events are stored together: the last of each asset and type, with its id.
        self._last: dict[tuple[str, str], tuple[EventLogEntry, int]] | None = None
        self._turn = threading.RLock()
        self._open: dict[str, Connection] = {}
        super().__init__(base_dir, inst_data)
        log = Path(self.path_for_shard(INDEX_SHARD_NAME))
        self._watch = EventWatch(self.get_records_for_run, log)

    @classmethod
    @override
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Builds the storage from dagster.yaml."""
        return cls(str(config_value["base_dir"]), inst_data)

    @property
    @override
    def is_run_sharded(self) -> bool:
        """Whether events of different runs are in different files: not any more."""
        return False

    @override
    def has_table(self, table_name: str) -> bool:
        """Tells whether the index has a table; a table that is there stays there."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    @override
    def store_event(self, event: EventLogEntry) -> None:
        """Stores an event with all that the catalog derives from it, in one transaction."""
        if self._has_file(event.run_id):
            super().store_event(event)
            return
        with self.index_connection():
            SqlEventLogStorage.store_event(self, event)

    @contextmanager
    def together(self) -> Generator[None]:
        """Stores the events of a `with` block, all of this thread, in one transaction.

        Of the events of an asset only the last of each type is what the asset's row tells, so it
        is written once. Other threads wait for their turn: the block should do nothing else.
        """
        with self.index_connection() as connection:
            if self._last is not None:
                yield
                return
            self._last = {}
            try:
                yield
                for event, event_id in sorted(self._last.values(), key=lambda last: last[1]):
                    super()._store_asset_event(connection, event, event_id)
            finally:
                self._last = None

    @override
    def _store_asset_event(self, conn: Connection, event: EventLogEntry, event_id: int) -> None:
        told = event.dagster_event
        if self._last is None or told is None or told.asset_key is None:
            super()._store_asset_event(conn, event, event_id)
        else:
            self._last[told.asset_key.to_string(), told.event_type_value] = (event, event_id)

    @override
    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        # A column that is there stays there, as a table does.
        if not self._has_asset_times:
            self._has_asset_times = super()._has_asset_key_index_cols_on_connection(conn)
        return self._has_asset_times

    @override
    def get_maximum_record_id(self) -> int | None:
        """Tells the id of the newest event; None when there is none."""
        with self.index_connection() as connection:
            return connection.exec_driver_sql("SELECT MAX(id) FROM event_logs").scalar()

    @override
    def get_event_records(
        self,
        event_records_filter: EventRecordsFilter,
        limit: int | None = None,
        ascending: bool = False,
    ) -> Sequence[EventLogRecord]:
        """Reads events of all runs, from the one file."""
        return SqlEventLogStorage.get_event_records(self, event_records_filter, limit, ascending)

    @override
    def wipe_asset(self, asset_key: AssetKey) -> None:
        """Forgets an asset's history; the logs of runs stay whole, as in Dagster's own."""
        SqlEventLogStorage.wipe_asset(self, asset_key)

    @override
    def watch(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        """Tells a run's events after a cursor as they are stored."""
        self._watch.add(run_id, cursor, callback)

    @override
    def end_watch(self, run_id: str, handler: EventHandlerFn) -> None:
        """Stops telling."""
        self._watch.remove(run_id, handler)

    @override
    def dispose(self) -> None:
        """Closes the kept connections."""
        self._watch.close()
        super().dispose()
        with self._turn:
            while self._engines:
                self._engines.popitem()[1].dispose()

    def _has_file(self, run_id: str) -> bool:
        return Path(self.path_for_shard(run_id)).exists()

    @contextmanager
    @override
    def _connect(self, shard: str | None) -> Generator[Connection]:
        name = shard if shard is not None and self._has_file(shard) else INDEX_SHARD_NAME
        # As the original does: one connection at a time in one process.
        with self._turn:
            outer = self._open.get(name)
            if outer is not None:
                yield outer
                return
            engine = self._engine(name)
            if name not in self._initialized_dbs:
                # Asking Dagster loads all migrations, to find what one row tells.
                if not revisions(Path(self.path_for_shard(name))):
                    self._initdb(engine)
                self._initialized_dbs.add(name)
            with engine.connect() as connection, connection.begin():
                self._open[name] = connection
                try:
                    yield connection
                finally:
                    del self._open[name]

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
            pack_documents(engine)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > _KEPT_FILES:
            self._engines.popitem(last=False)[1].dispose()
        return engine


@contextmanager
def events_together(instance: DagsterInstance) -> Generator[None]:
    """Has the instance store the events of a `with` block at once, where its storage can."""
    storage = instance.event_log_storage
    with storage.together() if isinstance(storage, KeptSqliteEventLogStorage) else nullcontext():
        yield


def _sync_at_checkpoints(connection: object, _record: object) -> None:
    cursor = cast("Any", connection).cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
