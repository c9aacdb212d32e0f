"""What Prometheus scrapes from a real server; rules and dashboard name nothing else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from dmaic_assets.web.metrics.definitions import ALL
from dmaic_assets_tests.web.serving import Server, serving_shown

DEPLOYED = Path(__file__).parents[3] / "deploy"
GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "serve.md"
NAME = re.compile(r"\b(?:dmaic|hashmap)_[a-z_]+")


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving_shown(tmp_path_factory.mktemp("project")) as running:
        yield running


def families(server: Server) -> dict[str, list]:
    told = server.get("/metrics")
    assert told.status == 200
    assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = list(text_string_to_metric_families(told.text))
    names = [family.name for family in found]
    assert len(names) == len(set(names)), "series of one name stand together"
    return {sample.name: family.samples for family in found for sample in family.samples}


def value(server: Server, name: str, **labels: str) -> float:
    found = [s.value for s in families(server)[name] if labels.items() <= s.labels.items()]
    assert len(found) == 1, found
    return found[0]


def test_every_metric_that_is_defined_is_told_with_its_help(server):
    server.get("/api/v1/sources")
    text = server.get("/metrics").text

    for definition in ALL:
        name = definition.name.removesuffix("_total")
        assert f"# HELP {definition.name} {definition.help}" in text or (
            f"# HELP {name} {definition.help}" in text
        )


def test_the_figures_are_those_of_the_project(server):
    orders = {"source": "orders"}

    assert value(server, "dmaic_files", **orders, disposition="rejected") == 1
    assert value(server, "dmaic_files", **orders, disposition="accepted") == 4
    assert value(server, "dmaic_rows", **orders, part="accepted") == 400
    assert value(server, "dmaic_verdicts_total", **orders, decision="accept") == 4
    assert 0 < value(server, "dmaic_score_ratio", **orders) < 1
    assert value(server, "dmaic_alarms_open", **orders) == 2
    assert value(server, "dmaic_alarms_open", source="returns") == 0
    assert value(server, "dmaic_runs", status="succeeded") == 2
    assert value(server, "dmaic_tasks", state="DONE") == 6
    assert value(server, "dmaic_leases") == 0
    assert value(server, "dmaic_task_wait_seconds") == 0


def test_requests_are_counted_without_their_addresses(server):
    server.get("/api/v1/nothing?code=secret")
    before = value(server, "dmaic_http_requests_total", method="GET", status="404")
    server.get("/api/v1/nothing?code=secret")
    after = value(server, "dmaic_http_requests_total", method="GET", status="404")

    assert after == before + 1
    assert "secret" not in server.get("/metrics").text
    server.ask("PATCH", "/metrics")
    assert value(server, "dmaic_http_requests_total", method="other") == 1


def test_plays_say_the_same_as_their_ticks(server):
    (tick,) = server.get("/api/v1/hashmaps/plays/first/ticks?last=1").json["data"]

    assert value(server, "hashmap_ops_total", map="first") == tick["ops"]
    assert value(server, "hashmap_load_factor", map="second") == tick["load_factor"]


def test_a_new_verdict_is_told_at_the_next_scrape(server):
    from dmaic_assets.store.ledger.record.runs import start_run

    ledger = server.project.platform.ledger
    start_run(ledger, git_sha="x", config_hash="x", inputs_hash="x", kind="cli")

    assert value(server, "dmaic_runs", status="running") == 1


@pytest.mark.parametrize("file", ["alerts.yaml", "dashboard.json"])
def test_every_metric_that_is_deployed_is_emitted(server, file):
    named = set(NAME.findall((DEPLOYED / "platform" / file).read_text()))

    assert len(named) > 10
    assert named - families(server).keys() == set()


def test_the_deployed_files_are_what_their_readers_read():
    groups = yaml.safe_load((DEPLOYED / "platform" / "alerts.yaml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)
    dashboard = json.loads((DEPLOYED / "platform" / "dashboard.json").read_text())
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    assert len(set(places)) == len(places)


def test_the_guide_lists_every_metric():
    listed = set(re.findall(r"^\| `(dmaic_[a-z_]+)`", GUIDE.read_text(), re.MULTILINE))

    assert listed == {definition.name for definition in ALL}


def test_only_who_is_signed_in_reads_them(server):
    assert server.ask("GET", "/metrics").status == 401
