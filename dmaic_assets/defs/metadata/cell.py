"""Facts of a cell's assets as Dagster metadata: tables, schemas, pictures and links.

What belongs here: how a fact is shown. Which facts there are, `runs.outcomes` says.
"""

import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from dmaic_assets.defs.metadata.figures import columns_figure, store_figure, verdict_figure
from dmaic_assets.defs.metadata.pictures import row_split, score_bar, share_bars
from dmaic_assets.defs.metadata.tables import (
    JudgedFile,
    items_of,
    reasons_text,
    records_of,
    schema_of,
    table_of,
    verdict_table,
    violation_table,
)
from dmaic_assets.model import ArtifactRef, AssetName, AssetOutcome, Json
from dmaic_assets.reports.markdown import md_code, md_list
from dmaic_assets.settings.project import Paths
from dmaic_assets.table.read.discovery import landing_folders

Metadata = dict[str, dg.MetadataValue]

ROW_COUNT = "dagster/row_count"
COLUMN_SCHEMA = "dagster/column_schema"
_DRIFT = ("rule", "figure", "before", "now", "bound", "used_room", "files_left")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One asset of one cell to be shown: its outcome, and the files that were judged."""

    outcome: AssetOutcome
    files: Sequence[JudgedFile]
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


def page_link(ref: ArtifactRef, words: str = "open the figure") -> dg.MetadataValue:
    """Links to a stored page; the address starts at whatever server shows the metadata."""
    return dg.MetadataValue.md(f"[{words}](/{ref.path})")


def _raw_file(exhibit: Exhibit) -> Metadata:
    names = ("file", "rows", "columns", "format", "size_bytes", "malformed", "problem")
    skipped = records_of(exhibit.facts.get("skipped_changes"))
    unapplied = {"skipped_changes": table_of(skipped, ("file", "change", "why"))} if skipped else {}
    return {
        "size_bytes": _integer(exhibit, "size_bytes"),
        "malformed_rows": _integer(exhibit, "malformed"),
        "files_read": table_of(records_of(exhibit.facts.get("table")), names),
        "dialect": _json(exhibit, "dialect"),
        "incoming": dg.MetadataValue.path(_landing(exhibit)),
        **unapplied,
    }


def _column_types(exhibit: Exhibit) -> Metadata:
    ambiguous = ", ".join(str(name) for name in items_of(exhibit.facts.get("ambiguous")))
    return {
        COLUMN_SCHEMA: schema_of(exhibit.facts.get("schema")),
        "ambiguous_columns": dg.MetadataValue.text(ambiguous or "none"),
    }


def _profile(exhibit: Exhibit) -> Metadata:
    columns = records_of(exhibit.facts.get("columns"))
    newest = next(reversed(records_of(exhibit.facts.get("table"))), {})
    nulls = sorted(((str(c.get("name")), _share(c)) for c in columns), key=lambda pair: -pair[1])
    names = ("name", "type", "null_share", "distinct", "minimum", "maximum", "warnings")
    page = columns_figure(columns, int(_float(newest.get("rows"))), exhibit.title)
    return {
        "profile_score": dg.MetadataValue.float(round(_float(exhibit.facts.get("score")), 4)),
        "nulls": _nulls(nulls),
        "columns": table_of(columns, names),
        **_linked(exhibit, page),
    }


def _rule_set(exhibit: Exhibit) -> Metadata:
    facts = exhibit.facts
    return {
        "rules": _integer(exhibit, "rules"),
        "rules_enabled": _integer(exhibit, "enabled"),
        "baseline_files": _integer(exhibit, "baseline_files"),
        "by_severity": _json(exhibit, "by_severity"),
        "by_origin": _json(exhibit, "by_origin"),
        "notes": dg.MetadataValue.md(_bullets(facts.get("notes"))),
        "drift": table_of(records_of(facts.get("drift")), _DRIFT),
        "rule_file": dg.MetadataValue.path(str(facts.get("rule_file"))),
    }


def _gate_verdict(exhibit: Exhibit) -> Metadata:
    facts, verdicts = exhibit.facts, [file.verdict for file in exhibit.files]
    counts = Counter(verdict.decision for verdict in verdicts)
    decision = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    shown: Metadata = {
        "decision": dg.MetadataValue.text(next(iter(counts)) if len(verdicts) == 1 else decision),
        "score": dg.MetadataValue.float(round(100 * _float(facts.get("score")), 3)),
        "accepted": _integer(exhibit, "accepted"),
        "quarantined": _integer(exhibit, "quarantined"),
    }
    if not verdicts:
        return shown
    worst = min(verdicts, key=lambda v: v.score)
    accepted, held = sum(v.accepted for v in verdicts), sum(v.quarantined for v in verdicts)
    return {
        **shown,
        "reasons": reasons_text(exhibit.files),
        "lowest_score": dg.MetadataValue.md(score_bar(worst.score, worst.thresholds.overall)),
        "rows": dg.MetadataValue.md(row_split(accepted, held)),
        "verdicts": verdict_table(exhibit.files),
        "violations": violation_table(exhibit.files),
        "decisions_of_all_files": _json(exhibit, "decisions"),
        **_linked(exhibit, verdict_figure(verdicts, exhibit.title)),
    }


def _accepted_rows(exhibit: Exhibit) -> Metadata:
    source = exhibit.outcome.cell.source
    store = exhibit.paths.warehouse / "warehouse.duckdb"
    return {
        COLUMN_SCHEMA: schema_of(exhibit.facts.get("schema")),
        "folder": dg.MetadataValue.path(exhibit.paths.warehouse / "accepted" / source),
        "parquet_files": _json(exhibit, "paths"),
        "query": dg.MetadataValue.md(
            md_code(shlex.join(["duckdb", str(store), f'from "{source}" limit 10']))
        ),
    }


def _quarantine(exhibit: Exhibit) -> Metadata:
    names = ("file", "rows", "is_held", "path", "reasons")
    return {
        "held_files": _integer(exhibit, "held_files"),
        "folder": dg.MetadataValue.path(exhibit.paths.quarantine / exhibit.outcome.cell.source),
        "quarantined_files": table_of(records_of(exhibit.facts.get("table")), names),
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


def _nulls(shares: Sequence[tuple[str, float]]) -> dg.MetadataValue:
    having = [(name, share) for name, share in shares if share > 0]
    text = share_bars("Nulls, most first", having) if having else "no column has nulls"
    return dg.MetadataValue.md(text)


def _json(exhibit: Exhibit, name: str) -> dg.MetadataValue:
    value = exhibit.facts.get(name)
    return dg.MetadataValue.json(value if isinstance(value, dict | list) else {})


def _integer(exhibit: Exhibit, name: str) -> dg.MetadataValue:
    return dg.MetadataValue.int(int(_float(exhibit.facts.get(name))))


def _float(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _share(column: Mapping[str, Json]) -> float:
    return _float(column.get("null_share"))


def _bullets(value: Json) -> str:
    return md_list([str(item) for item in items_of(value)]) or "none"


def _landing(exhibit: Exhibit) -> Path:
    """The folder that the source's files land in; its name need not be the source's."""
    incoming, source = exhibit.paths.incoming, exhibit.outcome.cell.source
    return landing_folders(incoming).get(source, incoming / source)
