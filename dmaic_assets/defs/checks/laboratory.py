"""Checks on the trials of hash maps: the watchdog's bounds, and the last figure of this machine.

What belongs here: what is checked of a trial matrix. Specs and results come from one table; no
check blocks, since a benchmark only looks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.assets.partitions import cells, preview_features
from dmaic_assets.defs.checks.cell import Finding
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Cell, Json
from dmaic_assets.work.assets.names import HASHMAP_TRIALS

if TYPE_CHECKING:
    from dmaic_assets.work.laboratory.values import LaboratoryValue, Trial


@dataclass(frozen=True, slots=True)
class LaboratoryCheck:
    """One check of a trial matrix: which trials fail it, and what it shows of them."""

    name: str
    description: str
    passed: str
    is_failing: "Callable[[Trial], bool]"
    columns: tuple[str, ...]

    def spec(self) -> dg.AssetCheckSpec:
        """Declares the check to Dagster, once per cell."""
        with preview_features():
            return dg.AssetCheckSpec(
                self.name, asset=HASHMAP_TRIALS, description=self.description, partitions_def=cells
            )

    def result(self, value: "LaboratoryValue") -> dg.AssetCheckResult:
        """Looks at a matrix inside its own step."""
        return self._look(value).as_result(HASHMAP_TRIALS, self.name)

    def evaluation(self, cell: Cell, value: "LaboratoryValue") -> dg.AssetCheckEvaluation:
        """Looks at the matrix of one cell among many."""
        return self._look(value).as_evaluation(HASHMAP_TRIALS, self.name, cell)

    def _look(self, value: "LaboratoryValue") -> Finding:
        from dmaic_assets.reports.facts import fields_of
        from dmaic_assets.work.laboratory.values import TrialsValue

        trials = value.trials if isinstance(value, TrialsValue) else ()
        found = [trial for trial in trials if self.is_failing(trial)]
        rows: list[dict[str, Json]] = [fields_of(trial, self.columns) for trial in found]
        names = ", ".join(f"{trial.use} on {trial.kind}" for trial in found[:5])
        words = f"{len(found)} of {len(trials)} trials: {names}"
        return Finding(
            passed=not found,
            description=words if found else f"{len(trials)} trials {self.passed}",
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"trials": table_of(rows, self.columns)},
        )


LABORATORY_CHECKS = (
    LaboratoryCheck(
        "watchdog_is_silent",
        "No map of a trial is beyond a limit of the watchdog: load, places that a search looks at, "
        "tombstones. A warning otherwise.",
        "are within all limits",
        lambda trial: bool(trial.alerts),
        ("use", "kind", "load", "probes", "probe_ratio", "alerts"),
    ),
    LaboratoryCheck(
        "no_slower_than_before",
        "No trial takes more than 10 % longer than the last figure of the same machine and "
        "workload, in any of its rounds. A warning otherwise.",
        "are as fast as before, or the first of their kind",
        lambda trial: trial.is_regressed,
        ("use", "kind", "before", "fastest"),
    ),
)
