"""What the API changes: jobs for commands, answers to alarms; and who may."""

import json
from pathlib import Path

import pytest

from dmaic_assets.web.jobs import runner as runner_module
from dmaic_assets_tests.web.api.test_reading import API, data
from dmaic_assets_tests.web.serving import READ
from dmaic_assets_tests.web.shown_project import ALARM, ANOTHER


@pytest.fixture(autouse=True)
def idle(monkeypatch) -> None:
    """No command does anything: what is asked of it is what is tested."""
    monkeypatch.setattr(runner_module, "_COMMANDS", "dmaic_assets_tests.web.jobs.idle")
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))


def command_of(server, path: str, content: object) -> list[str]:
    told = server.post(f"{API}/{path}", content)
    assert told.status == 202, told.text
    job = told.json["data"]
    assert told.headers["location"] == f"{API}/jobs/{job['id']}"
    assert data(server, f"jobs/{job['id']}")["kind"] == job["kind"]
    return job["command"]


@pytest.mark.parametrize(
    ("path", "content", "command"),
    [
        ("runs", {}, "dmaic run-all"),
        ("runs", {"sources": ["a", "b"]}, "dmaic ingest --source=a --source=b"),
        (
            "runs",
            {"phase": "control", "sources": ["a"], "force": True},
            "dmaic run --phase=control --source=a --force",
        ),
        (
            "runs",
            {"fail_fast": True, "threshold": 95},
            "dmaic run-all --fail-fast --threshold=95.0",
        ),
        ("plans", {}, "dmaic plan"),
        ("plans", {"sources": ["a"]}, "dmaic plan --source=a"),
        ("analyses", {"sources": ["a", "b"]}, "dmaic analyze a b"),
    ],
)
def test_a_request_becomes_the_command_that_a_shell_would_get(server, path, content, command):
    assert command_of(server, path, content) == command.split()


def test_a_held_file_is_released_with_a_reason(server):
    (held,) = data(server, "files?disposition=rejected")
    path = f"sources/orders/files/{held['sha256']}/release"

    command = command_of(server, path, {"reason": "--all fine; $(rm)", "by": "kim"})

    assert command[:3] == ["dmaic", "gate", "release"]
    assert command[3:] == [held["sha256"], "--reason=--all fine; $(rm)", "--by=kim"]


def test_only_a_held_file_is_released(server):
    (accepted,) = data(server, "files?disposition=accepted&limit=200")[-1:]
    path = f"{API}/sources/{accepted['source']}/files/{accepted['sha256']}/release"

    told = server.post(path, {"reason": "fine"})

    assert told.status == 400
    assert "is not held" in told.json["error"]["detail"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("runs", {"sources": ["../etc"]}),
        ("runs", {"sources": ["--force"]}),
        ("runs", {"sources": ["a"] * 101}),
        ("runs", {"phase": "everything"}),
        ("runs", {"threshold": 101}),
        ("runs", {"command": "rm"}),
        ("runs", []),
        ("analyses", {"sources": ["-h"]}),
        ("sources/orders/files/00000000/release", {}),
        ("sources/orders/files/00000000/release", {"reason": " "}),
        ("sources/orders/files/00000000/release", {"reason": "a\nb"}),
        ("sources/orders/files/00000000/release", {"reason": "x" * 2001}),
        ("alarms/x/acknowledge", {"cause": ""}),
        ("alarms/x/acknowledge", {"cause": "a", "by": "\x1b[31m"}),
    ],
)
def test_what_is_no_request_of_ours_starts_nothing(server, path, content):
    before = len(data(server, "jobs?limit=200"))
    told = server.post(f"{API}/{path}", content)

    assert told.status == 422, told.text
    assert told.json["error"]["code"] == "BadInput"
    assert len(data(server, "jobs?limit=200")) == before


@pytest.mark.parametrize("body", ["", "{", "null", '"x"', "[" * 10_000])
def test_a_body_that_is_no_json_object_is_refused(server, body):
    headers = {"Authorization": f"Bearer {'w' * 32}", "Content-Type": "application/json"}

    assert server.ask("POST", f"{API}/runs", headers, body).status in (400, 422)


def test_a_job_that_waits_is_cancelled_once(server):
    ids = [server.post(f"{API}/runs").json["data"]["id"] for _ in range(3)]
    told = server.post(f"{API}/jobs/{ids[-1]}/cancel")

    assert told.json["data"]["state"] in ("cancelled", "running", "completed")
    again = server.post(f"{API}/jobs/{ids[-1]}/cancel")
    assert again.status in (200, 409)
    assert server.post(f"{API}/jobs/none/cancel").status == 404


def test_whoever_may_only_read_starts_nothing(server):
    for path in ("runs", "plans", "analyses", "jobs/x/cancel", f"alarms/{ALARM.id}/acknowledge"):
        assert server.post(f"{API}/{path}", {}, token=READ).status == 403


def test_nothing_is_changed_by_a_get(server):
    described = server.get(f"{API}/openapi.json").json["paths"]
    changing = [path for path, operations in described.items() if "post" in operations]
    assert len(changing) == 6
    only = [path for path in changing if "get" not in described[path]]

    for path in only:
        filled = path.format(source="orders", sha="0" * 64, job_id="x", alarm_id="x")
        assert server.ask("GET", filled, server.cookie).status == 405


def test_a_page_of_another_site_changes_nothing(server):
    forms = {**server.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    body = json.dumps({})
    evil = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    own = {**server.cookie, "Content-Type": "application/json"}

    assert server.ask("POST", f"{API}/runs", {**forms, **server.here}, body).status == 415
    assert server.ask("POST", f"{API}/runs", {**own, **evil}, body).status == 403
    assert server.ask("POST", f"{API}/runs", own, body).status == 403
    assert server.ask("POST", f"{API}/runs", {**own, **server.here}, body).status == 202


def test_an_alarm_is_answered_and_the_answer_is_seen_at_once(server):
    before = server.get(f"{API}/alarms?open=true")
    told = server.post(f"{API}/alarms/{ANOTHER.id}/acknowledge", {"cause": "a strike", "by": "kim"})
    after = server.get(f"{API}/alarms?open=true", **{"If-None-Match": before.headers["etag"]})

    assert told.status == 200, told.text
    assert told.json["data"]["cause"] == "a strike"
    assert told.json["data"]["answered_by"] == "kim"
    assert [alarm["id"] for alarm in after.json["data"]] == [ALARM.id]
    answers = server.project.platform.paths.config / "alarms" / "orders.yaml"
    assert "a strike" in answers.read_text()


def test_an_unknown_alarm_is_404(server):
    assert server.post(f"{API}/alarms/none/acknowledge", {"cause": "x"}).status == 404
