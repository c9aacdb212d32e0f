"""Tables and texts in metadata: what files were judged, how, and why.

What belongs here: the form that Dagster shows. Which asset or check shows what, `metadata` and
`checks` say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.metadata.pictures import SHOWN_IN_PLACE
from dmaic_assets.model import Json, Verdict, Violation
from dmaic_assets.reports.markdown import md_text
from dmaic_assets.work.file.file_facts import SchemaColumn
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.work.run.cell_outcomes import CellResult

# Violations in a table: what one screen shows.
_SHOWN = 20
# Records in a table, the newest: what Dagster's page scrolls through at ease.
_SHOWN_ROWS = 100


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A verdict with the name that people know the file by."""

    name: str
    verdict: Verdict


def judged_files(result: "CellResult", platform: Platform) -> tuple[JudgedFile, ...]:
    """Gives the files of a cell that were judged, each with its name.

    Whoever may look at the catalog sees them: values of columns that tell of persons are kept back.
    """
    names = {file.sha256: file.path.name for file in result.files}
    return tuple(
        JudgedFile(names.get(v.file_sha256, v.file_sha256[:16]), v)
        for v in without_hidden(platform, result.verdicts)
    )


def verdict_table(files: Sequence[JudgedFile]) -> dg.MetadataValue:
    """Shows what the gate said of each file."""
    return table_of(
        [
            {
                "file": file.name,
                "decision": v.decision,
                "score": round(100 * v.score, 2),
                "rows": v.rows,
                "accepted": v.accepted,
                "quarantined": v.quarantined,
                "rules": v.rules_evaluated,
                "violated": len(v.violations),
            }
            for file in files
            for v in (file.verdict,)
        ],
        ("file", "decision", "score", "rows", "accepted", "quarantined", "rules", "violated"),
    )


def violation_table(files: Sequence[JudgedFile]) -> dg.MetadataValue:
    """Shows the violated rules with an example row each, the broken ones first."""
    found = [(file.name, v) for file in files for v in file.verdict.violations]
    found.sort(key=lambda pair: (not pair[1].is_broken, -pair[1].share))
    records: list[dict[str, Json]] = [
        {
            "rule": violation.rule,
            "severity": violation.severity,
            "fails": _extent(violation),
            "seen": violation.seen,
            "example": _example(violation),
            "file": name,
        }
        for name, violation in found[:_SHOWN]
    ]
    return table_of(records, ("rule", "severity", "fails", "seen", "example", "file"))


def reasons_text(files: Sequence[JudgedFile]) -> dg.MetadataValue:
    """Says in words why files were held or rows set apart."""
    lines = [
        f"- **{file.verdict.decision}** {md_text(file.name)}: {md_text(reason)}"
        for file in files
        for reason in file.verdict.reasons
    ]
    shown = ""
    for number, line in enumerate(lines):
        if len(shown) + len(line) > SHOWN_IN_PLACE - 40:
            shown += f"- and {len(lines) - number} more"
            break
        shown += f"{line}\n"
    return dg.MetadataValue.md(shown or "Every file was accepted whole.")


def table_of(records: Sequence[Mapping[str, Json]], names: Sequence[str]) -> dg.MetadataValue:
    """Shows records as a table with the named columns; what is not plain is spelled out."""
    kinds = {name: _kind([record.get(name) for record in records]) for name in names}
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord({name: _plain(record.get(name)) for name in names})
            for record in records[-_SHOWN_ROWS:]
        ],
        schema=dg.TableSchema([dg.TableColumn(name, kinds[name]) for name in names]),
    )


def schema_of(columns: Sequence[SchemaColumn]) -> dg.MetadataValue:
    """Shows column types as Dagster's own column schema."""
    shown = [dg.TableColumn(c.name, c.type, _column_note(c)) for c in columns]
    return dg.MetadataValue.table_schema(dg.TableSchema(shown))


def _extent(violation: Violation) -> str:
    share = f"{100 * violation.share:.3g} % of rows" if violation.scope == "row" else "the file"
    return f"{share}, broken" if violation.is_broken else share


def _example(violation: Violation) -> str:
    return "; ".join(
        f"row {e.row}: " + ", ".join(f"{name}={value}" for name, value in e.values.items())
        for e in violation.examples[:1]
    )


def items_of(value: Json) -> list[Json]:
    """A JSON list's items; none for anything else."""
    return value if isinstance(value, list) else []


def records_of(value: Json) -> list[Mapping[str, Json]]:
    """The objects in a JSON list."""
    return [item for item in items_of(value) if isinstance(item, dict)]


def _plain(value: Json) -> "str | int | float | bool | None":
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return str(value) if isinstance(value, dict) else value


def _kind(values: Sequence[Json]) -> str:
    known = {type(value) for value in values if value is not None}
    if known == {bool}:
        return "bool"
    if known and known <= {int}:
        return "int"
    return "float" if known and known <= {int, float} else "string"


def _column_note(column: SchemaColumn) -> str | None:
    parts = (column.pattern, column.decided_by, column.physical)
    return ", ".join(part for part in parts if part is not None) or None
