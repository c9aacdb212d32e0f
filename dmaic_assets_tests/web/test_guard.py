import pytest

from dmaic_assets.web.guard import Guard, policy_for
from dmaic_assets.web.session import Sessions
from dmaic_assets_tests.web.asgi import Recorder, ask, connect

PORT = 3000
HOST = {"host": "127.0.0.1:3000"}
SECRET = "s" * 43
COOKIE = {**HOST, "cookie": f"dmaic_session_{PORT}={SECRET}"}
BEARER = {**HOST, "authorization": f"Bearer {SECRET}"}
HERE = {"origin": "http://127.0.0.1:3000"}
THERE = {"origin": "http://evil.example"}
JSON = {"content-type": "application/json"}


@pytest.fixture
def inside() -> Recorder:
    return Recorder()


@pytest.fixture
def guard(inside: Recorder) -> Guard:
    policy = policy_for(PORT, public=frozenset({"/favicon.ico"}))
    return Guard(inside, Sessions(SECRET), policy)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 421),
        ("GET", "/", {"host": "evil.example"}, 421),
        ("GET", "/", {**COOKIE, "host": "127.0.0.1:3001"}, 421),
        ("GET", "/", HOST, 401),
        ("GET", "/", {**HOST, "cookie": f"dmaic_session_{PORT}=wrong"}, 401),
        ("GET", "/", {**HOST, "cookie": f"dmaic_session_3001={SECRET}"}, 401),
        ("GET", "/", {**HOST, "authorization": f"Basic {SECRET}"}, 401),
        ("GET", "/", {**COOKIE, **THERE}, 403),
        ("GET", "/graphql?query=mutation{x}", COOKIE, 405),
        ("GET", "/graphql?%71uery=mutation{x}", COOKIE, 405),
        ("GET", "/graphql/?query=mutation{x}", COOKIE, 405),
        ("POST", "/graphql", {**COOKIE, **JSON}, 403),
        ("POST", "/graphql", {**COOKIE, **JSON, **THERE}, 403),
        ("POST", "/graphql", {**COOKIE, **JSON, "origin": "null"}, 403),
        ("POST", "/graphql", {**COOKIE, **JSON, "sec-fetch-site": "cross-site"}, 403),
        ("POST", "/graphql?query=mutation{x}", {**COOKIE, **HERE}, 415),
        ("POST", "/graphql", {**COOKIE, **HERE, "content-type": "text/plain"}, 415),
        ("POST", "/report_asset_materialization/a", {**COOKIE, **THERE}, 403),
        ("PUT", "/", {**COOKIE, **HERE}, 405),
        ("DELETE", "/", {**COOKIE, **HERE}, 405),
        ("OPTIONS", "/graphql", {**COOKIE, **THERE}, 405),
        ("POST", "/favicon.ico", HOST, 401),
    ],
)
def test_the_guard_refuses(guard, inside, method, path, headers, status):
    answer = ask(guard, method, path, headers)

    assert answer.status == status
    assert inside.reached == []


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/runs", COOKIE),
        ("GET", "/runs", BEARER),
        ("GET", "/runs", {**COOKIE, "host": "localhost:3000"}),
        ("HEAD", "/", COOKIE),
        ("GET", "/graphql", COOKIE),
        ("GET", "/favicon.ico", HOST),
        ("POST", "/graphql", {**COOKIE, **JSON, **HERE}),
        ("POST", "/graphql", {**COOKIE, **JSON, "sec-fetch-site": "same-origin"}),
        ("POST", "/graphql", {**BEARER, **JSON}),
    ],
)
def test_the_guard_passes(guard, inside, method, path, headers):
    answer = ask(guard, method, path, headers)

    assert answer.status == 200
    assert inside.reached == [f"http {path}"]


def test_every_answer_forbids_framing_and_sniffing(guard):
    for headers in (COOKIE, HOST, {}):
        answer = ask(guard, "GET", "/", headers)

        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({**COOKIE, **HERE}, "websocket.accept"),
        (BEARER, "websocket.accept"),
        (COOKIE, "websocket.close"),
        ({**COOKIE, **THERE}, "websocket.close"),
        ({**BEARER, **THERE}, "websocket.close"),
        ({**HOST, **HERE}, "websocket.close"),
        ({**COOKIE, **HERE, "host": "evil.example"}, "websocket.close"),
    ],
)
def test_a_socket_needs_session_host_and_origin(guard, headers, answer):
    assert connect(guard, "/graphql", headers) == answer


def test_a_code_signs_in_one_browser_once():
    inside, sessions, told = Recorder(), Sessions(SECRET), []
    guard = Guard(inside, sessions, policy_for(PORT), lambda: told.append("used"))
    code = sessions.new_code()

    first = ask(guard, "GET", f"/sign-in?code={code}", HOST)
    second = ask(guard, "GET", f"/sign-in?code={code}", HOST)

    cookie = first.headers["set-cookie"]
    assert (first.status, first.headers["location"]) == (303, "/")
    assert f"dmaic_session_{PORT}={SECRET}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert second.status == 401
    assert "set-cookie" not in second.headers
    assert told == ["used"]


@pytest.mark.parametrize("query", ["", "?code=", "?code=wrong", "?other=1"])
def test_a_wrong_code_signs_nobody_in(guard, query):
    answer = ask(guard, "GET", f"/sign-in{query}", HOST)

    assert answer.status == 401
    assert "set-cookie" not in answer.headers


def test_the_refusal_tells_where_the_address_is(guard):
    answer = ask(guard, "GET", "/", HOST)

    assert b"terminal" in answer.body
    assert SECRET.encode() not in answer.body
