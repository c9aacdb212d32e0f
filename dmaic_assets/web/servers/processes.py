"""The processes that serve a project: which there are, with which arguments, on which socket.

What belongs here: command lines and sockets. Keeping processes running is the supervisor's
business.
"""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from dmaic_assets.defs.instance.home import LOCATION, MODULE
from dmaic_assets.errors import PolicyError
from dmaic_assets.hashmaps.metrics.endpoints import is_loopback
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.json_log import TurnedOverFile
from dmaic_assets.web.servers.supervise import Service

LOOPBACK = "127.0.0.1"
# What binds to every address of the machine.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, not used
# Ports tried upwards before giving up.
_PORTS_TRIED = 50
# Seconds to wait for an answer on this machine's own loopback.
_PROBE_S = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """How a project is to be served.

    `names` are further host names under which browsers reach it. With `is_exact` a taken port is
    refused instead of passed over. Without `has_dagster` there are pages and API only.
    """

    port: int
    host: str = LOOPBACK
    names: tuple[str, ...] = ()
    is_exact: bool = False
    has_dagster: bool = True
    is_verbose: bool = False

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(f"[{self.host}]" if ":" in self.host else self.host)

    @property
    def known_names(self) -> tuple[str, ...]:
        """The host names that lead here from elsewhere."""
        if self.is_local:
            return self.names
        own = socket.gethostname() if self.host in EVERYWHERE else _bracketed(self.host)
        return tuple(dict.fromkeys((own, *self.names)))


def logs_of(settings: Settings) -> Path:
    """Where the processes log."""
    return settings.paths.data / "logs"


def log_file(settings: Settings, name: str) -> TurnedOverFile:
    """The log of one process, turned over as the settings say."""
    logs = settings.dmaic.logs
    return TurnedOverFile(logs_of(settings) / name, size=logs.max_bytes, count=logs.kept)


def services_of(
    settings: Settings,
    asked: Asked,
    *,
    folder: Path,
    listener: socket.socket,
    tokens: Mapping[str, str],
) -> list[Service]:
    """Lists the children: the web server comes last, when there is something to show.

    It answers on a socket that is this process's, so nobody takes the port from it while it
    starts, or starts again.

    The code server is reached over a socket in a folder that only its owner may enter: on a
    port, every user of the machine could make it run code.

    Args:
        settings: The project's.
        asked: How it is served.
        folder: For sockets; only its owner may enter it.
        listener: Open; the web server's.
        tokens: Variables that only the web server gets to see.
    """
    place, workspace = folder / "code.sock", folder / "workspace.yaml"
    root, port = str(settings.paths.root), listener.getsockname()[1]
    arguments = ["--project", root, "--socket", str(listener.fileno())]
    arguments += [part for name in asked.known_names for part in ("--name", name)]
    if asked.has_dagster:
        arguments += ["--workspace", str(workspace)]
    probed = listener.getsockname()[0]
    web = Service(
        "web server",
        "dmaic_assets.web.serve",
        tuple(arguments),
        log_file(settings, "web-server.log"),
        is_ready=lambda: serves(port, LOOPBACK if probed in EVERYWHERE else probed),
        descriptors=(listener.fileno(),),
        secrets=tokens,
    )
    if not asked.has_dagster:
        return [web]
    server = {"host": "localhost", "socket": str(place), "location_name": LOCATION}
    workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}))
    return [_code_server(settings, place), _daemon(settings, workspace), web]


def _code_server(settings: Settings, place: Path) -> Service:
    code = ("code-server", "start", "--socket", str(place), "--module-name", MODULE)
    root = ("--working-directory", str(settings.paths.root), "--log-level", "warning")
    return Service(
        "code server",
        "dagster",
        (*code, "--location-name", LOCATION, *root),
        log_file(settings, "code-server.log"),
        is_ready=lambda: listens(place),
    )


def _daemon(settings: Settings, workspace: Path) -> Service:
    arguments = ("run", "--workspace", str(workspace), "--log-level", "warning")
    return Service("daemon", "dagster._daemon", arguments, log_file(settings, "daemon.log"))


def listen(wanted: int, host: str = LOOPBACK, *, is_exact: bool = False) -> socket.socket:
    """Opens the wanted port of an address; the next free one after it unless `is_exact`.

    Raises:
        PolicyError: The port, or all that were tried, are taken; or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = wanted + (1 if is_exact else _PORTS_TRIED)
    reason = "it and the next ports are taken"
    for port in range(wanted, min(last, 65536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            listener.close()
            reason = f"{host}: {error.strerror or error}" if is_exact else reason
            continue
        return listener
    raise PolicyError(f"port {wanted}", reason, "Name another --port.")


def listens(place: Path) -> bool:
    """Tells whether somebody listens at a socket file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        return probe.connect_ex(str(place)) == 0


def serves(port: int, host: str = LOOPBACK) -> bool:
    """Tells whether a web server answers at a port; an open port alone does not mean that."""
    request = f"HEAD /healthz HTTP/1.0\r\nHost: {_bracketed(host)}:{port}\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=_PROBE_S) as probe:
            probe.sendall(request.encode())
            return probe.recv(16).startswith(b"HTTP/")
    except OSError:
        return False


def refuse_open_doors(asked: Asked, tokens: Sequence[str]) -> None:
    """Refuses to serve others without a token for them.

    Raises:
        PolicyError: The address is not this machine's own, and there is no token.
    """
    if asked.is_local or tokens:
        return
    culprit = "others could reach the project, and there is no token for them"
    fix = "Make one first: export DMAIC_READ_TOKEN=$(openssl rand -hex 32), and the same with"
    raise PolicyError(f"--host {asked.host}", culprit, f"{fix} DMAIC_WRITE_TOKEN for changes.")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
