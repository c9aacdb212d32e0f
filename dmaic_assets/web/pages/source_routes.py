"""Which pages of sources, files and runs are served, and what each is made from.

What belongs here: from an address to a view and its page. Views and pages are the reports'.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dmaic_assets.reports.fleet.page import fleet_page
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.runs.page import runs_page
from dmaic_assets.reports.runs.run_page import run_page
from dmaic_assets.reports.source.file_page import file_page
from dmaic_assets.reports.source.page import source_page
from dmaic_assets.reports.views.fleet import read_fleet
from dmaic_assets.reports.views.periods import read_periods
from dmaic_assets.reports.views.quality_matrix import read_quality
from dmaic_assets.reports.views.runs import read_run, read_runs
from dmaic_assets.reports.views.source.file import read_file
from dmaic_assets.reports.views.source.known import Known
from dmaic_assets.reports.views.source.view import read_source
from dmaic_assets.web.pages.served import ServedPages
from dmaic_assets.work.run.platform import Platform

# Runs on the page of runs: some months of hourly ones.
_MOST_RUNS = 2_000
# Pages of a list that a reader may turn to, and letters of a rule's name.
_LAST_PAGE, _LONGEST_RULE = 10_000, 300


def source_routes(served: ServedPages) -> list[Route]:
    """The routes of the pages of sources, files and runs."""
    pages = _Pages(served)
    return [
        Route("/fleet", pages.fleet),
        Route("/sources", pages.to_fleet),
        Route("/sources/{source}", pages.source),
        Route("/sources/{source}/files/{sha}", pages.file),
        Route("/runs", pages.runs),
        Route("/runs/{run_id}", pages.run),
        Route("/timeline", pages.to_timeline),
    ]


class _Pages:
    """Answers them."""

    def __init__(self, served: ServedPages) -> None:
        self._served = served

    def fleet(self, request: Request) -> Response:
        def made(platform: Platform, links: Links, library: Library) -> str:
            known = Known(platform)
            fleet, quality = read_fleet(platform, known=known), read_quality(platform, known=known)
            return fleet_page(fleet, quality, read_periods(platform), links, library)

        return self._served.answer(request, made)

    def to_fleet(self, _request: Request) -> Response:
        return RedirectResponse("/fleet")

    def source(self, request: Request) -> Response:
        source = str(request.path_params["source"])
        rule, page = _chosen(request)

        def made(platform: Platform, links: Links, library: Library) -> str:
            return source_page(read_source(platform, source, rule=rule, page=page), links, library)

        return self._served.answer(request, made, chosen=f"{page} {rule}")

    def file(self, request: Request) -> Response:
        source, sha = str(request.path_params["source"]), str(request.path_params["sha"])
        rule, page = _chosen(request)

        def made(platform: Platform, links: Links, library: Library) -> str:
            view = read_file(platform, source, sha, rule=rule, page=page)
            return file_page(view, links, library)

        return self._served.answer(request, made, chosen=f"{page} {rule}")

    def runs(self, request: Request) -> Response:
        def made(platform: Platform, links: Links, library: Library) -> str:
            return runs_page(read_runs(platform, limit=_MOST_RUNS), links, library)

        return self._served.answer(request, made)

    def run(self, request: Request) -> Response:
        run_id = str(request.path_params["run_id"])

        def made(platform: Platform, links: Links, library: Library) -> str:
            return run_page(read_run(platform, run_id), links, library)

        return self._served.answer(request, made)

    def to_timeline(self, _request: Request) -> Response:
        return RedirectResponse("/runs#timeline")


def _chosen(request: Request) -> tuple[str, int]:
    """Which rule and which page of a list the reader wants; what is no number is the first."""
    rule = request.query_params.get("rule", "")[:_LONGEST_RULE]
    page = request.query_params.get("page", "")
    number = int(page) if page.isdecimal() and len(page) < 9 else 1
    return rule, min(max(number, 1), _LAST_PAGE)
