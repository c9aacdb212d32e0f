"""Which pages are served, and what each is made from.

What belongs here: from an address to a view and its page. Views and pages are the reports'.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dmaic_assets.errors import BadInputError
from dmaic_assets.process.cycle.run_facts import newest_dmaic_run, run_outputs
from dmaic_assets.reports.dmaic.page import dmaic_page, phases_page
from dmaic_assets.reports.entropy.page import entropy_page, entropy_table_page
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.reports.monitor.page import monitor_page
from dmaic_assets.reports.overview.page import overview_page
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.entropy import read_entropy
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets.reports.views.overview import read_overview
from dmaic_assets.store.artifacts import get_json, newest_outputs
from dmaic_assets.store.codec import from_json
from dmaic_assets.web.pages.served import ServedPages
from dmaic_assets.work.assets.names import HASHMAP_PAGE
from dmaic_assets.work.laboratory.values import PageValue
from dmaic_assets.work.run.platform import Platform


def page_routes(served: ServedPages) -> list[Route]:
    """The routes of all pages."""
    pages = _Pages(served)
    return [
        Route("/", pages.overview),
        Route("/dmaic", pages.dmaic),
        Route("/sources/{source}/phases", pages.phases),
        Route("/sources/{source}/laboratory", pages.laboratory),
        Route("/monitor", pages.monitor),
        Route("/entropy", pages.entropy),
        Route("/entropy/{source}", pages.entropy_of),
    ]


class _Pages:
    """Answers them."""

    def __init__(self, served: ServedPages) -> None:
        self._served = served

    def overview(self, request: Request) -> Response:
        return self._served.answer(
            request,
            lambda platform, links, library: overview_page(read_overview(platform), links, library),
        )

    def dmaic(self, request: Request) -> Response:
        return self._served.answer(
            request,
            lambda platform, links, library: dmaic_page(_facts(platform), links, library),
        )

    def phases(self, request: Request) -> Response:
        source = str(request.path_params["source"])

        def made(platform: Platform, links: Links, library: Library) -> str:
            facts = next((f for f in _facts(platform) if f.source == source), None)
            if facts is None:
                fix = "Take it through the phases: dmaic run --phase control"
                raise BadInputError(f"source {source}", "went through no phase yet", fix)
            return phases_page(facts, links, library)

        return self._served.answer(request, made)

    def laboratory(self, request: Request) -> Response:
        """Leads to the page of a key column, which is an artifact and stays in its sandbox."""
        source = str(request.path_params["source"])

        def found(platform: Platform) -> str:
            output = newest_outputs(platform.ledger, HASHMAP_PAGE).get(source)
            if output is None:
                fix = f"Measure its key column: dmaic hashmap trials {source}"
                raise BadInputError(f"source {source}", "was in no trial yet", fix)
            told = get_json(platform.paths.artifacts, output[1])
            return from_json(PageValue, told).ref.path

        return self._served.lead_to(request, found)

    def monitor(self, request: Request) -> Response:
        return self._served.answer(
            request,
            lambda platform, links, library: monitor_page(read_monitor(platform), links, library),
        )

    def entropy(self, request: Request) -> Response:
        return self._served.answer(
            request,
            lambda platform, links, library: entropy_page(read_entropy(platform), links, library),
        )

    def entropy_of(self, request: Request) -> Response:
        source = str(request.path_params["source"])

        def made(platform: Platform, links: Links, library: Library) -> str:
            return entropy_table_page(read_entropy(platform), source, links, library)

        return self._served.answer(request, made)


def _facts(platform: Platform) -> Sequence[SourceFacts]:
    """What the phases of the newest run that had some gave."""
    run_id = newest_dmaic_run(platform)
    return run_outputs(platform, run_id).sources if run_id else ()
