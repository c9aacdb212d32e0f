import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dmaic_assets.errors import PolicyError
from dmaic_assets.settings.project import Settings, load_settings
from dmaic_assets.web.servers.processes import (
    Asked,
    listen,
    listens,
    refuse_open_doors,
    serves,
    services_of,
)
from dmaic_assets.web.servers.start import _only_one, main

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path) -> Settings:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    made = load_settings(tmp_path, environment={})
    made.paths.dagster_home.mkdir(parents=True)
    return made


@pytest.fixture
def taken():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock.getsockname()[1]


def test_a_taken_port_is_passed_over(taken):
    with listen(taken) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
        assert listener.getsockname()[1] > taken


def test_two_servers_never_get_the_same_port(taken):
    with listen(taken) as one, listen(taken) as two:
        assert one.getsockname() != two.getsockname()


def test_ports_that_do_not_exist_are_refused():
    with pytest.raises(PolicyError, match="port 65536"):
        listen(65536)


def test_a_service_takes_its_port_or_none(taken):
    with pytest.raises(PolicyError, match="in use"):
        listen(taken, is_exact=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "dq.example"])
def test_others_are_served_only_with_a_token(host):
    with pytest.raises(PolicyError, match="no token") as refused:
        refuse_open_doors(Asked(3000, host=host), [])

    assert "export DMAIC_READ_TOKEN=" in refused.value.fix
    refuse_open_doors(Asked(3000, host=host), ["t" * 32])


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_this_machine_needs_no_token(host):
    refuse_open_doors(Asked(3000, host=host), [])


def test_pages_alone_need_no_process_of_dagster(settings, tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        asked = Asked(3000, host="192.0.2.1", names=("dq.local",), has_dagster=False)
        (web,) = services_of(settings, asked, folder=tmp_path, listener=listener, tokens={})

    assert web.name == "web server"
    assert "--workspace" not in web.arguments
    assert web.arguments[-4:] == ("--name", "192.0.2.1", "--name", "dq.local")


def test_an_open_port_is_not_yet_a_server(taken):
    assert not serves(taken)


def test_a_listener_answers(tmp_path):
    place = tmp_path / "code.sock"

    assert not listens(place)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(place))
        sock.listen()
        assert listens(place)


def test_the_code_server_is_on_a_socket_and_the_others_are_led_to_it(settings, tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        code, daemon, web = services_of(
            settings, Asked(3000), folder=tmp_path, listener=listener, tokens={"T": "secret"}
        )
        assert web.descriptors == (listener.fileno(),)

    assert [dict(s.secrets) for s in (code, daemon, web)] == [{}, {}, {"T": "secret"}]
    assert "secret" not in repr(web)
    assert "--socket" in code.arguments
    assert "--port" not in code.arguments
    (entry,) = yaml.safe_load((tmp_path / "workspace.yaml").read_text())["load_from"]
    assert entry["grpc_server"]["socket"] == str(tmp_path / "code.sock")
    for service in (daemon, web):
        assert str(tmp_path / "workspace.yaml") in service.arguments
    assert [s.name for s in (code, daemon, web)] == ["code server", "daemon", "web server"]


def test_a_project_has_one_server(settings):
    refused = pytest.raises(PolicyError, match="running for this project already")

    with _only_one(settings), refused, _only_one(settings):
        pass
    with _only_one(settings):
        pass


def test_outside_a_project_the_refusal_is_one_line_and_a_hint(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("DMAIC_PROJECT", raising=False)

    code = main(["--project", str(tmp_path)])

    error = capsys.readouterr().err.splitlines()
    assert code == 2
    assert error[0].startswith(f"error: {tmp_path}: no config")
    assert error[1].startswith("hint: ")


def test_help_has_the_options():
    shown = subprocess.run(
        [sys.executable, "-m", "dmaic_assets.web.servers.start", "--help"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    for option in ("--project", "--port", "--host", "--no-dagster", "--verbose"):
        assert option in shown.stdout
