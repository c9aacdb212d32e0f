"""The facts that are recorded of a file's assets beside their values: what tables and pages show.

What belongs here: their shapes, and which of a value's facts are recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dmaic_assets.model import ColumnType, Dialect, FileFormat, Json, Profile, Scalar, Verdict
from dmaic_assets.store.codec import INLINE, LEFT_OUT, to_json

if TYPE_CHECKING:
    from dmaic_assets.work.file.file_work import FileWork


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What was found in a file that can be read.

    `repairs` stands for what changes did to it: a file that none touches has the same facts, and
    the same data version, as without them.
    """

    dialect: Dialect | None = None
    notes: tuple[str, ...] = ()
    repaired: int = 0
    dropped: int = 0
    repairs: str | None = field(default=None, metadata=LEFT_OUT)
    skipped_changes: Json = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class RawFacts:
    """What reading a file found; without rows and columns and with a `problem` when unreadable."""

    file: str
    sha256: str
    size_bytes: int
    format: FileFormat
    rows: int = 0
    columns: int = 0
    malformed: int = 0
    problem: str | None = field(default=None, metadata=LEFT_OUT)
    table: TableFacts | None = field(default=None, metadata=INLINE)


@dataclass(frozen=True, slots=True)
class SchemaColumn:
    """A column's type; `physical` is known of accepted rows, the others of what was inferred."""

    name: str
    type: str
    pattern: str | None = field(default=None, metadata=LEFT_OUT)
    decided_by: str | None = field(default=None, metadata=LEFT_OUT)
    physical: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What tables and figures show of a column's profile; the share of nulls is in [0, 1]."""

    name: str
    type: str
    null_share: float
    distinct: int
    minimum: Scalar = None
    maximum: Scalar = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """The part of a profile that tables and pictures show."""

    rows: int
    score: float
    duplicate_rows: int | None
    columns: tuple[ColumnFacts, ...]
    notes: tuple[str, ...] = ()


def raw_facts(work: "FileWork") -> RawFacts:
    """Tells what reading found."""
    file, problem = work.file, work.problem
    known = (file.path.name, file.sha256, file.size_bytes, file.format)
    if problem is not None:
        return RawFacts(*known, problem=problem.culprit)
    table, repairs = work.table, work.repairs
    return RawFacts(
        *known,
        rows=table.total_rows,
        columns=len(table.columns),
        malformed=len(table.malformed),
        table=TableFacts(
            dialect=table.dialect,
            notes=table.notes,
            repaired=repairs.cell_count if repairs else 0,
            dropped=table.dropped_count,
            repairs=repairs.fingerprint if repairs else None,
            skipped_changes=to_json(work.skipped) if work.skipped else None,
        ),
    )


def type_facts(types: Sequence[ColumnType]) -> dict[str, Json]:
    """The part of column types that the catalog shows."""
    columns = tuple(SchemaColumn(t.column, t.type, t.pattern, t.decided_by) for t in types)
    return {
        "columns": len(types),
        "ambiguous": [t.column for t in types if t.is_ambiguous],
        "schema": to_json(columns),
    }


def profile_facts(profile: Profile) -> ProfileFacts:
    """Picks them out of a profile."""
    columns = tuple(
        ColumnFacts(
            c.column, c.type, c.null_share, c.distinct_count, c.minimum, c.maximum, c.warnings
        )
        for c in profile.columns
    )
    return ProfileFacts(profile.rows, profile.score, profile.duplicate_rows, columns, profile.notes)


def verdict_facts(verdict: Verdict) -> dict[str, Json]:
    """The part of a verdict that tables and pictures show."""
    return {
        "decision": verdict.decision,
        "score": verdict.score,
        "rows": verdict.rows,
        "accepted": verdict.accepted,
        "quarantined": verdict.quarantined,
        "lines_above": verdict.lines_above,
        "rules_evaluated": verdict.rules_evaluated,
        "baseline_files": verdict.baseline_files,
        "violations": len(verdict.violations),
        "reasons": list(verdict.reasons),
        "schema_changes": to_json(verdict.schema_changes),
        "notes": list(verdict.notes),
    }
