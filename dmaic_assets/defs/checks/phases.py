"""Checks on phases: CTQs within their limits, and control charts without an alarm.

What belongs here: what is checked of a phase's output. Specs and results come from one table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.assets.partitions import cells, preview_features
from dmaic_assets.defs.checks.cell import Finding
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Cell, PhaseName
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.phase import AnyOutput


# Share of the most frequent defects from which their causes count as found.
EXPLAINED = 0.5


@dataclass(frozen=True, slots=True)
class PhaseCheck:
    """One check of a phase of one source; it never blocks, since a phase only looks."""

    name: str
    asset: PhaseName
    description: str
    look: "Callable[[AnyOutput], Finding]"

    def spec(self) -> dg.AssetCheckSpec:
        """Declares the check to Dagster, once per cell."""
        with preview_features():
            return dg.AssetCheckSpec(
                self.name, asset=self.asset, description=self.description, partitions_def=cells
            )

    def result(self, output: "AnyOutput") -> dg.AssetCheckResult:
        """Looks at a phase inside its own step."""
        return self.look(output).as_result(self.asset, self.name)

    def evaluation(self, cell: Cell, output: "AnyOutput") -> dg.AssetCheckEvaluation:
        """Looks at a phase of one cell among many."""
        return self.look(output).as_evaluation(self.asset, self.name, cell)


def _within_limits(output: "AnyOutput") -> Finding:
    from dmaic_assets.phase_values.measure import MeasureValue
    from dmaic_assets.reports.facts import fields_of

    found = output.value.ctqs if isinstance(output.value, MeasureValue) else ()
    judged = [c for c in found if c.is_within_limit is not None]
    beyond = [(c, c.figures) for c in judged if c.figures and not c.is_within_limit]
    critical = any(figures.is_critical for _, figures in beyond)
    names = ", ".join(c.id for c, _ in beyond[:5])
    words = f"{len(beyond)} of {len(judged)} CTQs are beyond their limit"
    severity = dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN
    own, told = ("id", "units", "defective"), ("share", "upper_limit")
    rows = [{**fields_of(c, own), **fields_of(figures, told)} for c, figures in beyond]
    return Finding(
        passed=not beyond,
        description=f"{words}: {names}" if beyond else words,
        severity=severity,
        metadata={"beyond": table_of(rows, (*own, *told))},
    )


def _no_alarm(output: "AnyOutput") -> Finding:
    from dmaic_assets.phase_values.control import ControlValue
    from dmaic_assets.reports.facts import fields_of

    alarms = output.value.open_alarms if isinstance(output.value, ControlValue) else ()
    words = "; ".join(a.words for a in alarms[:5])
    columns = ("id", "ctq", "file", "words", "owner")
    return Finding(
        passed=not alarms,
        description=f"{len(alarms)} alarms wait for an answer: {words}" if alarms else "no alarm",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"alarms": table_of([fields_of(a, columns) for a in alarms], columns)},
    )


def _has_ctqs(output: "AnyOutput") -> Finding:
    from dmaic_assets.phase_values.define import DefineValue

    ctqs = output.value.ctqs if isinstance(output.value, DefineValue) else ()
    critical = [ctq for ctq in ctqs if ctq.is_critical]
    unowned = sum(not ctq.owner for ctq in critical)
    words = f"{plural(len(ctqs), 'CTQ')}, {len(critical)} critical"
    owners = f"; nobody owns {unowned} of these" if unowned else ""
    return Finding(
        passed=bool(ctqs),
        description=f"{words}{owners}" if ctqs else "nothing is critical to quality yet",
        severity=dg.AssetCheckSeverity.WARN,
    )


def _defects_explained(output: "AnyOutput") -> Finding:
    from dmaic_assets.phase_values.analyze import AnalyzeValue

    value = output.value if isinstance(output.value, AnalyzeValue) else None
    bars = value.pareto.ctq if value else ()
    share = output.metrics.get("explained_share")
    defects = sum(bar.count for bar in bars)
    if not defects or value is None:
        return Finding(passed=True, description="there are no defects to explain")
    cause = f"first cause: {value.top_cause}" if value.top_cause else "no cause was found"
    told = f"the causes found explain {100 * (share or 0.0):.0f} % of the most frequent defects"
    return Finding(
        passed=(share or 0.0) >= EXPLAINED,
        description=f"{told}; {cause}",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"defects": dg.MetadataValue.int(defects)},
    )


def _nothing_asked(output: "AnyOutput") -> Finding:
    from dmaic_assets.phase_values.improve import ImproveValue
    from dmaic_assets.reports.facts import fields_of

    value = output.value if isinstance(output.value, ImproveValue) else None
    requests = value.requests if value else ()
    promoted = sum(p.is_promoted for p in value.proposals) if value else 0
    proposed = len(value.proposals) if value else 0
    did = f"{promoted} of {plural(proposed, 'proposed repair')} promoted"
    waits = "waits" if len(requests) == 1 else "wait"
    asked = f"; {plural(len(requests), 'request')} {waits}: {requests[0].words}" if requests else ""
    columns = ("owner", "file", "rule", "words")
    return Finding(
        passed=not requests,
        description=f"{did}{asked}" if requests or proposed else "there was nothing to repair",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"requests": table_of([fields_of(r, columns) for r in requests], columns)}
        if requests
        else {},
    )


PHASE_CHECKS = (
    PhaseCheck(
        "has_ctqs",
        "define",
        "Something is known to be critical to quality, with limits: proposed from rules and "
        "history, or written in the charter. A warning otherwise.",
        _has_ctqs,
    ),
    PhaseCheck(
        "defects_explained",
        "analyze",
        "The causes that were found explain at least half of the most frequent defects. A warning "
        "otherwise.",
        _defects_explained,
    ),
    PhaseCheck(
        "no_request_waits",
        "improve",
        "No request to an owner waits: what no repair can mend is for them to answer. A warning "
        "otherwise.",
        _nothing_asked,
    ),
    PhaseCheck(
        "ctqs_within_limits",
        "measure",
        "The share of defective units of every CTQ is within the limit that Define fixed. An "
        "error when a critical CTQ is not.",
        _within_limits,
    ),
    PhaseCheck(
        "no_open_alarm",
        "control",
        "No control chart signals, or somebody has told the assignable cause.",
        _no_alarm,
    ),
)
