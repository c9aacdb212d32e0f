"""Children are started, watched, restarted and stopped together."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dmaic_assets.store.json_log import TurnedOverFile
from dmaic_assets.web.servers.supervise import Pace, Service, Supervisor

ROOT = Path(__file__).resolve().parents[3]
CHILD = "dmaic_assets_tests.web.servers.children"
QUICK = Pace(poll_s=0.02, ready_s=20, backoff_s=0.05, longest_backoff_s=0.2, attempts=3, stop_s=2)


def until(condition: Callable[[], bool], within_s: float = 20.0) -> bool:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Scene:
    """A supervisor at work in a thread, and what it said."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.said: list[str] = []
        self.outcome: list[bool] = []

    def service(self, behaviour: str, *, is_ready: Callable[[], bool] | None = None) -> Service:
        ready = is_ready or (self.place / f"{behaviour}.ready").exists
        log = self.place / f"{behaviour}.log"
        file = TurnedOverFile(log, size=1_000)
        return Service(behaviour, CHILD, (str(self.place), behaviour), file, ready)

    def start(self, *services: Service, pace: Pace = QUICK, is_verbose: bool = False) -> Supervisor:
        supervisor = Supervisor(
            services,
            environment={**os.environ, "PYTHONPATH": str(ROOT)},
            say=self.said.append,
            is_verbose=is_verbose,
            pace=pace,
        )
        self.thread = threading.Thread(target=lambda: self.outcome.append(supervisor.run()))
        self.thread.start()
        self.supervisor = supervisor
        return supervisor

    def finish(self) -> bool:
        self.supervisor.stop()
        self.thread.join(20)
        return self.outcome[0]

    def has(self, name: str) -> bool:
        return until((self.place / name).exists)

    @property
    def starts(self) -> list[str]:
        path = self.place / "starts"
        return path.read_text().split() if path.exists() else []


@pytest.fixture
def scene(tmp_path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    if hasattr(made, "supervisor"):
        made.supervisor.stop()
        made.thread.join(20)
    assert [c for c in psutil.Process().children(recursive=True) if str(tmp_path) in cmd(c)] == []


def cmd(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_services_start_in_order_and_stop_when_asked(scene):
    scene.start(scene.service("one"), scene.service("two"))

    assert scene.has("two.ready")
    assert scene.starts == ["one", "two"]
    assert scene.finish() is True


def test_a_crashed_service_is_started_again(scene):
    scene.start(scene.service("crash-once"))

    assert scene.has("crash-once.ready")
    assert scene.starts == ["crash-once"] * 2
    assert any("ended with code 4; starting it again" in line for line in scene.said)
    assert scene.finish() is True


def test_a_service_killed_later_is_started_again(scene):
    scene.start(scene.service("one"))
    assert scene.has("one.ready")
    (child,) = [c for c in psutil.Process().children() if str(scene.place) in cmd(c)]

    child.kill()

    assert until(lambda: len(scene.starts) == 2)
    assert scene.finish() is True


def test_a_service_that_will_not_stay_up_ends_everything_and_says_how(scene):
    scene.start(scene.service("one"), scene.service("crash", is_ready=lambda: False))
    scene.thread.join(20)

    assert scene.outcome == [False]
    assert scene.starts.count("crash") == QUICK.attempts
    assert any("3 times in a row, last with code 3" in line for line in scene.said)
    assert "  it went wrong here" in scene.said


def test_a_service_that_never_gets_ready_ends_everything(scene):
    pace = Pace(poll_s=0.02, ready_s=0.5, stop_s=2)
    scene.start(scene.service("one", is_ready=lambda: False), pace=pace)
    scene.thread.join(20)

    assert scene.outcome == [False]
    assert any("was not ready within" in line for line in scene.said)


def test_a_stubborn_service_is_killed(scene):
    scene.start(scene.service("stubborn"), pace=Pace(poll_s=0.02, stop_s=0.5))
    assert scene.has("stubborn.ready")

    assert scene.finish() is True


def test_what_a_service_started_goes_with_it(scene):
    scene.start(scene.service("parent"))
    assert scene.has("parent.ready")
    grandchild = int((scene.place / "grandchild").read_text())

    scene.finish()

    assert until(lambda: not psutil.pid_exists(grandchild))


def test_output_is_logged_plain_and_what_is_for_people_is_said(scene):
    scene.start(scene.service("one"))
    assert until(lambda: "hello from the child" in scene.said)
    scene.finish()

    (line,) = map(json.loads, (scene.place / "one.log").read_text().splitlines())
    assert (line["event"], line["process"], line["level"]) == ("working", "one", "info")
    assert "[one] working" not in scene.said


def test_all_output_is_shown_when_asked(scene):
    scene.start(scene.service("one"), is_verbose=True)

    assert until(lambda: "[one] working" in scene.said)
    scene.finish()


def test_a_large_log_is_put_aside(scene):
    (scene.place / "one.log").write_text("an old and long log\n" * 100)

    scene.start(scene.service("one"))
    assert scene.has("one.ready")
    scene.finish()

    assert (scene.place / "one.log.1").read_text().startswith("an old and long log\n")
    assert json.loads((scene.place / "one.log").read_text())["event"] == "working"


SUPERVISE = """
import os, sys
from pathlib import Path
from dmaic_assets.store.json_log import TurnedOverFile
from dmaic_assets.web.servers.supervise import Service, Supervisor
place = Path(sys.argv[1])
module = "dmaic_assets_tests.web.servers.children"
service = Service("parent", module, (str(place), "parent"), TurnedOverFile(place / "log"))
Supervisor([service], environment=os.environ, say=print).run()
"""


@pytest.mark.parametrize("is_sigint_ignored", [False, True])
def test_children_do_not_outlive_a_killed_supervisor(tmp_path, is_sigint_ignored):
    trap = "trap '' INT; " if is_sigint_ignored else ""
    command = ["sh", "-c", f'{trap}exec "$@"', "sh", sys.executable, "-c", SUPERVISE, str(tmp_path)]
    supervisor = subprocess.Popen(command, cwd=ROOT)
    assert until((tmp_path / "parent.ready").exists)
    family = psutil.Process(supervisor.pid).children(recursive=True)
    assert len(family) >= 2

    supervisor.kill()
    supervisor.wait()

    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
