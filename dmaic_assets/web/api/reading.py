"""Answering a GET of the API from the stores: cached by their state, with an ETag.

What belongs here: the way from a route to its answer.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.web.answers import AnswerCache, asked_of
from dmaic_assets.web.api.envelope import Envelope, Told, body_of, json_response
from dmaic_assets.web.project import Project
from dmaic_assets.work.run.platform import Platform

# What each kind of refusal is answered with, for the description of the API.
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Envelope[None], "description": text}
    for status, text in (
        (400, "Something in the request cannot be used"),
        (404, "What the address names is not there"),
        (409, "A gate or a contract says no"),
        (422, "The request has not the form that is described"),
        (503, "A store refuses"),
    )
}
# Refusals that come before a route is asked, as plain text.
_GUARDED: dict[int | str, dict[str, Any]] = {
    status: {"description": text}
    for status, text in (
        (401, "No session and no token"),
        (403, "Another page asks, or the role is not enough"),
        (413, "The body is too long"),
        (415, "The body is not application/json"),
        (429, "Too many requests"),
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
            asked_of(request), self.project.moment(), lambda: body_of(make(platform))
        )
        return json_response(request, body)


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
