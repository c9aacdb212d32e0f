"""The DMAIC page: all sources of a run on one HTML page that needs nothing beside itself.

What belongs here: the page as a whole. It is a function of what the phases gave: it names no run,
clock or path, so the same phases give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from markupsafe import Markup

from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.reports.facts import Headline, SourceFacts, headline_of
from dmaic_assets.reports.page.markup import anchor
from dmaic_assets.reports.page.rendering import rendered
from dmaic_assets.reports.page.sections import sections_of
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.table.spelled_numbers import percent, plural


@dataclass(frozen=True, slots=True)
class _Source:
    """What the page says of one source: its line in the overview, its cards, its sections."""

    name: str
    anchor: str
    size: str
    sigma: str
    dpmo: str
    rolled_yield: str
    promoted: str
    alarms: str
    has_alarms: bool
    top_cause: str
    sections: Markup


@cache
def inlined_library() -> str:
    """The script element that holds all of plotly.js, from the installed package."""
    path = resources.files("plotly") / "package_data" / "plotly.min.js"
    return f"<script>{path.read_text(encoding='utf-8')}</script>"


def linked_library(path: str) -> str:
    """The script element that loads plotly.js from a path relative to the page."""
    return Markup('<script src="{}"></script>').format(path)


def dmaic_page(sources: Sequence[SourceFacts], *, library: str) -> str:
    """Builds the page.

    Args:
        sources: The sources of a run; the page shows them by name.
        library: The element that brings plotly.js: `inlined_library()` or `linked_library(...)`.
    """
    ordered = sorted(sources, key=lambda facts: facts.source)
    shown = [_source(facts, headline_of(facts)) for facts in ordered]
    return rendered("page.html.j2", sources=shown, library=library, nothing=NOTHING)


def _source(facts: SourceFacts, h: Headline) -> _Source:
    measure = facts.value(MeasureValue)
    return _Source(
        name=facts.source,
        anchor=anchor(facts.source),
        size=f"{plural(measure.files, 'file')}, {plural(measure.rows, 'row')}" if measure else "",
        sigma=sigma(h.sigma, is_bound=h.is_bound),
        dpmo=figure(h.dpmo),
        rolled_yield=percent(h.rolled_throughput_yield),
        promoted=figure(h.promoted),
        alarms=figure(h.alarms),
        has_alarms=bool(h.alarms),
        top_cause=h.top_cause,
        sections=sections_of(facts),
    )
