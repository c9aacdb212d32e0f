"""Evidence built from literal values: files with rules, failing cells and facts of reading."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from dmaic_assets.gate.cells import no_cells
from dmaic_assets.model import ColumnType, Json, Rule, RuleSet, Thresholds, Verdict, Violation
from dmaic_assets.process.evidence import FileEvidence, SourceEvidence
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.store.codec import from_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.table.text_table import ROW
from dmaic_assets.work.file.file_facts import RawFacts

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rule(key: str, kind: str, *columns: str, **given: Json) -> Rule:
    return Rule(key, kind, columns, "medium", "learnt", given)


def text_or(column: str, type_name: str) -> ColumnType:
    return ColumnType(column, type_name, "String", type_name, "automatic", 1.0, "")  # pyright: ignore


def violation(key: str, *, scope: str = "row", rows: int = 0) -> Violation:
    return Violation(
        key,
        "not_null",
        (),
        "medium",
        scope,
        rows,
        0.1,
        True,
        "expected",
        "seen",  # pyright: ignore
    )


def file_of(
    name: str = "a.csv",
    *,
    rows: int = 10,
    rules: Sequence[Rule] = (),
    cells: Sequence[tuple[int, str, str]] = (),
    raw: Mapping[str, Json] | None = None,
    types: Sequence[ColumnType] = (),
    violations: Sequence[Violation] = (),
) -> FileEvidence:
    """Makes one file; `cells` are (data row, column, rule)."""
    apart = len({row for row, _, _ in cells})
    verdict = Verdict(
        source="orders",
        file_sha256=name,
        decision="quarantine" if apart else "accept",
        score=1.0,
        rows=rows,
        accepted=rows - apart,
        quarantined=apart,
        violations=tuple(violations),
        severity_rates={},
        thresholds=Thresholds(),
        rules_evaluated=len(rules),
        baseline_files=3,
    )
    failing = pl.DataFrame(list(cells), schema=list(no_cells().columns), orient="row")
    return FileEvidence(
        arrival=arrival(name, rows),
        verdict=verdict,
        rule_set=RuleSet("orders", tuple(rules), baseline=("x", "y", "z")),
        types=tuple(types),
        raw=from_json(
            RawFacts, {"file": name, "sha256": "0", "size_bytes": 1, "format": "csv", **(raw or {})}
        ),
        failing=failing.cast(dict(no_cells().schema)),  # pyright: ignore[reportArgumentType]
    )


def arrival(name: str, rows: int) -> Arrival:
    return Arrival(
        source="orders",
        sha256=name,
        sequence=1,
        name=name,
        path=name,
        location=name,
        size_bytes=1,
        format="csv",
        is_owned=False,
        disposition="accepted",
        accepted_version=None,
        accepted_path=None,
        types=None,
        file_key=name,
        run_id="r",
        settled_run="r",
        replaced_by=None,
        rows=rows,
        accepted=rows,
        quarantined=0,
        score=1.0,
        first_seen_at=NOW,
        updated_at=NOW,
    )


def source_of(*files: FileEvidence, **settings: object) -> SourceEvidence:
    return SourceEvidence(
        "orders", SourceSettings.model_validate({"name": "orders", **settings}), files
    )


def with_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers the data rows from 0, as readers do."""
    return frame.with_row_index(ROW)
