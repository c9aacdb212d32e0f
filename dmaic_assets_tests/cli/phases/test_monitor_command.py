"""`dmaic monitor` on a project with a log written by hand."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from dmaic_assets.cli.phases.since import Since, moment
from dmaic_assets_tests.cli.shell import Finished
from dmaic_assets_tests.reports.views.hand_log import hand_log, seven_lines

Call = Callable[..., Finished]
NOW = datetime(2026, 11, 21, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    with hand_log(folder) as log:
        seven_lines(log)
    return folder


def test_it_tells_the_board_each_source_and_what_breaks(root: Path, call: Call) -> None:
    shown = call("monitor", cwd=root)

    assert shown.code == 0
    assert "6 files judged, 66.7 % passed, score 90.8, 2 held now" in shown.out
    returns, orders = (line.split()[:4] for line in shown.out.splitlines()[3:5])
    assert returns == ["returns", "2", "0.0", "%"]
    assert orders == ["orders", "4", "100.0", "%"]
    assert "alerts: off; they would be 2 high" in shown.out
    assert "broken  returns.state.in_set in 1 file; likely typo" in shown.out


def test_json_is_the_export(root: Path, call: Call) -> None:
    shown = call("monitor", "--json", "--export", cwd=root)

    told = json.loads(shown.out)
    (written,) = (root / "data" / "reports").glob("dq_report_*.json")
    assert (told["schema"], told["board"]["files"]) == ("dq_report.v1", 6)
    assert json.loads(written.read_text("utf-8")) == told


def test_a_time_span_and_sources_narrow_it(root: Path, call: Call) -> None:
    late = json.loads(call("monitor", "--since", "2026-11-21", "--json", cwd=root).out)
    orders = json.loads(call("monitor", "--source", "orders", "--json", cwd=root).out)

    assert late["board"]["judgements"] == 2
    assert orders["board"]["files"] == 4


def test_the_page_is_written_and_that_of_a_part_beside_it(root: Path, call: Call) -> None:
    reports = root / "data" / "reports"

    whole = call("monitor", cwd=root)
    part = call("monitor", "--source", "returns", cwd=root)

    assert f"page    {reports / 'monitor.html'}" in whole.out
    assert f"page    {reports / 'monitor-part.html'}" in part.out
    assert "6 files judged" in (reports / "monitor.html").read_text("utf-8")
    assert "2 files of returns judged" in (reports / "monitor-part.html").read_text("utf-8")


def test_the_page_is_written_where_it_is_said_and_opened(
    root: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    viewer = tmp_path / "viewer"
    viewer.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', "utf-8")
    viewer.chmod(0o755)
    # The webbrowser module reads it when it is first asked.
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setattr("webbrowser._browsers", {})
    monkeypatch.setenv("BROWSER", f"{viewer} %s")

    shown = call("monitor", "--json", "--open", "-o", str(tmp_path / "week.html"), cwd=root)

    assert json.loads(shown.out)["schema"] == "dq_report.v1"
    assert (tmp_path / "week.html").is_file()
    assert opened.read_text("utf-8").strip() == (tmp_path / "week.html").as_uri()


def test_without_a_browser_it_says_what_to_open(
    root: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser._tryorder", [])
    monkeypatch.setattr("webbrowser._browsers", {})

    shown = call("monitor", "--open", cwd=root)

    assert shown.code == 0
    assert "no browser was found; open" in shown.err


def test_an_unknown_source_is_refused_with_the_nearest(root: Path, call: Call) -> None:
    refused = call("monitor", "--source", "order", cwd=root)

    assert refused.code == 2
    assert "did you mean orders?" in refused.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2W", NOW - timedelta(weeks=2)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T05:00+05:00", datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_people_type_them(typed: str, meant: datetime) -> None:
    assert moment(Since().convert(typed, None, None), NOW) == meant


@pytest.mark.parametrize("typed", ["", "7x", "-1d", "yesterday", "2026-13-01"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="neither a span"):
        Since().convert(typed, None, None)
