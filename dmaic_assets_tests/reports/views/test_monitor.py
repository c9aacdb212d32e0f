"""The monitor on a log written by hand: every figure against one computed by hand."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dmaic_assets.reports.monitor.export import SCHEMA, report_document, report_name
from dmaic_assets.reports.views.monitor.failures import WHOLE_FILE, reason_of
from dmaic_assets.reports.views.monitor.files import SUNBURST_BANDS, band_of
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets.reports.views.monitor.series import MOST_POINTS, course, timeline
from dmaic_assets.reports.views.monitor.view import MonitorView, Segment
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.database.store import to_us
from dmaic_assets.store.ledger.record.files import set_disposition
from dmaic_assets.store.ledger.record.judgements import Breaks, Judgement, RuleBreak
from dmaic_assets.work.alerts.telling import keep_alerts_of_run, tell_people
from dmaic_assets_tests.reports.views.hand_log import (
    DAY_ONE,
    DAY_TWO,
    HandLog,
    broken,
    hand_log,
    seven_lines,
)

REASON = "state.in_set: likely typo (and 2 more)"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HandLog]:
    with hand_log(tmp_path_factory.mktemp("log")) as found:
        seven_lines(found)
        yield found


@pytest.fixture(scope="module")
def view(log: HandLog) -> MonitorView:
    return read_monitor(log.platform)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[HandLog]:
    with hand_log(tmp_path) as found:
        yield found


def test_the_board_counts_each_file_once_by_its_newest_judgement(view: MonitorView) -> None:
    board = view.board

    assert (board.judgements, board.files) == (7, 6)
    assert (board.passed, board.failed, board.errors, board.held_now) == (4, 1, 1, 2)
    assert board.outcomes == {"accept": 3, "quarantine": 1, "reject": 1, "unreadable": 1}
    assert board.pass_rate == pytest.approx(4 / 6)
    assert board.mean_score == pytest.approx((1 + 0.95 + 1 + 0.69 + 0.9) / 5)
    assert (board.rows, board.accepted, board.quarantined) == (500, 395, 105)
    assert board.accepted_share == pytest.approx(0.79)
    assert [f.name for f in board.newest] == [f"{letter}.csv" for letter in "cfedcba"]


def test_the_trend_has_a_point_for_each_run(view: MonitorView) -> None:
    first, second = view.board.trend

    assert (first.files, first.passed, first.elapsed_s) == (5, 2, 60.0)
    assert first.mean_score == pytest.approx((1 + 0.95 + 0.7 + 0.69) / 4)
    assert (first.pass_rate, second.pass_rate) == (0.4, 1.0)
    assert first.files_per_minute == pytest.approx(5.0)
    assert view.performance.runs == (second, first)


def test_performance_is_over_all_runs_and_bands_are_of_files(view: MonitorView) -> None:
    assert view.performance.files_per_minute == pytest.approx(7 * 60 / 120)
    assert view.performance.rows_per_second == pytest.approx(600 / 120)
    assert view.performance.bands == {
        "100": 2,
        "95–99": 1,
        "90–94": 1,
        "below 90": 1,
        "no score": 1,
    }


def test_days_tell_where_the_mean_went(view: MonitorView) -> None:
    one, two = view.days

    assert (one.day, one.judgements, one.failed, one.direction) == ("2026-11-20", 5, 3, "first")
    assert (one.least, one.most) == (0.69, 1.0)
    assert one.mean == pytest.approx(0.835)
    assert (two.day, two.mean, two.direction) == ("2026-11-21", pytest.approx(0.95), "up")


def test_the_leaves_of_the_sunburst_are_source_outcome_and_band(view: MonitorView) -> None:
    assert view.segments == (
        Segment("orders", "accept", "100", 2),
        Segment("orders", "accept", "90–99", 1),
        Segment("orders", "quarantine", "90–99", 1),
        Segment("returns", "reject", "below 70", 1),
        Segment("returns", "unreadable", "no score", 1),
    )


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (1.0, "100"),
        (math.nextafter(1.0, 0), "90–99"),
        (0.95, "90–99"),
        (0.9, "90–99"),
        (math.nextafter(0.9, 0), "70–89"),
        (0.7, "70–89"),
        (math.nextafter(0.7, 0), "below 70"),
        (0.0, "below 70"),
        (None, "no score"),
    ],
)
def test_a_band_holds_the_score_that_it_begins_with(score: float | None, band: str) -> None:
    assert band_of(score, SUNBURST_BANDS) == band


def test_only_what_is_broken_now_is_counted(view: MonitorView) -> None:
    found = view.failures

    assert (found.files, found.looked_at) == (4, 4)
    assert [(c.name, c.files, c.rows, c.cause) for c in found.columns] == [
        ("orders.amount", 2, 5, None),
        ("returns.state", 1, 40, "typo"),
        ("returns.amount", 1, 9, None),
        (f"returns.{WHOLE_FILE}", 1, 0, None),
    ]
    assert [(r.name, r.files) for r in found.rules] == [
        ("returns.state.in_set", 1),
        ("returns.amount.range", 1),
        ("orders.amount.range", 1),
        ("orders.amount.mean", 1),
        ("returns.file.column_order", 1),
    ]
    assert [f.file.name for f in found.listed] == ["f.csv", "e.csv", "d.csv", "b.csv"]


def test_the_heat_map_counts_files_by_column_and_kind(view: MonitorView) -> None:
    heat = view.failures.heat

    assert heat.columns == (
        "orders.amount",
        f"returns.{WHOLE_FILE}",
        "returns.amount",
        "returns.state",
    )
    assert heat.kinds == ("range", "column_order", "in_set", "mean")
    assert heat.files == ((1, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 1, 0))
    assert heat.rows == ((5, 0, 0, 0), (0, 0, 0, 0), (9, 0, 0, 0), (0, 0, 40, 0))
    assert heat.left_out == 0
    listed = {f.file.name: f.cells for f in view.failures.listed}
    assert listed["d.csv"] == ((1, 1), (2, 0), (3, 2))
    assert listed["e.csv"] == ()


def test_where_alerts_are_off_they_are_those_that_held_files_would_make(view: MonitorView) -> None:
    assert not view.alerts.is_on
    assert sum(view.alerts.counts.values()) == len(view.alerts.newest) == 2
    assert set(view.alerts.counts) <= {"critical", "high"}
    titles = [alert.title for alert in view.alerts.newest]
    assert titles[1].startswith("returns: 1 file held by ")
    held = view.alerts.newest[1]
    (told,) = held.payload["alerts"]  # type: ignore[misc]
    assert (held.told, held.waiting) == ((), ())
    assert (told["kind"], told["source"], told["severity"]) == ("held", "returns", held.severity)


def test_alerts_are_those_that_people_were_told_as_the_file_has_them(empty: HandLog) -> None:
    config = empty.platform.paths.root / "config" / "dmaic.yaml"
    config.write_text(f"{config.read_text()}\nalerts: {{enabled: true}}\n")
    told = replace(empty.platform, settings=load_settings(empty.platform.paths.root))
    with empty.run(DAY_ONE) as run_id:
        empty.judge("orders/a.csv", "reject", 0.9, broken("amount.range", "amount", rows=5))
        empty.judge("orders/b.csv", "reject", 0.9, broken("amount.range", "amount", rows=5))
        keep_alerts_of_run(told, run_id)
    waits = read_monitor(told).alerts
    assert (waits.is_on, dict(waits.counts)) == (True, {"high": 1})
    assert set(waits.newest[0].waiting) == {"log", "file"}

    assert tell_people(told) == ()
    (alert,) = read_monitor(told).alerts.newest

    lines = (told.paths.data / "logs" / "alerts.jsonl").read_text().splitlines()
    assert [json.loads(line)["alerts"] for line in lines] == [alert.payload["alerts"]]
    assert set(alert.told) == {"log", "file"}
    assert read_monitor(told, sources=["returns"]).alerts.newest == ()
    assert read_monitor(told, since=DAY_TWO).alerts.newest == ()


def test_the_course_follows_four_figures(view: MonitorView) -> None:
    found = view.course

    assert (found.step, found.numbers) == (1, (1, 2, 3, 4, 5, 6, 7))
    means = [1, 0.975, 2.65 / 3, 0.835, 0.835, 4.24 / 5, 5.24 / 6]
    assert found.mean_score == pytest.approx(means)
    assert found.pass_rate == pytest.approx([1, 1, 2 / 3, 0.5, 0.4, 0.5, 4 / 7])
    # Four steps of six seconds; the next five judgements are of two runs.
    assert found.files_per_minute == (None, None, None, None, pytest.approx(10), None, None)
    assert found.deviation == (None,) * 7


def test_the_deviation_is_that_of_the_last_ten_scores(empty: HandLog) -> None:
    with empty.run(DAY_ONE):
        for number in range(11):
            empty.judge(f"orders/{number}.csv", "accept", 1.0 if number else 0.5)

    found = read_monitor(empty.platform).course.deviation

    # Nine ones and a half: mean .95, squares 9 x .0025 + .2025 = .225, over 9.
    assert found[:9] == (None,) * 9
    assert found[9:] == (pytest.approx(math.sqrt(0.025)), 0.0)


def test_the_timeline_notes_at_most_the_five_lowest_that_failed(empty: HandLog) -> None:
    with empty.run(DAY_ONE):
        for number in range(7):
            empty.judge(f"orders/{number}.csv", "reject", 0.9 - number / 10)
        empty.judge("orders/ok.csv", "accept", 0.1)

    found = read_monitor(empty.platform).timeline

    assert [f.name for f in found.points] == [*(f"{n}.csv" for n in range(7)), "ok.csv"]
    assert found.annotated == (2, 3, 4, 5, 6)


def test_many_judgements_are_thinned_but_no_low_point_and_not_the_last_is_lost() -> None:
    many = 2 * MOST_POINTS + 1
    begun = to_us(DAY_ONE)
    found = [
        Judgement(n, "r", "s", str(n), "/a", "accept", 0.99, 1, 1, 0, begun + n)
        for n in range(many)
    ]
    found[77] = found[77]._replace(score=0.2)

    points, line = timeline(found), course(found)

    assert points.judgements == many
    assert len(points.points) <= MOST_POINTS
    assert min(f.score or 0 for f in points.points) == 0.2
    assert len(line.numbers) <= MOST_POINTS
    assert line.numbers[-1] == many
    assert line.mean_score[-1] == pytest.approx(((many - 1) * 0.99 + 0.2) / many)


def test_a_time_span_and_a_source_leave_out_the_rest(log: HandLog) -> None:
    late = read_monitor(log.platform, since=DAY_TWO)
    returns = read_monitor(log.platform, sources=("returns",))

    assert (late.board.judgements, late.board.files, late.board.pass_rate) == (2, 2, 1.0)
    assert late.board.held_now == 2, "what is held is held, whenever it was judged"
    assert (returns.board.files, returns.board.passed, returns.board.held_now) == (2, 0, 2)
    assert [w.source for w in returns.watermarks] == ["returns"]
    assert [f.source for f in returns.freshness] == ["returns"]


def test_watermarks_are_the_ten_newest_files_of_each_source(empty: HandLog) -> None:
    with empty.run(DAY_ONE):
        for number in range(12):
            empty.judge(f"orders/{number}.csv", "accept", 1.0)

    (found,) = read_monitor(empty.platform).watermarks

    assert found.files == {"accepted": 12}
    assert [w.name for w in found.newest] == [f"{n}.csv" for n in range(11, 1, -1)]


def test_what_is_fresh_depends_on_the_source(log: HandLog) -> None:
    # 36 and 12 hours after the files of `returns` and the newest of `orders`.
    found = {f.source: f for f in read_monitor(log.platform).freshness}

    assert (found["returns"].state, found["returns"].age_h) == ("stale", pytest.approx(36, 0.01))
    assert found["orders"].state == "fresh"
    log.clock.now += timedelta(hours=1)
    later = {f.source: f.state for f in read_monitor(log.platform).freshness}
    assert later == {"returns": "stale", "orders": "notice"}


def test_a_file_that_was_replaced_and_a_branch_count_no_more(empty: HandLog) -> None:
    ledger = empty.platform.ledger
    with empty.run(DAY_ONE) as first:
        sha = empty.judge("orders/a.csv", "reject", 0.5)
        empty.judge("orders/b.csv", "accept", 1.0)
    with empty.run(DAY_TWO, branch_of=first):
        empty.judge("orders/b.csv", "reject", 0.1)
    set_disposition(ledger, "orders", sha, "removed")

    found = read_monitor(empty.platform)

    assert (found.board.judgements, found.board.files, found.board.passed) == (2, 1, 1)
    assert found.failures.files == 0
    assert found.alerts.newest == ()


def test_without_a_file_everything_is_empty_and_nothing_is_divided(empty: HandLog) -> None:
    found = read_monitor(empty.platform)

    assert (found.board.files, found.board.pass_rate, found.board.mean_score) == (0, None, None)
    assert (found.days, found.segments, found.course.numbers) == ((), (), ())
    assert found.performance.files_per_minute is None
    assert json.dumps(report_document(found))


def test_one_file_and_all_failed(empty: HandLog) -> None:
    with empty.run(DAY_ONE):
        empty.judge("orders/a.csv", "reject", 0.5, broken("x.range", "x", rows=3))

    found = read_monitor(empty.platform)

    assert (found.board.pass_rate, found.board.accepted_share) == (0.0, 0.0)
    assert found.timeline.annotated == (0,)
    assert found.failures.heat.files == ((1,),)
    assert found.days[0].mean == 0.5


def test_no_secret_is_told(empty: HandLog, tmp_path: Path) -> None:
    settings = empty.platform.settings
    ledger = settings.dmaic.ledger.model_copy(
        update={"url": f"sqlite:///{tmp_path}/x.sqlite?password=hush"}
    )
    object.__setattr__(settings, "dmaic", settings.dmaic.model_copy(update={"ledger": ledger}))

    told = json.dumps(report_document(read_monitor(empty.platform)))

    assert "hush" not in told
    assert '"key": "runs.workers"' in told


def test_the_number_of_statements_does_not_grow(log: HandLog, empty: HandLog) -> None:
    with empty.run(DAY_ONE):
        for source in range(20):
            for number in range(3):
                empty.judge(f"s{source}/{number}.csv", "reject", 0.5, broken("x.range", "x"))

    assert _statements(empty) == _statements(log)


def test_the_export_names_its_schema_and_its_second(view: MonitorView) -> None:
    document = report_document(view)

    assert document["schema"] == SCHEMA
    assert set(document) == {
        "schema",
        "project",
        "made_at",
        "since",
        "sources",
        "environment",
        "settings",
        "source_lines",
        "watermarks",
        "board",
        "alerts",
        "failures",
        "performance",
        "days",
        "freshness",
        "segments",
        "timeline",
        "course",
    }
    assert report_name(DAY_ONE) == "dq_report_20261120T100000Z.json"


def _statements(log: HandLog) -> int:
    seen: list[str] = []
    engine = log.platform.ledger.engine

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    read_monitor(log.platform)
    sa.event.remove(engine, "before_cursor_execute", note)
    return len([text for text in seen if text.lstrip().upper().startswith("SELECT")])


def test_what_is_only_set_apart_explains_no_file_that_is_held() -> None:
    held = RuleBreak("email.shape", "shape", ("email",), "high", 200, True, None)
    apart = RuleBreak("email.unique", "unique", ("email",), "critical", 2, False, "one key twice")

    assert reason_of(Breaks((apart, held), ())) == "email.shape (and 1 more)"
    assert reason_of(Breaks((apart,), ())) == "email.unique: likely one key twice"
