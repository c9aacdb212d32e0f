"""Whoever comes next tells what no run tells of itself: late files, failed and dead runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.alerts import Alert, list_alerts
from dmaic_assets.store.ledger.record.runs import finish_run
from dmaic_assets.work.alerts.telling import tell_people
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.platform import Platform, open_platform
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_run
from dmaic_assets_tests.work.conftest import AT_ONCE, Project, csv_of


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def platform(tmp_path: Path, clock: HandClock) -> Iterator[Platform]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").write_text("alerts: {enabled: true}\n")
    (tmp_path / "config" / "sources.yaml").write_text(
        "sources: [{name: orders, schedule: daily, criticality: critical, owner: kim}]\n"
    )
    opened = open_platform(load_settings(tmp_path, environment=AT_ONCE), clock=clock)
    yield opened
    opened.close()


def told(platform: Platform) -> list[Alert]:
    """What people were told by now, oldest first."""
    assert tell_people(platform) == ()
    return list_alerts(platform.ledger)[::-1]


def test_a_late_file_is_told_once_until_one_comes(platform: Platform, clock: HandClock) -> None:
    project = Project(platform.paths.root, platform)
    project.drop("1.csv", csv_of(0))
    project.run()
    assert told(platform) == []
    clock.move(days=3)

    (alert,) = told(platform)
    clock.move(days=3)
    assert told(platform) == [alert]

    assert (alert.title, alert.severity) == ("orders: a file is overdue", "critical")
    assert dict(alert.facts)["owner"] == "kim"
    project.drop("2.csv", csv_of(1000))
    project.run()
    clock.move(days=3)
    assert len(told(platform)) == 2


def test_runs_that_failed_or_died_are_told_once(platform: Platform, clock: HandClock) -> None:
    before, stopped, failed, died = (a_run(platform.ledger) for _ in range(4))
    finish_run(platform.ledger, before.run_id, status="failed", totals={})
    # What was before alerts were looked for is no news.
    clock.move(seconds=1)
    assert told(platform) == []
    clock.move(seconds=1)
    finish_run(platform.ledger, stopped.run_id, status="interrupted", totals={"files": 3})
    finish_run(platform.ledger, failed.run_id, status="failed", totals={"files": 1})
    finish_run(platform.ledger, died.run_id, status="interrupted", totals={})

    alerts = told(platform)

    assert [(a.run_id, a.severity) for a in alerts] == [
        (failed.run_id, "critical"),
        (died.run_id, "high"),
    ]
    assert [a.title for a in alerts] == [
        f"run {failed.run_id} failed",
        f"run {died.run_id} broke off",
    ]
    assert told(platform) == alerts


def test_a_run_says_why_it_failed(platform: Platform) -> None:
    told(platform)
    project = Project(platform.paths.root, platform)
    project.reload(ledger={"max_attempts": 1})
    path = project.drop("1.csv", csv_of(0))
    plan = project.plan()
    run_id = open_run(project.platform, plan, RunRequest())
    path.unlink()

    result = work_run(project.platform, run_id)

    assert len(result.errors) == 1
    (alert,) = [a for a in list_alerts(project.platform.ledger) if a.kind == "failed"]
    assert alert.title == f"run {run_id} failed: files could not be worked on"
    assert dict(alert.facts)["why"].endswith("was removed before it could be worked on")
    project.platform.close()


def test_a_disk_that_refuses_is_told_while_it_does(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(platform)
    project = Project(platform.paths.root, platform)
    project.reload(ledger={"max_attempts": 1})
    project.drop("1.csv", csv_of(0))
    monkeypatch.setenv("DMAIC_FAILPOINT", "after_write:full")

    with pytest.raises(StoreError):
        project.run()

    (alert,) = [a for a in list_alerts(project.platform.ledger) if a.kind == "failed"]
    assert alert.title.endswith(" broke off")
    assert "No space left" in dict(alert.facts)["why"]
    project.platform.close()


def test_what_is_not_to_be_told_is_not(platform: Platform, clock: HandClock) -> None:
    settings = load_settings(
        platform.paths.root,
        environment=AT_ONCE,
        overrides={"alerts": {"tell": {"late": False, "failed": False, "held": False}}},
    )
    quiet = open_platform(settings, clock=clock)
    project = Project(platform.paths.root, quiet)
    told(platform)
    project.drop("empty.csv", "")
    project.run()
    finish_run(platform.ledger, a_run(platform.ledger).run_id, status="failed", totals={})
    clock.move(days=9)

    assert told(quiet) == []
    quiet.close()
