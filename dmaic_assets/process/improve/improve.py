"""Improve: repairs proposed, piloted and promoted; what only people can change, asked for.

What belongs here: the phase and its reports. What a repair is and how it is piloted is in
`repair_cycle` and its neighbours; applying promoted changes is the main job's work.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.improve.changes import Change, Promotion, promote
from dmaic_assets.improve.pilot import Timer
from dmaic_assets.improve.pilot_interval import Estimate
from dmaic_assets.improve.pilot_report import counts_of
from dmaic_assets.phase_values.improve import (
    ChangeLine,
    ImproveValue,
    PromotedRepair,
    ProposedRepair,
    Request,
    RuleProposal,
)
from dmaic_assets.process.cycle.phase import Document, PhaseOutput, Table
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.improve.cost_benefit import CostBenefit, Standing
from dmaic_assets.process.improve.owner_requests import requests_of, rule_proposals
from dmaic_assets.process.improve.pilot_table import PilotTable
from dmaic_assets.process.improve.proposals import Proposal, meaning, proposals_of
from dmaic_assets.reports.markdown import Code, md_table, md_text
from dmaic_assets.settings.phases import ImproveSettings
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.work.kept_back.values import parameters_shown


@dataclass(frozen=True)
class Improved:
    """What Improve gives: its output, what is promoted, and what applying that costs.

    `costs` are seconds of cpu per 1,000 rows by promoted repair. A clock gives them, so that they
    are no part of the output, which is the same for the same evidence.
    """

    output: PhaseOutput[ImproveValue]
    promoted: tuple[Promotion, ...]
    costs: Mapping[str, float]


def improve_source(
    evidence: SourceEvidence,
    pilots: Sequence[PilotTable],
    known: Sequence[Change],
    settings: ImproveSettings,
    standing: Standing,
    *,
    timer: Timer | None = None,
) -> Improved:
    """Pilots what could mend a source's defects and picks what is promoted in this run.

    Args:
        evidence: The judged files; at least one.
        pilots: The tables to pilot on; none when there is no text to mend.
        known: Every change of the source so far, retired ones too: what people retired is never
            proposed again.
        settings: The phase's parameters.
        standing: The defects and opportunities of the source.
        timer: A clock in seconds of cpu.
    """
    proposals = proposals_of(evidence, pilots, known, settings, (standing, timer))
    owner = evidence.settings.owner or ""
    requests = requests_of(evidence.source, evidence.files, owner=owner)
    in_force = frozenset(r.id for r in evidence.newest_rules.rules if r.is_enabled)
    rules = rule_proposals(evidence.source, evidence.files, in_force)
    promoted = tuple(p.report.promotion for p in proposals if p.is_promoted)
    after = promote(known, promoted, source=evidence.source, promoted_at="")
    value = ImproveValue(
        source=evidence.source,
        pilot_rows=sum(p.table.row_count for p in pilots),
        pilot_stands_for=sum(p.total_rows for p in pilots),
        proposals=tuple(_proposed(p, evidence.hidden) for p in proposals),
        promotions=tuple(_promoted(p) for p in promoted),
        changes=tuple(_change_line(c) for c in after),
        requests=requests,
        rule_proposals=rules,
    )
    told = to_json(value.proposals)
    piloted = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False)
    documents = (
        Document("improve.md", _pilot_text(evidence.source, pilots, proposals, requests, rules)),
        Document("pilot.json", f"{piloted}\n"),
        Document("changes.md", _change_text(evidence.source, after)),
    )
    metrics = {
        **_metrics(proposals),
        "changes_active": float(sum(c.status == "active" for c in after)),
        "requests": float(len(requests)),
    }
    return Improved(PhaseOutput(value, documents, metrics), promoted, _costs(proposals))


def _metrics(proposals: Sequence[Proposal]) -> dict[str, float | None]:
    promoted = [p for p in proposals if p.is_promoted]
    removed = [n for p in promoted if (n := p.gain.defects_removed) is not None]
    return {
        "proposals": float(len(proposals)),
        "promoted": float(len(promoted)),
        "uplift": max((p.report.figures.uplift.estimate for p in promoted), default=None),
        "benefit_cells": float(sum(p.gain.cells_mended for p in promoted)),
        "defects_removed": sum(removed) if removed else None,
    }


def _costs(proposals: Sequence[Proposal]) -> dict[str, float]:
    known = {p.report.repair.id: p.gain.cpu_s_per_1000_rows for p in proposals if p.is_promoted}
    return {repair: cost for repair, cost in known.items() if cost is not None}


def changes_state(changes: Sequence[Change]) -> str:
    """Hashes a source's changes with their states: what Improve depends on."""
    return sha256_json([[c.label, c.status, *meaning(c.repair)] for c in changes])


def _proposed(proposal: Proposal, hidden: frozenset[str]) -> ProposedRepair:
    """What is shown of a proposal: parameters of columns that tell of persons are kept back."""
    figures = proposal.report.figures
    repair = proposal.report.repair
    parameters = repair.parameters
    if not hidden.isdisjoint(repair.columns):
        parameters = parameters_shown(parameters)
    return ProposedRepair(
        id=repair.id,
        kind=repair.kind,
        columns=repair.columns,
        parameters=parameters,
        is_promoted=proposal.is_promoted,
        is_proven=proposal.report.is_promoted,
        reason=proposal.reason,
        benefit_cells=proposal.gain.cells_mended,
        uplift=figures.uplift.estimate,
        pilot=counts_of(figures),
        cost=proposal.gain.cost,
        benefit=proposal.gain.benefit,
    )


def _promoted(promotion: Promotion) -> PromotedRepair:
    repair = promotion.repair
    return PromotedRepair(
        id=repair.id,
        kind=repair.kind,
        columns=repair.columns,
        parameters=repair.parameters,
        evidence=repair.evidence,
        reason=promotion.reason,
        pilot=promotion.pilot,
    )


def _change_line(change: Change) -> ChangeLine:
    repair = change.repair
    return ChangeLine(
        change.id, change.version, repair.kind, repair.columns, change.status, change.reason
    )


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
    argued = md_table(
        ("rule", "why", "command", "what it does"),
        [(r.rule, r.words, Code(r.command), r.effect) for r in rules],
    )
    return "\n".join(
        [
            f"# Improve: {md_text(source)}\n\n{intro}\n",
            f"## Pilots\n{_pilot_table(proposals).markdown()}",
            f"## Requests to the owner\n{asked.markdown()}",
            f"## Rules to argue about\n{argued}",
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
            f"{p.gain.cells_mended:,.0f}",
            _moved(p.gain),
            f"{p.gain.rows_changed:,.0f} ({p.gain.wrong_rows_upper:,.1f})",
            p.reason,
        )
        for p in proposals
    )
    return Table(
        (
            *("repair", "is", "changed", "harmed", "uplift (95 %)", "precision (95 %)", "mends"),
            *("defects removed (sigma)", "rows changed (wrong at most)", "why"),
        ),
        rows,
    )


def _moved(gain: CostBenefit) -> str:
    if gain.defects_removed is None:
        return "unknown: no rules"
    levels = (gain.sigma_before, gain.sigma_after)
    before, after = ("-" if level is None else f"{level:.2f}" for level in levels)
    least = "at least " if gain.is_after_bound else ""
    return f"{gain.defects_removed:,.0f} ({before} to {least}{after})"


def _interval(interval: Estimate) -> str:
    return f"{interval.estimate:.3f} ({interval.low:.3f} to {interval.high:.3f})"


def _change_text(source: str, changes: Sequence[Change]) -> str:
    rows = tuple(
        (c.label, c.repair.kind, ", ".join(c.repair.columns), c.status, c.reason) for c in changes
    )
    table = Table(("change", "kind", "columns", "status", "reason"), rows)
    return f"# Changes of {md_text(source)}\n\n{table.markdown()}"
