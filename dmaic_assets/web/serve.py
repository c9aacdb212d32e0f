"""The web server process: Dagster's pages and our artifacts behind the guard.

What belongs here: putting the parts together and telling the address to open.
"""

import argparse
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from dmaic_assets.settings.project import Paths, load_settings
from dmaic_assets.web.artifacts import ArtifactFiles
from dmaic_assets.web.guard import SIGN_IN, Guard, policy_for
from dmaic_assets.web.session import Sessions, load_secret
from dmaic_assets.web.supervise import SAY

ARTIFACTS = "/artifacts"
LOOPBACK = "127.0.0.1"
# Read by browsers without the session's cookie; they say nothing of the project.
_SITE_FILES = frozenset({"/manifest.json", "/favicon.ico", "/favicon.png", "/favicon.svg"})


def guarded_app(dagster: ASGIApp, *, paths: Paths, sessions: Sessions, port: int) -> Guard:
    """Puts Dagster's app and the project's artifacts behind the guard.

    Whenever a browser signs in, the address for the next one is shown at the terminal.
    """
    libraries = _libraries(paths)
    files = ArtifactFiles(paths.artifacts, public=libraries)
    routes = [Route(f"{ARTIFACTS}/{{path:path}}", files.answer), Mount("/", app=dagster)]
    public = _SITE_FILES | {f"{ARTIFACTS}/{name}" for name in libraries}
    return Guard(
        Starlette(routes=routes),
        sessions,
        policy_for(port, public=public),
        on_signed_in=lambda: _say(f"Signed in. For another browser: {sign_in_url(sessions, port)}"),
    )


def sign_in_url(sessions: Sessions, port: int) -> str:
    """Makes an address that signs in the browser that opens it first."""
    return f"http://{LOOPBACK}:{port}{SIGN_IN}?code={sessions.new_code()}"


def secret_path(paths: Paths) -> Path:
    """Where the project keeps the secret of its web server."""
    return paths.dagster_home / "web_secret"


def _libraries(paths: Paths) -> frozenset[str]:
    """Script libraries that pages in a sandbox load: published code, nothing of the project."""
    folder = paths.artifacts / "assets"
    return frozenset(f"assets/{path.name}" for path in folder.glob("*.min.js"))


class _Server(uvicorn.Server):
    """A server that says where it is as soon as it can be reached."""

    def __init__(self, config: uvicorn.Config, *, greeting: str) -> None:
        super().__init__(config)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _say(self._greeting)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until it is told to stop."""
    # Only this process needs Dagster's server; the guard is tested and used without it.
    from dmaic_assets.defs.instance.webserver import dagster_app

    options = _parse(arguments)
    paths = load_settings(options.project).paths
    sessions = Sessions(load_secret(secret_path(paths)))
    listener = socket.socket(fileno=options.descriptor)
    port = listener.getsockname()[1]
    with dagster_app(paths.dagster_home, options.workspace) as dagster:
        app = guarded_app(dagster, paths=paths, sessions=sessions, port=port)
        config = uvicorn.Config(
            app,
            log_level="warning",
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=3,
        )
        greeting = f"Open {sign_in_url(sessions, port)}"
        _Server(config, greeting=greeting).run(sockets=[listener])


@dataclass(frozen=True, slots=True)
class _Options:
    project: Path
    workspace: Path
    descriptor: int


def _parse(arguments: Sequence[str] | None) -> _Options:
    parser = argparse.ArgumentParser(prog="python -m dmaic_assets.web.serve")
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--socket", type=int, required=True, help="an inherited open socket")
    parsed = parser.parse_args(arguments)
    return _Options(parsed.project, parsed.workspace, parsed.socket)


def _say(text: str) -> None:
    print(f"{SAY}{text}", flush=True)  # noqa: T201 - the supervisor shows it


if __name__ == "__main__":
    main()
