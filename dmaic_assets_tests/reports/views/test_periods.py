"""This week against the last: what is counted, once, and in which span."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dmaic_assets.reports.views.periods import read_periods
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.work.conftest import AT_ONCE, Project, csv_of, make_project

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def dated(tmp_path: Path) -> Iterator[tuple[Project, Clock]]:
    made, clock = make_project(tmp_path), Clock()
    made.platform.close()
    settings = load_settings(made.root, environment=AT_ONCE)
    made.platform = open_platform(settings, clock=clock)
    yield made, clock
    made.platform.close()


def test_files_count_in_the_span_in_which_they_were_judged(dated: tuple[Project, Clock]) -> None:
    project, clock = dated
    clock.now = NOW - timedelta(days=10)
    for day in range(5):
        project.drop(f"{day}.csv", csv_of(100 * day))
    project.run()
    clock.now = NOW - timedelta(days=2)
    project.drop("bad.csv", csv_of(900, amount=lambda n: "oops" if n < 60 else f"{n}.5"))
    project.run()
    clock.now = NOW

    view = read_periods(project.platform)

    assert (view.before.files, view.before.held_files) == (5, 0)
    assert (view.now.files, view.now.held_files, view.now.rows) == (1, 1, 100)
    assert view.before.score == 1.0
    assert view.now.score is not None
    assert view.now.score < 1
    assert ("orders", "amount.type", 1, 0) in [
        (r.source, r.rule, r.files, r.files_before) for r in view.rules
    ]
    (source,) = view.sources
    assert (source.files, source.files_before, source.held_files) == (1, 5, 1)


def test_a_file_judged_twice_counts_once(dated: tuple[Project, Clock]) -> None:
    from dmaic_assets.work.plan.request import RunRequest

    project, clock = dated
    project.drop("1.csv", csv_of(0))
    project.run()
    clock.now += timedelta(hours=1)
    project.run(RunRequest(force=True))

    assert read_periods(project.platform, days=1).now.files == 1
    assert read_periods(project.platform, days=1).before.files == 0


def test_an_empty_project_has_two_empty_spans(project: Project) -> None:
    view = read_periods(project.platform, days=30)

    assert (view.now.files, view.before.files, view.now.score) == (0, 0, None)
    assert view.rules == ()
