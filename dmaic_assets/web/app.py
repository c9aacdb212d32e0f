"""Everything that the web server answers, in one application behind guard and limits.

What belongs here: which part answers which path, and in which order they are asked.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dmaic_assets.reports.page.scripts import shared_files
from dmaic_assets.web.artifacts import ArtifactFiles
from dmaic_assets.web.health import Health
from dmaic_assets.web.project import Project
from dmaic_assets.web.safety.addresses import API, ARTIFACTS, DAGSTER, is_under
from dmaic_assets.web.safety.guard import Guard, policy_for
from dmaic_assets.web.safety.limits import Limits
from dmaic_assets.web.safety.session import Sessions

# Read by anybody: they say nothing of the project. Browsers read the first few without a cookie,
# supervisors of processes the others without a token.
_PUBLIC = frozenset(
    {
        *(f"{DAGSTER}/{name}" for name in ("manifest.json", "favicon.png", "favicon.svg")),
        "/favicon.ico",
        "/healthz",
        "/readyz",
    }
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What is served, and to whom; `dagster` is None where its UI is not wanted."""

    project: Project
    sessions: Sessions
    port: int
    names: tuple[str, ...] = ()
    dagster: ASGIApp | None = None


@contextmanager
def guarded_app(
    parts: Parts, *, on_signed_in: Callable[[], None] = lambda: None
) -> Generator[ASGIApp]:
    """Builds the application; what works in its background ends with the `with` block.

    Args:
        parts: What is served, and to whom.
        on_signed_in: Told whenever a one-time code was used up.
    """
    # What pages in a sandbox load: published code, nothing of the project.
    libraries = shared_files()
    public = _PUBLIC | {f"{ARTIFACTS}/{name}" for name in libraries}
    policy = policy_for(parts.port, names=parts.names, public=public)
    sites = _Sites(_ours(parts, libraries), parts.dagster)
    yield Limits(Guard(sites, parts.sessions, policy, on_signed_in))


def _ours(parts: Parts, libraries: frozenset[str]) -> FastAPI:
    files = ArtifactFiles(parts.project.platform.paths.artifacts, public=libraries)
    app = FastAPI(
        title="DMAIC Assets",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
    )
    app.router.routes.append(Route(f"{ARTIFACTS}/{{path:path}}", files.answer))
    app.router.routes.extend(Health(parts.project).routes())
    app.router.routes.append(Route("/", _first_page))
    return app


def _first_page(_request: Request) -> Response:
    return RedirectResponse(DAGSTER)


class _Sites:
    """Sends requests to Dagster's UI or to our own pages."""

    def __init__(self, ours: ASGIApp, dagster: ASGIApp | None) -> None:
        self._ours = ours
        self._dagster = dagster

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._dagster is not None and is_under(scope.get("path", ""), DAGSTER):
            await self._dagster(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "HEAD":
            # The server leaves the body out.
            await self._ours({**scope, "method": "GET"}, receive, send)
        else:
            await self._ours(scope, receive, send)
