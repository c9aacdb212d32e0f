"""What the API keeps back: values of columns that tell of persons."""

from collections.abc import Iterator

import pytest

from dmaic_assets.web.jobs.job import Job, JobFiles
from dmaic_assets.web.project import Project
from dmaic_assets_tests.web.serving import Server, serving
from dmaic_assets_tests.work.conftest import csv_of, make_project

KINDS = ("gold", "silver", "bronze", "tin")


def people(first: int, **columns) -> str:
    email = {"email": lambda n: f"person{n % 4}@example.com"}
    return csv_of(first, **{**email, "level": lambda n: KINDS[n % 4], **columns})


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    made = make_project(tmp_path_factory.mktemp("project"))
    for number in range(6):
        made.drop(f"{number}.csv", people(number * 100), source="people")
    made.run()
    wrong = people(900, email=lambda n: f"stranger{n}", level=lambda n: f"odd{n}")
    made.drop("9.csv", wrong, source="people")
    made.run()
    done = Job("20260101T000000-1-1", "run", ("dmaic",), "completed", "t", result={"a": "person1"})
    JobFiles(made.data / "jobs").write(done)
    project = Project(made.platform)
    with serving(project) as running:
        yield running
    project.close()
    made.platform.close()


def test_verdicts_tell_that_a_value_is_wrong_and_not_which(server):
    (held,) = server.get("/api/v1/files?disposition=rejected").json["data"]
    one = server.get(f"/api/v1/sources/people/files/{held['sha256']}")
    listed = server.get("/api/v1/verdicts?limit=1")

    rules = {v["rule"] for v in one.json["data"]["verdict"]["violations"]}
    assert any(rule.startswith("email.") for rule in rules)
    for told in (one, listed):
        assert "stranger9" not in told.text
        assert "person1@" not in told.text


def test_rules_tell_nothing_that_was_learnt_from_persons(server):
    told = server.get("/api/v1/sources/people/rules")
    rules = {rule["id"]: rule for rule in told.json["data"]["rules"]}

    of_email = [rule for name, rule in rules.items() if name.startswith("email.")]
    assert of_email
    assert all(rule["parameters"] == {} == rule["evidence"] for rule in of_email)
    assert "person1@" not in told.text
    assert "gold" in told.text, "what tells of nobody is told"


def test_what_a_command_printed_is_for_those_who_may_start_it(server):
    path = "/api/v1/jobs/20260101T000000-1-1"

    assert server.get(path).json["data"]["result"] is None
    assert server.ask("GET", path, server.cookie).json["data"]["result"] == {"a": "person1"}
