"""The web server process: our pages and API, and Dagster's UI, behind the guard.

What belongs here: putting the parts together and telling the address to open.
"""

import argparse
import logging
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.json_log import JsonLine
from dmaic_assets.web.app import Parts, guarded_app
from dmaic_assets.web.project import open_project
from dmaic_assets.web.safety.addresses import DAGSTER, SIGN_IN
from dmaic_assets.web.safety.idle import PromptServer
from dmaic_assets.web.safety.session import Sessions, load_secret, secret_path, tokens_of
from dmaic_assets.web.servers.processes import EVERYWHERE, LOOPBACK
from dmaic_assets.web.servers.supervise import SAY

# Connections that are answered at the same time; more are told to come again.
_MOST_CONNECTIONS = 512


def sign_in_url(sessions: Sessions, port: int, host: str = LOOPBACK) -> str:
    """Makes an address that signs in the browser that opens it first."""
    return f"http://{host}:{port}{SIGN_IN}?code={sessions.new_code()}"


class _Server(PromptServer):
    """A server that says where it is as soon as it can be reached."""

    def __init__(self, config: uvicorn.Config, *, greeting: str, per_address: int) -> None:
        super().__init__(config, per_address=per_address)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for line in self._greeting.splitlines():
            _say(line)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until it is told to stop."""
    options = _parse(arguments)
    _log_to_supervisor()
    settings = load_settings(options.project)
    tokens = tokens_of(settings.environment)
    sessions = Sessions(load_secret(secret_path(settings.paths)), tokens)
    listener = socket.socket(fileno=options.descriptor)
    host, port = _place(listener)
    with ExitStack() as stack:
        project = stack.enter_context(open_project(settings))
        dagster = stack.enter_context(_dagster(settings.paths.dagster_home, options.workspace))
        parts = Parts(project, sessions, port, options.names, dagster)
        greet = lambda: _say(f"Signed in. For another browser: {sign_in_url(sessions, port, host)}")  # noqa: E731
        app = stack.enter_context(guarded_app(parts, on_signed_in=greet))
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=3,
        )
        greeting = f"Open {sign_in_url(sessions, port, host)}"
        if options.names:
            names = ", ".join(f"http://{name}:{port}/" for name in options.names)
            greeting += f"\nWith a token also from elsewhere: {names}"
        per_address = settings.dmaic.serve.connections_per_address
        server = _Server(config, greeting=greeting, per_address=per_address)
        server.run(sockets=[listener])


def _log_to_supervisor() -> None:
    """Prints what this process logs as lines of JSON, which the supervisor keeps."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("dmaic_assets.web").setLevel(logging.INFO)


@contextmanager
def _dagster(home: Path, workspace: Path | None) -> Generator[ASGIApp | None]:
    if workspace is None:
        yield None
        return
    # Only this process needs Dagster's server; the guard is tested and used without it.
    from dmaic_assets.defs.instance.webserver import dagster_app

    with dagster_app(home, workspace, prefix=DAGSTER) as app:
        yield app


def _place(listener: socket.socket) -> tuple[str, int]:
    host, port = listener.getsockname()[:2]
    return (LOOPBACK if host in EVERYWHERE else f"[{host}]" if ":" in host else host), port


@dataclass(frozen=True, slots=True)
class _Options:
    project: Path
    workspace: Path | None
    descriptor: int
    names: tuple[str, ...]


def _parse(arguments: Sequence[str] | None) -> _Options:
    parser = argparse.ArgumentParser(prog="python -m dmaic_assets.web.serve")
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--workspace", type=Path, help="without it Dagster's UI is not served")
    parser.add_argument("--socket", type=int, required=True, help="an inherited open socket")
    parser.add_argument("--name", action="append", default=[], help="a further host name")
    parsed = parser.parse_args(arguments)
    return _Options(parsed.project, parsed.workspace, parsed.socket, tuple(parsed.name))


def _say(text: str) -> None:
    print(f"{SAY}{text}", flush=True)  # noqa: T201 - the supervisor shows it


if __name__ == "__main__":
    main()
