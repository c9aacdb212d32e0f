"""`/api/v1/events`: a stream of server-sent events, so that pages change while a run works.

What belongs here: one look at the project for all listeners, and what they are told. A listener
that comes back is told the whole state first, so nothing that it missed matters.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dmaic_assets.errors import DmaicError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.web.api.envelope import error_response
from dmaic_assets.web.jobs.runner import JobRunner
from dmaic_assets.web.live.progress import read_progress
from dmaic_assets.web.project import Project

# Seconds after which a silent stream says that it lives; proxies end those silent for a minute.
_ALIVE_S = 15.0
# Listeners at the same time: as many tabs as a team has open. Each is a connection and no more.
MOST_LISTENERS = 100
# Milliseconds after which a browser connects again by itself.
_RETRY_MS = 2_000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream:
    """Tells listeners when the project changes, and how far runs and jobs are.

    Args:
        project: What is looked at.
        jobs: The jobs of this server.
        every_s: Seconds between two looks.
    """

    def __init__(self, project: Project, jobs: JobRunner, *, every_s: float) -> None:
        self._project = project
        self._jobs = jobs
        self._every_s = every_s
        self._listeners = 0
        self._told: tuple[int, str] = (0, "")
        self._seen_at = -1e9
        self._looking = asyncio.Lock()

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return self._listeners

    async def answer(self, request: Request) -> Response:
        """Opens a stream: `state` events of JSON, each with the number of the state as its id.

        `state` holds `version`, which differs whenever the project does, `running` runs with
        their progress, and `jobs` that wait or run.
        """
        if self._listeners >= MOST_LISTENERS:
            hint = "Ask GET /api/v1/pipeline instead."
            return error_response(503, "Busy", "too many listen", hint, {"Retry-After": "10"})
        stream = self._lines(request)
        return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)

    async def _lines(self, request: Request) -> AsyncGenerator[str]:
        self._listeners += 1
        loop = asyncio.get_running_loop()
        try:
            yield f"retry: {_RETRY_MS}\n\n"
            number, spoken_at = 0, loop.time()
            while not await request.is_disconnected():
                seen, text = await self._look(loop.time())
                if seen != number:
                    number, spoken_at = seen, loop.time()
                    yield f"id: {seen}\nevent: state\ndata: {text}\n\n"
                elif loop.time() - spoken_at > _ALIVE_S:
                    spoken_at = loop.time()
                    yield ": alive\n\n"
                await asyncio.sleep(self._every_s)
        finally:
            self._listeners -= 1

    async def _look(self, now: float) -> tuple[int, str]:
        """What is told now, with its number; one listener looks for all."""
        async with self._looking:
            if now - self._seen_at >= self._every_s * 0.9:
                self._seen_at = now
                text = await run_in_threadpool(self._state)
                if text != self._told[1]:
                    self._told = (self._told[0] + 1, text)
            return self._told

    def _state(self) -> str:
        try:
            version = self._project.state()
            running = to_json(read_progress(self._project.platform.ledger))
        except DmaicError as error:
            version, running = "", cast("Json", [])
            return json.dumps({"version": version, "running": running, "trouble": error.code})
        jobs = [
            {"id": job.id, "kind": job.kind, "state": job.state} for job in self._jobs.open_jobs()
        ]
        return json.dumps({"version": version, "running": running, "jobs": jobs})
