"""Whether a source waits for a file is told by its arrivals, the times inside, or `schedule`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dmaic_assets.model import SourceFile
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.files import register_files
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets.work.state.freshness import Freshness, freshness_of, known_freshness
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def timed(tmp_path: Path) -> Iterator[Project]:
    """A project whose clock a test sets."""
    opened = make_project(tmp_path)
    opened.platform.close()
    settings = load_settings(tmp_path, environment={})
    opened.platform = open_platform(settings, clock=HandClock())
    yield opened
    opened.platform.close()


def declare(project: Project, entry: str) -> None:
    (project.root / "config" / "sources.yaml").write_text(f"sources:\n  - {{{entry}}}\n")
    settings = load_settings(project.root, environment={})
    project.platform = type(project.platform)(
        settings, project.platform.ledger, project.platform.clock
    )


def arrive(project: Project, moments: list[datetime], source: str = "orders") -> None:
    clock = project.platform.clock
    assert isinstance(clock, HandClock)
    for number, moment in enumerate(moments):
        clock.now = moment
        name = f"{moment:%Y%m%dT%H%M}.csv"
        digest = f"{source}{number}".encode().hex().ljust(64, "0")
        file = SourceFile(source, Path("/in") / source / name, digest, 10, "csv")
        register_files(project.platform.ledger, [file], "none")


def only(project: Project) -> Freshness:
    (found,) = freshness_of(project.platform, ["orders"])
    return found


def test_a_daily_source_is_overdue_after_its_tolerance_and_not_before(timed: Project) -> None:
    arrive(timed, [START + n * DAY for n in range(8)])

    found = only(timed)

    due = START + 8 * DAY
    assert found.cadence is not None
    assert (found.cadence.words, found.cadence.basis) == ("every day", "arrivals")
    assert found.expected_at == due
    assert found.overdue_since(due) is None
    assert found.overdue_since(due + timedelta(hours=12)) == found.late_after
    assert due < found.late_after < due + timedelta(hours=6)
    assert found.overdue_s(due + DAY) == (due + DAY - found.late_after).total_seconds()
    assert "overdue since 2026-03-10" in found.sentence(due + DAY)
    assert "learnt from 8 deliveries" in found.sentence(due + DAY)


def test_how_late_the_newest_came_is_judged_by_those_before_it(timed: Project) -> None:
    arrive(timed, [*(START + n * DAY for n in range(8)), START + 9 * DAY])

    found = only(timed)

    assert found.late_s == pytest.approx(DAY.total_seconds() * (1 - 0.1 * (1 + 2 / 7)))


def test_too_few_arrivals_give_no_expectation_and_it_is_said(timed: Project) -> None:
    arrive(timed, [START + n * DAY for n in range(3)])

    found = only(timed)

    assert found.cadence is None
    assert found.overdue_since(START + 999 * DAY) is None
    assert found.sentence(START).startswith("orders: nothing is expected: 3 deliveries so far")
    assert found.document(START)["expected"] is None


@pytest.mark.parametrize(
    ("schedule", "words", "overdue_h"),
    [("daily", "every day", 31), ("hourly", "every hour", 2), ("none", None, None)],
)
def test_a_declared_schedule_counts_instead_of_what_was_learnt(
    timed: Project, schedule: str, words: str | None, overdue_h: int | None
) -> None:
    arrive(timed, [START + 7 * n * DAY for n in range(8)])
    declare(timed, f"name: orders, schedule: {schedule}")

    found = only(timed)

    assert (found.cadence.words if found.cadence else None) == words
    last = START + 49 * DAY
    if overdue_h is None:
        assert found.overdue_since(last + 99 * DAY) is None
        assert f"schedule: {schedule}" in found.evidence
    else:
        assert found.overdue_since(last + timedelta(hours=overdue_h - 1)) is None
        assert found.overdue_since(last + timedelta(hours=overdue_h)) is not None


def test_a_declared_source_without_files_is_known_and_waits_for_nothing_yet(timed: Project) -> None:
    declare(timed, "name: orders, schedule: daily")

    (found,) = known_freshness(timed.platform)

    assert (found.source, found.late_after) == ("orders", None)


def test_files_that_came_at_once_tell_their_cadence_by_the_times_inside(project: Project) -> None:
    for day in range(8):
        on = (START + day * DAY).date().isoformat()
        project.drop(f"{day}.csv", csv_of(day * 1_000, 60, on=lambda _n, on=on: on))

    project.run()
    found = only(project)
    assert found.cadence is not None
    assert (found.cadence.words, found.cadence.basis) == ("every day", "times")
    assert found.evidence == "learnt from the times inside 8 files"
    assert found.last_at is not None
    assert found.expected_at == found.last_at + DAY
    recorded = list_metrics(project.platform.ledger, phase="arrivals", source="orders")
    assert {m.metric: m.value for m in recorded} == {
        "every_s": 86_400.0,
        "tolerance_s": found.cadence.tolerance_s,
        "late_s": 0.0,
    }
