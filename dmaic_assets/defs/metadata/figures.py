"""Interactive figures as pages of their own, linked from metadata and served by the guard.

What belongs here: Plotly's JSON written by hand, which needs no import of Plotly and costs nothing
per cell. All pages of a project share one copy of plotly.js, so a page is a few kilobytes and
also opens from the disk.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata, resources
from pathlib import Path

from dmaic_assets.model import ArtifactRef, Json, Severity, Verdict
from dmaic_assets.reports.page.rendering import in_html, rendered
from dmaic_assets.store.artifacts import put_bytes
from dmaic_assets.store.effect_files import write_bytes
from dmaic_assets.work.file.file_facts import ColumnFacts

KIND = "figure"
_LIBRARIES = "assets"
# Bars in one figure, the worst: more cannot be read.
_SHOWN = 40
_COLOURS: Mapping[Severity, str] = {
    "critical": "#c23030",
    "high": "#d9822b",
    "medium": "#d6b52b",
    "low": "#7a8794",
}


def store_figure(root: Path, page: str) -> ArtifactRef:
    """Keeps a page under its content, with the library that it loads.

    A picture of what is stored elsewhere: nothing waits until it is on the disk.

    Raises:
        StoreError: The folder refuses.
    """
    _provide_library(root)
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
        "hovertext": [text for _, (_, _, text) in shown],
        "marker": {"color": [_COLOURS[severity] for _, (_, severity, _) in shown]},
    }
    layout: dict[str, Json] = {
        "xaxis": {"title": {"text": "rows failing, %"}, "range": [0, 101]},
        "height": 140 + 36 * len(shown),
    }
    return _page(title, [bars], layout)


def columns_figure(columns: Sequence[ColumnFacts], rows: int, title: str) -> str | None:
    """Draws nulls and distinct values per column as shares of the rows; None without columns."""
    if not columns or not rows:
        return None
    names: list[Json] = [c.name for c in columns]
    nulls: list[Json] = [100 * c.null_share for c in columns]
    distinct: list[Json] = [100 * c.distinct / rows for c in columns]
    traces: list[dict[str, Json]] = [
        {"type": "bar", "name": "null", "x": names, "y": nulls, "marker": {"color": "#d9822b"}},
        {"type": "bar", "name": "distinct", "x": names, "y": distinct},
    ]
    return _page(title, traces, {"yaxis": {"title": {"text": "% of rows"}}, "barmode": "group"})


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
        "marker": {"color": "#30404d", "size": 9},
    }
    traces: list[dict[str, Json]] = [
        _rows("accepted", names, [count for _, count, _, _ in sources], "#2e9e6b"),
        _rows("quarantined", names, [count for _, _, count, _ in sources], "#d9822b"),
        score,
    ]
    layout: dict[str, Json] = {
        "barmode": "stack",
        "yaxis": {"title": {"text": "rows"}},
        "yaxis2": {
            "title": {"text": "score"},
            "overlaying": "y",
            "side": "right",
            "range": [0, 105],
            "showgrid": False,
        },
    }
    return _page(title, traces, layout)


def _rows(name: str, x: list[Json], y: Sequence[int], colour: str) -> dict[str, Json]:
    return {"type": "bar", "name": name, "x": x, "y": list(y), "marker": {"color": colour}}


def _page(title: str, traces: Sequence[dict[str, Json]], layout: Mapping[str, Json]) -> str:
    whole: dict[str, Json] = {
        "height": 560,
        "title": {"text": title},
        "template": None,
        "font": {"family": "system-ui, sans-serif"},
        "margin": {"l": 80, "r": 80, "t": 60, "b": 80},
        **layout,
        "xaxis": {"automargin": True, **_mapping(layout.get("xaxis"))},
        "yaxis": {"automargin": True, **_mapping(layout.get("yaxis"))},
    }
    return rendered(
        "figure.html.j2",
        title=title,
        library=library_path(),
        data=in_html(traces),
        layout=in_html(whole),
    )


@cache
def library_path() -> str:
    """Where the artifacts have plotly.js, relative to their folder; the version is in its name."""
    return f"{_LIBRARIES}/plotly-{metadata.version('plotly')}.min.js"


def _provide_library(root: Path) -> None:
    target = root / library_path()
    if not target.is_file():
        source = resources.files("plotly") / "package_data" / "plotly.min.js"
        write_bytes(target, source.read_bytes())


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
