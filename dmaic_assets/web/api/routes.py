"""All routes of the API together, below one prefix and in one description.

What belongs here: which groups of routes there are.
"""

from fastapi import APIRouter, FastAPI

from dmaic_assets.web.api.actions import ActionRoutes
from dmaic_assets.web.api.reading import Reader
from dmaic_assets.web.api.runs import RunRoutes
from dmaic_assets.web.api.sources import SourceRoutes
from dmaic_assets.web.api.studies import StudyRoutes
from dmaic_assets.web.api.trials import TrialRoutes
from dmaic_assets.web.jobs.runner import JobRunner
from dmaic_assets.web.live.events import EventStream
from dmaic_assets.web.safety.addresses import API


def add_api(app: FastAPI, reader: Reader, jobs: JobRunner, events: EventStream) -> None:
    """Adds the API to an application."""
    router = APIRouter(prefix=API)
    for routes in (
        SourceRoutes(reader),
        RunRoutes(reader),
        StudyRoutes(reader),
        ActionRoutes(reader, jobs),
        TrialRoutes(reader),
    ):
        routes.add_to(router)
    # A stream has no form that a description could tell.
    router.add_api_route("/events", events.answer, methods=["GET"], include_in_schema=False)
    app.include_router(router)
