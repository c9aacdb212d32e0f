"""Everything that the web server answers, in one application behind guard and limits.

What belongs here: which part answers which path, and in which order they are asked.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.reports.page.scripts import provide_scripts, shared_files
from dmaic_assets.web.answers import AnswerCache
from dmaic_assets.web.api.envelope import add_errors
from dmaic_assets.web.api.reading import Reader
from dmaic_assets.web.api.routes import add_api
from dmaic_assets.web.artifacts import ArtifactFiles
from dmaic_assets.web.health import Health
from dmaic_assets.web.jobs.job import JobFiles
from dmaic_assets.web.jobs.runner import JobRunner
from dmaic_assets.web.live.events import EventStream
from dmaic_assets.web.metrics.exposition import Exposition, RequestMetrics
from dmaic_assets.web.pages.assets import assets_route
from dmaic_assets.web.pages.routes import page_routes
from dmaic_assets.web.pages.served import ServedPages
from dmaic_assets.web.pages.source_routes import source_routes
from dmaic_assets.web.project import Project
from dmaic_assets.web.safety.addresses import API, ARTIFACTS, DAGSTER, is_under
from dmaic_assets.web.safety.guard import Guard, policy_for
from dmaic_assets.web.safety.limits import Limits, RequestLimits
from dmaic_assets.web.safety.session import Sessions
from dmaic_assets.web.watched import Watched

_log = logging.getLogger(__name__)
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
    limits: RequestLimits | None = None
    # Seconds between two looks at the project while somebody listens: to a person that is at once.
    every_s: float = 1.0


@contextmanager
def guarded_app(
    parts: Parts, *, on_signed_in: Callable[[], None] = lambda: None
) -> Generator[ASGIApp]:
    """Builds the application; what works in its background ends with the `with` block.

    Args:
        parts: What is served, and to whom.
        on_signed_in: Told whenever a one-time code was used up.
    """
    paths, clock = parts.project.platform.paths, parts.project.platform.clock
    # What pages in a sandbox load: published code, nothing of the project.
    provide_scripts(paths.artifacts)
    libraries = shared_files()
    public = _PUBLIC | {f"{ARTIFACTS}/{name}" for name in libraries}
    policy = policy_for(parts.port, names=parts.names, public=public)
    jobs = JobRunner(paths.root, JobFiles(paths.data / "jobs"), clock)
    counted = RequestMetrics()
    sites = _Sites(_ours(parts, jobs, counted, libraries), parts.dagster)
    jobs.start()
    try:
        guard = Guard(sites, parts.sessions, policy, on_signed_in)
        yield Watched(Limits(guard, parts.limits, knows=guard.knows), counted)
    finally:
        jobs.close()


def _ours(
    parts: Parts, jobs: JobRunner, counted: RequestMetrics, libraries: frozenset[str]
) -> FastAPI:
    cache = AnswerCache()
    files = ArtifactFiles(parts.project.platform.paths.artifacts, public=libraries)
    app = FastAPI(
        title="DMAIC Assets",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
    )
    links = ServedLinks(has_dagster=parts.dagster is not None)
    served = ServedPages(parts.project, cache, links)
    add_errors(app, _log_defect, served.missing)
    events = EventStream(parts.project, jobs, every_s=parts.every_s)
    add_api(app, Reader(parts.project, cache), jobs, events)
    app.router.routes.append(Route(f"{ARTIFACTS}/{{path:path}}", files.answer))
    app.router.routes.extend(Health(parts.project).routes())
    exposed = Exposition(parts.project, cache, jobs, events, counted)
    app.router.routes.append(Route("/metrics", exposed.answer))
    app.router.routes.append(assets_route())
    app.router.routes.extend((*page_routes(served), *source_routes(served)))
    return app


def _log_defect(request: Request, error: Exception) -> None:
    _log.error("%s %s", request.method, request.url.path, exc_info=error)


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
