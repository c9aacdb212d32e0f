"""Refusals as programs get them: one envelope, whoever refuses, and the headers that belong to it.

What belongs here: the form. The API's own refusals have it too, so that a program reads one form.
"""

import json
from collections.abc import Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from dmaic_assets.model import Json
from dmaic_assets.web.safety.addresses import is_under

# Answers below this are for programs.
FOR_PROGRAMS = "/api"


def error_response(
    status: int, code: str, detail: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answers with an error in the envelope of the API."""
    error: Json = {"code": code, "detail": detail, "hint": hint}
    told: Json = {"data": None, "page": None, "error": error}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    # Names of files may hold bytes that are no text.
    body = text.encode("utf-8", "backslashreplace")
    more = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, more, "application/json")


def refused(
    scope: Scope,
    status: int,
    code: str,
    detail: str,
    hint: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Refuses a request: in the envelope where a program asks the API, else in one sentence."""
    if is_for_programs(scope):
        return error_response(status, code, detail, hint, headers)
    sentence = f"{detail[:1].upper()}{detail[1:]}. {hint}"
    return PlainTextResponse(sentence, status, dict(headers or {}))


def is_for_programs(scope: Scope) -> bool:
    """Whether a request asks the API."""
    return is_under(str(scope["path"]), FOR_PROGRAMS)
