"""Define: what is critical to the quality of a source, with limits, owners and reasons.

What belongs here: putting proposals and the charter together, and writing both down.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from dmaic_assets.phase_values.define import CharterWords, Ctq, DefineValue
from dmaic_assets.process.control.chart_fleet import CHARTED
from dmaic_assets.process.cycle.phase import Document, PhaseOutput, Table
from dmaic_assets.process.define.charter import Charter, merge_ctqs
from dmaic_assets.process.define.ctq import opportunities_version
from dmaic_assets.process.define.propose_ctqs import propose_ctqs
from dmaic_assets.process.evidence import SourceEvidence
from dmaic_assets.process.measure.defects import FileDefects
from dmaic_assets.reports.markdown import md_list, md_text
from dmaic_assets.settings.phases import DefineSettings
from dmaic_assets.store.codec import from_json, to_json


def define(
    evidence: SourceEvidence,
    history: Sequence[FileDefects],
    charter: Charter,
    settings: DefineSettings,
    *,
    charter_file: Path,
) -> PhaseOutput[DefineValue]:
    """Fixes the CTQs of a source.

    Args:
        evidence: The judged files; at least one.
        history: The defects of the accepted ones.
        charter: What people say of the source.
        settings: The phase's parameters.
        charter_file: Where that is written, for messages.

    Raises:
        BadInputError: The charter contradicts itself or names what is not there.
    """
    proposed = propose_ctqs(
        evidence.newest_rules,
        history,
        evidence.settings,
        limit=settings.max_ctqs,
        hidden=evidence.hidden,
    )
    ctqs = merge_ctqs(proposed, charter, charter_file)
    version = opportunities_version(ctqs)
    target = charter.target_sigma if charter.target_sigma is not None else settings.target_sigma
    units = [c for c in ctqs if c.unit == "row"]
    value = DefineValue(
        source=evidence.source,
        ctqs=ctqs,
        opportunities_version=version,
        opportunities_per_row=sum(c.opportunities for c in units),
        target_sigma=target,
        charter=from_json(CharterWords, charter.model_dump(mode="json")),
    )
    text = _charter_text(evidence, charter, ctqs, target, version)
    documents = (
        Document(settings.charter_path, text),
        Document("ctq.json", json.dumps(to_json(ctqs), indent=2, sort_keys=True) + "\n"),
    )
    metrics = {
        "ctqs": float(len(ctqs)),
        CHARTED: float(len(units)),
        "critical_ctqs": float(sum(c.is_critical for c in ctqs)),
        "opportunities_per_row": float(sum(c.opportunities for c in units)),
        "target_sigma": target,
    }
    return PhaseOutput(value, documents, dict(metrics))


def _charter_text(
    evidence: SourceEvidence, charter: Charter, ctqs: Sequence[Ctq], target: float, version: str
) -> str:
    people = {
        "Sponsor": charter.sponsor,
        "Owner": charter.owner or evidence.settings.owner or "",
        "Stakeholders": ", ".join(charter.stakeholders),
    }
    lines = [
        f"# Charter of {md_text(evidence.source)}\n",
        _part("Problem", charter.problem or _problem(evidence)),
        _part("Goal", charter.goal or f"Deliver rows at a sigma level of {target:g} or better."),
        _part("Scope", charter.scope or f"{len(evidence.files)} files, {evidence.rows:,} rows."),
        _part("People", md_list([f"{k}: {v or 'not named'}" for k, v in people.items()])),
        _part("Critical to quality", _ctq_table(ctqs).markdown()),
        f"Opportunities are counted as in version `{version[:12]}`: another count is another sigma"
        " level.\n",
    ]
    return "\n".join(lines)


def _part(heading: str, text: str) -> str:
    return f"## {heading}\n{text.rstrip()}\n"


def _problem(evidence: SourceEvidence) -> str:
    held = sum(f.verdict.decision == "reject" for f in evidence.files)
    apart = sum(f.verdict.quarantined for f in evidence.files)
    return (
        f"{held} of {len(evidence.files)} files are held, and {apart:,} of {evidence.rows:,} rows"
        " did not reach the warehouse."
    )


def _ctq_table(ctqs: Sequence[Ctq]) -> Table:
    rows = tuple(
        (
            ctq.id + (" (critical)" if ctq.is_critical else ""),
            ctq.unit,
            f"at most {ctq.upper_limit:.3g}",
            _specs(ctq),
            ctq.owner or "not named",
            f"{ctq.confidence:.2f}",
            ctq.why,
        )
        for ctq in ctqs
    )
    return Table(("CTQ", "unit", "defective share", "values", "owner", "confidence", "why"), rows)


def _specs(ctq: Ctq) -> str:
    bounds = (ctq.lower_spec, ctq.upper_spec)
    if bounds == (None, None):
        return ""
    low, high = ("" if b is None else f"{b:g}" for b in bounds)
    return f"{low} to {high}"
