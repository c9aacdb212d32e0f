"""How good a source is and whether it stays so: the headline of its phases, and its control charts.

What belongs here: picking them out of what the phases gave. The phases as a whole have their own
page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dmaic_assets.phase_values.analyze import AnalyzeValue
from dmaic_assets.phase_values.control import Alarm, ChartCourse, ControlValue
from dmaic_assets.reports.facts import Headline, SourceFacts, headline_of
from dmaic_assets.work.kept_back.columns import KEPT_BACK

# Control charts in a view: those that signal, then those with the largest shares.
_MOST_CHARTS = 12


@dataclass(frozen=True, slots=True)
class QualityView:
    """The headline; None where no phase has run.

    `charts` are those that ask most, of `charted` in all; `signalling` of them have a signal.
    """

    headline: Headline | None
    charts: tuple[ChartCourse, ...] = ()
    charted: int = 0
    signalling: int = 0
    alarms: tuple[Alarm, ...] = ()


def quality_view(facts: SourceFacts, hidden: frozenset[str]) -> QualityView:
    """Picks out what the page of a source shows.

    Args:
        facts: What the phases of the source gave.
        hidden: The columns whose values are kept back: a cause of defects names values.
    """
    if not facts.values:
        return QualityView(None)
    control = facts.value(ControlValue)
    charts = sorted(control.charts, key=_interest) if control else []
    return QualityView(
        headline=replace(headline_of(facts), top_cause=_top_cause(facts, hidden)),
        charts=tuple(charts[:_MOST_CHARTS]),
        charted=len(charts),
        signalling=sum(bool(chart.signals) for chart in charts),
        alarms=control.open_alarms if control else (),
    )


def _top_cause(facts: SourceFacts, hidden: frozenset[str]) -> str:
    """The first cause told; of a sensitive column its name only."""
    analyze = facts.value(AnalyzeValue)
    if analyze is None:
        return ""
    factors = next(_factors(analyze), ())
    if hidden.isdisjoint(factors):
        return analyze.top_cause
    return f"{' and '.join(factors)} {KEPT_BACK}"


def _factors(analyze: AnalyzeValue) -> Iterator[tuple[str, ...]]:
    """The columns of each cause, in the order in which they are told."""
    for found in analyze.causes:
        yield from ((new.column,) for new in found.new_values)
        yield from (tuple(name for name, _ in cause.group) for cause in found.causes)


def _interest(chart: ChartCourse) -> tuple[int, float, str]:
    return -len(chart.signals), -max(chart.shares, default=0.0), chart.ctq
