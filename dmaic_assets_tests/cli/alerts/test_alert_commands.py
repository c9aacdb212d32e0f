"""`dmaic alerts` says what people were told, what waits and why, and never a secret."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished, dmaic_here
from dmaic_assets_tests.work.alerts.conftest import KEPT, OPS
from dmaic_assets_tests.work.alerts.receivers import WebReceiver, web_receiver
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project


@pytest.fixture(scope="module")
def web() -> Iterator[WebReceiver]:
    with web_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with three clean days and an empty file that waits to be judged."""
    made = make_project(tmp_path_factory.mktemp("cli") / "shop")
    config = made.root / "config" / "dmaic.yaml"
    alerts = {"enabled": True, "channels": [OPS, *KEPT]}
    config.write_text(f"{config.read_text()}\nalerts: {json.dumps(alerts)}\n")
    made.drop("0.csv", csv_of(0))
    made.run()
    made.drop("empty.csv", "")
    made.platform.close()
    yield made


def here(root: Path, web: WebReceiver, *arguments: str) -> Finished:
    """Runs a command in the project, with the secrets of its channels."""
    environment = {"OPS_URL": web.url, "DMAIC_STABLE_FOR_S": "0"}
    return dmaic_here(*arguments, cwd=root, environment=environment)


def test_a_run_says_what_people_could_not_be_told(shop: Project, web: WebReceiver) -> None:
    web.status = 503

    ran = here(shop.root, web, "run-all")

    assert ran.code == 4
    why = "1 alert not told by ops: OPS_URL (127.0.0.1): answers 503: ok (dmaic alerts)"
    assert why in ran.out
    again = here(shop.root, web, "run-all", "--json")
    assert again.json["untold"] == [why.removesuffix(" (dmaic alerts)")]

    listed = here(shop.root, web, "alerts")
    assert "file, log; waiting: ops" in listed.out
    assert "not told by ops: OPS_URL (127.0.0.1): answers 503: ok" in listed.out
    stands = here(shop.root, web, "alerts", "channels")
    assert "failing (closed)" in stands.out
    assert "OPS_URL (set)" in stands.out
    failed = here(shop.root, web, "alerts", "send")
    assert failed.code == 5
    (waits,) = here(shop.root, web, "alerts", "--waiting", "--json").json
    assert [t["channel"] for t in waits["told"] if t["at"] is None] == ["ops"]
    assert waits["told"][1]["attempts"] == 0

    web.status = 200
    sent = here(shop.root, web, "alerts", "send", "--json")
    assert (sent.code, sent.json["sent"]) == (0, {"ops": 1})
    assert "No alert." in here(shop.root, web, "alerts", "--waiting").out
    for found in (ran, again, listed, stands, failed, sent):
        assert "T0/secret" not in found.out + found.err


def test_a_channel_is_tried(shop: Project, web: WebReceiver) -> None:
    web.status = 200
    before = len(web.requests)

    tried = here(shop.root, web, "alerts", "test", "ops")

    assert (tried.code, tried.out) == (0, "ops: taken\n")
    assert len(web.requests) == before + 1
    assert web.requests[-1].document["subject"] == "test"
    web.status = 404
    failed = here(shop.root, web, "alerts", "test", "ops", "--json")
    assert failed.code == 5
    assert failed.json == [
        {"channel": "ops", "is_sent": False, "why": "OPS_URL (127.0.0.1): answers 404: ok"}
    ]
    web.status = 200
    unknown = here(shop.root, web, "alerts", "test", "opps")
    assert unknown.code == 2
    assert "did you mean ops?" in unknown.err


def test_where_alerts_are_off_it_says_so(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    made.platform.close()

    assert "Alerts are off" in dmaic_here("alerts", cwd=tmp_path).out
    assert "Alerts are off" in dmaic_here("alerts", "channels", cwd=tmp_path).out
    refused = dmaic_here("alerts", "send", cwd=tmp_path)
    assert (refused.code, "are off" in refused.err) == (2, True)
    told = dmaic_here("alerts", "channels", "--json", cwd=tmp_path)
    assert told.json["is_enabled"] is False
