"""A file whose writer is at work is left alone, and judged whole when it is whole."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.plan.settling import is_open_for_writing
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project

WHOLE = csv_of(1000)
HALF = WHOLE[: len(WHOLE) // 2 + 3]


@pytest.fixture
def history(project: Project) -> Project:
    for number in range(3):
        project.drop(f"a{number}.csv", csv_of(number * 100))
    project.run()
    return project


def test_a_file_that_a_process_writes_stays_until_it_is_whole(history: Project) -> None:
    path = history.drop("b.csv", "")

    with path.open("w") as writer:
        writer.write(HALF)
        writer.flush()
        plan, result = history.plan(), history.run()
        writer.write(WHOLE[len(HALF) :])
    after = history.run()

    assert [file.path for file in plan.waiting] == [path]
    assert plan.is_empty
    assert result is None
    assert after is not None
    assert history.arrivals()["b.csv"].disposition == "accepted"
    assert history.arrivals()["b.csv"].rows == 100
    assert history.plan().removed == ()
    assert path.read_text() == WHOLE


def test_others_are_taken_while_one_is_written(history: Project) -> None:
    path = history.drop("b.csv", "")
    history.drop("c.csv", csv_of(5000))

    with path.open("w") as writer:
        writer.write(HALF)
        writer.flush()
        history.run()

    assert history.arrivals()["c.csv"].disposition == "accepted"
    assert "b.csv" not in history.arrivals()
    assert path.exists()


@pytest.mark.parametrize("on_removed", ["keep", "withdraw"])
def test_a_known_file_that_is_written_anew_is_not_gone(project: Project, on_removed: str) -> None:
    (project.root / "config" / "sources.yaml").write_text(
        f"sources:\n  - {{name: orders, on_removed: {on_removed}}}\n"
    )
    project.reload()
    path = project.drop("a.csv", csv_of(0))
    project.run()

    with path.open("w") as writer:
        writer.write(HALF)
        writer.flush()
        plan = project.plan()
        project.run()
        kept = len(project.accepted_ids())

    assert plan.removed == ()
    assert kept == 100


def test_a_file_that_cannot_be_read_is_not_gone(project: Project) -> None:
    path = project.drop("a.csv", csv_of(0))
    project.run()
    path.unlink()
    path.mkdir()

    assert project.plan().removed == ()


def test_a_request_for_nothing_but_a_file_in_work_touches_nothing_else(history: Project) -> None:
    path = history.drop("b.csv", "")
    history.drop("x.csv", csv_of(9000), source="others")

    with path.open("w") as writer:
        writer.write(HALF)
        writer.flush()
        plan = history.plan(RunRequest(files=(path,)))

    assert plan.is_empty
    assert [file.path for file in plan.waiting] == [path]
    with pytest.raises(BadInputError):
        history.plan(RunRequest(files=(path.with_name("none.csv"),)))


@pytest.mark.parametrize("lock", ["b.csv.lock", ".~lock.b.csv#"])
def test_a_file_beside_its_lock_waits_until_the_lock_goes(history: Project, lock: str) -> None:
    path = history.drop("b.csv", WHOLE)
    held = history.drop(lock, "")

    waiting = history.plan().waiting
    held.unlink()

    assert [file.path for file in waiting] == [path]
    assert history.plan().waiting == ()


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Project]:
    opened = make_project(tmp_path)
    opened.reload(intake={"stable_for_s": 0.6})
    yield opened
    opened.platform.close()


def test_a_file_that_grows_by_appending_is_looked_at_twice(patient: Project) -> None:
    path = patient.drop("a.csv", HALF)
    stop = threading.Event()

    def append() -> None:
        while not stop.wait(0.1):
            with path.open("a") as writer:
                writer.write("9,west,1.5\n")

    thread = threading.Thread(target=append)
    thread.start()
    plan = patient.plan()
    stop.set()
    thread.join()

    assert [file.path for file in plan.waiting] == [path]
    assert plan.is_empty


def test_a_file_that_was_dropped_this_moment_is_taken_within_the_run(patient: Project) -> None:
    patient.drop("a.csv", WHOLE)

    plan = patient.plan()

    assert plan.waiting == ()
    assert len(plan.work) == 1


def test_only_writers_count_and_looking_disturbs_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n")

    with path.open() as reader:
        assert not is_open_for_writing(path)
        assert reader.read() == "a\n"
    with path.open("a") as writer:
        assert is_open_for_writing(path)
        writer.write("b\n")
    assert not is_open_for_writing(path)
    assert not is_open_for_writing(tmp_path / "gone.csv")
    assert path.read_text() == "a\nb\n"
