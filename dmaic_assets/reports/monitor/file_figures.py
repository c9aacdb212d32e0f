"""Files and judgements as charts: sunburst, heat map, timeline, and four courses.

What belongs here: the figures of sections 12 to 15. A click on the first two leads to the files
behind: library/monitor.js knows their labels.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from dmaic_assets.model import Json
from dmaic_assets.reports.monitor.standing_figures import (
    COLOURS,
    OUTCOME_WORDS,
    named_axis,
    row_height,
)
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.palette import BLUE, GREEN, HEAT, ORANGE, PURPLE
from dmaic_assets.reports.views.monitor.series import DEVIATION_WINDOW, PACE_WINDOW
from dmaic_assets.reports.views.monitor.view import (
    OUTCOMES,
    Course,
    HeatMap,
    JudgedFile,
    Outcome,
    Segment,
    Timeline,
)
from dmaic_assets.table.spelled_numbers import plural

# Shapes beside the colours, for eyes that tell few colours apart.
SYMBOLS: Mapping[Outcome, str] = {
    "accept": "circle",
    "quarantine": "diamond",
    "reject": "x",
    "unreadable": "triangle-up",
}
# Parts of a segment's id: never in a source's name, which is letters, digits, _ and -.
SEPARATOR = "/"
ALL = "all"
# Points of score that the axis of scores shows at least: less is no fall.
_LEAST_ROOM = 4.0
# Sources in the sunburst: more are thinner than their names.
_PARTS = 24


def sunburst(segments: Sequence[Segment]) -> Chart | None:
    """Files by source, verdict and score; None without files.

    Of many sources only those with the most held files are shown.
    """
    if not segments:
        return None
    parts = _parts(segments)
    counts: Counter[tuple[str, ...]] = Counter()
    for s in segments:
        if s.source in parts:
            for depth in range(4):
                counts[(s.source, s.outcome, s.band)[:depth]] += s.files
    trace: dict[str, Json] = {
        "type": "sunburst",
        "branchvalues": "total",
        "ids": [SEPARATOR.join((ALL, *path)) for path in counts],
        "labels": [_segment_words(path)[-1] for path in counts],
        "hovertext": [", ".join(_segment_words(path)) for path in counts],
        "parents": [SEPARATOR.join((ALL, *path[:-1])) if path else "" for path in counts],
        "values": [*counts.values()],
        "marker": {
            "colors": [_segment_colour(path) for path in counts],
            "line": {"color": "var(--paper)", "width": 1},
        },
        "maxdepth": 3,
        "sort": False,
        "hovertemplate": "%{hovertext}<br>%{value:,} files<extra></extra>",
        "insidetextorientation": "radial",
    }
    layout: dict[str, Json] = {
        "height": 440,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 8},
        "uniformtext": {"minsize": 10, "mode": "hide"},
    }
    told = f"{plural(counts[()], 'file')} of {plural(len(parts), 'source')} by verdict and score"
    sources = len({s.source for s in segments})
    some = (
        f" (the {len(parts)} of {sources} sources with most held)" if sources > len(parts) else ""
    )
    return Chart(f"Where do files lie?{some}", [trace], layout, told)


def _parts(segments: Sequence[Segment]) -> frozenset[str]:
    held: Counter[str] = Counter()
    for s in segments:
        held[s.source] += s.files if s.outcome in ("reject", "unreadable") else 0
    order = sorted(held, key=lambda name: (-held[name], name))
    return frozenset(order[:_PARTS])


def _segment_words(path: tuple[str, ...]) -> list[str]:
    """The names of a part from the centre outwards, as people read them."""
    if not path:
        return ["all files"]
    words = [OUTCOME_WORDS[name] for name in OUTCOMES if name in path[1:2]]
    scores = [f"score {band}" if band[0].isdigit() else band for band in path[2:]]
    return [path[0], *words, *scores]


def _segment_colour(path: tuple[str, ...]) -> str:
    if len(path) < 2:
        return "var(--panel)" if not path else "var(--line)"
    return next(COLOURS[name] for name in OUTCOMES if name == path[1])


def heat_map(heat: HeatMap) -> Chart | None:
    """In how many files each kind of rule was broken on each column; None without any."""
    if not heat.columns:
        return None
    highest = max(max(line) for line in heat.files)
    trace: dict[str, Json] = {
        "type": "heatmap",
        "x": [*heat.kinds],
        "y": [*heat.columns],
        "z": [[count or None for count in line] for line in heat.files],
        "customdata": [list(line) for line in heat.rows],
        "text": [[str(count) if count else "" for count in line] for line in heat.files],
        "texttemplate": "%{text}",
        "hovertemplate": "%{y}<br>%{x}: %{z:,} files, %{customdata:,} rows<extra></extra>",
        "colorscale": [*HEAT],
        # The rarest is seen, too: colours begin a fifth below it.
        "zmin": -0.25 * highest,
        "zmax": highest,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    layout: dict[str, Json] = {
        "height": max(260, 120 + row_height(heat.columns) * len(heat.columns)),
        "xaxis": {"type": "category", "side": "bottom", "tickangle": -45, "showgrid": False},
        "yaxis": {**named_axis(heat.columns), "autorange": "reversed", "showgrid": False},
    }
    told = (
        f"{plural(len(heat.columns), 'column')} and {plural(len(heat.kinds), 'kind')} of rules; "
        f"{heat.columns[0]} first"
    )
    return Chart("Which kind of rule breaks on which column?", [trace], layout, told)


def timeline_chart(found: Timeline) -> Chart | None:
    """Scores over time by verdict, with notes at the lowest that failed; None without any."""
    if not found.points:
        return None
    traces: list[Mapping[str, Json]] = []
    for outcome in OUTCOMES:
        own = [p for p in found.points if p.outcome == outcome]
        if own:
            traces.append(_points(outcome, own))
    lowest = min(100 * (p.score or 0.0) for p in found.points)
    room = max(_LEAST_ROOM, 100 - lowest)
    layout: dict[str, Json] = {
        "height": 360,
        "hovermode": "closest",
        "xaxis": {"type": "date", "nticks": 6},
        "yaxis": {"title": {"text": "score"}, "range": [100 - 1.15 * room, 100 + 0.05 * room]},
        "annotations": [
            _number(found.points[place], number) for number, place in enumerate(found.annotated, 1)
        ],
    }
    told = f"scores of {plural(found.judgements, 'verdict')} over time"
    return Chart("When did scores fall?", traces, layout, told)


def _points(outcome: Outcome, own: Sequence[JudgedFile]) -> Mapping[str, Json]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": OUTCOME_WORDS[outcome],
        "x": [_moment(p) for p in own],
        "y": [100 * (p.score or 0.0) for p in own],
        "hovertext": [f"{p.source}/{p.name}" for p in own],
        "hovertemplate": "%{hovertext}<br>%{x}<br>score %{y:.1f}<extra>%{fullData.name}</extra>",
        "marker": {"color": COLOURS[outcome], "symbol": SYMBOLS[outcome], "size": 8},
    }


def _number(point: JudgedFile, number: int) -> Json:
    """The number of a point in the list of names below the chart: names would cover each other."""
    return {
        "x": _moment(point),
        "y": 100 * (point.score or 0.0),
        "text": f"{number}",
        "showarrow": False,
        "font": {"size": 12},
        # Points at one moment: their numbers stand to the left and to the right in turn.
        "xshift": 10 if number % 2 else -10,
        "yshift": -8,
    }


def course_charts(found: Course) -> list[Chart]:
    """Four figures after each judgement, each a chart of its own; none without a judgement."""
    if not found.numbers:
        return []
    every = f"; every {found.step}th" if found.step > 1 else ""
    panels = (
        ("Where does the mean score settle?", found.mean_score, 100, BLUE, "mean score so far"),
        ("Where does the pass rate settle?", found.pass_rate, 100, GREEN, "passed so far, %"),
        (
            "How fast are files judged?",
            found.files_per_minute,
            1,
            ORANGE,
            f"files a minute over the last {PACE_WINDOW}",
        ),
        (
            "How much do scores scatter?",
            found.deviation,
            100,
            PURPLE,
            f"standard deviation of the last {DEVIATION_WINDOW} scores",
        ),
    )
    return [
        _panel(found, f"{question} ({name}{every})", values, (scale, colour), name)
        for question, values, scale, colour, name in panels
        if any(value is not None for value in values)
    ]


def _panel(
    found: Course,
    question: str,
    values: Sequence[float | None],
    drawn: tuple[int, str],
    name: str,
) -> Chart:
    scale, colour = drawn
    trace: dict[str, Json] = {
        "type": "scatter",
        "mode": "lines" if len(values) > 1 else "markers",
        "name": name,
        "x": [*found.numbers],
        "y": [None if value is None else round(scale * value, 4) for value in values],
        "text": [f"{moment:%Y-%m-%d %H:%M}" for moment in found.moments],
        "hovertemplate": "verdict %{x:,}, %{text}<br>%{y:,.2f}<extra></extra>",
        "line": {"color": colour, "width": 2},
        "connectgaps": False,
    }
    layout: dict[str, Json] = {
        "height": 240,
        "xaxis": {"title": {"text": "verdict"}, "tickformat": ",d", "nticks": 5},
        "yaxis": {"nticks": 6},
    }
    return Chart(question, [trace], layout, name)


def _moment(point: JudgedFile) -> str:
    return f"{point.judged_at:%Y-%m-%d %H:%M:%S}"
