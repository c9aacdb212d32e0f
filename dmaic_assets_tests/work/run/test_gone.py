"""Runs that are stopped, or whose process was killed, end and say why; the next takes them up."""

import signal
import subprocess
import sys

import pytest

from dmaic_assets.reports.views.runs import read_runs
from dmaic_assets.store.ledger.record.runs import get_run, start_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.gone import end_gone
from dmaic_assets.work.run.holders import holder_of
from dmaic_assets.work.run.watch import Progress
from dmaic_assets_tests.work.conftest import Project, csv_of

HOLDS = """
import fcntl, json, os, socket, sys, time
handle = open(sys.argv[1], "a+")
fcntl.flock(handle, fcntl.LOCK_EX)
held = {"run_id": "r", "host": socket.gethostname(), "pid": os.getpid(), "since": "now"}
handle.write(json.dumps(held)); handle.flush()
print("held", flush=True)
time.sleep(600)
"""


def running_elsewhere(project: Project, kind: str) -> tuple[str, "subprocess.Popen[str]"]:
    """A run that another process holds, and that process."""
    run = start_run(project.platform.ledger, git_sha="", config_hash="", inputs_hash="", kind=kind)
    folder = project.platform.paths.ledger / "running"
    folder.mkdir(parents=True, exist_ok=True)
    place = str(folder / f"{run.run_id}.lock")
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDS, place], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return run.run_id, child


def killed(child: "subprocess.Popen[str]") -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()


def test_a_run_is_ended_when_its_process_is_gone_and_no_sooner(project: Project) -> None:
    run_id, child = running_elsewhere(project, "cli")

    assert end_gone(project.platform) == ()
    assert holder_of(project.platform, run_id) is not None
    killed(child)
    assert end_gone(project.platform) == (run_id,)
    assert end_gone(project.platform) == ()

    (entry,) = read_runs(project.platform).runs
    assert (entry.status, entry.why) == (
        "interrupted",
        "its process is gone; the next run takes up what it left",
    )


def test_a_run_that_waits_for_workers_and_locks_of_other_machines_stay(project: Project) -> None:
    waits, child = running_elsewhere(project, "worker")
    killed(child)
    run = start_run(project.platform.ledger, git_sha="", config_hash="", inputs_hash="", kind="cli")
    lock = project.platform.paths.ledger / "running" / f"{run.run_id}.lock"
    lock.write_text('{"run_id": "r", "host": "elsewhere", "pid": 1, "since": "now"}')

    assert end_gone(project.platform) == ()

    statuses = {get_run(project.platform.ledger, name).status for name in (waits, run.run_id)}
    assert statuses == {"running"}


def test_a_run_that_is_stopped_ends_with_what_it_did(project: Project) -> None:
    for number in range(6):
        project.drop(f"{number}.csv", csv_of(1000 * number))
    run_id = open_run(project.platform, project.plan(), RunRequest())

    def stop(_progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_run(project.platform, run_id, workers=1, on_progress=stop)

    run = get_run(project.platform.ledger, run_id)
    assert (run.status, run.totals["stopped"]) == (
        "interrupted",
        "stopped from outside: Ctrl-C, TERM or a cancelled job",
    )
    assert 0 < run.counts.files < 6
    assert run.counts.accept == run.counts.files
    result = project.run()
    assert result is not None
    assert all(a.disposition == "accepted" for a in project.arrivals().values())
    assert get_run(project.platform.ledger, run_id).status == "interrupted"


def test_a_disk_that_refuses_ends_a_run_as_failed_with_its_words(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dmaic_assets.errors import StoreError
    from dmaic_assets.work.run import bulk

    def refuse(*_: object, **__: object) -> None:
        raise StoreError("the disk", "is full", "Make room.")

    project.drop("1.csv", csv_of(0))
    run_id = open_run(project.platform, project.plan(), RunRequest())
    with monkeypatch.context() as patched:
        patched.setattr(bulk, "raise_first", refuse)
        with pytest.raises(StoreError):
            work_run(project.platform, run_id)

    run = get_run(project.platform.ledger, run_id)
    assert (run.status, run.totals) == ("failed", {"stopped": "the disk: is full"})
