"""`make dev`: the code server, the daemon and the guarded web server of one project.

What belongs here: which children there are and with which arguments. Keeping them running is the
supervisor's business.
"""

import argparse
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import yaml

from dmaic_assets.defs.instance.home import LOCATION, MODULE, prepare_home
from dmaic_assets.defs.instance.storage import make_apart
from dmaic_assets.errors import DmaicError, PolicyError
from dmaic_assets.settings.place import find_project
from dmaic_assets.settings.project import Settings, load_settings
from dmaic_assets.web.guard import SIGN_IN
from dmaic_assets.web.serve import LOOPBACK, secret_path
from dmaic_assets.web.session import load_secret
from dmaic_assets.web.supervise import Service, Supervisor

# The port tried first: Dagster's own.
FIRST_PORT = 3000
# Ports tried upwards before giving up.
_PORTS_TRIED = 50
# Seconds to wait for an answer on this machine's own loopback.
_PROBE_S = 1.0


def run_dev(settings: Settings, *, port: int = FIRST_PORT, is_verbose: bool = False) -> int:
    """Serves the project on this machine until Ctrl-C or a signal, then stops everything.

    Args:
        settings: The project's.
        port: The port wanted; the next free one is taken when somebody has it.
        is_verbose: Whether the output of all processes is shown, not only logged.

    Returns:
        0 when it was told to stop, 5 when a process would not stay up.
    """
    home = prepare_home(settings)
    load_secret(secret_path(settings.paths))
    with ExitStack() as stack:
        stack.enter_context(_only_one(settings))
        folder = stack.enter_context(_socket_folder())
        listener = stack.enter_context(listen(port))
        free = listener.getsockname()[1]
        if free != port:
            _say(f"Port {port} is taken; using {free}.")
        environment = {
            **os.environ,
            "DAGSTER_HOME": str(home),
            "DMAIC_PROJECT": str(settings.paths.root),
        }
        make_apart(home, environment)
        services = services_of(settings, folder=folder, listener=listener)
        supervisor = Supervisor(services, environment=environment, say=_say, is_verbose=is_verbose)
        _say(f"Starting Dagster for {settings.paths.root}; logs are in {_logs(settings)}.")
        stack.enter_context(_stopped_by_signals(supervisor))
        return 0 if supervisor.run() else 5


def services_of(settings: Settings, *, folder: Path, listener: socket.socket) -> list[Service]:
    """Lists the children: the web server comes last, when there is something to show.

    It answers on a socket that is this process's, so nobody takes the port from it while it
    starts, or starts again.

    The code server is reached over a socket in a folder that only its owner may enter: on a
    port, every user of the machine could make it run code.
    """
    place = folder / "code.sock"
    workspace = folder / "workspace.yaml"
    server = {"host": "localhost", "socket": str(place), "location_name": LOCATION}
    workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}))
    root, logs, port = str(settings.paths.root), _logs(settings), listener.getsockname()[1]
    code = ("code-server", "start", "--socket", str(place), "--module-name", MODULE)
    quiet = ("--log-level", "warning")
    return [
        Service(
            "code server",
            "dagster",
            (*code, "--location-name", LOCATION, "--working-directory", root, *quiet),
            logs / "code-server.log",
            is_ready=lambda: listens(place),
        ),
        Service(
            "daemon",
            "dagster._daemon",
            ("run", "--workspace", str(workspace), *quiet),
            logs / "daemon.log",
        ),
        Service(
            "web server",
            "dmaic_assets.web.serve",
            ("--project", root, "--workspace", str(workspace), "--socket", str(listener.fileno())),
            logs / "web-server.log",
            is_ready=lambda: serves(port),
            descriptors=(listener.fileno(),),
        ),
    ]


def listen(wanted: int) -> socket.socket:
    """Opens the wanted port, or the next free one after it, on the loopback address.

    Raises:
        PolicyError: None of the next ports is free.
    """
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen()
        except OSError:
            listener.close()
            continue
        return listener
    raise PolicyError(f"port {wanted}", "it and the next ports are taken", "Name another --port.")


def listens(place: Path) -> bool:
    """Tells whether somebody listens at a socket file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        return probe.connect_ex(str(place)) == 0


def serves(port: int) -> bool:
    """Tells whether a web server answers at a port; an open port alone does not mean that."""
    request = f"HEAD {SIGN_IN} HTTP/1.0\r\nHost: {LOOPBACK}:{port}\r\n\r\n"
    try:
        with socket.create_connection((LOOPBACK, port), timeout=_PROBE_S) as probe:
            probe.sendall(request.encode())
            return probe.recv(16).startswith(b"HTTP/")
    except OSError:
        return False


@contextmanager
def _only_one(settings: Settings) -> Generator[None]:
    """Holds the project's server lock; two daemons would launch everything twice."""
    import fcntl

    path = settings.paths.dagster_home / "dev.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PolicyError(
                str(settings.paths.root),
                "`make dev` is running for this project already",
                "Use the one that runs, or stop it first.",
            ) from error
        yield


@contextmanager
def _socket_folder() -> Generator[Path]:
    # A socket's path may have 107 bytes only, so it does not lie in the project.
    folder = Path(tempfile.mkdtemp(prefix="dmaic-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stopped_by_signals(supervisor: Supervisor) -> Generator[None]:
    def stop(_signum: int, _frame: FrameType | None) -> None:
        supervisor.stop()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {signum: signal.signal(signum, stop) for signum in signals}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _logs(settings: Settings) -> Path:
    return settings.paths.data / "logs"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command's output


@dataclass(frozen=True, slots=True)
class _Options:
    project: Path | None
    port: int
    is_verbose: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `python -m dmaic_assets.web.dev` and returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m dmaic_assets.web.dev",
        description="Start the Dagster web UI, daemon and code server on this machine only.",
    )
    parser.add_argument("--project", type=Path, help="the project folder (default: this one)")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="default: %(default)s")
    parser.add_argument("--verbose", action="store_true", help="show what the processes print")
    parsed = parser.parse_args(arguments)
    options = _Options(parsed.project, parsed.port, parsed.verbose)
    try:
        settings = load_settings(find_project(options.project or _named_project()))
        return run_dev(settings, port=options.port, is_verbose=options.is_verbose)
    except DmaicError as error:
        print(f"error: {error}\nhint: {error.fix}", file=sys.stderr)  # noqa: T201 - for people
        return error.exit_code


def _named_project() -> Path:
    return Path(os.environ.get("DMAIC_PROJECT") or Path.cwd())


if __name__ == "__main__":
    sys.exit(main())
