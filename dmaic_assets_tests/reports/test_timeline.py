"""The timeline: golden text, order, and the newest 20."""

from datetime import UTC, datetime, timedelta

from dmaic_assets.reports.timeline import RunLine, timeline_markdown, timeline_text

START = datetime(2026, 11, 25, 8, 0, 0, tzinfo=UTC)


def line(number: int, *, status: str = "succeeded", took_s: int | None = 90) -> RunLine:
    started = START + timedelta(hours=number)
    ended = None if took_s is None else started + timedelta(seconds=took_s)
    return RunLine(f"run-{number}", started, ended, status)


def test_each_run_is_one_line_and_the_newest_is_last():
    runs = [line(10, status="running", took_s=None), line(2, status="failed"), line(1)]

    text = timeline_text(runs)

    assert text == (
        "2026-11-25T09:00:00Z -> 2026-11-25T09:01:30Z  run-1   succeeded\n"
        "2026-11-25T10:00:00Z -> 2026-11-25T10:01:30Z  run-2   failed\n"
        "2026-11-25T18:00:00Z -> ongoing               run-10  running\n"
    )
    assert text.isascii()


def test_markdown_shows_the_newest_20_and_counts_all():
    runs = [line(n) for n in range(24)] + [line(24, status="failed")]

    text = timeline_markdown(runs)

    assert "25 runs: 1 failed, 24 succeeded." in text
    shown = [row for row in text.splitlines() if " -> " in row]
    assert [row.split()[3] for row in shown] == [f"run-{n}" for n in range(5, 25)]


def test_without_a_run_the_timeline_says_so():
    assert timeline_text([]) == "no run yet\n"
