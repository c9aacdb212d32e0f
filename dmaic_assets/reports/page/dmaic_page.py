"""The DMAIC page: all sources of a run on one HTML page that needs nothing beside itself.

What belongs here: the page as a whole. It is a function of what the phases gave: it names no run,
clock or path, so the same phases give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.reports.facts import Headline, SourceFacts, headline_of
from dmaic_assets.reports.page.links import Links
from dmaic_assets.reports.page.markup import anchor
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.sections import sections_of
from dmaic_assets.reports.page.shell import Page, page_html
from dmaic_assets.reports.wording import NOTHING, figure, sigma
from dmaic_assets.table.spelled_numbers import percent, plural

_NOTES = (
    "Sigma levels are Z.LT + 1.5. Intervals are 95 %. DPMO counts defective opportunities in a"
    " million.",
)


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


def dmaic_page(sources: Sequence[SourceFacts], links: Links, library: Library) -> str:
    """Builds the page.

    Args:
        sources: The sources of a run; the page shows them by name.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    ordered = sorted(sources, key=lambda facts: facts.source)
    shown = [_source(facts, headline_of(facts)) for facts in ordered]
    sections = [(one.anchor, one.name) for one in shown]
    page = Page("DMAIC report", links, library, here="DMAIC", sections=sections, notes=_NOTES)
    return page_html("dmaic.html.j2", page, sources=shown, nothing=NOTHING)


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
