"""Every page tells the same score of a source, and none of what has no rows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dmaic_assets.cli.runs.tally import tally_of_counts, together
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets.reports.views.overview import read_overview
from dmaic_assets.reports.views.runs import read_run, read_runs
from dmaic_assets.reports.views.source.view import read_source
from dmaic_assets.store.ledger.record.run_tags import tag_run
from dmaic_assets.store.ledger.record.standings import source_counts
from dmaic_assets.work.run.platform import Platform
from dmaic_assets_tests.reports.views.made_ledger import file_verdict, judged_run
from dmaic_assets_tests.work.conftest import make_project

# Two files of 10 and 30 rows score .5 and .9 : by rows .8, by files .7.
BY_ROWS = 0.8


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, str]]:
    """A source of two files of different length, and one whose files have no rows."""
    project = make_project(tmp_path_factory.mktemp("scores"))
    files = [
        _of_rows(file_verdict("orders", 0, score=0.5), 10),
        _of_rows(file_verdict("orders", 1, score=0.9), 30),
        _of_rows(file_verdict("orders", 2), 0),
        _of_rows(file_verdict("empty", 0), 0),
    ]
    run_id = judged_run(project.platform, files)
    tag_run(project.platform.ledger, run_id, "audit")
    yield project.platform, run_id
    project.platform.close()


def _of_rows(named, rows: int):
    name, verdict = named
    return name, replace(verdict, rows=rows, accepted=rows, quarantined=0)


def test_overview_source_monitor_and_terminal_tell_one_score(found: tuple[Platform, str]) -> None:
    platform, _ = found

    overview = read_overview(platform)
    counts = {s.source: s.counts for s in overview.sources}
    monitor = read_monitor(platform)
    terminal = together([tally_of_counts(c) for c in source_counts(platform.ledger)])

    assert overview.totals.score == pytest.approx(BY_ROWS)
    assert counts["orders"].score == pytest.approx(BY_ROWS)
    assert read_source(platform, "orders").totals.score == pytest.approx(BY_ROWS)
    assert monitor.board.mean_score == pytest.approx(BY_ROWS)
    assert monitor.days[0].mean == pytest.approx(BY_ROWS)
    assert monitor.course.mean_score == pytest.approx((0.5, BY_ROWS, BY_ROWS, BY_ROWS))
    assert terminal.score == pytest.approx(BY_ROWS)


def test_what_has_no_rows_has_no_score_anywhere(found: tuple[Platform, str]) -> None:
    platform, run_id = found

    overview = read_overview(platform)
    empty = next(s for s in overview.sources if s.source == "empty")
    page = read_source(platform, "empty")
    monitor = read_monitor(platform, sources=("empty",))
    of_run = {(f.source, f.rows): f.score for f in read_run(platform, run_id).files}

    assert empty.counts is not None
    assert (empty.counts.score, empty.newest.score, empty.scores) == (None, None, ())
    assert (page.totals.score, [f.score for f in page.files]) == (None, [None])
    assert (monitor.board.mean_score, monitor.board.newest[0].score) == (None, None)
    assert monitor.board.newest[0].outcome == "accept"
    assert monitor.performance.bands["no score"] == 1
    assert [(s.outcome, s.band) for s in monitor.segments] == [("accept", "no score")]
    assert of_run["empty", 0] is None
    assert of_run["orders", 30] == 0.9


def test_names_of_runs_stand_with_them(found: tuple[Platform, str]) -> None:
    platform, run_id = found

    assert read_overview(platform).last_run.tags == ("audit",)
    assert [run.tags for run in read_runs(platform).runs] == [("audit",)]
    assert read_run(platform, run_id).run.tags == ("audit",)
