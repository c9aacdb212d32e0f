"""The fleet page: CTQs by quadrant, tables by dimension of quality, and this week against the last.

What belongs here: putting the views into the template.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dmaic_assets.reports.fleet.quadrants import drawn, quadrant_chart
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.rendering import macro
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.reports.views.fleet import (
    LEAST_CAPABLE,
    MOST_STABLE,
    FleetCtq,
    FleetView,
    Quadrant,
)
from dmaic_assets.reports.views.periods import Period, PeriodsView
from dmaic_assets.reports.views.quality_matrix import DIMENSIONS, QualityLine, QualityMatrix
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.table.spelled_numbers import percent, plural

# CTQs in the table: a hundred sources have thousands, and --json has all.
_MOST_CTQS = 400
_TONES: dict[Quadrant, str] = {
    "unstable and not capable": "bad",
    "not capable": "warn",
    "unstable": "warn",
    "too few to tell": "quiet",
    "stable and capable": "good",
    "not measured": "quiet",
}


@dataclass(frozen=True, slots=True)
class FleetShown:
    """What the template takes."""

    cards: Sequence[tuple[str, ...]]
    chart: Markup
    note: str
    ctqs: Sequence[Sequence[str]]
    has_values: bool
    left_out: str
    quality: Sequence[Sequence[str]]
    quality_headings: Sequence[str]
    quality_kinds: Sequence[str]
    quality_note: str
    grounds: Sequence[Sequence[str]]
    days: str
    both_days: str
    week: Sequence[Sequence[str]]
    week_sources: Sequence[Sequence[str]]
    week_rules: Sequence[Sequence[str]]


def fleet_page(
    view: FleetView, quality: QualityMatrix, periods: PeriodsView, links: Links, library: Library
) -> str:
    """Builds the page.

    Args:
        view: The CTQs of all sources.
        quality: The tables by dimension.
        periods: The last days against as many before them.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    sections = (("quadrants", "Processes"), ("dimensions", "Dimensions"), ("week", "Last days"))
    lead = (
        "Every process beside each other: what is out of control, what falls short, what is fine."
    )
    shown = sections if view.ctqs else sections[1:]
    page = Page("Sources", links, library, here="Sources", lead=lead, sections=shown)
    return page_html("fleet/fleet.html.j2", page, f=_shown(view, quality, periods, links))


def _shown(
    view: FleetView, quality: QualityMatrix, periods: PeriodsView, links: Links
) -> FleetShown:
    more = len(view.ctqs) - _MOST_CTQS
    has_values = any(c.ppk_of_values is not None for c in view.ctqs)
    lines = [_quality(line, links) for line in quality.lines]
    return FleetShown(
        cards=[(figure(n), quadrant, _TONES[quadrant]) for quadrant, n in view.counts if n],
        chart=quadrant_chart(view.ctqs),
        note=_note(view),
        ctqs=[_ctq(c, links)[: None if has_values else -1] for c in view.ctqs[:_MOST_CTQS]],
        has_values=has_values,
        left_out=f"{plural(more, 'more CTQ')}: dmaic report fleet --json" if more > 0 else "",
        quality=lines,
        quality_headings=("table", "grade", "score", *DIMENSIONS, "rows"),
        quality_kinds=("", "", "n", *["n"] * len(DIMENSIONS), "n"),
        quality_note=_quality_note(quality),
        grounds=_grounds(quality.lines),
        days=f"{periods.days:g}",
        both_days=f"{2 * periods.days:g}",
        week=_week(periods.before, periods.now),
        week_sources=_week_sources(periods, links),
        week_rules=[
            (r.source, r.rule, figure(r.files_before), figure(r.files)) for r in periods.rules
        ],
    )


def _note(view: FleetView) -> str:
    apart = len(view.ctqs) - len(drawn(view.ctqs))
    silent = (
        f" {plural(apart, 'CTQ')} without a chart or a measure stand in the table only."
        if apart
        else ""
    )
    return (
        f"Stable up to an index of {MOST_STABLE} and without a signal of its control chart; capable"
        f" from a Ppk of {LEAST_CAPABLE} on (the boundaries of JMP's Process Screening). A CTQ"
        " without any defect is drawn at an index of 1, at the lower 95 % bound of its Ppk."
        f"{silent}"
    )


def _source(name: str, links: Links) -> Markup:
    return macro("link")(name, links.source(name))


def _ctq(ctq: FleetCtq, links: Links) -> Sequence[str]:
    bound = "≥ " if ctq.is_bound else ""
    return (
        _source(ctq.source, links),
        f"{ctq.ctq} (critical)" if ctq.is_critical else ctq.ctq,
        macro("badge")(ctq.quadrant, _TONES[ctq.quadrant]),
        NOTHING if ctq.ppk is None else f"{bound}{ctq.ppk:.2f}",
        NOTHING if ctq.stability is None else f"{ctq.stability:.2f}",
        f"{ctq.signals} of {ctq.points}" if ctq.points else NOTHING,
        figure(ctq.defective),
        f"{plural(ctq.units, ctq.unit)}" if ctq.unit else NOTHING,
        figure(ctq.dpmo),
        sigma(ctq.sigma),
        NOTHING if ctq.ppk_of_values is None else f"{ctq.ppk_of_values:.2f}",
    )


def _quality(line: QualityLine, links: Links) -> Sequence[str]:
    scores = [
        line.dimensions[name].score if name in line.dimensions else None for name in DIMENSIONS
    ]
    return (
        _source(line.source, links),
        line.grade or NOTHING,
        percent(line.score),
        *map(percent, scores),
        figure(line.rows),
    )


def _quality_note(quality: QualityMatrix) -> str:
    return f"From the summary of quality of run {quality.run_id}." if quality.run_id else ""


def _grounds(lines: Sequence[QualityLine]) -> list[Sequence[str]]:
    return [
        (line.source, name, percent(score.score), score.text)
        for line in lines
        for name, score in line.dimensions.items()
    ]


def _week(before: Period, now: Period) -> list[Sequence[str]]:
    counts = [
        ("files", before.files, now.files),
        ("accepted", before.accepted_files, now.accepted_files),
        ("with rows set apart", before.split_files, now.split_files),
        ("held", before.held_files, now.held_files),
        ("rows", before.rows, now.rows),
        ("rows not accepted", before.quarantined, now.quarantined),
    ]
    lines: list[Sequence[str]] = [
        (name, figure(b), figure(n), _change(n - b)) for name, b, n in counts
    ]
    scores = [None if p.score is None else 100 * p.score for p in (before, now)]
    old, new = scores
    moved = NOTHING if old is None or new is None else f"{new - old:+.2f}"
    told = [NOTHING if s is None else f"{s:.2f}" for s in scores]
    return [*lines, ("score of 100", *told, moved)]


def _change(difference: int) -> str:
    return f"{difference:+,}" if difference else "0"


def _week_sources(periods: PeriodsView, links: Links) -> list[Sequence[str]]:
    return [
        (
            _source(s.source, links),
            *map(figure, (s.files_before, s.files, s.held_files_before, s.held_files)),
            *(NOTHING if x is None else f"{100 * x:.2f}" for x in (s.score_before, s.score)),
        )
        for s in periods.sources
    ]
