"""Whoever refuses a program, guard, limits or routes: one envelope, with the header it needs."""

import pytest

from dmaic_assets_tests.web.serving import READ, WRITE, Server

READER = {"Authorization": f"Bearer {READ}"}
WRITER = {"Authorization": f"Bearer {WRITE}"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code", "header"),
    [
        ("GET", "/api/v1/runs", {}, 401, "Unauthorized", ("www-authenticate", "Bearer")),
        ("HEAD", "/api/v1/runs", {}, 401, "", ("www-authenticate", "Bearer")),
        ("POST", "/api/v1/runs", {**READER, **JSON}, 403, "Forbidden", None),
        ("GET", "/api/v1/runs", {**READER, "Origin": "http://evil"}, 403, "Forbidden", None),
        ("GET", "/api/v1/none", READER, 404, "NotThere", None),
        ("GET", "/api", READER, 404, "NotThere", None),
        ("GET", "/api/v1/runs/none", READER, 404, "NotThere", None),
        ("DELETE", "/api/v1/runs", WRITER, 405, "Method", ("allow", "GET, HEAD, POST")),
        ("POST", "/api/v1/sources", {**WRITER, **JSON}, 405, "Method", ("allow", "GET")),
        ("POST", "/api/v1/runs", WRITER, 415, "MediaType", None),
        ("GET", "/api/v1/runs", {**READER, "Host": "evil"}, 421, "Host", None),
        ("GET", "/api/v1/runs?limit=x", READER, 422, "BadInput", None),
    ],
)
def test_every_refusal_is_the_envelope(server: Server, method, path, headers, status, code, header):
    got = server.ask(method, path, headers)

    assert got.status == status
    assert got.headers["content-type"] == "application/json"
    if header is not None:
        assert got.headers[header[0]] == header[1]
    if method != "HEAD":
        assert sorted(got.json) == ["data", "error", "page"]
        assert (got.json["data"], got.json["page"]) == (None, None)
        assert sorted(got.json["error"]) == ["code", "detail", "hint"]
        assert got.json["error"]["code"] == code
        assert all(got.json["error"].values())


def test_pages_refuse_people_in_words(server: Server):
    got = server.ask("GET", "/fleet")

    assert (got.status, got.headers["www-authenticate"]) == (401, "Bearer")
    assert got.headers["content-type"].startswith("text/html")


def test_the_description_has_every_refusal(server: Server):
    told = server.get("/api/v1/openapi.json").json["paths"]["/api/v1/runs"]
    for operation in told.values():
        for status in ("401", "403", "404", "405", "415", "422", "429", "500"):
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith("/Envelope_NoneType_")
        assert set(operation["responses"]["405"]["headers"]) == {"Allow"}
        assert set(operation["responses"]["401"]["headers"]) == {"WWW-Authenticate"}


def test_parameters_that_nobody_knows_make_no_place_for_answers_scarce(server: Server, monkeypatch):
    kept: list[str] = []
    from dmaic_assets.web.answers import AnswerCache

    real = AnswerCache.get

    def noted(self, asked, state, make):
        kept.append(asked)
        return real(self, asked, state, make)

    monkeypatch.setattr(AnswerCache, "get", noted)
    for number in range(4):
        assert server.get(f"/api/v1/runs?x{number}=1&limit=3&limit=3").status == 200
        assert server.get(f"/runs?x{number}=1").status == 200
        assert server.get(f"/sources/orders?page={number % 2}&page=x&q={number}").status == 200
    assert len(set(kept)) == 3
