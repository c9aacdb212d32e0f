"""Improve: repairs proposed, piloted and promoted; what only people can change, asked for.

What belongs here: the phase and its reports. What a repair is and how it is piloted is in
`repair_cycle` and its neighbours; applying promoted changes is the main job's work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dmaic_assets.dmaic.evidence import SourceEvidence
from dmaic_assets.dmaic.phase import Document, PhaseOutput, Table
from dmaic_assets.dmaic.pilot_interval import Interval
from dmaic_assets.dmaic.pilot_report import PilotReport, PilotSettings, figures_document
from dmaic_assets.dmaic.pilot_table import PilotTable
from dmaic_assets.dmaic.repair_cycle import Cycle, improve
from dmaic_assets.dmaic.repair_standalone import Judged, rule_counter
from dmaic_assets.dmaic.requests import Request, RuleProposal, requests_of, rule_proposals
from dmaic_assets.ledger.codec import to_json
from dmaic_assets.ledger.keys import sha256_json
from dmaic_assets.model import Json
from dmaic_assets.phase_settings import ImproveSettings
from dmaic_assets.repairs.changes import Change, Promotion, promote

WAITS = "proven, but waits: a run promotes {} at most, so that each one's effect is seen"

IN_FORCE = "in force already: a change of this id does the same"

NARROWER = (
    "proven, but the change in force of this id does what this one would not: retire it first"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal of a run after the pilot; `benefit` estimates the cells it mends in all."""

    report: PilotReport
    is_promoted: bool
    reason: str
    benefit: float


def improve_source(
    evidence: SourceEvidence,
    pilots: Sequence[PilotTable],
    known: Sequence[Change],
    settings: ImproveSettings,
) -> tuple[PhaseOutput, tuple[Promotion, ...]]:
    """Pilots what could mend a source's defects and picks what is promoted in this run.

    Args:
        evidence: The judged files; at least one.
        pilots: The tables to pilot on; none when there is no text to mend.
        known: Every change of the source so far, retired ones too: what people retired is never
            proposed again.
        settings: The phase's parameters.
    """
    proposals = _proposals(evidence, pilots, known, settings)
    owner = evidence.settings.owner or ""
    requests = requests_of(evidence.files, owner=owner)
    rules = rule_proposals(evidence.source, evidence.files)
    promoted = tuple(p.report.promotion for p in proposals if p.is_promoted)
    after = promote(known, promoted, source=evidence.source, promoted_at="")
    value: dict[str, Json] = {
        "source": evidence.source,
        "pilot_rows": sum(p.table.row_count for p in pilots),
        "pilot_stands_for": sum(p.total_rows for p in pilots),
        "proposals": [_proposal_json(p) for p in proposals],
        "promotions": [promotion_json(p) for p in promoted],
        "changes": [_change_json(c) for c in after],
        "requests": to_json(requests),
        "rule_proposals": to_json(rules),
    }
    documents = (
        Document("improve.md", _pilot_text(evidence.source, pilots, proposals, requests, rules)),
        Document("changes.md", _change_text(evidence.source, after)),
    )
    metrics: dict[str, float | None] = {
        "proposals": float(len(proposals)),
        "promoted": float(len(promoted)),
        "changes_active": float(sum(c.status == "active" for c in after)),
        "requests": float(len(requests)),
        "uplift": _best_uplift(proposals),
        "benefit_cells": float(sum(p.benefit for p in proposals if p.is_promoted)),
    }
    return PhaseOutput(value, documents, metrics), promoted


def changes_state(changes: Sequence[Change]) -> str:
    """Hashes a source's changes with their states: what Improve depends on."""
    return sha256_json([[c.label, c.status, *_meaning(c)] for c in changes])


def _meaning(change: Change) -> list[Json]:
    return [change.repair.kind, list(change.repair.columns), {**change.repair.parameters}]


def _proposals(
    evidence: SourceEvidence,
    pilots: Sequence[PilotTable],
    known: Sequence[Change],
    settings: ImproveSettings,
) -> list[Proposal]:
    retired = {str(_meaning(c)) for c in known if c.status == "retired"}
    found: dict[str, tuple[float, PilotReport]] = {}
    for pilot in pilots:
        scale = pilot.total_defective / max(1, pilot.failing["row"].n_unique())
        for report in _reports(evidence, pilot, settings):
            benefit = _benefit(report, scale)
            key = report.repair.id
            is_new = str(_repair_meaning(report)) not in retired
            if is_new and (key not in found or benefit > found[key][0]):
                found[key] = (benefit, report)
    ranked = sorted(found.values(), key=lambda item: (-item[0], item[1].repair.id))
    in_force = {c.id: c for c in known if c.status == "active"}
    obstacles = {r.repair.id: _obstacle(r, in_force.get(r.repair.id)) for _, r in ranked}
    open_ = [r for _, r in ranked if r.is_promoted and not obstacles[r.repair.id]]
    proven = open_[: settings.promotions_per_run]
    return [
        _proposal(report, benefit, proven, WAITS.format(settings.promotions_per_run))
        if report in open_ or not report.is_promoted
        else Proposal(report, False, obstacles[report.repair.id], benefit)
        for benefit, report in ranked
    ]


def _obstacle(report: PilotReport, active: Change | None) -> str:
    """Why a proven repair cannot follow the change in force of its id; empty when it can.

    It must do all that the change does, and more. Its pilot may have seen rows that this change
    had repaired already, so only its parameters can tell.
    """
    if active is None:
        return ""
    if _repair_meaning(report) == _meaning(active):
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
    evidence: SourceEvidence, pilot: PilotTable, settings: ImproveSettings
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
    return improve(pilot.frame, cycle, count_rules=counter).reports


def _repair_meaning(report: PilotReport) -> list[Json]:
    repair = report.repair
    return [repair.kind, list(repair.columns), {**repair.parameters}]


def _benefit(report: PilotReport, scale: float) -> float:
    # The held-out half stands for two halves.
    return 2 * scale * report.figures.confirmed


def _proposal(
    report: PilotReport, benefit: float, proven: Sequence[PilotReport], waits: str
) -> Proposal:
    is_promoted = report in proven
    reason = waits if report.is_promoted and not is_promoted else report.reason
    return Proposal(report, is_promoted, reason, benefit)


def _best_uplift(proposals: Sequence[Proposal]) -> float | None:
    return max((p.report.figures.uplift.estimate for p in proposals if p.is_promoted), default=None)


def _proposal_json(proposal: Proposal) -> Json:
    figures = proposal.report.figures
    repair = proposal.report.repair
    return {
        "id": repair.id,
        "kind": repair.kind,
        "columns": list(repair.columns),
        "parameters": {**repair.parameters},
        "is_promoted": proposal.is_promoted,
        "is_proven": proposal.report.is_promoted,
        "reason": proposal.reason,
        "benefit_cells": proposal.benefit,
        "uplift": figures.uplift.estimate,
        "pilot": figures_document(figures),
    }


def promotion_json(promotion: Promotion) -> Json:
    """Spells a promotion so that it can be applied again from a stored output."""
    repair = promotion.repair
    return {
        "id": repair.id,
        "kind": repair.kind,
        "columns": list(repair.columns),
        "parameters": {**repair.parameters},
        "evidence": {**repair.evidence},
        "reason": promotion.reason,
        "pilot": {**promotion.pilot},
    }


def _change_json(change: Change) -> Json:
    return {
        "id": change.id,
        "version": change.version,
        "kind": change.repair.kind,
        "columns": list(change.repair.columns),
        "status": change.status,
        "reason": change.reason,
    }


def _pilot_text(
    source: str,
    pilots: Sequence[PilotTable],
    proposals: Sequence[Proposal],
    requests: Sequence[Request],
    rules: Sequence[RuleProposal],
) -> str:
    rows, total = sum(p.table.row_count for p in pilots), sum(p.total_rows for p in pilots)
    stands = f" of {total:,}" if total > rows else ""
    intro = (
        f"{rows:,} rows{stands} of files with defects were piloted on: proposals come from one"
        " half, figures from the other."
        if pilots
        else "There is no text with defects to mend."
    )
    asked = Table(("owner", "file", "request"), tuple((r.owner, r.file, r.words) for r in requests))
    argued = Table(
        ("rule", "why", "to accept what it stops"),
        tuple((r.rule, r.words, f"`{r.command}`") for r in rules),
    )
    return "\n".join(
        [
            f"# Improve: {source}\n\n{intro}\n",
            f"## Pilots\n{_pilot_table(proposals).markdown()}",
            f"## Requests to the owner\n{asked.markdown()}",
            f"## Rules to argue about\n{argued.markdown()}",
        ]
    )


def _pilot_table(proposals: Sequence[Proposal]) -> Table:
    rows = tuple(
        (
            p.report.repair.id,
            "promoted" if p.is_promoted else "not promoted",
            f"{p.report.figures.changed:,}",
            f"{p.report.figures.harmed:,}",
            _interval(p.report.figures.uplift),
            _interval(p.report.figures.precision),
            f"{p.benefit:,.0f}",
            p.reason,
        )
        for p in proposals
    )
    return Table(
        ("repair", "is", "changed", "harmed", "uplift (95 %)", "precision (95 %)", "mends", "why"),
        rows,
    )


def _interval(interval: Interval) -> str:
    return f"{interval.estimate:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def _change_text(source: str, changes: Sequence[Change]) -> str:
    rows = tuple(
        (c.label, c.repair.kind, ", ".join(c.repair.columns), c.status, c.reason) for c in changes
    )
    table = Table(("change", "kind", "columns", "status", "reason"), rows)
    return f"# Changes of {source}\n\n{table.markdown()}"
