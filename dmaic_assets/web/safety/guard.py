"""The guard in front of all pages, of the API, and of Dagster's server, which lets anybody in.

What belongs here: which request may pass. Dagster executes GraphQL mutations that arrive by GET
from any web page and answers to any host name; here a request needs a session, a host name of
ours, our own origin where a browser tells one, the right method, and the role that it takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dmaic_assets.web.safety.addresses import DAGSTER, SIGN_IN, is_under
from dmaic_assets.web.safety.graphql import changes_nothing, message_changes_nothing
from dmaic_assets.web.safety.refusals import is_for_programs, refused
from dmaic_assets.web.safety.session import Role, Sessions

_READING = frozenset({"GET", "HEAD"})
_METHODS = _READING | {"POST"}
_SAME = frozenset({"same-origin", "none"})
_GRAPHQL = f"{DAGSTER}/graphql"
# Where the guard notes the role, for those behind it.
_ROLE = "dmaic.role"
_HEADERS: Mapping[str, str] = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# For answers that say nothing themselves: ours are data and no page; Dagster's scripts start
# workers, which a policy of ours would keep from their work.
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_DAGSTER_POLICY = "frame-ancestors 'none'; base-uri 'self'; object-src 'none'"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_FORM = "The form is in /api/v1/openapi.json."
_SIGN_IN_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """What the guard allows.

    `hosts` are the values of a Host header that are ours. `public` are exact paths that anybody
    may read: they must serve nothing of the project. A web page on another origin cannot read
    them either, but it can load them as a script or image.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    public: frozenset[str] = frozenset()
    cookie: str = "dmaic_session"


def policy_for(
    port: int, *, names: tuple[str, ...] = (), public: frozenset[str] = frozenset()
) -> GuardPolicy:
    """Builds the policy of a server on this machine's own address, and under other names.

    The cookie's name carries the port, because a browser does not tell cookies apart by port.

    Args:
        port: Where the server listens.
        names: Other host names that lead here, as browsers ask for them: `quality.example.com` is
            taken with this port and without one, `quality.example.com:8443` as it is.
        public: What anybody may read.
    """
    here = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    there = {n for name in names for n in _spellings(name.lower(), port)}
    origins = {f"http://{host}" for host in here | there} | {f"https://{host}" for host in there}
    hosts = frozenset(here | there)
    return GuardPolicy(hosts, frozenset(origins), public, cookie=f"dmaic_session_{port}")


def _spellings(name: str, port: int) -> tuple[str, ...]:
    has_port = name.rpartition(":")[2].isdecimal() and not name.endswith("]")
    return (name,) if has_port else (name, f"{name}:{port}")


def role_of(request: Request) -> Role:
    """What whoever sent a request that passed the guard may do."""
    return request.scope.get(_ROLE) or "read"


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
            policy = _DAGSTER_POLICY if is_under(scope["path"], DAGSTER) else _DATA_POLICY
            await self._http(scope, receive, _hardened(send, policy))
        elif scope["type"] == "websocket":
            headers = Headers(scope=scope)
            if not self._may_connect(headers):
                await _refuse_socket(scope, receive, send)
            elif self._role(headers) == "write":
                await self._app(scope, receive, send)
            else:
                await self._app(scope, _reading_only(receive), send)
        else:
            await self._app(scope, receive, send)

    def knows(self, scope: Scope) -> bool:
        """Whether a request shows a session, a token, or a code that is good and stays so."""
        if self._role(Headers(scope=scope)) is not None:
            return True
        return scope["path"] == SIGN_IN and self._sessions.knows_code(_code(scope))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == SIGN_IN and scope["method"] == "POST":
            response = await self._sign_in_with_token(scope, receive)
        else:
            response = self._answer(scope)
        if response is not None:
            await response(scope, receive, send)
            return
        if scope["method"] == "POST" and self._role(Headers(scope=scope)) != "write":
            body = await _body_of(receive)
            is_query = scope["path"].rstrip("/") == _GRAPHQL and changes_nothing(body)
            if not is_query:
                await _needs_write(scope)(scope, receive, send)
                return
            receive = _again(body, receive)
        await self._app({**scope, _ROLE: self._role(Headers(scope=scope))}, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        """The guard's own answer; None when the request may pass."""
        headers = Headers(scope=scope)
        method, path = scope["method"], scope["path"]
        if not self._is_host(headers):
            return _unknown_host(scope)
        if method not in _METHODS:
            allowed = {"Allow": "GET, HEAD, POST"}
            return refused(scope, 405, "Method", "only GET, HEAD and POST", _FORM, allowed)
        if path in self._policy.public and method in _READING:
            return None
        if path == SIGN_IN and method in _READING:
            # What only asks for headers uses no code up.
            return self._sign_in(scope) if method == "GET" else self._stranger()
        if self._role(headers) is None:
            return _unknown_program(scope) if is_for_programs(scope) else self._stranger()
        if not self._is_from_here(headers, method):
            return _foreign(scope)
        return _wrong_form(scope, headers)

    def _sign_in(self, scope: Scope) -> Response:
        if not self._sessions.redeem(_code(scope)):
            return self._stranger()
        self._on_signed_in()
        return self._signed_in(scope, self._sessions.secret)

    async def _sign_in_with_token(self, scope: Scope, receive: Receive) -> Response:
        headers = Headers(scope=scope)
        if not self._is_host(headers):
            return _unknown_host(scope)
        if not self._is_from_here(headers, "POST"):
            return _foreign(scope)
        form = parse_qs((await _body_of(receive)).decode("latin-1"))
        cookie = self._sessions.cookie_of(form.get("token", [""])[0].strip())
        return self._stranger() if cookie is None else self._signed_in(scope, cookie)

    def _signed_in(self, scope: Scope, cookie: str) -> Response:
        response = RedirectResponse("/", 303)
        response.set_cookie(
            self._policy.cookie,
            cookie,
            httponly=True,
            samesite="strict",
            secure=scope.get("scheme") == "https",
        )
        return response

    def _stranger(self) -> Response:
        page = _sign_in_page("token" if self._sessions.takes_tokens else "code")
        headers = {"Content-Security-Policy": _SIGN_IN_POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(page, 401, headers | _CHALLENGE)

    def _is_host(self, headers: Headers) -> bool:
        return headers.get("host", "").lower() in self._policy.hosts

    def _role(self, headers: Headers) -> Role | None:
        """What whoever sends this may do; None for a stranger."""
        told = self._sessions.role_of(_cookie(headers, self._policy.cookie))
        return told or self._sessions.role_of(_token(headers))

    def _is_from_here(self, headers: Headers, method: str) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            return origin in self._policy.origins
        if method in _READING or self._sessions.role_of(_token(headers)) is not None:
            return True
        return headers.get("sec-fetch-site", "") in _SAME

    def _may_connect(self, headers: Headers) -> bool:
        """Sockets carry queries both ways, so a browser must always tell its origin."""
        origin = headers.get("origin")
        has_token = self._sessions.role_of(_token(headers)) is not None
        is_here = origin in self._policy.origins or (origin is None and has_token)
        return self._is_host(headers) and is_here and self._role(headers) is not None


def _code(scope: Scope) -> str:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get("code", [""])[0]


@cache
def _sign_in_page(with_what: str) -> str:
    folder = resources.files("dmaic_assets.web.safety") / "templates"
    return (folder / f"sign_in_{with_what}.html").read_text(encoding="utf-8")


def _wrong_form(scope: Scope, headers: Headers) -> Response | None:
    """Refuses what a foreign page can send, or that changes things by GET."""
    path, method = scope["path"].rstrip("/"), scope["method"]
    is_json = headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    if path == _GRAPHQL:
        if method in _READING:
            is_bare = not scope["query_string"]
            by_post = PlainTextResponse("GraphQL by POST only.", 405, {"Allow": "POST"})
            return None if is_bare else by_post
        return None if is_json else PlainTextResponse("GraphQL as application/json only.", 415)
    if method == "POST" and not is_under(path, DAGSTER) and not is_json:
        return refused(scope, 415, "MediaType", "requests are application/json", _FORM)
    return None


def _needs_write(scope: Scope) -> Response:
    hint = "DMAIC_WRITE_TOKEN names one: docs/guides/serve.md."
    detail = "this takes a session or token with the role write"
    return refused(scope, 403, "Forbidden", detail, hint)


def _foreign(scope: Scope) -> Response:
    hint = "Open the page at its own address."
    return refused(scope, 403, "Forbidden", "this request comes from another web page", hint)


def _unknown_host(scope: Scope) -> Response:
    return refused(scope, 421, "Host", "unknown host name", "Name it: dmaic serve --allow-host.")


def _unknown_program(scope: Scope) -> Response:
    hint = "Send one: Authorization: Bearer TOKEN (docs/guides/serve.md)."
    return refused(scope, 401, "Unauthorized", "no session and no token", hint, _CHALLENGE)


def _cookie(headers: Headers, name: str) -> str | None:
    # As browsers send them: cookies of other programs on this host may hold anything.
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(name)


def _token(headers: Headers) -> str | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else None


async def _body_of(receive: Receive) -> bytes:
    """Reads a body, whose length the limits in front bound."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def receive_again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again


def _reading_only(receive: Receive) -> Receive:
    """Ends a socket at the first message that asks for a change."""

    async def receive_reading() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        text = message.get("text") or (message.get("bytes") or b"").decode("utf-8", "replace")
        if message_changes_nothing(text):
            return message
        return {"type": "websocket.disconnect", "code": 4403}

    return receive_reading


def _hardened(send: Send, policy: str) -> Send:
    async def send_hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", policy)
        await send(message)

    return send_hardened


async def _refuse_socket(_scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4403})
