"""The monitor as one page: what needs a person comes first, what explains it follows.

What belongs here: the page as a whole, and the words of its sections. It is a function of the view.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dmaic_assets.reports.monitor.export import report_document, report_name
from dmaic_assets.reports.monitor.file_figures import (
    course_charts,
    heat_map,
    sunburst,
    timeline_chart,
)
from dmaic_assets.reports.monitor.lines import (
    age,
    behind,
    choices,
    moment,
    score,
    setting_groups,
)
from dmaic_assets.reports.monitor.standing_figures import (
    OUTCOME_WORDS,
    bands_chart,
    breaks_chart,
    days_chart,
    gauges,
    sources_chart,
    trend_chart,
    verdict_pie,
)
from dmaic_assets.reports.page.chart import Chart, drawn
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.reports.views.monitor.view import MonitorView
from dmaic_assets.reports.views.source.files import disposition_words
from dmaic_assets.reports.wording import NOTHING, figure
from dmaic_assets.store.effect_files import write_bytes
from dmaic_assets.store.packed import packed
from dmaic_assets.table.spelled_numbers import percent, plural

# The sections in the order of the page: fragment and words.
SECTIONS: Sequence[tuple[str, str]] = (
    ("kpis", "Standing"),
    ("board", "Quality board"),
    ("alerts", "Alerts"),
    ("freshness", "Freshness"),
    ("failures", "Failures"),
    ("heat", "Heat map"),
    ("explorer", "Explorer"),
    ("timeline", "Timeline"),
    ("courses", "Courses"),
    ("days", "Days"),
    ("performance", "Performance"),
    ("watermarks", "Watermarks"),
    ("export", "Export"),
    ("configuration", "Configuration"),
    ("environment", "Environment"),
)


@dataclass(frozen=True, slots=True)
class _Export:
    """The export as the page holds it: gzip in base64, under the name that it is saved as."""

    name: str
    content: str
    size: str


def monitor_page(view: MonitorView, links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        view: What it shows.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    page = Page(
        "Monitor",
        links,
        library,
        here="Monitor",
        lead=_lead(view),
        sections=SECTIONS,
        made_at=view.made_at,
        notes=(_NOTE,),
    )
    return page_html(
        "monitor/monitor.html.j2",
        page,
        more_scripts=["monitor"],
        view=view,
        links=links,
        charts=_charts(view),
        behind=behind(view, links),
        choices=choices(view),
        settings=setting_groups(view.settings),
        export=_export(view),
        heat_width=240 + 32 * len(view.failures.heat.kinds),
        words=_WORDS,
        nothing=NOTHING,
    )


_NOTE = (
    "A file counts once, by its newest verdict; figures over time count every one. Times are UTC."
)
# How cells are spelled.
_WORDS: Mapping[str, object] = {
    "age": age,
    "disposition": disposition_words,
    "outcome": OUTCOME_WORDS,
    "moment": moment,
    "score": score,
    "percent": percent,
    "plural": plural,
    "figure": figure,
}


def write_monitor(path: Path, view: MonitorView, links: Links) -> None:
    """Writes the page, with all scripts in it, so that it can be sent to anybody.

    Raises:
        StoreError: The folder refuses.
    """
    write_bytes(path, monitor_page(view, links, Library()).encode())


def _lead(view: MonitorView) -> str:
    board = view.board
    scope = f" of {', '.join(view.sources)}" if view.sources else ""
    since = f" since {moment(view.since)}" if view.since else ""
    if not board.files:
        return f"No file{scope} has been judged{since} yet."
    late = sum(f.state in ("overdue", "stale") for f in view.freshness)
    told = (
        f"{plural(board.files, 'file')}{scope} judged{since}, {percent(board.pass_rate)} passed",
        f"{plural(board.held_now, 'file')} held now",
        f"{plural(late, 'source')} overdue or stale",
    )
    return "; ".join(told) + "."


def _charts(view: MonitorView) -> Mapping[str, object]:
    broken = view.failures
    standing = (
        verdict_pie(view),
        trend_chart(view.board.trend),
        sources_chart(view.segments),
        breaks_chart(broken.rules, "Which rules break most?"),
    )
    return {
        "gauges": [chart.html() for chart in gauges(view)],
        "standing": [chart.html() for chart in standing if chart],
        "columns": drawn(breaks_chart(broken.columns, "Which columns break most?")),
        "heat": drawn(heat_map(broken.heat)),
        "sunburst": drawn(sunburst(view.segments)),
        "timeline": drawn(timeline_chart(view.timeline)),
        "courses": _html(course_charts(view.course)),
        "days": drawn(days_chart(view.days)),
        "bands": drawn(bands_chart(view.performance.bands)),
    }


def _html(found: Sequence[Chart]) -> list[str]:
    return [chart.html() for chart in found]


def _export(view: MonitorView) -> _Export:
    content = json.dumps(report_document(view), separators=(",", ":")).encode()
    size = f"{len(content) / 1000:,.0f} kB"
    return _Export(report_name(view.made_at), base64.b64encode(packed(content)).decode(), size)
