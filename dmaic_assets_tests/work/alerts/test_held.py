"""Runs tell what they held, once, by rule and cause, and no value of any cell."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets.store.ledger.record.alerts import list_alerts
from dmaic_assets.store.ledger.record.owed import all_owed
from dmaic_assets.work.alerts.telling import keep_alerts_of_run
from dmaic_assets.work.alerts.words import milder, worst
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project

DAYS = 4
# In cells and nowhere else: none may be told.
SECRET = "Oswald Sekret"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Four clean days, then one that is three times as long, two that are cut, one with a name."""
    made = make_project(tmp_path_factory.mktemp("alerts") / "shop")
    config = made.root / "config" / "dmaic.yaml"
    config.write_text(f"{config.read_text()}\nalerts: {{enabled: true}}\n")
    made.reload()
    for day in range(DAYS):
        made.drop(f"day {day}.csv", csv_of(1000 * day))
        made.run()
    assert list_alerts(made.platform.ledger) == []
    for day in (5, 6):
        made.drop(f"day {day}.csv", csv_of(1000 * day, rows=9))
    kinds = {"kind": lambda n: SECRET if n % 2 else "north"}
    made.drop("day 7.csv", csv_of(7000, **kinds))
    made.run()
    yield made
    made.platform.close()


def test_files_that_one_rule_holds_are_one_alert(shop: Project) -> None:
    short, named = sorted(list_alerts(shop.platform.ledger), key=lambda a: a.subject)

    assert short.title == "orders: 2 files held by file.row_count, likely truncated delivery"
    assert dict(short.facts)["files"] == "day 5.csv, day 6.csv"
    assert dict(short.facts)["seen"] == "9 rows"
    assert short.severity == "critical"
    assert short.commands[0] == f"dmaic show {short.run_id}"
    assert short.commands[1].startswith("dmaic gate release")
    assert named.kind == "held"


def test_no_value_of_a_cell_is_told(shop: Project) -> None:
    verdicts = [p.read_text() for p in (shop.data / "quarantine").rglob("reason.json")]
    assert any(SECRET in text for text in verdicts)

    lines = (shop.data / "logs" / "alerts.jsonl").read_text()

    assert len(lines.splitlines()) == 2
    for told in (lines, (shop.data / "logs" / "alerts.log").read_text()):
        assert SECRET not in told
        assert "day 7.csv" in told


def test_a_run_tells_nothing_twice(shop: Project) -> None:
    before = list_alerts(shop.platform.ledger)

    for alert in before:
        assert alert.run_id is not None
        keep_alerts_of_run(shop.platform, alert.run_id)
    assert shop.run() is None

    assert list_alerts(shop.platform.ledger) == before


def test_a_file_that_stays_held_is_no_news(shop: Project) -> None:
    before = len(list_alerts(shop.platform.ledger))
    thresholds = shop.root / "config" / "thresholds.yaml"
    thresholds.write_text(thresholds.read_text().replace("overall: 85", "overall: 86"))
    shop.reload()

    result = shop.run()

    assert result is not None
    assert result.held == 3
    assert len(list_alerts(shop.platform.ledger)) == before


def test_alerts_are_kept_before_a_run_counts_as_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_project(tmp_path)
    made.reload(alerts={"enabled": True})
    made.drop("empty.csv", "")

    def died(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("dmaic_assets.work.run.closing.sync_shown_mirrors", died)
        with pytest.raises(KeyboardInterrupt):
            made.run()
    assert all_owed(made.platform.ledger) != []
    (alert,) = list_alerts(made.platform.ledger)
    assert alert.title.startswith("orders: 1 file held by ")
    made.platform.close()


def test_where_alerts_are_off_nothing_is_kept(project: Project) -> None:
    project.drop("empty.csv", "")

    project.run()

    assert list_alerts(project.platform.ledger) == []
    assert not (project.data / "logs").exists()


def test_severities_have_an_order() -> None:
    assert worst(["low", "critical", "high"]) == "critical"
    assert [milder(severity) for severity in ("critical", "medium", "low")] == [
        "high",
        "low",
        "low",
    ]


def test_a_line_of_the_file_is_the_generic_document(shop: Project) -> None:
    first = (shop.data / "logs" / "alerts.jsonl").read_text().splitlines()[0]

    assert set(json.loads(first)) == {
        *("key", "project", "host", "severity", "subject", "title", "count", "alerts"),
    }
