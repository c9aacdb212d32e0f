"""Facts of a cell's assets as Dagster metadata: tables, schemas, pictures and links.

What belongs here: how a fact is shown. Which facts there are, `runs.outcomes` says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from dmaic_assets.defs.figures import columns_figure, store_figure, verdict_figure
from dmaic_assets.defs.pictures import row_split, score_bar, share_bars
from dmaic_assets.model import ArtifactRef, AssetName, AssetOutcome, Json, Verdict
from dmaic_assets.settings import Paths

Metadata = dict[str, dg.MetadataValue]

ROW_COUNT = "dagster/row_count"
COLUMN_SCHEMA = "dagster/column_schema"
_SHOWN = 20
_SHOWN_REASONS = 10


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One asset of one cell to be shown: its outcome, and the verdicts of the cell's files."""

    outcome: AssetOutcome
    verdicts: Sequence[Verdict]
    paths: Paths

    @property
    def facts(self) -> Mapping[str, Json]:
        """The outcome's facts by name."""
        return self.outcome.metadata

    @property
    def title(self) -> str:
        """What a page about it is called."""
        cell = self.outcome.cell
        return f"{self.outcome.asset} of {cell.source} in {cell.run_id}"


def metadata_of(exhibit: Exhibit) -> Metadata:
    """Builds the metadata of one asset of one cell; pages that it links to are stored.

    Raises:
        StoreError: The artifacts folder refuses.
    """
    outcome = exhibit.outcome
    common: Metadata = {
        "memoized": dg.MetadataValue.bool(outcome.is_memoized),
        "computed_in_run": dg.MetadataValue.text(outcome.computed_in_run),
        "files": _integer(exhibit, "files"),
        "files_computed": _integer(exhibit, "files_computed"),
    }
    if "rows" in exhibit.facts:
        common[ROW_COUNT] = _integer(exhibit, "rows")
    return {**common, **_SHOWN_BY[outcome.asset](exhibit)}


def page_link(ref: ArtifactRef) -> dg.MetadataValue:
    """Links to a stored page; the address starts at whatever server shows the metadata."""
    return dg.MetadataValue.url(f"/{ref.path}")


def verdict_table(verdicts: Sequence[Verdict]) -> dg.MetadataValue:
    """Shows what the gate said of each file."""
    return table_of(
        [
            {
                "file": v.file_sha256[:16],
                "decision": v.decision,
                "score": round(100 * v.score, 2),
                "rows": v.rows,
                "accepted": v.accepted,
                "quarantined": v.quarantined,
                "rules": v.rules_evaluated,
                "violated": len(v.violations),
            }
            for v in verdicts
        ],
        ("file", "decision", "score", "rows", "accepted", "quarantined", "rules", "violated"),
    )


def violation_table(verdicts: Sequence[Verdict]) -> dg.MetadataValue:
    """Shows the violated rules with an example row each, the broken ones first."""
    found = [(v, violation) for v in verdicts for violation in v.violations]
    found.sort(key=lambda pair: (not pair[1].is_broken, -pair[1].share))
    records: list[dict[str, Json]] = [
        {
            "file": verdict.file_sha256[:16],
            "rule": violation.rule,
            "severity": violation.severity,
            "broken": violation.is_broken,
            "rows failed": violation.rows_failed,
            "share %": round(100 * violation.share, 2),
            "expected": violation.expected,
            "seen": violation.seen,
            "example": "; ".join(
                f"row {e.row}: " + ", ".join(f"{k}={v}" for k, v in e.values.items())
                for e in violation.examples[:1]
            ),
        }
        for verdict, violation in found[:_SHOWN]
    ]
    names = ("file", "rule", "severity", "broken", "rows failed", "share %", "expected", "seen")
    return table_of(records, (*names, "example"))


def reasons_text(verdicts: Sequence[Verdict]) -> dg.MetadataValue:
    """Says in words why files were held or rows set apart."""
    lines = [
        f"- **{v.decision}** `{v.file_sha256[:16]}`: {_escaped(reason)}"
        for v in verdicts
        for reason in v.reasons
    ]
    more = len(lines) - _SHOWN_REASONS
    shown = lines[:_SHOWN_REASONS] + ([f"- and {more} more"] if more > 0 else [])
    return dg.MetadataValue.md("\n".join(shown) or "Every file was accepted whole.")


def table_of(records: Sequence[Mapping[str, Json]], names: Sequence[str]) -> dg.MetadataValue:
    """Shows records as a table with the named columns; what is not plain is spelled out."""
    kinds = {name: _kind([record.get(name) for record in records]) for name in names}
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord({name: _plain(record.get(name)) for name in names})
            for record in records[-100:]
        ],
        schema=dg.TableSchema([dg.TableColumn(name, kinds[name]) for name in names]),
    )


def schema_of(columns: Json) -> dg.MetadataValue:
    """Shows column types as Dagster's own column schema."""
    return dg.MetadataValue.table_schema(
        dg.TableSchema(
            [
                dg.TableColumn(str(c.get("name")), str(c.get("type")), _column_note(c))
                for c in _records(columns)
            ]
        )
    )


def _raw_file(exhibit: Exhibit) -> Metadata:
    names = ("file", "rows", "columns", "format", "size_bytes", "malformed", "problem")
    return {
        "size_bytes": _integer(exhibit, "size_bytes"),
        "malformed_rows": _integer(exhibit, "malformed"),
        "files_read": table_of(_records(exhibit.facts.get("table")), names),
        "dialect": dg.MetadataValue.json(exhibit.facts.get("dialect") or {}),
        "incoming": dg.MetadataValue.path(exhibit.paths.incoming / exhibit.outcome.cell.source),
    }


def _column_types(exhibit: Exhibit) -> Metadata:
    ambiguous = ", ".join(str(name) for name in _items(exhibit.facts.get("ambiguous")))
    return {
        COLUMN_SCHEMA: schema_of(exhibit.facts.get("schema")),
        "ambiguous_columns": dg.MetadataValue.text(ambiguous or "none"),
    }


def _profile(exhibit: Exhibit) -> Metadata:
    columns = _records(exhibit.facts.get("columns"))
    newest = next(reversed(_records(exhibit.facts.get("table"))), {})
    nulls = sorted(((str(c.get("name")), _share(c)) for c in columns), key=lambda pair: -pair[1])
    names = ("name", "type", "null_share", "distinct", "minimum", "maximum", "warnings")
    page = columns_figure(columns, int(_float(newest.get("rows"))), exhibit.title)
    return {
        "profile_score": dg.MetadataValue.float(round(_float(exhibit.facts.get("score")), 4)),
        "nulls": dg.MetadataValue.md(share_bars("Nulls, most first", nulls[:_SHOWN])),
        "columns": table_of(columns, names),
        **_linked(exhibit, page),
    }


def _rule_set(exhibit: Exhibit) -> Metadata:
    facts = exhibit.facts
    return {
        "rules": _integer(exhibit, "rules"),
        "rules_enabled": _integer(exhibit, "enabled"),
        "baseline_files": _integer(exhibit, "baseline_files"),
        "by_severity": dg.MetadataValue.json(facts.get("by_severity") or {}),
        "by_origin": dg.MetadataValue.json(facts.get("by_origin") or {}),
        "notes": dg.MetadataValue.md(_bullets(facts.get("notes"))),
        "rule_file": dg.MetadataValue.path(str(facts.get("rule_file"))),
    }


def _gate_verdict(exhibit: Exhibit) -> Metadata:
    facts, verdicts = exhibit.facts, exhibit.verdicts
    decisions = {str(v.decision) for v in verdicts}
    shown: Metadata = {
        "decision": dg.MetadataValue.text(", ".join(sorted(decisions)) or "none"),
        "score": dg.MetadataValue.float(round(100 * _float(facts.get("score")), 3)),
        "accepted": _integer(exhibit, "accepted"),
        "quarantined": _integer(exhibit, "quarantined"),
        "decisions_of_all_files": dg.MetadataValue.json(facts.get("decisions") or {}),
    }
    if not verdicts:
        return shown
    worst = min(verdicts, key=lambda v: v.score)
    accepted, held = sum(v.accepted for v in verdicts), sum(v.quarantined for v in verdicts)
    pictures = [score_bar(worst.score, worst.thresholds.overall), row_split(accepted, held)]
    return {
        **shown,
        "reasons": reasons_text(verdicts),
        "picture": dg.MetadataValue.md("\n\n".join(pictures)),
        "verdicts": verdict_table(verdicts),
        "violations": violation_table(verdicts),
        **_linked(exhibit, verdict_figure(verdicts, exhibit.title)),
    }


def _accepted_rows(exhibit: Exhibit) -> Metadata:
    source = exhibit.outcome.cell.source
    return {
        COLUMN_SCHEMA: schema_of(exhibit.facts.get("schema")),
        "folder": dg.MetadataValue.path(exhibit.paths.warehouse / "accepted" / source),
        "parquet_files": _paths(exhibit),
        "query": dg.MetadataValue.md(
            f"`duckdb {exhibit.paths.warehouse / 'warehouse.duckdb'} 'from \"{source}\" limit 10'`"
        ),
    }


def _quarantine(exhibit: Exhibit) -> Metadata:
    names = ("file", "rows", "is_held", "path", "reasons")
    return {
        "held_files": _integer(exhibit, "held_files"),
        "folder": dg.MetadataValue.path(exhibit.paths.quarantine / exhibit.outcome.cell.source),
        "quarantined_files": table_of(_records(exhibit.facts.get("table")), names),
    }


_SHOWN_BY: Mapping[AssetName, Callable[[Exhibit], Metadata]] = {
    "raw_file": _raw_file,
    "column_types": _column_types,
    "profile": _profile,
    "rule_set": _rule_set,
    "gate_verdict": _gate_verdict,
    "accepted_rows": _accepted_rows,
    "quarantine": _quarantine,
}


def _linked(exhibit: Exhibit, page: str | None) -> Metadata:
    if page is None:
        return {}
    return {"figure": page_link(store_figure(exhibit.paths.artifacts, page))}


def _paths(exhibit: Exhibit) -> dg.MetadataValue:
    return dg.MetadataValue.json(_items(exhibit.facts.get("paths")))


def _column_note(column: Mapping[str, Json]) -> str | None:
    parts = [str(column[name]) for name in ("pattern", "decided_by", "physical") if name in column]
    return ", ".join(parts) or None


def _integer(exhibit: Exhibit, name: str) -> dg.MetadataValue:
    return dg.MetadataValue.int(int(_float(exhibit.facts.get(name))))


def _float(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _share(column: Mapping[str, Json]) -> float:
    return _float(column.get("null_share"))


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _records(value: Json) -> list[Mapping[str, Json]]:
    return [item for item in _items(value) if isinstance(item, dict)]


def _bullets(value: Json) -> str:
    return "\n".join(f"- {_escaped(str(item))}" for item in _items(value)) or "none"


def _escaped(text: str) -> str:
    """Keeps what files say from acting as Markdown."""
    return "".join(f"\\{c}" if c in r"\`*_[]<>#|" else c for c in text).replace("\n", " ")


def _plain(value: Json) -> "str | int | float | bool | None":
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return str(value) if isinstance(value, dict) else value


def _kind(values: Sequence[Json]) -> str:
    known = {type(value) for value in values if value is not None}
    if known == {bool}:
        return "bool"
    if known and known <= {int}:
        return "int"
    return "float" if known and known <= {int, float} else "string"
