import json

import pytest

from dmaic_assets.web.safety.guard import Guard, policy_for
from dmaic_assets.web.safety.session import Sessions
from dmaic_assets_tests.web.asgi import Recorder, ask, connect, talk

PORT = 3000
HOST = {"host": "127.0.0.1:3000"}
SECRET, READ = "s" * 43, "r" * 32
COOKIE = {**HOST, "cookie": f"dmaic_session_{PORT}={SECRET}"}
BEARER = {**HOST, "authorization": f"Bearer {SECRET}"}
HERE = {"origin": "http://127.0.0.1:3000"}
THERE = {"origin": "http://evil.example"}
JSON = {"content-type": "application/json"}
READER = {**HOST, "authorization": f"Bearer {READ}"}


@pytest.fixture
def inside() -> Recorder:
    return Recorder()


@pytest.fixture
def guard(inside: Recorder) -> Guard:
    policy = policy_for(PORT, public=frozenset({"/favicon.ico"}))
    return Guard(inside, Sessions(SECRET, {READ: "read"}), policy)


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
        ("GET", "/dagster/graphql?query=mutation{x}", COOKIE, 405),
        ("GET", "/dagster/graphql?%71uery=mutation{x}", COOKIE, 405),
        ("GET", "/dagster/graphql/?query=mutation{x}", COOKIE, 405),
        ("POST", "/dagster/graphql", {**COOKIE, **JSON}, 403),
        ("POST", "/dagster/graphql", {**COOKIE, **JSON, **THERE}, 403),
        ("POST", "/dagster/graphql", {**COOKIE, **JSON, "origin": "null"}, 403),
        ("POST", "/dagster/graphql", {**COOKIE, **JSON, "sec-fetch-site": "cross-site"}, 403),
        ("POST", "/dagster/graphql?query=mutation{x}", {**COOKIE, **HERE}, 415),
        ("POST", "/dagster/graphql", {**COOKIE, **HERE, "content-type": "text/plain"}, 415),
        ("POST", "/dagster/report_asset_materialization/a", {**COOKIE, **THERE}, 403),
        ("PUT", "/", {**COOKIE, **HERE}, 405),
        ("DELETE", "/", {**COOKIE, **HERE}, 405),
        ("OPTIONS", "/dagster/graphql", {**COOKIE, **THERE}, 405),
        ("POST", "/favicon.ico", HOST, 401),
        ("POST", "/api/v1/runs", {**COOKIE, **HERE}, 415),
        ("POST", "/api/v1/runs", {**COOKIE, **HERE, "content-type": "text/plain"}, 415),
        ("POST", "/api/v1/runs", {**COOKIE, **JSON}, 403),
        ("POST", "/api/v1/runs", {**COOKIE, **JSON, **THERE}, 403),
        ("POST", "/api/v1/runs", {**READER, **JSON}, 403),
        ("POST", "/dagster/graphql", {**READER, **JSON}, 403),
        ("POST", "/dagster/report_asset_materialization/a", READER, 403),
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
        ("GET", "/dagster/graphql", COOKIE),
        ("GET", "/favicon.ico", HOST),
        ("POST", "/dagster/graphql", {**COOKIE, **JSON, **HERE}),
        ("POST", "/dagster/graphql", {**COOKIE, **JSON, "sec-fetch-site": "same-origin"}),
        ("POST", "/dagster/graphql", {**BEARER, **JSON}),
        ("POST", "/api/v1/runs", {**BEARER, **JSON}),
        ("GET", "/dagster/runs", READER),
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
    assert connect(guard, "/dagster/graphql", headers) == answer


def test_a_code_signs_in_one_browser_once():
    inside, sessions, told = Recorder(), Sessions(SECRET), []
    guard = Guard(inside, sessions, policy_for(PORT), lambda: told.append("used"))
    code = sessions.new_code()

    looked = ask(guard, "HEAD", f"/sign-in?code={code}", HOST)
    first = ask(guard, "GET", f"/sign-in?code={code}", HOST)
    second = ask(guard, "GET", f"/sign-in?code={code}", HOST)

    cookie = first.headers["set-cookie"]
    assert looked.status == 401
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


QUERY, MUTATION = '{"query": "{version}"}', '{"query": "mutation {x}"}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (QUERY, 200),
        ('{"query": "query A {version}"}', 200),
        ('{"query": "subscription {x}"}', 200),
        (MUTATION, 403),
        ('{"query": "query A {v} mutation B {x}", "operationName": "A"}', 403),
        ('{"query": "fragment F on Q {v}"}', 403),
        (f"[{QUERY}]", 403),
        ('{"query": "{"}', 403),
        ('{"query": 1}', 403),
        ("{" * 5000, 403),
        ('{"query": "' + "{a" * 5000 + '"}', 403),
        ("", 403),
    ],
)
def test_who_may_only_read_asks_dagster_queries_alone(guard, inside, body, status):
    answer = ask(guard, "POST", "/dagster/graphql", {**READER, **JSON}, body)

    assert answer.status == status
    assert inside.bodies == ([body.encode()] if status == 200 else [])


def test_a_token_signs_a_browser_in_for_what_it_allows(guard, inside):
    form = {**HOST, **HERE, "content-type": "application/x-www-form-urlencoded"}
    signed = ask(guard, "POST", "/sign-in", form, f"token={READ}")
    cookie = {**HOST, **HERE, "cookie": signed.headers["set-cookie"].partition(";")[0]}

    assert signed.status == 303
    assert READ not in signed.headers["set-cookie"]
    assert ask(guard, "GET", "/fleet", cookie).status == 200
    assert ask(guard, "POST", "/api/v1/runs", {**cookie, **JSON}).status == 403


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (HERE, "token=wrong", 401),
        (HERE, "", 401),
        (THERE, f"token={READ}", 403),
        ({}, f"token={READ}", 403),
        ({**HERE, "host": "evil.example"}, f"token={READ}", 421),
    ],
)
def test_no_other_page_and_no_other_token_signs_in(guard, headers, body, status):
    answer = ask(guard, "POST", "/sign-in", {**HOST, **headers}, body)

    assert answer.status == status
    assert "set-cookie" not in answer.headers


def test_a_cookie_over_tls_stays_there(guard):
    form = {**HOST, **HERE}
    signed = ask(guard, "POST", "/sign-in", form, f"token={READ}", scheme="https")

    assert "Secure" in signed.headers["set-cookie"]


def test_other_names_are_taken_when_they_are_told(inside):
    guard = Guard(inside, Sessions(SECRET), policy_for(PORT, names=("DQ.example", "b.c:8443")))

    def asked(host: str, **more: str) -> int:
        headers = {"host": host, "authorization": f"Bearer {SECRET}", **more}
        return ask(guard, "GET", "/", headers).status

    assert [asked(h) for h in ("dq.example", "DQ.EXAMPLE", "dq.example:3000", "b.c:8443")] == [
        200
    ] * 4
    assert [asked(h) for h in ("b.c", "b.c:3000", "dq.example:80", "x.dq.example")] == [421] * 4
    assert asked("dq.example", origin="https://dq.example") == 200
    assert asked("dq.example", origin="https://evil.example") == 403


def start(query: str) -> str:
    return json.dumps({"type": "start", "id": "1", "payload": {"query": query}})


@pytest.mark.parametrize(
    ("headers", "message", "passes"),
    [
        (READER, '{"type": "connection_init"}', True),
        (READER, start("subscription {x}"), True),
        (READER, start("mutation {x}"), False),
        (READER, start("{"), False),
        (READER, '{"type": "subscribe", "payload": {"query": "mutation {x}"}}', False),
        (READER, "no json", False),
        (READER, "[]", False),
        (BEARER, start("mutation {x}"), True),
    ],
)
def test_who_may_only_read_changes_nothing_over_a_socket(guard, inside, headers, message, passes):
    talk(guard, "/dagster/graphql", headers, message)

    assert inside.heard == ["websocket.receive" if passes else "websocket.disconnect"]


@pytest.mark.parametrize(
    "other", ['seen={"at": 1}', "filter[a]=1", 'list="a,b"', "name=\xfc \xdf", "=", "no value"]
)
def test_cookies_of_other_programs_on_this_host_keep_nobody_out(guard, other):
    mine = COOKIE["cookie"]

    for cookies in (f"{other}; {mine}", f"{mine}; {other}"):
        assert ask(guard, "GET", "/", {**HOST, "cookie": cookies}).status == 200


def test_a_request_is_known_by_what_it_shows_and_its_code_stays_good():
    sessions = Sessions(SECRET, {READ: "read"})
    guard = Guard(Recorder(), sessions, policy_for(PORT))
    code = sessions.new_code()

    def knows(path: str, query: str = "", **headers: str) -> bool:
        told = [(k.encode(), v.encode()) for k, v in headers.items()]
        return guard.knows({"path": path, "query_string": query.encode(), "headers": told})

    assert knows("/", authorization=f"Bearer {READ}")
    assert knows("/", cookie=COOKIE["cookie"])
    assert knows("/sign-in", f"code={code}")
    assert not knows("/fleet", f"code={code}")
    assert not knows("/sign-in", "code=wrong")
    assert not knows("/", authorization="Bearer wrong")
    assert sessions.redeem(code)
