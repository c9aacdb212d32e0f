"""Publishing is owed until it is done: by the run itself, by the next command, or on request."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.store.ledger.record.owed import all_owed
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.store.warehouse.duckdb import refresh_views
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run import bulk, closing
from dmaic_assets.work.run.bulk import open_run
from dmaic_assets.work.run.owed import left_unpublished, publish_left
from dmaic_assets.work.run.upkeep import put_right
from dmaic_assets.work.run.worker import work_until_told
from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.work.conftest import Project, csv_of

_HOLDER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Keeps the database open for writing in another process."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.communicate("\n")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute is what people are given to close a program; a test needs less."""
    monkeypatch.setattr(closing, "refresh_views", lambda paths: refresh_views(paths, wait_s=0.2))


@pytest.fixture
def refused(project: Project) -> Project:
    """A project whose second source was judged while the database was held."""
    project.drop("1.csv", csv_of(0))
    project.run()
    project.drop("1.csv", csv_of(5_000), source="items")
    with (
        held(project.data / "warehouse" / "warehouse.duckdb"),
        pytest.raises(StoreError, match="held by another program"),
    ):
        project.run()
    return project


def views(project: Project) -> list[str]:
    database = project.data / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        return sorted(row[0] for row in connection.execute(query).fetchall())


def test_a_run_whose_publishing_is_refused_has_ended_and_is_owed(refused: Project) -> None:
    newest = list_runs(refused.platform.ledger, 1)[0]

    assert (newest.status, newest.totals["accept"]) == ("succeeded", 1)
    assert [(o.run_id, o.sources) for o in left_unpublished(refused.platform)] == [
        (newest.run_id, ("items",))
    ]
    assert views(refused) == ["orders"]


def test_status_names_what_is_owed_and_the_next_command_does_it(refused: Project) -> None:
    run_id = list_runs(refused.platform.ledger, 1)[0].run_id

    status = dmaic_here("status", cwd=refused.root)
    again = dmaic_here("run-all", cwd=refused.root)

    assert f"run {run_id} is not published" in status.out
    assert "dmaic job reconcile" in status.out
    assert f"published run {run_id}" in again.out
    assert views(refused) == ["items", "orders"]
    assert all_owed(refused.platform.ledger) == []
    assert "not published" not in dmaic_here("status", cwd=refused.root).out


def test_it_stays_owed_while_the_database_is_still_held(refused: Project) -> None:
    with (
        held(refused.data / "warehouse" / "warehouse.duckdb"),
        pytest.raises(StoreError, match="held by another program"),
    ):
        publish_left(refused.platform)

    assert len(left_unpublished(refused.platform)) == 1
    assert len(publish_left(refused.platform)) == 1
    assert publish_left(refused.platform) == ()


def test_reconciling_finds_what_is_owed_and_does_it(refused: Project) -> None:
    run_id = list_runs(refused.platform.ledger, 1)[0].run_id

    found = put_right(refused.platform, dry_run=True)
    done = put_right(refused.platform)

    assert found.unpublished_runs == done.unpublished_runs == (run_id,)
    assert views(refused) == ["items", "orders"]
    assert put_right(refused.platform).is_clean


def test_a_run_that_dies_before_it_publishes_is_ended_and_published(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.drop("1.csv", csv_of(0))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(closing, "refresh_views", interrupt)
        # A process that is killed has no time to say so.
        patched.setattr(bulk, "end_stopped", lambda *_: False)
        project.run()
    assert list_runs(project.platform.ledger, 1)[0].status == "running"

    publish_left(project.platform)

    assert list_runs(project.platform.ledger, 1)[0].status == "interrupted"
    assert views(project) == ["orders"]


def test_a_run_with_files_still_to_be_judged_is_not_owed(project: Project) -> None:
    project.drop("1.csv", csv_of(0))
    open_run(project.platform, project.plan(), RunRequest())

    assert len(all_owed(project.platform.ledger)) == 1
    assert left_unpublished(project.platform) == ()


def test_a_worker_closes_the_run_that_another_could_not_publish(project: Project) -> None:
    project.drop("1.csv", csv_of(0))
    project.run()
    project.drop("1.csv", csv_of(5_000), source="items")
    request = RunRequest(trigger="worker")
    run_id = open_run(project.platform, project.plan(request), request)
    with (
        held(project.data / "warehouse" / "warehouse.duckdb"),
        pytest.raises(StoreError, match="held by another program"),
    ):
        work_until_told(project.platform, threading.Event(), until_idle=True)

    work_until_told(project.platform, threading.Event(), until_idle=True)

    newest = list_runs(project.platform.ledger, 1)[0]
    assert (newest.run_id, newest.status) == (run_id, "succeeded")
    assert views(project) == ["items", "orders"]
    assert all_owed(project.platform.ledger) == []


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt
