"""What the ledger has pruned goes from Dagster's catalog too, and nothing else."""

import sqlite3
from contextlib import closing

import dagster as dg

from dmaic_assets.defs.catalog.forget import Forgotten, forget, forget_pruned
from dmaic_assets.defs.jobs.launch import execute_bulk
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.defs.conftest import Desk, Project, csv_of


def two_runs(desk: Desk) -> tuple[str, str]:
    ids: list[str] = []
    for number in range(2):
        desk.project.drop(f"{number}.csv", csv_of(number * 100))
        result = desk.bulk()
        assert result is not None
        ids.append(result.run_id)
    return ids[0], ids[1]


def test_runs_that_the_ledger_has_no_more_are_forgotten(desk: Desk) -> None:
    old, new = two_runs(desk)

    dry = forget(desk.instance, {new}, dry_run=True)
    done = forget(desk.instance, {new}, dry_run=False)

    assert dry == done == Forgotten(partitions=1, runs=1)
    assert desk.instance.get_dynamic_partitions("run") == [new]
    assert desk.materializations("gate_verdict", f"{old}|orders") == []
    assert len(desk.materializations("gate_verdict", f"{new}|orders")) == 1
    assert forget(desk.instance, {new}, dry_run=False) == Forgotten()


def test_a_run_of_dagster_that_has_not_ended_stays(desk: Desk) -> None:
    old, new = two_runs(desk)
    (run,) = desk.instance.get_runs(dg.RunsFilter(tags={"dmaic/run": old}))
    open_run = desk.instance.create_run_for_job(_nothing, tags={"dmaic/run": old})

    forget(desk.instance, {new}, dry_run=False)

    assert not desk.instance.has_run(run.run_id)
    assert desk.instance.has_run(open_run.run_id)


def test_the_event_log_gives_its_space_back(project: Project) -> None:
    project.drop("0.csv", csv_of(0))
    assert forget_pruned(project.platform.settings, set(), dry_run=False) == Forgotten()
    execute_bulk(project.platform, RunRequest(), project.plan())

    found = forget_pruned(project.platform.settings, set(), dry_run=False)

    assert (found.partitions, found.runs) == (1, 1)
    assert found.size_bytes > 0
    log = project.data / "dagster_home" / "history" / "runs" / "index.db"
    with closing(sqlite3.connect(log)) as connection:
        assert connection.execute("SELECT count(*) FROM event_logs").fetchone() == (0,)


@dg.job
def _nothing() -> None:
    return None
