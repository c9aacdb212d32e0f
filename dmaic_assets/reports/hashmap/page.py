"""The laboratory's page of one key column: what it is like, which index suits it, and why.

What belongs here: the page as a whole and its headline. It needs nothing beside itself, and the
same survey gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from dmaic_assets.reports.hashmap.effort_section import effort_section, heat_section
from dmaic_assets.reports.hashmap.lesson_view import lesson_json
from dmaic_assets.reports.hashmap.probe_view import NAMES, search_view
from dmaic_assets.reports.hashmap.sections import (
    adaptive_section,
    bench_section,
    dna_section,
    latency_section,
    ns,
    regime_section,
)
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.table.spelled_numbers import percent

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.examples import Example
    from dmaic_assets.hashmaps.view.survey import Survey

_FOOTER = (
    "Nanoseconds an operation are cpu time of the whole workload, the shortest of three plays."
    " Latencies are of one operation in seventeen, timed by itself: it cannot overlap with the"
    " next, and takes longer than the mean."
)

_MASKED = "Keys are hashed with a secret that is kept nowhere."


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a place in its navigation."""

    anchor: str
    short: str
    heading: str
    lead: str
    content: Markup


def hashmap_page(
    survey: "Survey",
    title: str,
    *,
    links: Links,
    library: Library,
    before: Sequence[Section] = (),
    masked: str = _MASKED,
) -> str:
    """Builds the page.

    Args:
        survey: What was measured.
        title: What the page is of: a file and its column.
        links: Where other pages are.
        library: How the page brings its scripts.
        before: Sections above those of the survey.
        masked: What the page says of masked keys.
    """
    sections = (*before, *_sections(survey))
    lesson = lesson_json(survey.lesson)
    steps = (("steps", "Step by step"),) if lesson else ()
    page = Page(
        title,
        links,
        library,
        lead=_lead(survey),
        sections=(*((s.anchor, s.short) for s in sections), ("places", "Places"), *steps),
        notes=(_FOOTER, masked) if survey.is_masked else (_FOOTER,),
    )
    return page_html(
        "hashmap/page.html.j2",
        page,
        figures=_figures(survey),
        sections=sections,
        examples=[_example(example) for example in survey.examples],
        lesson=lesson,
    )


def _lead(survey: "Survey") -> str:
    kind, fastest = NAMES[survey.recommended], survey.fastest
    text = f"{survey.told[0].upper()}{survey.told[1:]}. The measured costs of this machine"
    text += f" speak for the {kind} index"
    if fastest.kind == survey.recommended:
        return f"{text}, and it was the fastest here: {ns(fastest.played.ns_each)} an operation."
    mine = next(s for s in survey.standings if s.kind == survey.recommended)
    behind = mine.played.ns_each / fastest.played.ns_each - 1
    return (
        f"{text}; played, {NAMES[fastest.kind]} took {ns(fastest.played.ns_each)} an operation, "
        f"{kind} {percent(behind, digits=0)} more."
    )


def _figures(survey: "Survey") -> Sequence[tuple[str, str]]:
    fastest, adaptive = survey.fastest, survey.adaptive
    regret = adaptive.ns_each / fastest.played.ns_each - 1
    return [
        (NAMES[survey.recommended], "recommended index"),
        (ns(fastest.played.ns_each), f"an operation, fastest ({NAMES[fastest.kind]})"),
        (ns(adaptive.ns_each), "an operation, adaptive map"),
        (f"{100 * regret:+.0f} %", "adaptive against the fastest"),
        (f"{adaptive.entries:,}", "keys held at the end"),
        (f"{adaptive.bytes / max(adaptive.entries, 1):.0f} B", "memory a key, adaptive map"),
    ]


def _sections(survey: "Survey") -> Sequence[Section]:
    return (*_measured(survey), *_adaptive(survey))


def _measured(survey: "Survey") -> Sequence[Section]:
    """The column, and what every kind of index makes of it."""
    return (
        Section(
            "dna",
            "DNA",
            "What the column is like",
            "The facts from which the right index follows.",
            dna_section(survey),
        ),
        Section(
            "heat",
            "Heat",
            "Which keys are hot when",
            "Keys by how often they come, over the course of the workload.",
            heat_section(survey),
        ),
        Section(
            "bench",
            "Benchmark",
            "What each index makes of it",
            "Expected from the costs of this machine, and measured by playing the workload.",
            bench_section(survey),
        ),
        Section(
            "effort",
            "Cycles and bytes",
            "What an operation costs the machine",
            "Cycles of the processor, and memory that is touched.",
            effort_section(survey),
        ),
    )


def _adaptive(survey: "Survey") -> Sequence[Section]:
    """The adaptive map, and which kind it should have when."""
    return (
        Section(
            "latency",
            "Latency",
            "How long single operations take",
            "Of the adaptive map, growth and migrations included.",
            latency_section(survey),
        ),
        Section(
            "adaptive",
            "Decisions",
            "What the adaptive map decided",
            "It looks after 4,096 operations, less often while nothing changes, and exchanges its"
            " index while it is used.",
            adaptive_section(survey),
        ),
        Section(
            "regimes",
            "Regimes",
            "Which index when",
            f"Searches among {survey.adaptive.entries:,} keys on this machine, from its measured"
            " costs. A direct index, where keys lie close together, is beside this map.",
            regime_section(survey),
        ),
    )


def _example(example: "Example") -> dict[str, object]:
    called = f": {example.label}" if example.label else ""
    heading = f"{example.what[0].upper()}{example.what[1:]}{called}"
    return {"heading": heading, "searches": [search_view(found) for found in example.searches]}
