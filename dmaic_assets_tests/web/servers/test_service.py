"""`dmaic serve` as its own processes: who can reach it, what it logs, and that it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets_tests.work.conftest import make_project

ROOT = Path(__file__).resolve().parents[3]
READ, WRITE, OLD = "r" * 32, "w" * 32, "o" * 32


def environment(**tokens: str) -> dict[str, str]:
    mine = {k: v for k, v in os.environ.items() if not k.startswith("DMAIC_")}
    return {**mine, "PYTHONPATH": str(ROOT), **tokens}


def command(project: Path, port: int, *more: str) -> list[str]:
    place = ["--project", str(project), "--exact", "--port", str(port), "--no-dagster"]
    return [sys.executable, "-m", "dmaic_assets.web.servers.start", *place, *more]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A running service on all addresses of the machine, named dq.test; one token is in .env."""

    def __init__(self, project: Path) -> None:
        self.project, self.port = project, free_port()
        (project / ".env").write_text(f"DMAIC_READ_TOKEN={READ}\nDMAIC_WRITE_TOKEN={OLD}\n")
        self.process = subprocess.Popen(
            command(project, self.port, "--host", "0.0.0.0", "--allow-host", "dq.test"),
            env=environment(DMAIC_WRITE_TOKEN=WRITE),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        while not any("With a token" in line for line in self.lines):
            assert self.process.stdout is not None
            line = self.process.stdout.readline()
            assert line, self.lines
            self.lines.append(line)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        asked = {"Host": f"dq.test:{self.port}", **headers}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=asked)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[Service]:
    made = make_project(tmp_path_factory.mktemp("project"))
    made.platform.close()
    running = Service(made.root)
    yield running
    running.process.kill()
    running.process.communicate()


def test_without_a_token_nobody_else_is_served(tmp_path):
    made = make_project(tmp_path)
    made.platform.close()
    ran = subprocess.run(
        command(tmp_path, free_port(), "--host", "0.0.0.0"),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 4
    assert "there is no token" in ran.stderr
    assert "hint: Make one first: export DMAIC_READ_TOKEN=" in ran.stderr


def test_others_get_in_with_a_token_and_under_its_name(service):
    token = {"Authorization": f"Bearer {READ}"}

    assert service.get("/healthz") == (200, "ok\n")
    assert service.get("/api/v1/sources")[0] == 401
    assert service.get("/api/v1/sources", **token)[0] == 200
    assert service.get("/api/v1/sources", **token, Host="evil.example")[0] == 421
    assert "dmaic_build_info" in service.get("/metrics", **token)[1]


def test_tokens_come_from_env_files_unless_the_environment_has_them(service):
    def asked(token: str) -> int:
        return service.get("/api/v1/sources", Authorization=f"Bearer {token}")[0]

    assert [asked(READ), asked(WRITE), asked(OLD)] == [200, 200, 401]


def test_no_secret_is_in_a_log(service):
    code = re.search(r"code=(\S+)", "".join(service.lines))
    assert code is not None
    service.get(f"/sign-in?code={code[1]}")
    service.get("/api/v1/nothing?token=abcdefgh", Authorization=f"Bearer {WRITE}")
    log = service.project / "data" / "logs" / "web-server.log"
    deadline = time.monotonic() + 20
    while "/api/v1/nothing" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    secret = (service.project / "data" / "dagster_home" / "web_secret").read_text()
    assert {"method", "path", "status", "ms", "client"} <= lines[-1].keys()
    for hidden in (code[1], "abcdefgh", READ, WRITE, secret):
        assert hidden not in log.read_text()


def test_it_ends_when_it_is_told_to(service):
    service.process.send_signal(signal.SIGTERM)

    assert service.process.wait(30) == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", service.port), timeout=5)
