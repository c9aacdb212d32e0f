"""The page of all runs: newest first, with start, finish, status and git, and their timeline.

What belongs here: putting the view into the template.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from dmaic_assets.model import Json
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.markup import example
from dmaic_assets.reports.page.palette import BLUE, GREEN, GREY, ORANGE, RED
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.reports.timeline import RunLine, timeline_text
from dmaic_assets.reports.views.runs import RunEntry, RunsView
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.store.ledger.record.runs import RunStatus
from dmaic_assets.table.spelled_numbers import plural

# Runs in the chart and in the text: dots beyond would lie on each other.
_MOST_DRAWN = 400
# What each end is drawn as: the shape says what the colour says.
_LOOKS: Mapping[RunStatus, tuple[str, str]] = {
    "succeeded": (GREEN, "circle"),
    "failed": (RED, "x"),
    "interrupted": (ORANGE, "diamond"),
    "running": (BLUE, "triangle-up"),
    "skipped": (GREY, "circle-open"),
}


@dataclass(frozen=True, slots=True)
class RunsShown:
    """What the template takes."""

    cards: Sequence[tuple[str, ...]]
    lines: Sequence[Sequence[str]]
    note: str
    chart: Markup
    text: Markup


def runs_page(view: RunsView, links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        view: The runs.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    sections = (("runs", "Runs"), ("timeline", "Timeline")) if view.runs else ()
    page = Page("Runs", links, library, here="Runs", sections=sections)
    drawn = view.runs[:_MOST_DRAWN]
    shown = RunsShown(
        cards=_cards(view),
        lines=[_line(run, links) for run in view.runs],
        note="" if view.is_all else "Older runs: dmaic runs --limit N",
        chart=_chart(drawn),
        text=example(timeline_text([_timed(run) for run in drawn])),
    )
    return page_html("runs/runs.html.j2", page, r=shown)


def moment(at: datetime | None) -> str:
    """A moment in UTC, to the second; a dash for none."""
    return NOTHING if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def took(elapsed_s: float | None) -> str:
    """How long something took, as people say it; a dash while it goes on."""
    if elapsed_s is None:
        return NOTHING
    if elapsed_s < 60:
        return f"{elapsed_s:.1f} s"
    minutes, seconds = divmod(round(elapsed_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"


def _cards(view: RunsView) -> list[tuple[str, ...]]:
    ends = Counter(run.status for run in view.runs)
    tones = {"succeeded": "good", "failed": "bad", "interrupted": "warn"}
    known = [(figure(ends[s]), s, tones.get(s, "")) for s in _LOOKS if ends[s]]
    more = "" if view.is_all else " shown"
    return [(figure(len(view.runs)), f"runs{more}"), *known]


def _line(run: RunEntry, links: Links) -> Sequence[str]:
    counts = run.counts
    return (
        _called(run, links),
        moment(run.started_at),
        "ongoing" if run.finished_at is None else moment(run.finished_at),
        macro("state")(run.status),
        run.git_sha or NOTHING,
        took(run.elapsed_s),
        run.kind,
        figure(counts.files),
        figure(counts.reject),
        figure(counts.rows),
        NOTHING if counts.score is None else f"{100 * counts.score:.1f}",
        sigma(run.sigma),
    )


def _called(run: RunEntry, links: Links) -> Markup:
    name = macro("link")(run.run_id, links.run(run.run_id))
    if not run.tags:
        return name
    return Markup('{} <span class="soft">{}</span>').format(name, ", ".join(run.tags))


def _timed(run: RunEntry) -> RunLine:
    return RunLine(run.run_id, run.started_at, run.finished_at, run.status)


def _named(run: RunEntry) -> str:
    return f"{' '.join((run.run_id, *run.tags))}, {plural(run.counts.files, 'file')}"


def _chart(runs: Sequence[RunEntry]) -> Markup:
    """One dot for each run: when it began, how long it took, and how it ended."""
    data: list[dict[str, Json]] = []
    for status, (colour, symbol) in _LOOKS.items():
        ended = [run for run in runs if run.status == status]
        if ended:
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": status,
                    "x": [f"{run.started_at:%Y-%m-%d %H:%M:%S}" for run in ended],
                    "y": [run.elapsed_s or 0.0 for run in ended],
                    "hovertext": [_named(run) for run in ended],
                    "marker": {"color": colour, "symbol": symbol, "size": 9},
                }
            )
    layout: dict[str, Json] = {
        "height": 260,
        "xaxis": {"type": "date"},
        "yaxis": {"title": {"text": "seconds"}, "rangemode": "tozero"},
    }
    told = f"{plural(len(runs), 'run')} by their start and how long they took"
    return Chart("When did runs begin, and how long did they take?", data, layout, told).html()
