"""The kept event log holds what Dagster's own holds, and what we lean on is pinned."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from dmaic_assets.defs import event_log
from dmaic_assets.defs.event_log import KeptSqliteEventLogStorage, events_together

ROOT = Path(__file__).resolve().parents[2]
CELLS = [f"R|{source}" for source in ("a", "b", "c")]


def instance_in(home: Path, storage: type) -> dg.DagsterInstance:
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text(
        "telemetry: {enabled: false}\n"
        f"event_log_storage: {{module: {storage.__module__}, class: {storage.__name__},"
        f" config: {{base_dir: '{home / 'history'}'}}}}\n"
    )
    return dg.DagsterInstance.from_config(str(home))


@dg.op
def tell(context: dg.OpExecutionContext) -> None:
    for cell in CELLS:
        context.log_event(dg.AssetMaterialization("a", partition=cell, metadata={"n": 1}))
        context.log_event(
            dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey("a"), check_name="c", passed=True, partition=cell
            )
        )


@dg.job(executor_def=dg.in_process_executor)
def told() -> None:
    tell()


def everything(home: Path, storage: type) -> tuple:
    with instance_in(home, storage) as instance:
        result = told.execute_in_process(
            instance=instance,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        key = dg.AssetKey("a")
        checks = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(key, "c"), limit=10
        )
        return (
            [entry.dagster_event_type for entry in instance.all_logs(result.run_id)],
            sorted(instance.get_materialized_partitions(key)),
            sorted(str(record.status) for record in checks),
            instance.get_asset_keys(),
            [run.status for run in instance.get_runs()],
        )


def test_it_holds_what_dagsters_own_holds(tmp_path):
    own = everything(tmp_path / "own", SqliteEventLogStorage)
    kept = everything(tmp_path / "kept", KeptSqliteEventLogStorage)

    assert kept == own


def test_events_of_a_block_are_stored_as_those_told_one_by_one(tmp_path):
    key, found = dg.AssetKey("a"), []
    for name, together in (("each", nullcontext), ("block", events_together)):
        with instance_in(tmp_path / name, KeptSqliteEventLogStorage) as instance:
            with together(instance):
                for cell in CELLS:
                    instance.report_runless_asset_event(
                        dg.AssetMaterialization(key, partition=cell)
                    )
                    instance.report_runless_asset_event(dg.AssetObservation(key, partition=cell))
            (record,) = instance.get_asset_records([key])
            newest = record.asset_entry.last_materialization
            found.append(newest.asset_materialization.partition)
            found.append(record.asset_entry.last_materialization_storage_id)
            found.append(instance.event_log_storage.get_maximum_record_id())

    # Materialization and observation of three cells, one after the other: the fifth is the last.
    assert found == [CELLS[-1], 5, 6] * 2


def test_of_a_block_that_fails_nothing_is_stored(tmp_path):
    with instance_in(tmp_path / "home", KeptSqliteEventLogStorage) as instance:
        with pytest.raises(RuntimeError), events_together(instance):
            instance.report_runless_asset_event(dg.AssetMaterialization("a", partition=CELLS[0]))
            raise RuntimeError

        assert instance.event_log_storage.get_maximum_record_id() is None
        assert not instance.get_asset_records([dg.AssetKey("a")])


def test_either_reads_what_the_other_wrote(tmp_path):
    home = tmp_path / "home"
    first = everything(home, KeptSqliteEventLogStorage)

    with instance_in(home, SqliteEventLogStorage) as instance:
        assert sorted(instance.get_materialized_partitions(dg.AssetKey("a"))) == first[1]


def test_every_event_is_stored_once_in_one_file(tmp_path):
    history = tmp_path / "home" / "history"
    types = everything(tmp_path / "home", KeptSqliteEventLogStorage)[0]

    assert {path.name for path in history.glob("*.db")} == {"runs.db", "index.db"}
    with closing(sqlite3.connect(history / "index.db")) as connection:
        assert connection.execute("SELECT count(*) FROM event_logs").fetchone() == (len(types),)


def test_a_run_from_before_keeps_its_file_and_takes_what_follows(tmp_path):
    home = tmp_path / "home"
    own = everything(home, SqliteEventLogStorage)

    with instance_in(home, KeptSqliteEventLogStorage) as instance:
        (run,) = instance.get_runs()
        before = instance.all_logs(run.run_id)
        instance.report_engine_event("found dead", run)
        after = instance.all_logs(run.run_id)

    assert [entry.dagster_event_type for entry in before] == own[0]
    assert [entry.message for entry in after[len(before) :]] == ["found dead"]


def test_events_of_an_open_run_are_told_as_they_are_stored(tmp_path):
    home = tmp_path / "home"
    with (
        instance_in(home, KeptSqliteEventLogStorage) as page,
        instance_in(home, KeptSqliteEventLogStorage) as worker,
    ):
        run = worker.create_run_for_job(told)
        told_so_far: list[str] = []
        page.watch_event_logs(run.run_id, None, lambda entry, _: told_so_far.append(entry.message))
        for number in range(3):
            worker.report_engine_event(f"news {number}", run)
            wait_until(lambda n=number: told_so_far[-1:] == [f"news {n}"])

        assert told_so_far == ["news 0", "news 1", "news 2"]


def test_an_event_is_stored_whole_or_not_at_all(tmp_path, monkeypatch):
    def break_off(*_: object, **__: object) -> None:
        raise RuntimeError

    with instance_in(tmp_path / "home", KeptSqliteEventLogStorage) as instance:
        monkeypatch.setattr(instance.event_log_storage, "_store_asset_event", break_off)
        with pytest.raises(RuntimeError):
            instance.report_runless_asset_event(dg.AssetMaterialization("a"))
        monkeypatch.undo()

        assert instance.fetch_materializations(dg.AssetKey("a"), limit=5).records == []


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_is_safe_to_use_from_threads(tmp_path):
    with instance_in(tmp_path / "home", KeptSqliteEventLogStorage) as instance:
        events = [dg.AssetMaterialization("a", partition=f"R|s{n}") for n in range(12)]

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(instance.report_runless_asset_event, events))

        assert len(instance.get_materialized_partitions(dg.AssetKey("a"))) == 12


def test_two_processes_write_at_once(tmp_path):
    home = tmp_path / "home"
    instance_in(home, KeptSqliteEventLogStorage).dispose()
    code = (
        "import sys, dagster as dg\n"
        "with dg.DagsterInstance.from_config(sys.argv[1]) as instance:\n"
        "    for n in range(25):\n"
        "        event = dg.AssetMaterialization('a', partition=f'{sys.argv[2]}|{n}')\n"
        "        instance.report_runless_asset_event(event)\n"
    )

    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(home), name], cwd=ROOT) for name in "AB"
    ]

    assert [writer.wait() for writer in writers] == [0, 0]
    with instance_in(home, KeptSqliteEventLogStorage) as instance:
        assert len(instance.get_materialized_partitions(dg.AssetKey("a"))) == 50


def test_it_keeps_few_files_open(tmp_path, monkeypatch):
    monkeypatch.setattr(event_log, "_KEPT_FILES", 2)
    storage = KeptSqliteEventLogStorage(str(tmp_path / "history"))
    for number in range(3):
        # The file of a run from before events were stored once.
        (tmp_path / "history" / f"run{number}.db").touch()
        with storage.run_connection(f"run{number}"):
            pass
        with storage.index_connection():
            pass

    assert sorted(storage._engines) == ["index", "run2"]
    storage.dispose()
    assert len(storage._engines) == 0


@pytest.mark.parametrize("name", ["_connect", "_initdb", "conn_string_for_shard", "has_table"])
def test_dagster_still_has_what_is_replaced(name):
    assert callable(getattr(SqliteEventLogStorage, name))


def test_dagsters_own_still_makes_an_engine_for_every_connection(tmp_path):
    """When this fails, the kept event log has done its duty and can go."""
    storage = SqliteEventLogStorage(str(tmp_path / "history"))

    with storage.index_connection() as first:
        one = first.engine
    with storage.index_connection() as second:
        assert second.engine is not one
    assert hasattr(storage, "_initialized_dbs")
