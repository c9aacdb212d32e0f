"""Interactive figures as pages of their own, linked from metadata and served by the guard.

What belongs here: Plotly's JSON written by hand, which needs no import of Plotly and costs nothing
per cell. All pages of a project share their scripts, so a page is a few kilobytes and also opens
from the disk.
"""

from collections.abc import Sequence
from pathlib import Path

from dmaic_assets.model import ArtifactRef, Json, Severity, Verdict
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.palette import DECISIONS, INK, ORANGE, SEVERITIES
from dmaic_assets.reports.page.scripts import ARTIFACT_SCRIPTS, provide_scripts
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.store.artifacts import put_bytes
from dmaic_assets.work.file.file_facts import ColumnFacts

KIND = "figure"
# Bars in one figure, the worst: more cannot be read.
_SHOWN = 40


def store_figure(root: Path, page: str) -> ArtifactRef:
    """Keeps a page under its content, with the scripts that it loads.

    A picture of what is stored elsewhere: nothing waits until it is on the disk.

    Raises:
        StoreError: The folder refuses.
    """
    provide_scripts(root)
    return put_bytes(root, KIND, page.encode(), suffix=".html", is_synced=False)


def verdict_figure(verdicts: Sequence[Verdict], title: str) -> str | None:
    """Draws the share of rows that fail each violated rule, worst first; None when none is.

    Args:
        verdicts: The verdicts of a cell's files; a rule shows its worst file.
        title: The page's title.
    """
    worst: dict[str, tuple[float, Severity, str]] = {}
    for violation in (v for verdict in verdicts for v in verdict.violations):
        text = f"{violation.kind}: expected {violation.expected}, seen {violation.seen}"
        if violation.share >= worst.get(violation.rule, (0.0,))[0]:
            worst[violation.rule] = (violation.share, violation.severity, text)
    shown = sorted(worst.items(), key=lambda item: -item[1][0])[:_SHOWN][::-1]
    if not shown:
        return None
    bars: dict[str, Json] = {
        "type": "bar",
        "orientation": "h",
        "y": [rule for rule, _ in shown],
        "x": [100 * share for _, (share, _, _) in shown],
        "customdata": [text for _, (_, _, text) in shown],
        "hovertemplate": "%{y}<br>%{customdata}<br>%{x:.2f} % of rows<extra></extra>",
        "name": "rows failing, %",
        "text": [severity for _, (_, severity, _) in shown],
        "textposition": "auto",
        "marker": {"color": [SEVERITIES[severity] for _, (_, severity, _) in shown]},
    }
    layout: dict[str, Json] = {
        "xaxis": {"title": {"text": "rows failing, %"}, "range": [0, 101]},
        "height": 140 + 36 * len(shown),
    }
    told = f"Rows that fail, by rule, the worst first: {shown[-1][0]}"
    return _page(title, Chart("Which rules do rows fail?", [bars], layout, told))


def columns_figure(columns: Sequence[ColumnFacts], rows: int, title: str) -> str | None:
    """Draws nulls and distinct values per column as shares of the rows; None without columns."""
    if not columns or not rows:
        return None
    names: list[Json] = [c.name for c in columns]
    nulls: list[Json] = [100 * c.null_share for c in columns]
    distinct: list[Json] = [100 * c.distinct / rows for c in columns]
    traces: list[dict[str, Json]] = [
        {"type": "bar", "name": "null", "x": names, "y": nulls, "marker": {"color": ORANGE}},
        {"type": "bar", "name": "distinct", "x": names, "y": distinct},
    ]
    layout: dict[str, Json] = {
        "height": 480,
        "yaxis": {"title": {"text": "% of rows"}},
        "barmode": "group",
    }
    told = f"Nulls and distinct values of {len(names)} columns, in % of {rows:,} rows"
    return _page(title, Chart("How full and how varied are the columns?", traces, layout, told))


def run_figure(sources: Sequence[tuple[str, int, int, float]], title: str) -> str | None:
    """Draws rows accepted and quarantined and the score per source; None without sources.

    Args:
        sources: (source, rows accepted, rows quarantined, score in [0, 1]) each.
        title: The page's title.
    """
    if not sources:
        return None
    names: list[Json] = [name for name, _, _, _ in sources]
    score: dict[str, Json] = {
        "type": "scatter",
        "mode": "markers",
        "name": "score",
        "x": names,
        "y": [100 * value for _, _, _, value in sources],
        "yaxis": "y2",
        "marker": {"color": INK, "size": 9, "symbol": "diamond"},
    }
    traces: list[dict[str, Json]] = [
        _rows("accepted", names, [count for _, count, _, _ in sources], DECISIONS["accept"]),
        _rows("quarantined", names, [count for _, _, count, _ in sources], DECISIONS["quarantine"]),
        score,
    ]
    layout: dict[str, Json] = {
        "height": 480,
        "barmode": "stack",
        "yaxis": {"title": {"text": "rows"}},
        "yaxis2": {
            "title": {"text": "score"},
            "overlaying": "y",
            "side": "right",
            "range": [0, 105],
            "tickvals": [0, 50, 100],
            "showgrid": False,
        },
    }
    told = f"Rows accepted and quarantined, and the score, of {len(names)} sources"
    return _page(title, Chart("What came of each source's rows?", traces, layout, told))


def _rows(name: str, x: list[Json], y: Sequence[int], colour: str) -> dict[str, Json]:
    return {"type": "bar", "name": name, "x": x, "y": list(y), "marker": {"color": colour}}


def _page(title: str, chart: Chart) -> str:
    page = Page(title, NoLinks(), ARTIFACT_SCRIPTS)
    return page_html("figure.html.j2", page, chart=chart.html())
