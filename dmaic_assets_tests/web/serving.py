"""A real web server of a small project on a real port, in a thread of the test."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from dmaic_assets.web.app import Parts, guarded_app
from dmaic_assets.web.project import Project
from dmaic_assets.web.safety.limits import Rate, RequestLimits
from dmaic_assets.web.safety.session import Sessions
from dmaic_assets_tests.web.shown_project import shown_project

# Tests ask faster than people do.
_FAST = Rate(1e6, 1_000_000)
UNLIMITED = RequestLimits(_FAST, _FAST, _FAST)
SECRET, READ, WRITE = "s" * 43, "r" * 32, "w" * 32


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Server:
    port: int
    sessions: Sessions
    project: Project

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: str = ""
    ) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body=body or None, headers=dict(headers or {}))
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return Got(response.status, {k.lower(): v for k, v in response.getheaders()}, text)

    def get(self, path: str, **headers: str) -> Got:
        """Asks as whoever may only read."""
        return self.ask("GET", path, {"Authorization": f"Bearer {READ}", **headers})

    def post(self, path: str, content: object = None, *, token: str = WRITE) -> Got:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.ask("POST", path, headers, json.dumps({} if content is None else content))

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"dmaic_session_{self.port}={self.sessions.secret}"}

    @property
    def here(self) -> dict[str, str]:
        return {"Origin": self.base}


@contextmanager
def serving(
    project: Project,
    *,
    dagster: ASGIApp | None = None,
    limits: RequestLimits = UNLIMITED,
    every_s: float = 1.0,
    **said: Any,
) -> Iterator[Server]:
    """Serves a project until the end of the block."""
    sessions = Sessions(SECRET, {READ: "read", WRITE: "write"})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        parts = Parts(project, sessions, port, dagster=dagster, limits=limits, every_s=every_s)
        with guarded_app(parts, **said) as app:
            config = uvicorn.Config(
                app, log_level="error", lifespan="off", timeout_graceful_shutdown=1
            )
            running = uvicorn.Server(config)
            thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
            thread.start()
            while not running.started:
                thread.join(0.01)
            try:
                yield Server(port, sessions, project)
            finally:
                running.should_exit = True
                thread.join(20)


@contextmanager
def serving_shown(folder: Path, **said: Any) -> Iterator[Server]:
    """Serves the project that pages and API are tested with, made new in a folder."""
    made = shown_project(folder)
    project = Project(made.platform)
    with serving(project, **said) as running:
        yield running
    project.close()
    made.platform.close()
