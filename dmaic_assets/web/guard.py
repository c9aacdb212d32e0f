"""The guard in front of Dagster's web server, which itself lets anybody do anything.

What belongs here: which request may pass. Dagster executes GraphQL mutations that arrive by GET
from any web page and answers to any host name; here a request needs a session, a host name of
ours, our own origin where a browser tells one, and the right method.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http.cookies import CookieError, SimpleCookie
from importlib import resources
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dmaic_assets.web.session import Sessions

SIGN_IN = "/sign-in"
_READING = frozenset({"GET", "HEAD"})
_METHODS = _READING | {"POST"}
_SAME = frozenset({"same-origin", "none"})
_HEADERS: Mapping[str, str] = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """What the guard allows.

    `hosts` are the values of a Host header that are ours. `public` are exact paths that anybody
    may read: they must serve nothing of the project. A web page on another origin cannot read
    them either, but it can load them as a script or image.
    """

    hosts: frozenset[str]
    public: frozenset[str] = frozenset()
    cookie: str = "dmaic_session"

    @property
    def origins(self) -> frozenset[str]:
        """The origins that pages of ours have."""
        return frozenset(f"http://{host}" for host in self.hosts)


def policy_for(port: int, *, public: frozenset[str] = frozenset()) -> GuardPolicy:
    """Builds the policy of a server on this machine's own address only.

    The cookie's name carries the port, because a browser does not tell cookies apart by port.
    """
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    return GuardPolicy(hosts, public, cookie=f"dmaic_session_{port}")


class Guard:
    """Passes the requests of a signed-in browser or program on to `app`, and no others.

    Args:
        app: What is guarded.
        sessions: Who is signed in.
        policy: What is allowed.
        on_signed_in: Told whenever a one-time code was used up.
    """

    def __init__(
        self,
        app: ASGIApp,
        sessions: Sessions,
        policy: GuardPolicy,
        on_signed_in: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._policy = policy
        self._on_signed_in = on_signed_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one connection as ASGI wants it."""
        if scope["type"] == "http":
            response = self._answer(scope)
            handler = response or self._app
            await handler(scope, receive, _hardened(send))
        elif scope["type"] == "websocket":
            is_allowed = self._may_connect(Headers(scope=scope))
            handler = self._app if is_allowed else _refuse_socket
            await handler(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        """The guard's own answer; None when the request may pass."""
        headers = Headers(scope=scope)
        method, path = scope["method"], scope["path"]
        if headers.get("host") not in self._policy.hosts:
            return PlainTextResponse("Unknown host name.", 421)
        if method not in _METHODS:
            return PlainTextResponse("Only GET, HEAD and POST.", 405, {"Allow": "GET, HEAD, POST"})
        if path in self._policy.public and method in _READING:
            return None
        if path == SIGN_IN and method == "GET":
            return self._sign_in(scope)
        if not self._is_signed_in(headers):
            return HTMLResponse(_sign_in_page(), 401)
        if not self._is_from_here(headers, method):
            return PlainTextResponse("This request comes from another web page.", 403)
        return _wrong_form(scope, headers)

    def _sign_in(self, scope: Scope) -> Response:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if not self._sessions.redeem(query.get("code", [""])[0]):
            return HTMLResponse(_sign_in_page(), 401)
        self._on_signed_in()
        response = RedirectResponse("/", 303)
        response.set_cookie(
            self._policy.cookie, self._sessions.secret, httponly=True, samesite="strict"
        )
        return response

    def _is_signed_in(self, headers: Headers) -> bool:
        return self._sessions.is_valid(_cookie(headers, self._policy.cookie)) or self._has_token(
            headers
        )

    def _has_token(self, headers: Headers) -> bool:
        kind, _, token = headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._sessions.is_valid(token)

    def _is_from_here(self, headers: Headers, method: str) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            return origin in self._policy.origins
        if method in _READING or self._has_token(headers):
            return True
        return headers.get("sec-fetch-site", "") in _SAME

    def _may_connect(self, headers: Headers) -> bool:
        """Sockets carry queries both ways, so a browser must always tell its origin."""
        is_ours = headers.get("host") in self._policy.hosts
        origin = headers.get("origin")
        is_here = origin in self._policy.origins or (origin is None and self._has_token(headers))
        return is_ours and is_here and self._is_signed_in(headers)


@cache
def _sign_in_page() -> str:
    page = resources.files("dmaic_assets.web") / "templates" / "sign_in.html"
    return page.read_text(encoding="utf-8")


def _wrong_form(scope: Scope, headers: Headers) -> Response | None:
    """Refuses GraphQL in the forms that a foreign page can send, or that change things by GET."""
    if scope["path"].rstrip("/") != "/graphql":
        return None
    if scope["method"] in _READING:
        is_bare = not scope["query_string"]
        return None if is_bare else PlainTextResponse("GraphQL by POST only.", 405)
    if not headers.get("content-type", "").startswith("application/json"):
        return PlainTextResponse("GraphQL as application/json only.", 415)
    return None


def _cookie(headers: Headers, name: str) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _hardened(send: Send) -> Send:
    async def send_hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_hardened


async def _refuse_socket(_scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4403})
