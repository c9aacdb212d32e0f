"""The monitor in a terminal: the board by source, what breaks, and what waits.

What belongs here: wording. Everything else is on the page.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import count, print_table, say
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from dmaic_assets.reports.views.monitor.view import MonitorView, SourceFreshness

_HEADERS = ("source", "files", "passed", "held now", "newest file", "state")
# Lines of what breaks; the page has more.
_MOST_BROKEN = 5


def print_monitor(view: "MonitorView", *, page: Path | None, export: Path | None) -> None:
    """Prints the board, then where page and export are."""
    board = view.board
    since = f" since {view.since:%Y-%m-%d %H:%M} UTC" if view.since else ""
    say(
        f"{view.project}{since}: {plural(board.files, 'file')} judged, "
        f"{percent(board.pass_rate)} passed, score {_score(board.mean_score)}, "
        f"{count(board.held_now)} held now"
    )
    rows = list(_rows(view))
    if rows:
        print_table(_HEADERS, rows, right=_HEADERS[1:5])
    if view.alerts.counts:
        told = ", ".join(f"{count(n)} {severity}" for severity, n in view.alerts.counts.items())
        say(f"alerts: {told}" if view.alerts.is_on else f"alerts: off; they would be {told}")
    _print_broken(view)
    if page is not None:
        say(f"page    {page}")
    if export is not None:
        say(f"export  {export}")


def _rows(view: "MonitorView") -> Iterator[Sequence[str]]:
    files: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for segment in view.segments:
        files[segment.source] += segment.files
        if segment.outcome in ("accept", "quarantine"):
            passed[segment.source] += segment.files
    held = {w.source: w.files.get("rejected", 0) for w in view.watermarks}
    for fresh in sorted(view.freshness, key=lambda f: -held.get(f.source, 0)):
        name = fresh.source
        share = percent(passed[name] / files[name]) if files[name] else percent(None)
        yield name, count(files[name]), share, count(held.get(name, 0)), age(fresh), fresh.state


def _print_broken(view: "MonitorView") -> None:
    for found in view.failures.rules[:_MOST_BROKEN]:
        likely = f"; likely {found.cause}" if found.cause else ""
        say(f"broken  {found.name} in {plural(found.files, 'file')}{likely}")


def age(fresh: "SourceFreshness") -> str:
    """How old the newest file is: hours up to two days, then days."""
    if fresh.age_h is None:
        return "none yet"
    if fresh.age_h < 48:
        return f"{fresh.age_h:.1f} h ago"
    return f"{fresh.age_h / 24:.0f} days ago"


def _score(score: float | None) -> str:
    return "–" if score is None else f"{100 * score:.1f}"
