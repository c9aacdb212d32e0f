"""Control: charts, alarms with owner and reason, MTBF of the source, and the control plan.

What belongs here: the phase and its report. Drawing charts is in `control_charts`, what people
answered to alarms in `acknowledgements`.
"""

from collections.abc import Sequence

from dmaic_assets.phase_values.control import Alarm, Allowance, ChartCourse, ControlValue, PlanLine
from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.control.chart_fleet import AlarmBudget
from dmaic_assets.process.control.charts import CtqChart, ctq_charts
from dmaic_assets.process.cycle.phase import Document, PhaseOutput, Table
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.measure.defects import FileDefects
from dmaic_assets.reports.markdown import md_list, md_text
from dmaic_assets.reports.page.links import FLEET_FILE, source_file
from dmaic_assets.settings.phases import ControlSettings
from dmaic_assets.sixsigma.defects.reliability import Mtbf, mtbf
from dmaic_assets.sixsigma.defects.reliability_trend import TrendTest, laplace_test
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.work.people.alarm_answers import Answers

_PLAN = ("what", "limit", "cadence", "owner", "reaction")


def control(
    evidence: SourceEvidence,
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    answers: Answers,
    budget: AlarmBudget,
) -> PhaseOutput[ControlValue]:
    """Charts a source's CTQs and tells what is out of control.

    Args:
        evidence: The judged files; at least one.
        ctqs: What Define fixed.
        history: The defects of every judged file, in arrival order.
        answers: What people answered to earlier alarms.
        budget: The phase's parameters, and how many charts share the alarms.
    """
    excluded = _excluded(evidence.source, ctqs, history, answers)
    charts = ctq_charts(ctqs, history, budget, excluded=excluded)
    alarms = _alarms(evidence, ctqs, history, charts, answers)
    failures = mtbf_of(evidence)
    plan = _plan(evidence, ctqs, budget.settings)
    allowed = budget.allowance(len(charts))
    still_open = [a for a in alarms if not a.acknowledged]
    value = ControlValue(
        source=evidence.source,
        budget=allowed,
        charts=tuple(_course(c) for c in charts),
        alarms=alarms,
        mtbf=failures,
        trend=failure_trend(_held(evidence), len(evidence.files)),
        plan=plan,
    )
    metrics: dict[str, float | None] = {
        "charts": float(len(charts)),
        "alarms": float(len(still_open)),
        "alarms_answered": float(len(alarms) - len(still_open)),
        "charts_in_control": float(sum(c.is_in_control for c in charts)),
        "false_alarms_per_month": allowed.expected_per_month,
        "mtbf_files": failures.value,
        "mtbf_files_lower": failures.lower_bound,
    }
    text = _text(evidence, charts, alarms, failures, plan, allowed)
    return PhaseOutput(value, (Document("control_plan.md", text),), metrics)


def alarm_id(source: str, ctq: str, sha256: str) -> str:
    """Names an alarm by what it is about: 12 hex digits."""
    return sha256_json([source, ctq, sha256])[:12]


def mtbf_of(evidence: SourceEvidence) -> Mtbf:
    """Measures the files between two that were held, with bounds; files are the unit of time."""
    return mtbf(float(len(evidence.files)), len(_held(evidence)))


def failure_trend(held: Sequence[int], files: int) -> TrendTest | None:
    """Tests whether held files become rarer or more frequent; None with too few to tell.

    An MTBF has no meaning while they do.

    Args:
        held: The places of the held files among all, counted from 1.
        files: How many files there are.
    """
    # A failure that ends the observation does not count as one within it.
    times = [float(place) for place in held]
    within = [t for t in times if t < files]
    return laplace_test(times, float(files)) if len(within) > 1 else None


def _held(evidence: SourceEvidence) -> list[int]:
    return [i for i, f in enumerate(evidence.files, 1) if f.verdict.decision == "reject"]


def _excluded(
    source: str, ctqs: Sequence[Ctq], history: Sequence[FileDefects], answers: Answers
) -> dict[str, frozenset[str]]:
    return {
        c.id: frozenset(
            f.sha256 for f in history if alarm_id(source, c.id, f.sha256) in answers.by_id
        )
        for c in ctqs
    }


def _alarms(
    evidence: SourceEvidence,
    ctqs: Sequence[Ctq],
    history: Sequence[FileDefects],
    charts: Sequence[CtqChart],
    answers: Answers,
) -> tuple[Alarm, ...]:
    names = {f.sha256: f.name for f in history}
    owners = {c.id: c.owner or evidence.settings.owner or "" for c in ctqs}
    found: list[Alarm] = []
    for chart in charts:
        for place in chart.signals:
            sha256, share, limit = chart.files[place], chart.shares[place], chart.limits[place]
            key = alarm_id(evidence.source, chart.ctq, sha256)
            answer = answers.by_id.get(key)
            words = (
                f"{chart.ctq}: {100 * share:.3g} % of rows defective in {names[sha256]}, limit"
                f" {100 * limit:.3g} %"
            )
            owner = owners[chart.ctq]
            cause = answer.cause if answer else ""
            found.append(
                Alarm(key, chart.ctq, names[sha256], sha256, share, limit, owner, words, cause)
            )
    return tuple(sorted(found, key=lambda a: (bool(a.acknowledged), -a.share, a.ctq, a.file)))


def _course(chart: CtqChart) -> ChartCourse:
    return ChartCourse(
        ctq=chart.ctq,
        chart=chart.kind,
        reason=chart.reason,
        files=chart.files,
        points=len(chart.shares),
        baseline=chart.baseline,
        shares=chart.shares,
        units=chart.units,
        limits=chart.limits,
        signals=chart.signals,
        state="in control" if chart.is_in_control else "signals",
    )


def _plan(
    evidence: SourceEvidence, ctqs: Sequence[Ctq], settings: ControlSettings
) -> tuple[PlanLine, ...]:
    return tuple(
        PlanLine(
            c.id,
            f"at most {100 * c.upper_limit:.3g} % of {c.unit}s",
            settings.monitor_every,
            c.owner or evidence.settings.owner or "not named",
            _reaction(c),
        )
        for c in ctqs
    )


def _reaction(ctq: Ctq) -> str:
    if ctq.is_critical:
        return "hold the file, call the owner, answer the alarm before the next release"
    return "answer the alarm with its cause; propose a repair or a rule change"


def _text(
    evidence: SourceEvidence,
    charts: Sequence[CtqChart],
    alarms: Sequence[Alarm],
    failures: Mtbf,
    plan: Sequence[PlanLine],
    allowed: Allowance,
) -> str:
    fine = sum(c.is_in_control for c in charts)
    mean = f"{failures.value:,.1f}" if failures.value is not None else "unknown"
    listed = Table(
        ("alarm", "what", "owner", "answer"),
        tuple((a.id, a.words, a.owner or "not named", a.acknowledged or "open") for a in alarms),
    )
    planned = tuple((p.what, p.limit, p.cadence, p.owner, p.reaction) for p in plan)
    return "\n".join(
        [
            f"# Control plan of {md_text(evidence.source)}\n",
            f"{fine} of {len(charts)} charts are in control. Files between two held ones: {mean},"
            f" at least {failures.lower_bound:,.1f} (95 % bound, {failures.failures} held of"
            f" {failures.total_time:,.0f}).\n",
            _budget_words(allowed) + "\n",
            *_limit_words(charts),
            f"## Alarms\n{listed.markdown()}",
            f"## Plan\n{Table(_PLAN, planned).markdown()}",
            _page_words(evidence.source),
        ]
    )


def _page_words(source: str) -> str:
    """Where charts, files and rules of the source stand: the plan lies in a folder beside pages."""
    return (
        f"\nCharts, files and rules: [the page of {md_text(source)}](../{source_file(source)}),"
        f" [all sources](../{FLEET_FILE}). `dmaic report` writes them.\n"
    )


def _limit_words(charts: Sequence[CtqChart]) -> list[str]:
    """Which charts learnt nothing from a baseline, and why."""
    held = [f"{c.ctq}: {c.reason}" for c in charts if c.reason]
    head = "Held against the limit of Define, as nothing can be learnt yet:\n"
    return [head, md_list(held)] if held else []


def _budget_words(allowed: Allowance) -> str:
    return (
        f"Alarm budget: {allowed.alarms_per_month:g} false alarms a month over"
        f" {allowed.fleet_charts} charts of all sources; {allowed.per_chart_per_month:.3g} per"
        f" chart, {allowed.expected_per_month:.3g} expected here."
    )
