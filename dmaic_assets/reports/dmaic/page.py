"""The DMAIC pages: all sources by what needs a person, and the phases of one source.

What belongs here: the pages as a whole. They are functions of what the phases gave: they name no
run, clock or path of this machine, so the same phases give the same bytes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.reports.dmaic.needs import by_need, needs_of
from dmaic_assets.reports.dmaic.plots import levels_figure
from dmaic_assets.reports.dmaic.sections import PHASES, sections_of
from dmaic_assets.reports.facts import Headline, SourceFacts, headline_of
from dmaic_assets.reports.page.chart import drawn
from dmaic_assets.reports.page.links import Links, NoLinks
from dmaic_assets.reports.page.markup import anchor
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.page.shell import GroupLine, Page, page_html
from dmaic_assets.reports.wording import figure, sigma
from dmaic_assets.table.spelled_numbers import percent, plural

# What a page tells first of a list of needs; the others unfold.
MOST_NEEDS = 6
_NOTES = (
    "Sigma levels are Z.LT + 1.5. Intervals are 95 %. DPMO counts defective opportunities in a"
    " million.",
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One source in the overview: its figures, and what it asks."""

    told: Headline
    address: str | None
    needs: Sequence[GroupLine]
    target: float | None

    @property
    def cards(self) -> Sequence[tuple[str, str, str]]:
        """The figures that come first on the source's own page."""
        told, is_low = self.told, any(need.word == "below target" for need in self.needs)
        target = f", target {self.target:g}" if self.target is not None else ""
        return [
            (self.sigma, f"sigma level{target}", "warn" if is_low else ""),
            (figure(told.dpmo), "DPMO", ""),
            (percent(told.rolled_throughput_yield), "rolled throughput yield", ""),
            (figure(told.alarms), "open alarms", "bad" if told.alarms else ""),
            (figure(told.promoted), "promoted repairs", ""),
            (told.top_cause or "none found", "top cause", ""),
        ]

    @property
    def badges(self) -> Sequence[tuple[str, str]]:
        """What the source asks, in a word each with its tone, the most urgent first."""
        counts = Counter((need.word, need.tone) for need in self.needs)
        return [
            (word if count == 1 else f"{count} {word}", tone)
            for (word, tone), count in counts.items()
        ]

    @property
    def sigma(self) -> str:
        """The level, which is a bound without a defect."""
        return sigma(self.told.sigma, is_bound=self.told.is_bound)

    @property
    def figures(self) -> Sequence[tuple[str, str]]:
        """The numbers of the overview: (what it is, value) each."""
        told = self.told
        return (
            ("sigma", self.sigma),
            ("DPMO", figure(told.dpmo)),
            ("yield", percent(told.rolled_throughput_yield)),
            ("alarms", figure(told.alarms)),
            ("promoted", figure(told.promoted)),
        )

    @property
    def level(self) -> float | None:
        """The sigma level; None where it is a bound, since no defect was seen."""
        return None if self.told.is_bound else self.told.sigma


def dmaic_page(sources: Sequence[SourceFacts], links: Links, library: Library) -> str:
    """Builds the overview: the source that needs a person most comes first.

    Args:
        sources: The sources of a run, in any order.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    lines = [_line(facts, needs, links) for facts, needs in by_need(sources, links)]
    return _overview(lines, links, library)


def whole_page(sources: Sequence[SourceFacts], library: Library) -> str:
    """Builds the overview with the phases of each source below it, folded.

    For where a page cannot lead to another, as in the sandbox of artifacts.
    """
    links = NoLinks()
    found = by_need(sources, links)
    lines = [_line(facts, needs, links) for facts, needs in found]
    placed = [replace(line, address=f"#{anchor(line.told.source)}") for line in lines]
    wholes = [
        (line, anchor(facts.source), _moved(sections_of(facts), anchor(facts.source)))
        for line, (facts, _) in zip(placed, found, strict=True)
    ]
    return _overview(placed, links, library, wholes)


def _moved(content: Markup, place: str) -> Markup:
    """Sections with places of their own, on a page that has those of other sources too."""
    begin = Markup('<section id="')
    return (begin + f"{place}-").join(content.split(begin))


def _overview(
    lines: Sequence[_Line],
    links: Links,
    library: Library,
    wholes: Sequence[tuple[_Line, str, Markup]] = (),
) -> str:
    asking = [line for line in lines if line.needs]
    quiet = [line for line in lines if not line.needs]
    levels = [(line.told.source, line.level, line.target) for line in lines]
    page = Page("DMAIC report", links, library, here="DMAIC", lead=_lead(lines), notes=_NOTES)
    return page_html(
        "dmaic/page.html.j2",
        page,
        asking=asking,
        quiet=quiet,
        levels=drawn(levels_figure(levels)),
        wholes=wholes,
    )


def phases_page(facts: SourceFacts, links: Links, library: Library) -> str:
    """Builds the page of one source: what it asks, then what each phase found.

    Args:
        facts: What the phases gave.
        links: Where other pages are.
        library: How the page brings its scripts.
    """
    line = _line(facts, needs_of(facts, links), links)
    measure = facts.value(MeasureValue)
    size = (
        f"{plural(measure.files, 'file')}, {plural(measure.rows, 'row')}."
        if measure
        else "Nothing was measured yet."
    )
    content = sections_of(facts)
    page = Page(
        f"{facts.source}: phases",
        links,
        library,
        here="DMAIC",
        lead=size,
        sections=[(name, words) for name, words in PHASES if f'id="{name}"' in content],
        notes=_NOTES,
    )
    return page_html(
        "dmaic/phases.html.j2",
        page,
        cards_of=line.cards,
        needs=line.needs,
        most=MOST_NEEDS,
        content=content,
        ways=[
            (words, address)
            for words, address in (
                ("All of this source", links.source(facts.source)),
                ("All sources", links.dmaic()),
            )
            if address
        ],
    )


def _line(facts: SourceFacts, needs: Sequence[GroupLine], links: Links) -> _Line:
    define = facts.value(DefineValue)
    target = define.target_sigma if define else None
    return _Line(headline_of(facts), links.phases(facts.source), needs, target)


def _lead(lines: Sequence[_Line]) -> str:
    if not lines:
        return ""
    asking = sum(bool(line.needs) for line in lines)
    alarms = sum(need.tone == "bad" for line in lines for need in line.needs)
    told = plural(len(lines), "source")
    if not asking:
        return f"{told}. None needs a person: no alarm is open, and nothing is to be decided."
    verb = "needs" if asking == 1 else "need"
    return f"{told}; {asking} {verb} a person. {plural(alarms, 'open alarm')}."
