"""Jobs as real child processes; one of them is the real command line."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dmaic_assets.errors import BadInputError, BusyError, PolicyError, StoreError
from dmaic_assets.settings.project import utc_clock
from dmaic_assets.web.jobs import runner as runner_module
from dmaic_assets.web.jobs.job import KEPT, Job, JobFiles
from dmaic_assets.web.jobs.runner import MOST_WAITING, JobRunner
from dmaic_assets_tests.work.conftest import csv_of, make_project


@pytest.fixture
def idle(monkeypatch) -> None:
    """Commands of a test in the place of ours."""
    monkeypatch.setattr(runner_module, "_COMMANDS", "dmaic_assets_tests.web.jobs.idle")


@pytest.fixture
def jobs(tmp_path, monkeypatch) -> Iterator[JobRunner]:
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.setenv("DMAIC_WRITE_TOKEN", "w" * 32)
    runner = JobRunner(tmp_path, JobFiles(tmp_path / "data" / "jobs"), utc_clock)
    runner.start()
    yield runner
    runner.close()


def ended(jobs: JobRunner, job: Job, *, within_s: float = 60) -> Job:
    return until(jobs, job, lambda found: not found.is_open, within_s)


def until(jobs: JobRunner, job: Job, condition, within_s: float = 60) -> Job:
    deadline = time.monotonic() + within_s
    while not condition(found := jobs.get(job.id)):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def is_waiting(_job: Job) -> bool:
    """Whether the child of a test has begun to wait."""
    return any(
        "dmaic_assets_tests.web.jobs.idle" in " ".join(child.cmdline())
        for child in psutil.Process().children()
    )


def test_a_command_that_ends_is_a_completed_job(idle, jobs):
    job = jobs.submit("run", ["run-all", "--threshold=95"])
    done = ended(jobs, job)

    assert (job.state, done.state, done.exit_code) == ("pending", "completed", 0)
    assert job.command == ("dmaic", "run-all", "--threshold=95")
    assert done.result == {"arguments": ["run-all", "--threshold=95", "--json"]}
    assert done.started_at is not None
    assert done.finished_at is not None


def test_a_gate_that_says_no_is_an_answer(idle, jobs):
    done = ended(jobs, jobs.submit("run", ["held"]))

    assert (done.state, done.exit_code, done.error) == ("completed", 4, None)


def test_a_refusal_tells_why_and_what_helps(idle, jobs):
    done = ended(jobs, jobs.submit("run", ["refuse"]))

    assert (done.state, done.exit_code, done.result) == ("failed", 2, None)
    assert done.error == {"error": "BadInput", "detail": "a.csv: is not there", "hint": "Name it."}


def test_a_defect_is_told_by_its_last_line(idle, jobs):
    done = ended(jobs, jobs.submit("run", ["crash"]))

    assert done.state == "failed"
    assert done.error is not None
    assert done.error["detail"] == "RuntimeError: it broke"


def test_a_document_that_is_too_long_is_not_kept(idle, jobs):
    done = ended(jobs, jobs.submit("run", ["talk"]))

    assert (done.state, done.result) == ("failed", None)


def test_one_job_runs_at_a_time_in_the_order_of_asking(idle, jobs):
    first, second = (jobs.submit("run", [name]) for name in ("wait", "b"))
    until(jobs, first, is_waiting)

    assert [job.state for job in jobs.open_jobs()] == ["running", "pending"]
    jobs.cancel(first.id)
    assert ended(jobs, second).state == "completed"


def test_a_running_job_is_interrupted_as_by_ctrl_c(idle, jobs):
    job = jobs.submit("run", ["wait"])
    until(jobs, job, is_waiting)
    time.sleep(0.3)

    jobs.cancel(job.id)
    done = ended(jobs, job)

    assert (done.state, done.exit_code) == ("cancelled", 130)
    with pytest.raises(PolicyError, match="is cancelled"):
        jobs.cancel(job.id)


def test_a_job_that_does_not_listen_is_ended(idle, jobs, monkeypatch):
    monkeypatch.setattr(runner_module, "_INTERRUPT_S", 0.5)
    job = jobs.submit("run", ["deaf"])
    until(jobs, job, is_waiting)
    time.sleep(0.5)

    jobs.cancel(job.id)

    assert ended(jobs, job).state == "cancelled"


def test_a_job_that_waits_never_starts_once_it_is_cancelled(idle, jobs):
    first, second = (jobs.submit("run", [name]) for name in ("wait", "b"))
    gone = jobs.cancel(second.id)

    jobs.cancel(first.id)
    ended(jobs, first)

    assert (gone.state, jobs.get(second.id).started_at) == ("cancelled", None)


def test_only_so_many_may_wait(idle, jobs):
    first = jobs.submit("run", ["wait"])
    until(jobs, first, lambda job: job.state == "running")
    for _ in range(MOST_WAITING):
        jobs.submit("run", ["b"])

    with pytest.raises(BusyError, match="wait already"):
        jobs.submit("run", ["b"])


def test_an_unknown_job_is_refused(jobs):
    with pytest.raises(BadInputError, match="is not known"):
        jobs.cancel("nothing")


def test_jobs_outlive_the_server_and_open_ones_are_failed(tmp_path):
    files = JobFiles(tmp_path)
    done = Job("20260101T000000-1-1", "run", ("dmaic",), "completed", "t", result={"a": 1})
    open_ = Job("20260101T000000-1-2", "run", ("dmaic",), "running", "t")
    for job in (done, open_):
        files.write(job)
    (tmp_path / "broken.json").write_text("{")

    runner = JobRunner(tmp_path, files, utc_clock)
    runner.start()
    runner.close()

    first, second = runner.all_jobs()
    assert (first.id, first.state, second) == (open_.id, "failed", done)
    assert first.error is not None
    assert "server ended" in first.error["detail"]


def test_only_the_newest_jobs_are_kept(tmp_path):
    files = JobFiles(tmp_path)
    for number in range(KEPT + 5):
        files.write(Job(f"2026-{number:04}", "run", (), "completed", "t"))

    kept = files.read()

    assert len(kept) == KEPT
    assert kept[0].id == f"2026-{KEPT + 4:04}"


def test_the_server_takes_its_jobs_with_it(idle, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    runner = JobRunner(tmp_path, JobFiles(tmp_path / "jobs"), utc_clock)
    runner.start()
    first, second = (runner.submit("run", [name]) for name in ("wait", "b"))
    until(runner, first, is_waiting)

    runner.close()

    assert [runner.get(job.id).state for job in (first, second)] == ["cancelled"] * 2
    assert not is_waiting(first)


def test_no_command_sees_the_tokens(jobs):
    from dmaic_assets.web.jobs.runner import _environment

    assert os.environ["DMAIC_WRITE_TOKEN"]
    assert not any("TOKEN" in name for name in _environment(jobs._root))


def test_a_real_run_is_a_job(tmp_path, monkeypatch):
    project = make_project(tmp_path)
    project.drop("1.csv", csv_of(0))
    project.platform.close()
    runner = JobRunner(tmp_path, JobFiles(tmp_path / "data" / "jobs"), utc_clock)
    runner.start()

    done = ended(runner, runner.submit("run", ["run-all"]), within_s=180)
    runner.close()

    assert (done.state, done.exit_code) == ("completed", 0), done.error
    assert [file["verdict"] for file in done.result["files"]] == ["accept"]


def test_files_of_jobs_that_hold_something_else_are_left_out(tmp_path):
    files = JobFiles(tmp_path)
    for name, text in (("a", "{}"), ("b", "[1]"), ("c", '{"id": 3}'), ("d", "no JSON")):
        (tmp_path / f"{name}.json").write_text(text)
    files.write(job := Job("e", "run", ("dmaic", "run-all"), "completed", "2026-11-30"))

    assert files.read() == [job]


def test_a_disk_that_refuses_takes_no_job_and_ends_no_worker(idle, jobs, tmp_path):
    folder = tmp_path / "data" / "jobs"
    first = jobs.submit("run", ["wait"])
    until(jobs, first, is_waiting)
    folder.rename(tmp_path / "gone")
    folder.touch()

    with pytest.raises(StoreError):
        jobs.submit("run", ["run-all"])
    assert [job.id for job in jobs.all_jobs()] == [first.id]
    jobs.cancel(first.id)
    assert not ended(jobs, first).is_open
    folder.unlink()
    assert ended(jobs, jobs.submit("run", ["run-all"])).state == "completed"
