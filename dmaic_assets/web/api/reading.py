"""Answering a GET of the API from the stores: cached by their state, with an ETag.

What belongs here: the way from a route to its answer.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.web.answers import AnswerCache, asked_of
from dmaic_assets.web.api.envelope import Envelope, Told, body_of, json_response
from dmaic_assets.web.project import Project
from dmaic_assets.work.run.platform import Platform


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}} for name in names}


# What each kind of refusal is answered with, for the description of the API.
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Envelope[None], "description": text}
    for status, text in (
        (400, "Something in the request cannot be used"),
        (404, "What the address names is not there"),
        (409, "A gate or a contract says no"),
        (422, "The request has not the form that is described"),
        (500, "A defect"),
        (503, "A store refuses"),
    )
}
# Refusals that come before a route is asked, with the header that belongs to some.
_GUARDED: dict[int | str, dict[str, Any]] = {
    status: {"model": Envelope[None], "description": text, "headers": _headers(*names)}
    for status, text, *names in (
        (401, "No session and no token", "WWW-Authenticate"),
        (403, "Another page asks, or the role is not enough"),
        (405, "The address knows no such method", "Allow"),
        (408, "The body came too slowly"),
        (413, "The body is too long"),
        (415, "The body is not application/json"),
        (421, "The host name is none of this server's"),
        (429, "Too many requests", "Retry-After"),
    )
}


class Reader:
    """Answers from a project what routes ask it for."""

    def __init__(self, project: Project, cache: AnswerCache) -> None:
        self.project = project
        self._cache = cache

    @property
    def platform(self) -> Platform:
        """The stores."""
        return self.project.platform

    def answer(self, request: Request, make: Callable[[Platform], Told]) -> Response:
        """Gives the kept answer, or makes it."""
        platform = self.project.platform
        body = self._cache.get(
            asked_of(request, _known(request)),
            self.project.moment(),
            lambda: body_of(make(platform)),
        )
        return json_response(request, body)


def _known(request: Request) -> frozenset[str]:
    """The parameters of the route that answers."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)  # noqa: S101 - the API has no others
    return frozenset(field.alias for field in route.dependant.query_params)


def add_get(
    router: APIRouter, path: str, answer: Callable[..., Response], form: object = Any
) -> None:
    """Adds a route that reads; `form` is what its data looks like."""
    router.add_api_route(
        path,
        answer,
        methods=["GET"],
        response_model=Envelope[form],  # pyright: ignore[reportInvalidTypeArguments] - a value
        responses={**_ERRORS, **_GUARDED, 304: {"description": "The client has it already"}},
    )


def add_post(
    router: APIRouter,
    path: str,
    answer: Callable[..., Response],
    form: object = Any,
    *,
    status: int = 200,
) -> None:
    """Adds a route that changes something; it takes the role write."""
    router.add_api_route(
        path,
        answer,
        methods=["POST"],
        status_code=status,
        response_model=Envelope[form],  # pyright: ignore[reportInvalidTypeArguments] - a value
        responses={**_ERRORS, **_GUARDED},
    )
