"""The script and the style that only served pages have, under names that hold their content.

What belongs here: what is added to a page on its way out.
"""

import hashlib
from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dmaic_assets.web.safety.addresses import ASSETS
from dmaic_assets.web.safety.session import Role

_TYPES = {"live.js": "text/javascript; charset=utf-8", "live.css": "text/css; charset=utf-8"}
# Hexadecimal digits of a content in its name: browsers may keep it for ever.
_DIGITS = 12


def assets_route() -> Route:
    """The route that serves them."""
    return Route(f"{ASSETS}/{{name}}", _answer)


def brought_to_life(page: bytes, role: Role) -> bytes:
    """Adds to a page what a served one has: its style, its script, and what the reader may do.

    The page is one of ours, with one head and one body; nothing in it is looked for but their ends.
    """
    head = f'<link rel="stylesheet" href="{ASSETS}/{_name("live.css")}"></head>'
    tail = f'<script src="{ASSETS}/{_name("live.js")}"></script></body>'
    page = page.replace(b"<html ", f'<html data-role="{role}" '.encode(), 1)
    page = page.replace(b"</head>", head.encode(), 1)
    before, _, after = page.rpartition(b"</body>")
    return before + tail.encode() + after


def _answer(request: Request) -> Response:
    wanted = request.path_params["name"]
    file = next((f for f in _TYPES if _name(f) == wanted), None)
    if file is None:
        return PlainTextResponse("No such file.", 404)
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(_text(file), 200, headers, _TYPES[file])


@cache
def _name(file: str) -> str:
    stem, _, ending = file.rpartition(".")
    return f"{stem}-{hashlib.sha256(_text(file)).hexdigest()[:_DIGITS]}.{ending}"


@cache
def _text(file: str) -> bytes:
    return (resources.files("dmaic_assets.web.pages") / "templates" / file).read_bytes()
