"""`/healthz` and `/readyz`: whether the process answers, and whether the project can be read.

What belongs here: two words for supervisors of processes. They say nothing of the project.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dmaic_assets.errors import DmaicError
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.web.project import Project


class Health:
    """Answers both."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[Route]:
        """Their routes."""
        answers: list[tuple[str, Callable[[Request], Response | Awaitable[Response]]]] = [
            ("/healthz", self.alive),
            ("/readyz", self.ready),
        ]
        return [Route(path, answer) for path, answer in answers]

    async def alive(self, _request: Request) -> Response:
        """Says that the process answers; it waits for no thread, which slow pages may all hold."""
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    def ready(self, _request: Request) -> Response:
        """Says whether the ledger can be read and the configuration is right."""
        told, status = "ready\n", 200
        try:
            self._project.state()
            list_runs(self._project.platform.ledger, 1)
        except DmaicError:
            told, status = "the ledger cannot be read\n", 503
        if status == 200 and self._project.trouble is not None:
            # It serves on: a slip in a file must not take the pages away.
            told = "ready, but the configuration is wrong; the one before it holds\n"
        return PlainTextResponse(told, status, {"Cache-Control": "no-store"})
