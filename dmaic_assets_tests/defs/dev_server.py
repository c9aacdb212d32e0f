"""`make dev` of a small project as its own processes, for tests that use it from outside."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.work.conftest import csv_of

ROOT = Path(__file__).resolve().parents[2]
READY_S = 120
SENSOR_INTERVAL_S = 2


@dataclass
class DevServer:
    """A running `make dev`: its project, its address, and what it printed."""

    project: Path
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    @property
    def sign_in(self) -> str:
        """The newest address that signs a browser in."""
        return [found for line in self.lines if (found := re.search(r"http://\S+", line))][-1][0]

    @property
    def base(self) -> str:
        return self.sign_in.partition("/sign-in")[0]

    def graphql(self, query: str, **variables: object) -> dict[str, Any]:
        secret = (self.project / "data" / "dagster_home" / "web_secret").read_text()
        request = urllib.request.Request(
            f"{self.base}/dagster/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["data"]

    def runs(self) -> list[dict[str, Any]]:
        query = "{runsOrError(limit: 20) {... on Runs {results {id status jobName startTime}}}}"
        return self.graphql(query)["runsOrError"]["results"]

    def drop(self, source: str, name: str, text: str | bytes) -> None:
        folder = self.project / "data" / "incoming" / source
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)

    def until(self, condition: Callable[[], bool], within_s: float) -> float:
        """Waits for a condition and tells how long that took; fails with the logs otherwise."""
        started = time.monotonic()
        while not condition():
            if time.monotonic() - started > within_s:
                raise AssertionError(f"not within {within_s} s; the logs say:\n{self.logs()}")
            time.sleep(0.25)
        return time.monotonic() - started

    def logs(self) -> str:
        parts = sorted((self.project / "data" / "logs").glob("*.log"))
        ends = [f"== {part.name}\n{part.read_text()[-2000:]}" for part in parts]
        return "\n".join([*self.lines, *ends])


@contextmanager
def dev_server_in(project: Path) -> Iterator[DevServer]:
    """Starts `make dev` on a project with three accepted files and one that is held."""
    (project / "config").mkdir(parents=True)
    for name in ("dmaic.yaml", "sources.yaml", "thresholds.yaml"):
        shutil.copy(ROOT / "config" / name, project / "config" / name)
    incoming = project / "data" / "incoming" / "orders"
    incoming.mkdir(parents=True)
    for day in range(1, 4):
        (incoming / f"{day}.csv").write_text(csv_of(1000 * day))
    bad = csv_of(9000, amount=lambda n: "oops" if n % 2 else "12.5")
    (incoming / "9.csv").write_text(bad)
    environment = environment_for(project)
    assert dmaic_here("run-all", "--exit-zero", cwd=project).code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "dmaic_assets.web.servers.start", "--port", "3700"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = DevServer(project, process)
    reader = threading.Thread(target=_read, args=(server,), daemon=True)
    reader.start()
    family: list[psutil.Process] = []
    try:
        server.until(lambda: any(line.startswith("Open ") for line in server.lines), READY_S)
        yield server
        family = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)
        reader.join(5)
        if process.stdout is not None:
            process.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert code == 0, server.logs()
    assert alive == []


def environment_for(project: Path) -> dict[str, str]:
    """The environment of a shell in the project, without what the tests' own shell may have."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DMAIC_", "DAGSTER_"))}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "PWD": str(project),
        "DMAIC_SENSOR_INTERVAL_S": str(SENSOR_INTERVAL_S),
    }


def _read(server: DevServer) -> None:
    for line in server.process.stdout or ():
        server.lines.append(line.rstrip())
