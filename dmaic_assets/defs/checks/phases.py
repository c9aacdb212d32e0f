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

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.phase import AnyOutput


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


PHASE_CHECKS = (
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
