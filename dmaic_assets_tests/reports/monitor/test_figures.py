"""The monitor's charts on a log written by hand: their data against arrays written by hand."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dmaic_assets.model import Json
from dmaic_assets.reports.monitor.file_figures import (
    course_charts,
    heat_map,
    sunburst,
    timeline_chart,
)
from dmaic_assets.reports.monitor.standing_figures import (
    bands_chart,
    breaks_chart,
    days_chart,
    gauges,
    named_axis,
    sources_chart,
    trend_chart,
    verdict_pie,
)
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.views.monitor.read import read_monitor
from dmaic_assets.reports.views.monitor.view import MonitorView, Segment
from dmaic_assets_tests.reports.views.hand_log import hand_log, seven_lines


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorView]:
    with hand_log(tmp_path_factory.mktemp("log")) as log:
        seven_lines(log)
        yield read_monitor(log.platform)


def traces(chart: Chart | None) -> list[Mapping[str, Json]]:
    assert chart is not None
    return list(chart.data)


def test_gauges_show_four_shares_in_percent(view: MonitorView) -> None:
    # 4 of 6 files, mean of five scores, 395 of 500 rows; `returns` is stale, `orders` fresh.
    shown = [traces(chart)[0]["value"] for chart in gauges(view)]

    assert shown == pytest.approx([400 / 6, 90.8, 79.0, 50.0])


def test_the_pie_has_the_verdicts_that_occur(view: MonitorView) -> None:
    (pie,) = traces(verdict_pie(view))

    assert pie["labels"] == ["accepted", "split", "held", "unreadable"]
    assert pie["values"] == [3, 1, 1, 1]


def test_the_trend_has_pass_rate_and_mean_score_of_each_run(view: MonitorView) -> None:
    passed, score = traces(trend_chart(view.board.trend))

    assert (passed["x"], passed["y"]) == ([1, 2], [40.0, 100.0])
    assert score["y"] == pytest.approx([83.5, 95.0])


def test_sources_stack_verdicts_the_one_with_most_held_on_top(view: MonitorView) -> None:
    found = {trace["name"]: trace for trace in traces(sources_chart(view.segments))}

    assert list(found) == ["accepted", "split", "held", "unreadable"]
    assert found["accepted"]["y"] == ["orders", "returns"], "plotly draws the last on top"
    assert [found[name]["x"] for name in found] == [[3, 0], [1, 0], [0, 1], [0, 1]]


def test_what_breaks_most_stands_on_top(view: MonitorView) -> None:
    (bars,) = traces(breaks_chart(view.failures.columns, "Which?"))

    assert bars["x"] == [1, 1, 1, 2]
    assert bars["y"][-1] == "orders.amount"
    assert bars["customdata"][-2] == [40, "typo"]


def test_bands_and_days(view: MonitorView) -> None:
    (bands,) = traces(bands_chart(view.performance.bands))
    (days,) = traces(days_chart(view.days))

    assert bands["x"] == ["100", "95–99", "90–94", "below 90", "no score"]
    assert bands["y"] == [2, 1, 1, 1, 1]
    assert days["x"] == ["2026-11-20", "2026-11-21"]
    assert days["y"] == pytest.approx([83.5, 95.0])
    assert days["error_y"]["array"] == pytest.approx([16.5, 5.0])
    assert days["error_y"]["arrayminus"] == pytest.approx([14.5, 5.0])


def test_the_sunburst_adds_up_from_leaf_to_centre(view: MonitorView) -> None:
    (burst,) = traces(sunburst(view.segments))

    values = dict(zip(burst["ids"], burst["values"], strict=True))
    parents = dict(zip(burst["ids"], burst["parents"], strict=True))
    assert values["all"] == 6
    assert values["all/orders"] == 4
    assert values["all/orders/accept"] == 3
    assert values["all/orders/accept/100"] == 2
    assert values["all/returns/unreadable/no score"] == 1
    assert parents["all"] == ""
    for place, value in values.items():
        inner = [n for child, n in values.items() if parents[child] == place]
        assert sum(inner) in (value, 0)


def test_of_many_sources_the_sunburst_shows_those_with_most_held_and_says_so() -> None:
    segments = [Segment(f"s{n:02d}", "accept", "100", 5) for n in range(30)]
    segments.append(Segment("s29", "reject", "below 70", 1))

    chart = sunburst(segments)

    assert chart is not None
    assert "the 24 of 30 sources with most held" in chart.question
    assert traces(chart)[0]["values"][0] == 24 * 5 + 1
    assert "all/s29" in traces(chart)[0]["ids"]


def test_the_heat_map_has_a_gap_where_nothing_broke(view: MonitorView) -> None:
    (heat,) = traces(heat_map(view.failures.heat))

    assert heat["x"] == ["range", "column_order", "in_set", "mean"]
    assert heat["y"][0] == "orders.amount"
    assert heat["z"] == [
        [1, None, None, 1],
        [None, 1, None, None],
        [1, None, None, None],
        [None, None, 1, None],
    ]
    assert heat["customdata"][3] == [0, 0, 40, 0]


def test_the_timeline_has_a_trace_for_each_verdict_and_notes_what_failed(
    view: MonitorView,
) -> None:
    chart = timeline_chart(view.timeline)

    assert [(t["name"], t["y"]) for t in traces(chart)] == [
        ("accepted", [100.0, 90.0, 100.0]),
        ("split", [95.0]),
        ("held", [pytest.approx(70.0), pytest.approx(69.0)]),
        ("unreadable", [0.0]),
    ]
    assert traces(chart)[0]["x"][0] == "2026-11-20 10:00:06"
    assert chart is not None
    assert [note["text"] for note in chart.layout["annotations"]] == ["1", "2", "3"]


def test_the_four_courses(view: MonitorView) -> None:
    mean, passed, pace = (traces(chart)[0] for chart in course_charts(view.course))

    assert mean["x"] == passed["x"] == [1, 2, 3, 4, 5, 6, 7]
    assert mean["y"] == pytest.approx([100, 97.5, 88.3333, 83.5, 83.5, 84.8, 87.3333])
    assert passed["y"] == pytest.approx([100, 100, 66.6667, 50, 40, 50, 57.1429])
    assert pace["y"] == [None, None, None, None, 10.0, None, None]


def test_without_a_file_there_is_no_chart(tmp_path: Path) -> None:
    with hand_log(tmp_path) as log:
        found = read_monitor(log.platform)

    assert gauges(found) == []
    assert course_charts(found.course) == []
    for chart in (
        verdict_pie(found),
        trend_chart(found.board.trend),
        sources_chart(found.segments),
        breaks_chart(found.failures.rules, ""),
        bands_chart(found.performance.bands),
        days_chart(found.days),
        sunburst(found.segments),
        heat_map(found.failures.heat),
        timeline_chart(found.timeline),
    ):
        assert chart is None


def test_long_names_have_two_lines_are_cut_for_the_eye_and_stay_apart() -> None:
    long = "column_of_a_table_with_a_very_long_name"
    axis = named_axis([f"a_source_with_a_long_name.{long}_{n}.range" for n in range(2)])

    assert len(set(axis["tickvals"])) == len(set(axis["ticktext"])) == 2
    lines = [line for text in axis["ticktext"] for line in text.split("\n")]
    assert lines[0] == lines[2] == "a_source_with_a_long_name."
    assert all(len(line) <= 28 and "…" in line for line in lines[1::2])
