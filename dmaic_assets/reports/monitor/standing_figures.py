"""How things stand, as charts: gauges, verdicts, trend, sources, rules (the KPI board), and scores.

What belongs here: the figures of sections 6 to 8 and 11. Those of single files are in
`file_figures`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dmaic_assets.model import Json
from dmaic_assets.reports.page.chart import Chart
from dmaic_assets.reports.page.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, RED
from dmaic_assets.reports.views.monitor.view import (
    OUTCOMES,
    BreakCount,
    Day,
    MonitorView,
    Outcome,
    RunPoint,
    Segment,
)
from dmaic_assets.table.spelled_numbers import percent, plural

COLOURS: Mapping[Outcome, str] = {
    "accept": GREEN,
    "quarantine": ORANGE,
    "reject": RED,
    "unreadable": PURPLE,
}
# What pages say of a verdict: the same words as everywhere a file is told of.
OUTCOME_WORDS: Mapping[Outcome, str] = {
    "accept": "accepted",
    "quarantine": "split",
    "reject": "held",
    "unreadable": "unreadable",
}
# Sources that have a bar of their own, those with the most files not stored first.
_BARS = 15
# Height of a gauge in pixels: four fit beside each other above the fold.
_GAUGE_PX = 120
# Counts up to which every whole number has its tick.
_FEW_COUNTED = 5
# Days below which each is named below the axis.
_FEW_DAYS = 7
# Characters of a name beside an axis: on a phone it leaves half of the width.
_LABEL = 28


def gauges(view: MonitorView) -> list[Chart]:
    """Four shares of a whole; one without anything to divide by is left out."""
    board = view.board
    expected = [f for f in view.freshness if f.state != "not expected"]
    on_time = sum(f.state in ("fresh", "notice") for f in expected)
    shares = (
        ("How many files passed?", board.pass_rate, f"of {plural(board.files, 'file')}"),
        ("How do rows score?", board.mean_score, "weighted by rows, 100 is best"),
        ("How many rows were accepted?", board.accepted_share, f"of {plural(board.rows, 'row')}"),
        (
            "How many sources are on time?",
            on_time / len(expected) if expected else None,
            f"of {plural(len(expected), 'source')}",
        ),
    )
    return [_gauge(question, share, of) for question, share, of in shares if share is not None]


def _gauge(question: str, share: float, of: str) -> Chart:
    trace: dict[str, Json] = {
        "type": "indicator",
        "mode": "gauge+number",
        "value": 100 * share,
        "number": {"suffix": " %", "valueformat": ".1f", "font": {"size": 16}},
        "gauge": {
            "axis": {"range": [0, 100], "tickvals": [0, 100], "tickfont": {"size": 12}},
            "bar": {"color": BLUE, "thickness": 0.7},
            "bgcolor": "var(--panel)",
            "borderwidth": 0,
        },
    }
    layout: dict[str, Json] = {"height": _GAUGE_PX, "margin": {"l": 20, "r": 36, "t": 8, "b": 8}}
    return Chart(question, [trace], layout, f"{percent(share)} {of}")


def verdict_pie(view: MonitorView) -> Chart | None:
    """What became of the files; None without files."""
    outcomes = view.board.outcomes
    known: list[tuple[Outcome, int]] = [(n, outcomes[n]) for n in OUTCOMES if outcomes[n]]
    if not known:
        return None
    trace: dict[str, Json] = {
        "type": "pie",
        "labels": [OUTCOME_WORDS[name] for name, _ in known],
        "values": [n for _, n in known],
        "marker": {"colors": [COLOURS[name] for name, _ in known]},
        "hole": 0.5,
        "sort": False,
        "direction": "clockwise",
        "textinfo": "label+value",
        "textposition": "outside",
        "automargin": True,
    }
    told = ", ".join(f"{n:,} {OUTCOME_WORDS[name]}" for name, n in known)
    layout: dict[str, Json] = {"height": 280, "showlegend": False}
    return Chart("What became of the files?", [trace], layout, told)


def trend_chart(runs: Sequence[RunPoint]) -> Chart | None:
    """Pass rate and mean score, run by run; None without a run."""
    if not runs:
        return None
    hover: list[Json] = [
        f"{run.run_id}<br>{plural(run.files, 'file')}, {run.passed:,} passed" for run in runs
    ]
    numbers: list[Json] = list(range(1, len(runs) + 1))
    common: dict[str, Json] = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": numbers,
        "text": hover,
        "hovertemplate": "%{text}<br>%{y:.1f}<extra>%{fullData.name}</extra>",
    }
    rates: list[Json] = [100 * run.pass_rate for run in runs]
    scores: list[Json] = [None if r.mean_score is None else 100 * r.mean_score for r in runs]
    data: list[Mapping[str, Json]] = [
        {**common, "name": "passed, %", "y": rates, "line": {"color": BLUE}},
        {
            **common,
            "name": "mean score",
            "y": scores,
            "line": {"color": ORANGE, "dash": "dot"},
            "marker": {"symbol": "diamond"},
        },
    ]
    ends = sorted({1, len(runs)})
    room = 0.15 * max(1, len(runs) - 1)
    layout: dict[str, Json] = {
        "height": 280,
        "xaxis": {
            "range": [1 - room, len(runs) + room],
            "tickvals": [*ends],
            "ticktext": [f"{runs[end - 1].started_at:%b %-d, %H:%M}" for end in ends],
            "showgrid": False,
        },
        "yaxis": {"range": [min(_least(rates), _least(scores)) - 5, 101], "nticks": 6},
    }
    told = f"pass rate and mean score of the newest {plural(len(runs), 'run')}"
    return Chart("Is it getting better, run by run?", data, layout, told)


def sources_chart(segments: Sequence[Segment]) -> Chart | None:
    """Files of each source by verdict, stacked; None without files."""
    by_source: dict[str, dict[Outcome, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    for segment in segments:
        by_source[segment.source][segment.outcome] += segment.files
    if not by_source:
        return None

    def harm(name: str) -> tuple[int, int, str]:
        own = by_source[name]
        return -(own["reject"] + own["unreadable"]), -own["quarantine"], name

    names = sorted(by_source, key=harm)[:_BARS][::-1]
    data: list[Mapping[str, Json]] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": OUTCOME_WORDS[outcome],
            "y": [*names],
            "x": [by_source[name][outcome] for name in names],
            "marker": {"color": COLOURS[outcome]},
        }
        for outcome in OUTCOMES
        if any(by_source[name][outcome] for name in names)
    ]
    layout: dict[str, Json] = {
        "height": 100 + row_height(names) * len(names),
        "barmode": "stack",
        "xaxis": counting_axis(max(sum(by_source[name].values()) for name in names)),
        "yaxis": named_axis(names),
    }
    more = (
        f" (the {len(names)} with most held of {len(by_source)})"
        if by_source.keys() - names
        else ""
    )
    question = f"Which sources hold files back?{more}"
    return Chart(question, data, layout, "files of each source by verdict")


def breaks_chart(found: Sequence[BreakCount], question: str) -> Chart | None:
    """In how many files each of these was broken; None without any."""
    if not found:
        return None
    shown = found[::-1]
    trace: dict[str, Json] = {
        "type": "bar",
        "orientation": "h",
        "name": "files",
        "y": [one.name for one in shown],
        "x": [one.files for one in shown],
        "customdata": [[one.rows, one.cause or "unknown"] for one in shown],
        "hovertemplate": "%{y}<br>%{x} files, %{customdata[0]:,} rows"
        "<br>likely: %{customdata[1]}<extra></extra>",
        "marker": {"color": BLUE},
    }
    layout: dict[str, Json] = {
        "height": 90 + row_height([one.name for one in shown]) * len(shown),
        "xaxis": counting_axis(max(one.files for one in shown)),
        "yaxis": named_axis([one.name for one in shown]),
    }
    told = f"{found[0].name} first, in {plural(found[0].files, 'file')}"
    return Chart(question, [trace], layout, told)


def bands_chart(bands: Mapping[str, int]) -> Chart | None:
    """Files by score; None without files."""
    if not any(bands.values()):
        return None
    names: list[Json] = [*bands]
    trace: dict[str, Json] = {
        "type": "bar",
        "name": "files",
        "x": names,
        "y": [*bands.values()],
        "text": [f"{n:,}" for n in bands.values()],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [GREEN, BLUE, ORANGE, RED, GREY]},
    }
    layout: dict[str, Json] = {
        "height": 260,
        "xaxis": {"type": "category"},
        "yaxis": counting_axis(max(bands.values())),
    }
    told = ", ".join(f"{n:,} {name}" for name, n in bands.items())
    return Chart("How do files score?", [trace], layout, told)


def days_chart(days: Sequence[Day]) -> Chart | None:
    """Mean score of each day between its lowest and highest; None without a score."""
    known = [d for d in days if d.mean is not None]
    if not known:
        return None
    span: dict[str, Json] = {
        "type": "data",
        "symmetric": False,
        "array": [100 * ((d.most or 0.0) - (d.mean or 0.0)) for d in known],
        "arrayminus": [100 * ((d.mean or 0.0) - (d.least or 0.0)) for d in known],
        "color": GREY,
        "thickness": 1,
    }
    trace: dict[str, Json] = {
        "type": "scatter",
        "mode": "markers",
        "name": "mean score",
        "x": [d.day for d in known],
        "y": [100 * (d.mean or 0.0) for d in known],
        "error_y": span,
        "marker": {"color": BLUE, "size": 8},
        "customdata": [[d.judgements, d.failed] for d in known],
        "hovertemplate": "%{x}: mean %{y:.1f}"
        "<br>%{customdata[0]:,} judged, %{customdata[1]:,} failed<extra></extra>",
    }
    layout: dict[str, Json] = {
        "height": 280,
        "xaxis": {"type": "date", "nticks": 6, "tickformat": "%b %-d", **_few(known)},
    }
    told = f"mean, lowest and highest score of {plural(len(known), 'day')}"
    return Chart("Which days were worse?", [trace], layout, told)


def counting_axis(most: int) -> dict[str, Json]:
    """An axis of whole numbers from 0: no tick stands between two of them."""
    few: dict[str, Json] = {"dtick": 1} if most <= _FEW_COUNTED else {"nticks": 5}
    return {"rangemode": "tozero", "tickformat": ",d", **few}


def named_axis(names: Sequence[str]) -> dict[str, Json]:
    """An axis of names; a long one has two lines, broken behind the name of its source."""
    ticks = ["\n".join(short(line, _LABEL) for line in _lines(name)) for name in names]
    return {"type": "category", "tickvals": [*names], "ticktext": [*ticks]}


def row_height(names: Sequence[str]) -> int:
    """The height of a row beside an axis of names, in pixels."""
    return 34 if any(len(_lines(name)) > 1 for name in names) else 24


def _lines(name: str) -> list[str]:
    source, _, rest = name.partition(".")
    return [f"{source}.", rest] if rest and len(name) > _LABEL else [name]


def short(text: str, most: int) -> str:
    """Cuts a label in the middle: what it starts and what it ends with tell it apart."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]}…{text[-(most // 2) + 1 :]}"


def _few(days: Sequence[Day]) -> dict[str, Json]:
    """Of few days each has its own tick: between two days there is nothing to name."""
    return {"tickvals": [d.day for d in days]} if len(days) < _FEW_DAYS else {}


def _least(values: Sequence[Json]) -> float:
    return min((v for v in values if isinstance(v, int | float)), default=100.0)
