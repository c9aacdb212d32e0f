"""Which repairs are proposed for a source, and which of them a run promotes.

What belongs here: piloting on every table of the source, ranking by what is gained, and what stands
in the way of a proven repair. What the phase says of it is `improve`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dmaic_assets.improve.changes import Change
from dmaic_assets.improve.cycle import Cycle, improve
from dmaic_assets.improve.pilot import Timer
from dmaic_assets.improve.pilot_report import PilotReport, PilotSettings
from dmaic_assets.improve.standalone import Judged, rule_counter
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.improve.cost_benefit import CostBenefit, Standing, cost_benefit
from dmaic_assets.process.improve.pilot_table import PilotTable
from dmaic_assets.settings.phases import ImproveSettings

WAITS = "proven, but waits: a run promotes {} at most, so that each one's effect is seen"

IN_FORCE = "in force already: a change of this id does the same"

NARROWER = (
    "proven, but the change in force of this id does what this one would not: retire it first"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal of a run after the pilot, with what it costs and gains in all files."""

    report: PilotReport
    is_promoted: bool
    reason: str
    gain: CostBenefit


def proposals_of(
    evidence: SourceEvidence,
    pilots: Sequence[PilotTable],
    known: Sequence[Change],
    settings: ImproveSettings,
    gauge: tuple[Standing, Timer | None],
) -> list[Proposal]:
    """Pilots what could mend a source's defects, and picks what a run promotes.

    Args:
        evidence: The judged files.
        pilots: The tables to pilot on.
        known: Every change of the source so far; what people retired is never proposed again.
        settings: The phase's parameters.
        gauge: How the source stands, and a clock in seconds of cpu, if any.

    Returns:
        Every proposal with its pilot, those that mend most first.
    """
    standing, timer = gauge
    retired = {str(meaning(c.repair)) for c in known if c.status == "retired"}
    found: dict[str, tuple[CostBenefit, PilotReport]] = {}
    for pilot in pilots:
        # The held-out half stands for two halves.
        scale = 2 * pilot.total_defective / max(1, pilot.failing["row"].n_unique())
        for timed in _reports(evidence, pilot, settings, timer):
            gain = cost_benefit(timed.figures, standing, scale=scale)
            # A clock's figures are no part of what is remembered.
            report = replace(timed, figures=replace(timed.figures, cpu_s=None))
            key = report.repair.id
            is_new = str(meaning(report.repair)) not in retired
            if is_new and (key not in found or gain.cells_mended > found[key][0].cells_mended):
                found[key] = (gain, report)
    ranked = sorted(found.values(), key=lambda item: (-item[0].cells_mended, item[1].repair.id))
    in_force = {c.id: c for c in known if c.status == "active"}
    obstacles = {r.repair.id: _obstacle(r, in_force.get(r.repair.id)) for _, r in ranked}
    open_ = [r for _, r in ranked if r.is_promoted and not obstacles[r.repair.id]]
    proven = open_[: settings.promotions_per_run]
    return [
        _proposal(report, gain, proven, WAITS.format(settings.promotions_per_run))
        if report in open_ or not report.is_promoted
        else Proposal(report, False, obstacles[report.repair.id], gain)
        for gain, report in ranked
    ]


def _obstacle(report: PilotReport, active: Change | None) -> str:
    """Why a proven repair cannot follow the change in force of its id; empty when it can.

    It must do all that the change does, and more. Its pilot may have seen rows that this change
    had repaired already, so only its parameters can tell.
    """
    if active is None:
        return ""
    if meaning(report.repair) == meaning(active.repair):
        return IN_FORCE
    fresh = report.repair.parameters
    held = (_holds_all(fresh.get(key), old) for key, old in active.repair.parameters.items())
    return "" if all(held) else NARROWER


def _holds_all(new: Json, old: Json) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return all(item in new for item in old)
    if isinstance(old, dict) and isinstance(new, dict):
        return all(new.get(key) == value for key, value in old.items())
    return new == old


def _reports(
    evidence: SourceEvidence, pilot: PilotTable, settings: ImproveSettings, timer: Timer | None
) -> tuple[PilotReport, ...]:
    thresholds = evidence.files[-1].verdict.thresholds
    judged = Judged(pilot.table, evidence.newest_rules, thresholds)
    # The rows come repaired by the changes in force; those are not applied once more.
    cycle = Cycle(
        evidence.source,
        "",
        failing=pilot.failing,
        reference=pilot.reference,
        settings=replace(PilotSettings(), least_precision=settings.least_precision),
    )
    counter = rule_counter(judged) if judged.rules.rules else None
    return improve(pilot.frame, cycle, count_rules=counter, timer=timer).reports


def _proposal(
    report: PilotReport, gain: CostBenefit, proven: Sequence[PilotReport], waits: str
) -> Proposal:
    is_promoted = report in proven
    reason = waits if report.is_promoted and not is_promoted else report.reason
    return Proposal(report, is_promoted, reason, gain)


def meaning(repair: Repair) -> list[Json]:
    """What a repair does, without its id and evidence."""
    return [repair.kind, list(repair.columns), {**repair.parameters}]
