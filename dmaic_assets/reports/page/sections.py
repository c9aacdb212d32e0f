"""What the page says of each phase of a source.

What belongs here: which parts of a phase's value are shown, and how. A part that a phase did not
give is left out.
"""

from collections.abc import Sequence

from markupsafe import Markup

from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.phase_values.analyze import AnalyzeValue, CtqCauses, Why
from dmaic_assets.phase_values.control import Allowance, ChartCourse, ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue, ProposedRepair
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.reports.facts import Record, SourceFacts, field_of, fields_of
from dmaic_assets.reports.page.chart import drawn
from dmaic_assets.reports.page.control_plots import control_figure
from dmaic_assets.reports.page.markup import (
    cards,
    folded,
    pair,
    paragraph,
    part,
    record_table,
    table,
    whys,
)
from dmaic_assets.reports.page.measure_section import measure_section
from dmaic_assets.reports.page.plots import causes_figure, pareto_figure, uplift_figure
from dmaic_assets.reports.wording import NOTHING, figure, sigma, spelled, words
from dmaic_assets.sixsigma.defects.reliability import Mtbf
from dmaic_assets.sixsigma.defects.reliability_trend import TrendTest
from dmaic_assets.table.spelled_numbers import percent

_CHARTER = ("problem", "goal", "scope", "sponsor", "owner", "stakeholders")
# Charts of one source on the page: keeps the page quick to open.
_MOST_CHARTS = 24


def define_section(value: DefineValue) -> Markup:
    """The charter, and the CTQs with their limits and reasons."""
    said = [(name, field_of(value.charter, name)) for name in _CHARTER]
    told = [(name, spelled(text)) for name, text in said if text]
    names = (
        "id",
        "unit",
        "upper_limit",
        "lower_spec",
        "upper_spec",
        "is_critical",
        "opportunities",
        "owner",
        "confidence",
        "why",
    )
    return part(
        "Define: charter and CTQs",
        table(("charter", ""), told),
        paragraph(f"Target: a sigma level of {value.target_sigma:g}."),
        record_table(value.ctqs, names),
    )


def analyze_section(value: AnalyzeValue) -> Markup:
    """Pareto charts, causes with intervals, the trend's figures, and the five whys."""
    pareto = (("ctq", value.pareto.ctq), ("file", value.pareto.file), ("rule", value.pareto.rule))
    charts = [drawn(pareto_figure(bars, f"{words(name)}s")) for name, bars in pareto]
    parts = (
        pair(charts),
        *(_causes(found) for found in value.causes),
        part(
            "Columns that change over files",
            record_table(value.distribution_shifts, _SHIFT),
            level=4,
        ),
        part(
            "What goes with missing values", record_table(value.missing_by_slice, _MISSING), level=4
        ),
        part("Five whys", _whys(value.five_whys), level=4),
    )
    return part("Analyze: where defects come from", *parts)


def improve_section(value: ImproveValue) -> Markup:
    """Proposals with their pilots, uplift intervals, and the changes that are in force."""
    pilots = [(p.id, p.pilot.uplift) for p in value.proposals if p.pilot.changed]
    asked = [{**fields_of(r, ("file", "owner")), "request": r.words} for r in value.requests]
    argued = [
        {**fields_of(r, ("rule", "command")), "why": r.words, "what it does": r.effect}
        for r in value.rule_proposals
    ]
    return part(
        "Improve: pilots and changes",
        drawn(uplift_figure(pilots)),
        record_table([_piloted(p) for p in value.proposals], _PROPOSED),
        part(
            "Cost and benefit in all files",
            record_table([_gained(p) for p in value.proposals], _GAIN),
            level=4,
        ),
        part("Changes", record_table(value.changes, _CHANGE), level=4),
        part("Requests to the owner", record_table(asked, ("file", "owner", "request")), level=4),
        part("Rules to argue about", record_table(argued, _ARGUED), level=4),
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
    """Alarms and what is expected, charts with defects and signals first, and the plan."""
    charts = sorted(value.charts, key=_interest)
    courses = [
        drawn(figure) for chart in charts if any(chart.shares) and (figure := control_figure(chart))
    ]
    rows = [{**fields_of(c, _CHART), "signals": len(c.signals)} for c in charts]
    alarms = [{**fields_of(a, _ALARM), "limit_share": a.limit} for a in value.alarms]
    return part(
        "Control: charts and alarms",
        _expected(value.budget, value.mtbf),
        _trend(value.trend),
        part("Alarms", record_table(alarms, _ALARM_SHOWN), level=4),
        pair(courses[:_MOST_CHARTS]),
        part("Charts", record_table(rows, _CHART), level=4),
        part("Control plan", record_table(value.plan, _PLAN), level=4),
    )


def _interest(chart: ChartCourse) -> tuple[int, float, str]:
    """Charts with most signals come first, then those with the largest share."""
    return -len(chart.signals), -max(chart.shares, default=0.0), chart.ctq


def _expected(budget: Allowance | None, mtbf: Mtbf) -> Markup:
    """False alarms that are accepted, and files between two held ones, with its interval."""
    shown: list[tuple[str, str]] = []
    if budget is not None:
        accepted, expected = figure(budget.alarms_per_month), figure(budget.expected_per_month)
        shown += [
            (accepted, f"false alarms a month accepted of {figure(budget.fleet_charts)} charts"),
            (expected, f"of them expected here, of {figure(budget.charts)}"),
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


def sections_of(facts: SourceFacts) -> Markup:
    """All phases of a source: figures first, the charter and its CTQs as reference last."""
    define, control = facts.value(DefineValue), facts.value(ControlValue)
    measure, improve = facts.value(MeasureValue), facts.value(ImproveValue)
    analyze = facts.value(AnalyzeValue)
    return Markup().join(
        (
            measure_section(measure) if measure else Markup(),
            analyze_section(analyze) if analyze else Markup(),
            improve_section(improve) if improve else Markup(),
            control_section(control) if control else Markup(),
            define_section(define) if define else Markup(),
        )
    )


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


def _whys(chain: Sequence[Why]) -> Markup:
    return whys([(why.question, why.answer) for why in chain])
