"""Asset checks of a cell: one table of them, from which specs and results both come.

What belongs here: what is checked, how bad a failure is, and what it shows. A failing check is
data; severity follows the verdict. The gate itself holds in `runs`, not here.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import dagster as dg

from dmaic_assets.defs.assets.partitions import cells, key_of, preview_features
from dmaic_assets.defs.metadata.tables import (
    JudgedFile,
    table_of,
    verdict_table,
    violation_table,
)
from dmaic_assets.model import AssetName, Cell, Verdict
from dmaic_assets.work.assets.names import ACCEPTED_ROWS, GATE_VERDICT

# Reasons named in a check's description.
_SHOWN_REASONS = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `severity` counts only when it did not pass."""

    passed: bool
    description: str
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
    metadata: dict[str, dg.MetadataValue] = field(default_factory=dict)

    def as_result(self, asset: str, name: str) -> dg.AssetCheckResult:
        """Spells the finding as the result of a check's own step."""
        return dg.AssetCheckResult(
            asset_key=asset,
            check_name=name,
            passed=self.passed,
            severity=self.severity,
            description=self.description,
            metadata=self.metadata,
        )

    def as_evaluation(
        self, asset: str, name: str, partition: Cell | str | None, *, is_blocking: bool = False
    ) -> dg.AssetCheckEvaluation:
        """Spells the finding as an event of one cell or run among many, or of the project."""
        key = key_of(partition) if isinstance(partition, Cell) else partition
        return dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(asset),
            check_name=name,
            passed=self.passed,
            severity=self.severity,
            description=self.description,
            metadata=self.metadata,
            blocking=is_blocking,
            partition=None if key is None else str(key),
        )


@dataclass(frozen=True, slots=True)
class CellCheck:
    """One check: its asset, its meaning, and how it looks at the judged files of a cell."""

    name: str
    asset: AssetName
    description: str
    look: Callable[[Sequence[JudgedFile]], Finding]
    is_blocking: bool = False

    @property
    def key(self) -> dg.AssetCheckKey:
        """Dagster's key of it."""
        return dg.AssetCheckKey(dg.AssetKey(self.asset), self.name)

    def spec(self) -> dg.AssetCheckSpec:
        """Declares the check to Dagster, once per cell."""
        with preview_features():
            return dg.AssetCheckSpec(
                self.name,
                asset=self.asset,
                description=self.description,
                blocking=self.is_blocking,
                partitions_def=cells,
            )

    def result(self, files: Sequence[JudgedFile]) -> dg.AssetCheckResult:
        """Looks at the files inside a step of the check's own."""
        return self.look(files).as_result(self.asset, self.name)

    def evaluation(self, cell: Cell, files: Sequence[JudgedFile]) -> dg.AssetCheckEvaluation:
        """Looks at the files of one cell among many; never stops the others."""
        found = self.look(files)
        return found.as_evaluation(self.asset, self.name, cell, is_blocking=self.is_blocking)


def is_closed(files: Sequence[JudgedFile]) -> bool:
    """Tells whether the gate lets nothing of a cell into the warehouse."""
    return bool(files) and all(file.verdict.decision == "reject" for file in files)


def results(
    checks: Sequence[CellCheck], files: Sequence[JudgedFile], wanted: AbstractSet[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckResult]:
    """Gives the results of those checks that a step was asked for."""
    return (check.result(files) for check in checks if check.key in wanted)


def _gate_is_open(files: Sequence[JudgedFile]) -> Finding:
    held = sum(file.verdict.decision == "reject" for file in files)
    words = f"{held} of {len(files)} files held" if files else "no file was judged yet"
    closed = is_closed(files)
    return Finding(
        passed=not closed,
        description=f"{words}; {'nothing' if closed else 'the rest'} may be stored",
        metadata={"verdicts": verdict_table(files)} if closed else {},
    )


def _passes_thresholds(files: Sequence[JudgedFile]) -> Finding:
    verdicts = [file.verdict for file in files]
    held = [v for v in verdicts if v.decision == "reject"]
    split = [v for v in verdicts if v.decision == "quarantine"]
    score = min((v.score for v in verdicts), default=1.0)
    if held:
        description = f"{len(held)} of {len(verdicts)} files are held: {_first_reason(held)}"
    elif split:
        rows = sum(v.quarantined for v in split)
        words = f"{rows:,} rows in quarantine, from {len(split)} of {len(verdicts)} files"
        description = f"{words}: {_first_reason(split)}"
    else:
        description = f"{len(verdicts)} files accepted whole"
    shown: dict[str, dg.MetadataValue] = {
        "reasons": dg.MetadataValue.text(_all_reasons(files)),
        "verdicts": verdict_table(files),
        "violations": violation_table(files),
    }
    return Finding(
        passed=not held and not split,
        severity=dg.AssetCheckSeverity.ERROR if held else dg.AssetCheckSeverity.WARN,
        description=description,
        metadata={
            "score": dg.MetadataValue.float(round(100 * score, 3)),
            **(shown if held or split else {}),
        },
    )


def schema_as_expected(files: Sequence[JudgedFile]) -> Finding:
    """Whether the columns are those of the files before."""
    changes = [(file.name, change) for file in files for change in file.verdict.schema_changes]
    breaking = [c.column for _, c in changes if c.is_breaking]
    words = [f"{len(breaking)} breaking", f"{len(changes) - len(breaking)} other changes"]
    shown = table_of(
        [
            {
                "file": name,
                "column": c.column,
                "change": c.change,
                "breaking": c.is_breaking,
                "detail": c.detail,
            }
            for name, c in changes
        ],
        ("file", "column", "change", "breaking", "detail"),
    )
    return Finding(
        passed=not changes,
        severity=dg.AssetCheckSeverity.ERROR if breaking else dg.AssetCheckSeverity.WARN,
        description=", ".join(words) if changes else "columns are those of the files before",
        metadata={
            "changes": dg.MetadataValue.int(len(changes)),
            **({"schema_changes": shown} if changes else {}),
        },
    )


def _rows_add_up(files: Sequence[JudgedFile]) -> Finding:
    verdicts = [file.verdict for file in files]
    accepted, held = sum(v.accepted for v in verdicts), sum(v.quarantined for v in verdicts)
    rows = sum(v.rows for v in verdicts)
    is_whole = all(v.accepted + v.quarantined == v.rows for v in verdicts)
    return Finding(
        passed=is_whole,
        description=f"{accepted:,} accepted + {held:,} in quarantine = {rows:,} in the files"
        if is_whole
        else f"{accepted:,} accepted + {held:,} in quarantine, but {rows:,} in the files",
        metadata={
            "rows": dg.MetadataValue.int(rows),
            "accepted": dg.MetadataValue.int(accepted),
            "quarantined": dg.MetadataValue.int(held),
        },
    )


def _all_reasons(files: Sequence[JudgedFile]) -> str:
    # The checks' page hides Markdown behind a link, but not text.
    reasons = [f"{file.name}: {reason}" for file in files for reason in file.verdict.reasons]
    more = f"; and {len(reasons) - _SHOWN_REASONS} more" if len(reasons) > _SHOWN_REASONS else ""
    return ("; ".join(reasons[:_SHOWN_REASONS]) or "every file was accepted whole") + more


def _first_reason(verdicts: Sequence[Verdict]) -> str:
    return next((reason for v in verdicts for reason in v.reasons), "see the violated rules")


GATE_CHECKS = (
    CellCheck(
        "gate_is_open",
        GATE_VERDICT,
        "At least one file of the cell may enter the warehouse. Blocks `accepted_rows` otherwise.",
        _gate_is_open,
        is_blocking=True,
    ),
    CellCheck(
        "passes_thresholds",
        GATE_VERDICT,
        "Every file reaches the thresholds of its source. An error when a file is held, a warning "
        "when only some of its rows are in quarantine.",
        _passes_thresholds,
    ),
    CellCheck(
        "schema_as_expected",
        GATE_VERDICT,
        "The columns are those of the files before. An error when a column is gone or of another "
        "type, a warning when one was added or moved.",
        schema_as_expected,
    ),
)
ROW_CHECKS = (
    CellCheck(
        "rows_add_up",
        ACCEPTED_ROWS,
        "Accepted and quarantined rows together are exactly the rows of the files.",
        _rows_add_up,
    ),
)
CELL_CHECKS = (*GATE_CHECKS, *ROW_CHECKS)
