"""The form of every answer of the API: data, page and error, with an ETag.

What belongs here: envelopes, pages of long lists, and errors. What is in them, the routes know.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar, cast

from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.errors import BadInputError, DmaicError, PolicyError, StoreError
from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json
from dmaic_assets.web.answers import matches
from dmaic_assets.web.safety.refusals import error_response, is_for_programs

ItemT = TypeVar("ItemT")
DataT = TypeVar("DataT")

# Entries of a list that one answer holds: by default, and at most.
PAGE, LONGEST_PAGE = 50, 200
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="Entries of one answer.")]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{1,18}$", description="`page.next` of the answer before this one."),
]


class PageBody(BaseModel):
    """Where a list goes on: `next` is the cursor of the next answer, null at the end."""

    next: str | None
    limit: int


class ErrorBody(BaseModel):
    """What went wrong, with a word for programs, a sentence for people, and what helps."""

    code: str
    detail: str
    hint: str


class Envelope(BaseModel, Generic[DataT]):
    """Every answer: `data` or `error` is null, `page` is of lists."""

    data: DataT | None
    page: PageBody | None
    error: ErrorBody | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a route says: its data, and where its list goes on."""

    data: object
    next: str | None = None
    limit: int | None = None


class NotThereError(BadInputError):
    """What the address names is not there."""


def of_list(items: Sequence[ItemT], limit: int, cursor: str | None) -> Told:
    """One page of a list that is known as a whole; the cursor counts."""
    start = read_cursor(cursor) or 0
    end = start + limit
    return Told(list(items[start:end]), str(end) if end < len(items) else None, limit)


def of_keyed(items: Sequence[ItemT], limit: int, key: Callable[[ItemT], int]) -> Told:
    """One page of a list in falling order of a key, read with one entry more than `limit`."""
    shown = list(items[:limit])
    is_end = len(items) <= limit
    return Told(shown, None if is_end else str(key(shown[-1])), limit)


def read_cursor(cursor: str | None) -> int | None:
    """The place in a list that a cursor of ours stands for; its form is checked by the route."""
    return None if cursor is None else int(cursor)


def body_of(told: Told) -> bytes:
    """Spells an answer; numbers that JSON does not have become null."""
    page: Json = None if told.limit is None else {"next": told.next, "limit": told.limit}
    return _dumped({"data": _spelled(told.data), "page": page, "error": None})


def json_response(request: Request, body: bytes, status: int = 200) -> Response:
    """Answers with a document, or 304 when the client has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if status == 200 and matches(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def add_errors(
    app: FastAPI,
    on_defect: Callable[[Request, Exception], None],
    missing: Callable[[Request], Response],
) -> None:
    """Lets every refusal and defect of an application be answered in the envelope.

    Args:
        app: The application.
        on_defect: Told what nobody expected, which clients are told nothing of.
        missing: Answers where there is no page; what is asked of the API gets an envelope.
    """

    def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, DmaicError)  # noqa: S101 - registered for it
        return error_response(_status(error), _code(error), str(error), error.fix)

    def wrong(_request: Request, error: Exception) -> Response:
        first = cast("RequestValidationError", error).errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        detail, hint = f"{place}: {first['msg']}", "The form is in /api/v1/openapi.json."
        return error_response(422, "BadInput", detail, hint)

    def answered(request: Request, error: Exception) -> Response:
        known = cast("HTTPException", error)
        if known.status_code == 404 and not is_for_programs(request.scope):
            return missing(request)
        headers = dict(known.headers or {})
        hint = "Addresses are in /api/v1/openapi.json."
        code = {404: "NotThere", 405: "Method"}.get(known.status_code, "Refused")
        return error_response(known.status_code, code, str(known.detail), hint, headers)

    def broken(request: Request, error: Exception) -> Response:
        on_defect(request, error)
        detail = f"{type(error).__name__}: this is a defect"
        return error_response(500, "Invariant", detail, "data/logs/web-server.log has more.")

    app.add_exception_handler(DmaicError, refused)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(HTTPException, answered)
    app.add_exception_handler(Exception, broken)


def _status(error: DmaicError) -> int:
    if isinstance(error, NotThereError):
        return 404
    if isinstance(error, BadInputError):
        return 400
    if isinstance(error, PolicyError):
        return 409
    return 503 if isinstance(error, StoreError) else 500


def _code(error: DmaicError) -> str:
    return "NotThere" if isinstance(error, NotThereError) else error.code


def _spelled(value: object) -> Json:
    """Spells values, and stored JSON within them; what is not finite becomes null in both."""
    if isinstance(value, Mapping):
        known = cast("Mapping[str, object]", value)
        # As the codec stores a number that is not finite.
        if list(known) == ["$float"]:
            return None
        return {str(key): _spelled(item) for key, item in known.items()}
    if isinstance(value, (list, tuple)):
        return [_spelled(item) for item in cast("Sequence[object]", value)]
    told = to_json(value)
    return _spelled(told) if isinstance(told, dict) else told


def _dumped(document: Json) -> bytes:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Names of files may hold bytes that are no text.
    return text.encode("utf-8", "backslashreplace")
