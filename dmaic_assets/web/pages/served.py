"""A page on its way from the reports to a browser: kept, tagged, and held to a strict policy.

What belongs here: what all served pages have in common. Which there are, `routes` says.
"""

import hashlib
import threading
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.reports.page.links import Links, ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import message_page
from dmaic_assets.web.answers import AnswerCache, matches
from dmaic_assets.web.pages.assets import brought_to_life
from dmaic_assets.web.project import Project
from dmaic_assets.web.safety.guard import role_of
from dmaic_assets.work.run.platform import Platform

# Pages that are made at the same time: some judge a file again, and two cores are soon busy.
_AT_ONCE = 3
_LIBRARY = Library(ServedLinks().scripts())
# How a culprit begins that is what a sentence says of its subject.
_SAID_OF = ("is ", "was ", "went ")
Make = Callable[[Platform, Links, Library], str]
# Scripts are files of ours and nothing else, and they reach this server alone. Styles stand in the
# pages, as charts and bars need them: they can neither run nor reach anything.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class ServedPages:
    """Answers with pages of a project; they lead where `links` says."""

    def __init__(self, project: Project, cache: AnswerCache, links: ServedLinks) -> None:
        self._project = project
        self._links = links
        self._cache = cache
        self._making = threading.Semaphore(_AT_ONCE)

    def answer(self, request: Request, make: Make, *, chosen: str = "") -> Response:
        """Gives the kept page, or makes it; a refusal becomes a page that says what helps.

        Args:
            request: What was asked.
            make: Makes the page.
            chosen: What of the request's query the page depends on, as it is understood.
        """
        try:
            platform = self._project.platform
            page = self._cache.get(
                f"{request.url.path}?{chosen}",
                self._project.moment(),
                lambda: self._made(platform, make),
            )
        except DmaicError as error:
            return _refused(request, error, self._links)
        return _html(request, brought_to_life(page, role_of(request)), 200)

    def _made(self, platform: Platform, make: Make) -> bytes:
        with self._making:
            return make(platform, self._links, _LIBRARY).encode("utf-8", "backslashreplace")

    def lead_to(self, request: Request, find: Callable[[Platform], str]) -> Response:
        """Leads to an artifact that is a page, by its path below the data folder."""
        try:
            address = self._links.artifact(find(self._project.platform))
        except DmaicError as error:
            return _refused(request, error, self._links)
        return RedirectResponse(str(address), headers={"Cache-Control": "no-store"})

    def missing(self, request: Request) -> Response:
        """Says that there is no such page."""
        words = "There is no page at this address."
        page = _message("Not there", words, "The pages are above.", self._links)
        return _html(request, brought_to_life(page, role_of(request)), 404)


def _refused(request: Request, error: DmaicError, links: Links) -> Response:
    status = 404 if isinstance(error, BadInputError) else 503
    title = "Not there" if status == 404 else "Not now"
    # A culprit that is what a sentence says of its subject needs no colon.
    is_sentence = error.culprit.startswith(_SAID_OF)
    words = f"{error.subject} {error.culprit}." if is_sentence else str(error)
    page = _message(title, words, error.fix, links)
    return _html(request, brought_to_life(page, role_of(request)), status)


def _message(title: str, words: str, todo: str, links: Links) -> bytes:
    return message_page(title, words, todo, links, _LIBRARY).encode("utf-8", "backslashreplace")


def _html(request: Request, page: bytes, status: int) -> Response:
    tag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": POLICY,
    }
    if status == 200 and matches(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(page, status, headers, "text/html; charset=utf-8")
