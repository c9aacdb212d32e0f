"""What a page says of each phase of a source, what matters first and the rest to unfold.

What belongs here: which parts of a phase's value are shown, and how. A part that a phase did not
give is left out. Each phase is a section of its own, which other pages embed as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.phase_values.analyze import AnalyzeValue, CtqCauses
from dmaic_assets.phase_values.control import Allowance, ChartCourse, ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue, ProposedRepair
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.reports.dmaic.control_plots import control_figure
from dmaic_assets.reports.dmaic.measure_section import measure_section
from dmaic_assets.reports.dmaic.plots import causes_figure, pareto_figure, uplift_figure
from dmaic_assets.reports.facts import Record, SourceFacts, field_of, fields_of
from dmaic_assets.reports.page.chart import drawn
from dmaic_assets.reports.page.markup import (
    cards,
    folded,
    pair,
    paragraph,
    part,
    phase,
    record_table,
    table,
    whys,
)
from dmaic_assets.reports.wording import NOTHING, figure, sigma, spelled, words
from dmaic_assets.sixsigma.defects.reliability import Mtbf
from dmaic_assets.sixsigma.defects.reliability_trend import TrendTest
from dmaic_assets.table.spelled_numbers import percent, plural

# The sections in the order of a page: (place, words) each.
PHASES: Final = (
    ("control", "Control"),
    ("measure", "Measure"),
    ("analyze", "Analyze"),
    ("improve", "Improve"),
    ("define", "Define"),
)
_CHARTER = ("problem", "goal", "scope", "sponsor", "owner", "stakeholders")
_CTQ = (
    *("id", "unit", "upper_limit", "lower_spec", "upper_spec", "is_critical", "opportunities"),
    *("owner", "confidence", "why"),
)
# Charts that are seen at once, and with those that unfold: a page stays quick to open.
_FIRST_CHARTS, _MOST_CHARTS = 3, 24
# CTQs whose causes are seen at once: those with the strongest.
_FIRST_CAUSES = 1


def sections_of(facts: SourceFacts) -> Markup:
    """All phases of a source: whether it is stable first, the charter as reference last."""
    define, control = facts.value(DefineValue), facts.value(ControlValue)
    measure, improve = facts.value(MeasureValue), facts.value(ImproveValue)
    analyze = facts.value(AnalyzeValue)
    return Markup().join(
        (
            control_section(control) if control else Markup(),
            measure_section(measure) if measure else Markup(),
            analyze_section(analyze) if analyze else Markup(),
            improve_section(improve) if improve else Markup(),
            define_section(define) if define else Markup(),
        )
    )


def define_section(value: DefineValue) -> Markup:
    """The charter, and the CTQs with their limits and reasons."""
    said = [(name, field_of(value.charter, name)) for name in _CHARTER]
    told = [(name, spelled(text)) for name, text in said if text]
    return phase(
        "define",
        "Define: what is promised?",
        table(("charter", ""), told),
        paragraph(f"Target: a sigma level of {value.target_sigma:g}."),
        folded(plural(len(value.ctqs), "CTQ"), record_table(value.ctqs, _CTQ)),
    )


def analyze_section(value: AnalyzeValue) -> Markup:
    """Pareto charts, causes with intervals, the trend's figures, and the five whys."""
    pareto = (("ctq", value.pareto.ctq), ("file", value.pareto.file), ("rule", value.pareto.rule))
    charts = [drawn(pareto_figure(bars, f"{words(name)}s")) for name, bars in pareto]
    causes = [_causes(found) for found in value.causes]
    first, rest = causes[:_FIRST_CAUSES], causes[_FIRST_CAUSES:]
    asked = [(why.question, why.answer) for why in value.five_whys]
    return phase(
        "analyze",
        "Analyze: where do defects come from?",
        pair(charts),
        *first,
        folded(f"Causes of {plural(len(rest), 'more CTQ')}", Markup().join(rest)),
        folded("Columns that change over files", record_table(value.distribution_shifts, _SHIFT)),
        folded("What goes with missing values", record_table(value.missing_by_slice, _MISSING)),
        folded("Five whys", whys(asked)),
    )


def improve_section(value: ImproveValue) -> Markup:
    """Proposals with their pilots, uplift intervals, and the changes that are in force."""
    pilots = [(p.id, p.pilot.uplift) for p in value.proposals if p.pilot.changed]
    asked = [{**fields_of(r, ("file", "owner")), "request": r.words} for r in value.requests]
    argued = [
        {**fields_of(r, ("rule", "command")), "why": r.words, "what it does": r.effect}
        for r in value.rule_proposals
    ]
    proposed = record_table([_piloted(p) for p in value.proposals], _PROPOSED)
    gained = record_table([_gained(p) for p in value.proposals], _GAIN)
    return phase(
        "improve",
        "Improve: what mends it?",
        drawn(uplift_figure(pilots)),
        part("Changes in force", record_table(value.changes, _CHANGE)),
        folded(f"{plural(len(value.proposals), 'repair')} tried, with pilots", proposed),
        folded("Cost and benefit in all files", gained),
        folded("Requests to the owner", record_table(asked, ("file", "owner", "request"))),
        folded("Rules to argue about", record_table(argued, _ARGUED)),
    )


def _piloted(proposal: ProposedRepair) -> Record:
    """A proposal with its pilot; one that changed nothing has no intervals to tell."""
    pilot = proposal.pilot
    uplift, precision = (
        _interval(found) if pilot.changed else NOTHING for found in (pilot.uplift, pilot.precision)
    )
    return {
        **fields_of(proposal, ("id", "columns", "is_promoted", "reason")),
        **fields_of(pilot, ("changed", "confirmed", "harmed")),
        "uplift": uplift,
        "precision": precision,
    }


def _gained(proposal: ProposedRepair) -> Record:
    """What a repair costs and gains; a level after that leaves no defect is a bound."""
    gain = proposal.benefit
    return {
        "id": proposal.id,
        **fields_of(proposal.cost, ("rows_changed", "wrong_rows_upper")),
        **fields_of(gain, ("cells_mended", "defects_removed", "sigma_before")),
        "sigma_after": sigma(gain.sigma_after, is_bound=gain.is_sigma_after_bound),
    }


def _interval(found: Estimate) -> str:
    estimate, low, high = (percent(share) for share in (found.estimate, found.low, found.high))
    return f"{estimate} ({low} to {high})"


def control_section(value: ControlValue) -> Markup:
    """Charts with defects and signals first, alarms, what is expected, and the plan."""
    names = {alarm.sha256: alarm.file for alarm in value.alarms}
    charts = sorted(value.charts, key=_interest)
    courses = _courses(charts, names)
    rest = courses[_FIRST_CHARTS:_MOST_CHARTS]
    rows = [{**fields_of(c, _CHART), "signals": len(c.signals)} for c in charts]
    alarms = [{**fields_of(a, _ALARM), "limit_share": a.limit} for a in value.alarms]
    return phase(
        "control",
        "Control: is it stable?",
        _expected(value.budget, value.mtbf),
        _trend(value.trend),
        pair(courses[:_FIRST_CHARTS]),
        folded(plural(len(rest), "more chart"), pair(rest)),
        folded(plural(len(alarms), "alarm"), record_table(alarms, _ALARM_SHOWN)) if alarms else "",
        folded(f"{plural(len(rows), 'chart')} in figures", record_table(rows, _CHART)),
        folded("Control plan", record_table(value.plan, _PLAN)),
    )


def _courses(charts: Sequence[ChartCourse], names: Mapping[str, str]) -> list[Markup]:
    found = (control_figure(chart, names) for chart in charts if any(chart.shares))
    return [drawn(chart) for chart in found if chart is not None]


def _interest(chart: ChartCourse) -> tuple[int, float, str]:
    """Charts with most signals come first, then those with the largest share."""
    return -len(chart.signals), -max(chart.shares, default=0.0), chart.ctq


def _expected(budget: Allowance | None, mtbf: Mtbf) -> Markup:
    """False alarms that are accepted, and files between two held ones, with its interval."""
    shown: list[tuple[str, str]] = []
    if budget is not None:
        accepted, expected = figure(budget.alarms_per_month), figure(budget.expected_per_month)
        shown += [
            (accepted, f"false alarms a month accepted, all {figure(budget.fleet_charts)} charts"),
            (expected, f"false alarms a month expected, the {figure(budget.charts)} charts here"),
        ]
    return cards([*shown, (_mtbf(mtbf), "files between two held ones (95 % interval)")])


def _mtbf(mtbf: Mtbf) -> str:
    mean, low, high = mtbf.value, mtbf.interval.lower, mtbf.interval.upper
    if mean is None or low is None or high is None:
        return f"≥ {figure(mtbf.lower_bound)}"
    return f"{figure(mean)} ({figure(low)} to {figure(high)})"


def _trend(trend: TrendTest | None) -> Markup:
    """Warns when held files become rarer or more frequent: their mean then means little."""
    told = {"improving": "rarer", "deteriorating": "more frequent"}
    direction = told.get(trend.direction) if trend else None
    if trend is None or direction is None:
        return Markup()
    return paragraph(
        f"Held files become {direction} (p {figure(trend.p)}); their mean says little."
    )


_CHART = ("ctq", "chart", "points", "baseline", "state", "signals", "reason")
_ALARM = ("id", "ctq", "file", "share", "owner", "acknowledged")
_ALARM_SHOWN = ("id", "ctq", "file", "share", "limit_share", "owner", "acknowledged")
_ARGUED = ("rule", "why", "command", "what it does")
_PROPOSED = (
    *("id", "columns", "is_promoted", "changed", "confirmed", "harmed", "uplift", "precision"),
    "reason",
)
_GAIN = (
    *("id", "rows_changed", "wrong_rows_upper", "cells_mended", "defects_removed"),
    *("sigma_before", "sigma_after"),
)
_CHANGE = ("id", "kind", "columns", "version", "status", "reason")
_SHIFT = ("factor", "divergence", "new", "vanished")
_MISSING = ("factor", "by", "level", "share", "association", "lower", "upper")
_PLAN = ("what", "limit", "cadence", "owner", "reaction")


def _causes(found: CtqCauses) -> Markup:
    rows = [
        (
            c.words,
            figure(c.rows),
            figure(c.defects),
            f"{figure(c.lift)} ({figure(c.lift_low)} to {figure(c.lift_high)})",
            percent(c.contribution),
            figure(c.p_adjusted),
        )
        for c in found.causes
    ]
    names = ("rows with", "rows", "defects", "lift (95 %)", "contribution", "adjusted p")
    shown = record_table(found.factors, ("factor", "levels", "f", "p_adjusted", "omega_squared"))
    whole = folded("Factors as a whole", shown)
    named = [
        {"new value": new.words, "defects": new.defects, "share": new.share}
        for new in found.new_values
    ]
    news = record_table(named, ("new value", "defects", "share"))
    body = table(names, rows) or (Markup() if news else paragraph("No group of rows stands out."))
    drawing = drawn(causes_figure(found.causes, found.ctq))
    return part(f"Causes of {found.ctq}", news, drawing, body + whole)
