"""Checks of the asset `entropy`: one for each use that tables may be sure enough for.

What belongs here: what is checked of a run's tables. Limits and verdicts are in the value; no check
blocks, since what is stored is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.assets.partitions import preview_features, runs
from dmaic_assets.defs.checks.cell import Finding
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Json
from dmaic_assets.settings.entropy import USE_CASES, UseCase

if TYPE_CHECKING:
    from dmaic_assets.analysis.values.entropy import ContractVerdict, EntropyValue

ENTROPY = "entropy"
_COLUMNS = ("table", "light", "compliance", "not_kept", "path")


@dataclass(frozen=True, slots=True)
class ContractCheck:
    """One contract: whether every table of a run keeps it."""

    use: UseCase

    @property
    def name(self) -> str:
        """The name that Dagster shows."""
        return f"contract_{self.use}"

    def spec(self) -> dg.AssetCheckSpec:
        """Declares the check to Dagster, once per run."""
        words = (
            f"Every table is sure enough for use that is {self.use.replace('_', ' ')}. A warning "
            "otherwise, with what would help; limits are in config/thresholds.yaml."
        )
        with preview_features():
            return dg.AssetCheckSpec(
                self.name, asset=ENTROPY, description=words, partitions_def=runs
            )

    def look(self, value: "EntropyValue") -> Finding:
        """Looks at all tables."""
        verdicts = {
            name: next(v for v in table.contracts if v.use == self.use)
            for name, table in value.tables.items()
        }
        broken = {name: v for name, v in verdicts.items() if v.violations}
        near = sum(bool(v.warnings) for v in verdicts.values())
        words = f"{len(broken)} of {len(verdicts)} tables: {', '.join(list(broken)[:5])}"
        kept = f"{len(verdicts)} tables keep it" + (f", {near} only just" if near else "")
        rows = [_record(name, verdict) for name, verdict in broken.items()]
        return Finding(
            passed=not broken,
            description=words if broken else kept,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"tables": table_of(rows, _COLUMNS)} if rows else {},
        )


CONTRACT_CHECKS = tuple(ContractCheck(use) for use in USE_CASES)


def contract_results(value: "EntropyValue") -> Iterator[dg.AssetCheckResult]:
    """The results of all contracts inside the step of the asset."""
    return (check.look(value).as_result(ENTROPY, check.name) for check in CONTRACT_CHECKS)


def contract_evaluations(value: "EntropyValue", run_id: str) -> Iterator[dg.AssetCheckEvaluation]:
    """The results of all contracts as events of one run among many."""
    for check in CONTRACT_CHECKS:
        yield check.look(value).as_evaluation(ENTROPY, check.name, run_id)


def _record(name: str, verdict: "ContractVerdict") -> dict[str, Json]:
    broken = [f"{v.dimension} {v.score:.2f} > {v.limit:g}" for v in verdict.violations]
    return {
        "table": name,
        "light": verdict.light,
        "compliance": round(verdict.compliance, 3),
        "not_kept": ", ".join(broken),
        "path": " ".join(verdict.path[:3]),
    }
