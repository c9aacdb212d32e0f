"""The sections of the laboratory's page: figures beside tables of the same numbers."""

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

from dmaic_assets.reports.hashmap.course_figures import heat_figure, latency_figure, load_figure
from dmaic_assets.reports.hashmap.effort_section import OPERATIONS
from dmaic_assets.reports.hashmap.figures import (
    costs_figure,
    lines_figure,
    rank_figure,
    regime_figure,
)
from dmaic_assets.reports.hashmap.probe_view import NAMES
from dmaic_assets.reports.page.chart import Chart, drawn
from dmaic_assets.reports.page.markup import folded, pair, paragraph, table
from dmaic_assets.reports.wording import NOTHING
from dmaic_assets.table.spelled_numbers import percent, plural

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.regimes import CostPoint
    from dmaic_assets.hashmaps.view.survey import Standing, Survey

# Hot keys in the table.
_HOT = 5


def ns(value: float) -> str:
    """Spells nanoseconds: "13 ns", "1.2 µs", "3.4 ms"."""
    if value < 1000:
        return f"{value:.0f} ns" if value >= 100 else f"{value:.1f} ns"
    return f"{value / 1000:.1f} µs" if value < 1e6 else f"{value / 1e6:.1f} ms"


def dna_section(survey: "Survey") -> Markup:
    """Rank and frequency, facts, hottest keys."""
    dna = survey.dna
    hot = [(key, f"{times:,}", percent(times / dna.operations)) for key, times in dna.hot[:_HOT]]
    facts = table(("fact", "value"), _facts(survey))
    named = table(("hottest keys", "operations", "share"), hot)
    mix = table(("asked of the map", "share"), _asked(survey))
    tables = Markup("<div>{}</div>").format(facts + mix)
    figure = Markup("<div>{}</div>").format(drawn(rank_figure(survey)) + named)
    return pair([figure, tables])


def _asked(survey: "Survey") -> list[tuple[str, str]]:
    """The shares of what was asked, of those that were."""
    mix = survey.mix
    shares = {
        "searches that hit": mix.hit,
        "searches that miss": mix.miss,
        "insertions of new keys": mix.insert,
        "updates": mix.update,
        "deletions": mix.delete,
    }
    return [(name, percent(share)) for name, share in shares.items() if share]


def _facts(survey: "Survey") -> list[tuple[str, str]]:
    dna = survey.dna
    rows = [
        ("operations", f"{dna.operations:,}"),
        ("distinct keys", f"{dna.distinct:,}"),
        ("entropy", f"{dna.entropy:.1f} bits, {percent(dna.evenness)} of most"),
        ("half of all falls on", f"{dna.covered['50%']:,} keys"),
        (
            "between two uses of a key",
            NOTHING if dna.reuse is None else f"{plural(round(dna.reuse), 'operation')} (median)",
        ),
        ("same key as before", percent(dna.adjacent)),
        ("mean length of a key", f"{dna.length:.1f} bytes"),
    ]
    if zipf := dna.zipf:
        told = f"{zipf.exponent:.2f} ({zipf.low:.2f} to {zipf.high:.2f})"
        rows.append(("Zipf exponent (95 %)", told))
    if whole := dna.whole:
        rows.append(("density of its range", percent(whole.density)))
        rows.append(("stride", f"{whole.stride:,}"))
        rows.append(("entropy of the low 8 bits", f"{whole.low_bits:.2f} of 8 bits"))
        if not survey.is_masked:
            rows.append(("range", f"{whole.low:,} to {whole.high:,}"))
    return rows


def bench_section(survey: "Survey") -> Markup:
    """The cost table, then how costs change with load and with the number of keys."""
    rows = [_standing(standing, survey) for standing in survey.standings]
    names = ("index", "expected ns", "measured ns", "load", "bytes a key", "")
    by_load = [
        drawn(_load_sweep(survey, "hit", "How does load slow searches that hit?")),
        drawn(_load_sweep(survey, "miss", "How does load slow searches that miss?")),
    ]
    by_size = [
        drawn(_size_sweep(survey, "hit", "How does size slow searches that hit?")),
        drawn(_size_sweep(survey, "insert", "How does size slow insertions?")),
    ]
    sweeps = pair(by_load) + pair(by_size)
    head = pair([drawn(costs_figure(survey)), table(names, rows)])
    return head + sweeps + folded("All measured costs", _all_costs(survey))


def _standing(standing: "Standing", survey: "Survey") -> tuple[str, ...]:
    marks = ["recommended"] if standing.kind == survey.recommended else []
    marks += ["fastest"] if standing.kind == survey.fastest.kind else []
    marks += [] if standing.is_offered else ["only to compare"]
    return (
        NAMES[standing.kind],
        f"{standing.expected:.1f}",
        f"{standing.played.ns_each:.1f}",
        f"{standing.load:.2f}",
        f"{standing.each:.1f}",
        ", ".join(marks),
    )


def _load_sweep(survey: "Survey", sort: str, question: str) -> Chart:
    """Costs by load, at the measured size that is nearest to the workload's."""
    wanted = max(survey.adaptive.entries, 1)
    sizes = {point.places for point in survey.points}
    nearest = min(sizes, key=lambda size: abs(math.log(size / wanted)))
    lines: dict[str, list[tuple[float, float]]] = {}
    for point in survey.points:
        if point.places == nearest:
            lines.setdefault(point.kind, []).append((point.load, _cost(point, sort)))
    asked = f"{question} ({nearest:,} places)"
    return lines_figure(asked, lines, x="share of places in use", y="ns")


def _size_sweep(survey: "Survey", sort: str, question: str) -> Chart:
    """Costs by the number of places, at the load between the lowest and the highest measured."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for kind in dict.fromkeys(point.kind for point in survey.points):
        mine = [point for point in survey.points if point.kind == kind]
        loads = sorted({point.load for point in mine})
        middle = loads[len(loads) // 2]
        lines[kind] = [(p.places, _cost(p, sort)) for p in mine if p.load == middle]
    return lines_figure(question, lines, x="places", y="ns", is_log=True)


def _cost(point: "CostPoint", sort: str) -> float:
    return round(float(getattr(point.costs, sort)), 1)


def _all_costs(survey: "Survey") -> Markup:
    sorts = ("hit", "miss", "insert", "delete")
    rows = [
        (
            NAMES[point.kind],
            f"{point.places:,}",
            f"{point.load:.2f}",
            *(f"{_cost(point, sort):.1f}" for sort in sorts),
        )
        for point in survey.points
    ]
    names = ("index", "places", "load", *(f"{sort} ns" for sort in sorts))
    return table(names, rows, most=len(rows))


def latency_section(survey: "Survey") -> Markup:
    """Percentiles, the histogram by operation, and latencies over time."""
    rows = [
        (
            OPERATIONS[op],
            f"{found.timed:,}",
            *(ns(v) for v in (found.p50, found.p90, found.p99, found.p999, found.longest)),
        )
        for op, found in survey.timed.latency.items()
    ]
    names = ("operations", "timed", "p50", "p90", "p99", "p99.9", "longest")
    away = survey.timed.preemptions
    told = paragraph(
        "The system took the processor away "
        + ("once" if away == 1 else f"{away:,} times")
        + " meanwhile; such pauses are among the longest."
        if away
        else "The system never took the processor away meanwhile."
    )
    return (
        table(names, rows)
        + told
        + pair([drawn(latency_figure(survey)), drawn(heat_figure(survey))])
    )


def adaptive_section(survey: "Survey") -> Markup:
    """How full the index was, every decision, and what the map was at the end."""
    rows = [
        (
            f"{event.operation:,}",
            event.action,
            " → ".join(dict.fromkeys((NAMES[event.kind], NAMES[event.after]))),
            event.reason,
            _gain(event.predicted),
            _gain(event.realised),
        )
        for event in survey.adaptive.events
    ]
    names = ("operation", "action", "index", "why", "predicted gain", "realised gain")
    told = "" if rows else paragraph("It kept its index: no other would have paid for itself.")
    return drawn(load_figure(survey)) + told + table(names, rows)


def _gain(value: float | None) -> str:
    """Spells a gain of nanoseconds an operation; a dash where there is none to tell."""
    return NOTHING if value is None else f"{value:+.1f} ns"


def regime_section(survey: "Survey") -> Markup:
    """The map of the fastest index, and how much of it each kind has."""
    won: dict[str, int] = {}
    for regime in survey.regimes:
        won[regime.kind] = won.get(regime.kind, 0) + 1
    rows = [
        (NAMES[kind], percent(count / len(survey.regimes)), _span(survey, kind))
        for kind, count in sorted(won.items(), key=lambda item: -item[1])
    ]
    names = ("index", "of the map", "margin over the next")
    return drawn(regime_figure(survey.regimes)) + table(names, rows)


def _span(survey: "Survey", kind: str) -> str:
    """The smallest and the largest margin with which a kind wins."""
    mine = [r.margin for r in survey.regimes if r.kind == kind]
    margins = [margin for margin in mine if margin is not None]
    if not margins:
        return "alone at these loads"
    low, high = (percent(margin, digits=0) for margin in (min(margins), max(margins)))
    return f"{low} to {high}"
