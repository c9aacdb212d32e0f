"""The DMAIC page: all sources of a run on one HTML page that needs nothing beside itself.

What belongs here: the page as a whole. It is a function of what the phases gave: it names no run,
clock or path, so the same phases give the same bytes.
"""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.reports.facts import Headline, SourceFacts, headline_of
from dmaic_assets.reports.page.markup import anchor, cards
from dmaic_assets.reports.page.sections import sections_of
from dmaic_assets.reports.page.style import SCRIPT, STYLE
from dmaic_assets.reports.wording import NOTHING, figure, plural, sigma
from dmaic_assets.table.shares import percent


@cache
def inlined_library() -> str:
    """The script element that holds all of plotly.js, from the installed package."""
    path = resources.files("plotly") / "package_data" / "plotly.min.js"
    return f"<script>{path.read_text(encoding='utf-8')}</script>"


def linked_library(path: str) -> str:
    """The script element that loads plotly.js from a path relative to the page."""
    return f'<script src="{escape(path)}"></script>'


def dmaic_page(sources: Sequence[SourceFacts], *, library: str) -> str:
    """Builds the page.

    Args:
        sources: The sources of a run; the page shows them by name.
        library: The element that brings plotly.js: `inlined_library()` or `linked_library(...)`.
    """
    ordered = sorted(sources, key=lambda facts: facts.source)
    headlines = [headline_of(facts) for facts in ordered]
    links = "".join(f'<a href="#{anchor(h.source)}">{escape(h.source)}</a>' for h in headlines)
    bodies = "".join(
        _source(facts, headline, headlines)
        for facts, headline in zip(ordered, headlines, strict=True)
    )
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<link rel="icon" href="data:,">',
            f"<title>DMAIC report</title><style>{STYLE}</style>{library}</head><body>",
            f'<nav><div><a href="#top"><b>DMAIC report</b></a>{links}</div></nav>',
            '<main id="top"><h1>DMAIC report</h1>',
            _overview(headlines),
            bodies,
            "<footer>Sigma levels are Z.LT + 1.5. Intervals are 95 %. DPMO counts defective"
            " opportunities in a million.</footer>",
            f"</main><script>{SCRIPT}</script></body></html>\n",
        )
    )


def _overview(headlines: Sequence[Headline]) -> str:
    if not headlines:
        return "<p>No source has a judged file yet.</p>"
    rows = "".join(
        f'<tr><td><a href="#{anchor(h.source)}">{escape(h.source)}</a></td>'
        f'<td class="n">{sigma(h.sigma, is_bound=h.is_bound)}</td>'
        f'<td class="n">{figure(h.dpmo)}</td>'
        f'<td class="n">{percent(h.rolled_throughput_yield)}</td>'
        f'<td class="w">{escape(h.top_cause or NOTHING)}</td>'
        f'<td class="n">{figure(h.promoted)}</td>'
        f'<td class="n{" bad" if h.alarms else ""}">{figure(h.alarms)}</td></tr>'
        for h in headlines
    )
    names = ("sigma level", "DPMO", "rolled yield")
    head = "".join(f'<th class="n">{name}</th>' for name in names)
    return (
        f'<div class="scroll"><table><thead><tr><th>source</th>{head}<th>top cause</th>'
        f'<th class="n">promoted</th><th class="n">alarms</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _source(facts: SourceFacts, headline: Headline, all_sources: Sequence[Headline]) -> str:
    place = all_sources.index(headline)
    before = all_sources[place - 1] if place else None
    after = all_sources[place + 1] if place + 1 < len(all_sources) else None
    links = " · ".join(
        f'<a href="#{anchor(h.source)}">{arrow} {escape(h.source)}</a>'
        for h, arrow in ((before, "←"), (after, "→"))
        if h is not None
    )
    measure = facts.value(MeasureValue)
    told = f"{plural(measure.files, 'file')}, {plural(measure.rows, 'row')}" if measure else ""
    subtitle = ". ".join(filter(None, (told, links)))
    return (
        f'<section id="{anchor(facts.source)}"><h2>{escape(facts.source)}</h2>'
        f'<p class="soft">{subtitle}</p>{_cards(headline)}{sections_of(facts)}</section>'
    )


def _cards(h: Headline) -> str:
    return cards(
        [
            (sigma(h.sigma, is_bound=h.is_bound), "sigma level"),
            (figure(h.dpmo), "DPMO"),
            (percent(h.rolled_throughput_yield), "rolled throughput yield"),
            (figure(h.promoted), "promoted changes"),
            (figure(h.alarms), "alarms"),
            (h.top_cause or "none found", "top cause"),
        ]
    )
