"""The stream of events over a real socket, while a real run is worked on."""

import http.client
import json
import threading
from collections.abc import Iterator

import pytest

from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.web.live import events as events_module
from dmaic_assets.web.live.progress import read_progress
from dmaic_assets.web.project import Project
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets_tests.web.serving import READ, Server, serving
from dmaic_assets_tests.work.conftest import Project as Made
from dmaic_assets_tests.work.conftest import csv_of, make_project


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Iterator[Made]:
    project = make_project(tmp_path_factory.mktemp("project"))
    yield project
    project.platform.close()


@pytest.fixture(scope="module")
def server(made) -> Iterator[Server]:
    project = Project(made.platform)
    with serving(project, every_s=0.05) as running:
        yield running
    project.close()


class Listener:
    """A browser's side of a stream."""

    def __init__(self, server: Server) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.connection.request(
            "GET", "/api/v1/events", headers={"Authorization": f"Bearer {READ}"}
        )
        self.response = self.connection.getresponse()

    def next(self) -> tuple[int, dict]:
        """The next state and its number."""
        lines: dict[str, str] = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if not line and "data" in lines:
                return int(lines["id"]), json.loads(lines["data"])
            name, _, value = line.partition(": ")
            lines[name] = value

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def listener(server) -> Iterator[Listener]:
    opened = Listener(server)
    yield opened
    opened.close()


def test_a_listener_is_told_the_whole_state_first(server, listener):
    assert listener.response.getheader("content-type") == "text/event-stream; charset=utf-8"
    assert listener.response.readline() == b"retry: 2000\n"
    number, state = listener.next()
    again = Listener(server)
    same, told = again.next()
    again.close()

    assert state["running"] == []
    assert state["jobs"] == []
    assert (same, told) == (number, state)


def test_a_run_is_told_while_it_works(made, server, listener):
    _, before = listener.next()
    for number in range(4):
        made.drop(f"{number}.csv", csv_of(number * 100))
    plan = made.plan()
    opened = open_run(made.platform, plan, RunRequest())

    _, planned = listener.next()
    while not planned["running"] or planned["running"][0]["total"] < 4:
        _, planned = listener.next()
    worker = threading.Thread(target=work_run, args=(made.platform, opened))
    worker.start()
    seen = []
    while True:
        _, state = listener.next()
        if not state["running"]:
            break
        seen.append(state["running"][0])
    worker.join()

    assert planned["version"] != before["version"]
    assert {run["total"] for run in seen} == {4}
    assert [run["done"] for run in seen] == sorted(run["done"] for run in seen)
    assert seen[-1]["done"] == 4
    assert all("T" in run["started_at"] for run in seen)


def test_progress_is_that_of_runs_that_are_not_finished(made):
    assert read_progress(made.platform.ledger) == ()
    made.drop("9.csv", csv_of(900))
    opened = open_run(made.platform, made.plan(), RunRequest())

    (progress,) = read_progress(made.platform.ledger)

    assert (progress.stage, progress.done, progress.total) == ("judging files", 0, 1)
    work_run(made.platform, opened)
    assert list_runs(made.platform.ledger, 1)[0].status == "succeeded"
    assert read_progress(made.platform.ledger) == ()


def test_only_so_many_may_listen(server, monkeypatch):
    monkeypatch.setattr(events_module, "MOST_LISTENERS", 0)
    told = server.get("/api/v1/events")

    assert told.status == 503
    assert told.json["error"]["code"] == "Busy"


def test_a_stranger_hears_nothing(server):
    assert server.ask("GET", "/api/v1/events").status == 401
