"""`dmaic dev` and `dmaic serve` find the project and become the supervisor of its servers."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.cli.setup.serve_commands import FIRST_PORT
from dmaic_assets.web.servers import start
from dmaic_assets_tests.cli.shell import Finished


def test_the_servers_take_over_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Finished]
) -> None:
    make_project(tmp_path)
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, arguments: started.append(arguments))

    ran = call("dev", "--port", "3100", "--verbose", cwd=tmp_path)

    arguments = ["--project", str(tmp_path), "--port", "3100", "--verbose"]
    assert ran.code == 0
    assert started == [[sys.executable, "-m", "dmaic_assets.web.servers.start", *arguments]]


def test_without_a_project_no_server_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Finished]
) -> None:
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("started"))

    assert call("dev", cwd=tmp_path).code == 2


def test_command_and_servers_agree_on_the_port() -> None:
    assert FIRST_PORT == start.FIRST_PORT


def test_a_service_takes_its_port_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[..., Finished]
) -> None:
    make_project(tmp_path)
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, arguments: started.append(arguments[5:]))

    ran = call("serve", "--host", "0.0.0.0", "--name", "dq.local", "--no-dagster", cwd=tmp_path)

    place = ["--exact", "--port", "3080", "--host", "0.0.0.0", "--allow-host", "dq.local"]
    assert ran.code == 0
    assert started == [[*place, "--no-dagster"]]
