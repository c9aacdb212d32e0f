"""`dmaic worker` ends cleanly when it is told to."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.runs import get_run
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest, Trigger
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.platform import platform_of
from dmaic_assets_tests.cli.shell import clean_environment, dmaic
from dmaic_assets_tests.work.conftest import csv_of


@contextmanager
def started_worker(project: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A worker, which does not outlive the test that it belongs to."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "dmaic_assets.cli", "worker", *options],
        cwd=project,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def plan_for_workers(
    project: Path, *, files: int, first: str | None = None, trigger: Trigger = "worker"
) -> str:
    incoming = project / "data" / "incoming" / "orders"
    incoming.mkdir(parents=True)
    for number in range(files):
        (incoming / f"{number:02}.csv").write_text(csv_of(1000 * number))
    if first is not None:
        (incoming / "00.csv").write_text(first)
    request = RunRequest(trigger=trigger)
    with platform_of(load_settings(project, environment={})) as platform:
        return open_run(platform, plan_run(platform, request), request)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_says_goodbye(tmp_path: Path, signum: int) -> None:
    make_project(tmp_path)
    with started_worker(tmp_path, "--concurrency", "2") as worker:
        assert worker.stdout is not None
        greeting = worker.stdout.readline()

        worker.send_signal(signum)
        out, err = worker.communicate(timeout=60)

    assert greeting.startswith("Working on ")
    assert (worker.returncode, out, err) == (0, "Stopped after 0 tasks.\n", "")


def test_a_worker_that_is_told_to_stop_finishes_its_task_and_leaves_the_rest(
    tmp_path: Path,
) -> None:
    make_project(tmp_path)
    run_id = plan_for_workers(tmp_path, files=6)
    with started_worker(tmp_path) as worker:
        assert worker.stdout is not None
        assert [worker.stdout.readline() for _ in range(2)][1] == "orders/00.csv\n"

        worker.send_signal(signal.SIGTERM)
        out, err = worker.communicate(timeout=120)

    with platform_of(load_settings(tmp_path, environment={})) as platform:
        tasks = list_tasks(platform.ledger)
        done = sum(task.state == "DONE" for task in tasks)
        left = [(task.state, task.attempts, task.owner) for task in tasks[done:]]
        assert (worker.returncode, err) == (0, "")
        assert out.endswith(f"Stopped after {done} task{'s' if done > 1 else ''}.\n")
        assert left == [("PLANNED", 0, None)] * (6 - done)
        assert 1 <= done < 6
        assert get_run(platform.ledger, run_id).status == "running"

    rest = dmaic("worker", "--until-idle", "--json", cwd=tmp_path)

    assert (rest.code, rest.json) == (0, {"tasks": 6 - done})
    with platform_of(load_settings(tmp_path, environment={})) as platform:
        assert get_run(platform.ledger, run_id).status == "succeeded"


def test_a_worker_begins_nothing_more_of_a_run_that_stops_early(tmp_path: Path) -> None:
    make_project(tmp_path)
    run_id = plan_for_workers(tmp_path, files=40, first=" \n \n", trigger="cli")
    with started_worker(tmp_path) as worker:
        assert worker.stdout is not None
        assert [worker.stdout.readline() for _ in range(2)][1] == "orders/00.csv\n"

        with platform_of(load_settings(tmp_path, environment={})) as platform:
            result = work_run(platform, run_id, workers=1, fail_fast=True)
            done = [t.file for t in list_tasks(platform.ledger) if t.state == "DONE"]
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=60)

    assert done[0] == "orders/00.csv"
    assert len(result.left) == 40 - len(done)
    assert len(result.left) > 20
