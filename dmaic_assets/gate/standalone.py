"""Judges one file by one rule file, without a project: what `dmaic gate FILE` does."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dmaic_assets.errors import BadInputError, UnreadableFileError
from dmaic_assets.gate.cells import no_cells, write_cells
from dmaic_assets.gate.judge import judge
from dmaic_assets.gate.unreadable import unreadable_verdict
from dmaic_assets.model import (
    ColumnType,
    Json,
    RuleSet,
    SchemaChange,
    Thresholds,
    Verdict,
    Violation,
)
from dmaic_assets.phenomena.cadence.rule import continuations
from dmaic_assets.rules.fitting import refuse_misfits
from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.store.effect_files import store_error
from dmaic_assets.table.notation.value_parsers import recipe_of
from dmaic_assets.table.read.discovery import source_file
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.table.types.infer import infer_columns
from dmaic_assets.table.types.null_tokens import null_tokens

# Types that only formats with a schema have; text cannot be read as one.
_UNWRITABLE = ("binary", "nested")


@dataclass(frozen=True, slots=True)
class GateReport:
    """A verdict, and its form as the JSON of the command line."""

    verdict: Verdict

    def payload(self) -> dict[str, Json]:
        """Builds the JSON: verdict, score in [0, 1], row counts, violations, reasons, notes."""
        verdict = self.verdict
        rates: dict[str, Json] = {**verdict.severity_rates}
        violations: list[Json] = [_violation(v) for v in verdict.violations]
        changes: list[Json] = [_schema_change(c) for c in verdict.schema_changes]
        return {
            "verdict": verdict.decision,
            "score": verdict.score,
            "rows": verdict.rows,
            "accepted": verdict.accepted,
            "quarantined": verdict.quarantined,
            "lines_above": verdict.lines_above,
            "rules_evaluated": verdict.rules_evaluated,
            "severity_rates": rates,
            "violations": violations,
            "reasons": list(verdict.reasons),
            "schema_changes": changes,
            "notes": list(verdict.notes),
        }


def gate_file(
    path: Path,
    rules_path: Path,
    *,
    thresholds: Thresholds,
    examples: int = 5,
    cells_path: Path | None = None,
    options: ReadOptions | None = None,
) -> GateReport:
    """Judges a file by the rules of a rule file.

    A file that cannot be parsed is rejected, not refused: that is a verdict too.

    Args:
        path: The file.
        rules_path: The rule file; its column types are what the file's values are read as.
        thresholds: When the file passes.
        examples: Example rows per violation.
        cells_path: Where to write every failing cell as CSV with the header `row,column,rule`.
        options: How the file is written, when that is known.

    Raises:
        BadInputError: The rule file has no meaning, or there is no such file or format.
        StoreError: `cells_path` cannot be written.
    """
    rule_set = load_rules(rules_path)
    history = {t.column: t for t in rule_set.types} if rule_set.baseline else {}
    refuse_misfits(rule_set.rules, history, subject=str(rules_path))
    overrides, expected = _known_types(rule_set, rules_path)
    known = options or ReadOptions()
    intake = IntakeSettings()
    file = source_file(path, source=rule_set.source)
    with tempfile.TemporaryDirectory(prefix="dmaic-") as staging:
        try:
            table = read_table(file, known, intake, staging=Path(staging))
        except UnreadableFileError as error:
            _write_cells(no_cells(), cells_path)
            return GateReport(unreadable_verdict(file, error, thresholds))
        inferred = infer_columns(
            table,
            overrides=overrides,
            expected=expected,
            options=known,
            null_tokens=null_tokens(intake.null_tokens),
            goes_on=continuations(rule_set.rules),
        )
        folder = Path(staging) / "typed"
        typed = apply_types(table, inferred.types, folder=folder, ready=inferred.casts)
        judgement = judge(typed, rule_set, thresholds, examples=examples)
        _write_cells(judgement.cells() if cells_path else no_cells(), cells_path)
    return GateReport(judgement.verdict)


def _schema_change(change: SchemaChange) -> dict[str, Json]:
    return {
        "column": change.column,
        "change": change.change,
        "is_breaking": change.is_breaking,
        "detail": change.detail,
    }


def _known_types(rule_set: RuleSet, path: Path) -> tuple[dict[str, str], tuple[ColumnType, ...]]:
    """What the rule file says of types: by hand (a type without a pattern, a type rule) and learnt.

    Raises:
        BadInputError: A type names a pattern that does not exist.
    """
    learnt = tuple(t for t in rule_set.types if t.pattern)
    said = {t.column: str(t.type) for t in rule_set.types if not t.pattern}
    named = {t.column for t in learnt}
    for rule in rule_set.rules:
        if rule.kind == "type" and rule.is_enabled and rule.columns[0] not in named:
            said.setdefault(rule.columns[0], str(rule.parameters["type"]))
    for column_type in learnt:
        try:
            recipe_of(column_type)
        except KeyError as error:
            raise BadInputError(
                str(path),
                f"type of {column_type.column}: pattern {column_type.pattern} is unknown",
                "Leave pattern out, or learn the rules again.",
            ) from error
    return {c: t for c, t in said.items() if t not in _UNWRITABLE}, learnt


def _write_cells(cells: pl.DataFrame, path: Path | None) -> None:
    if path is None:
        return
    try:
        write_cells(cells, path)
    except OSError as error:
        raise store_error(path, error) from error


def _violation(violation: Violation) -> dict[str, Json]:
    examples: list[Json] = [{"row": e.row, "values": {**e.values}} for e in violation.examples]
    return {
        "rule": violation.rule,
        "kind": violation.kind,
        "columns": list(violation.columns),
        "severity": violation.severity,
        "scope": violation.scope,
        "rows_failed": violation.rows_failed,
        "share": violation.share,
        "is_broken": violation.is_broken,
        "expected": violation.expected,
        "seen": violation.seen,
        "cause": violation.cause,
        "examples": examples,
    }
