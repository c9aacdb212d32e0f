"""Facts of a cell's assets as Dagster metadata: tables, schemas, pictures and links.

What belongs here: how a fact is shown. Which facts there are, `runs.outcomes` says.
"""

import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

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
from dmaic_assets.model import ArtifactRef, AssetOutcome, Json, Verdict
from dmaic_assets.reports.markdown import md_code, md_list, md_text
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.codec import from_json
from dmaic_assets.table.read.discovery import landing_folders
from dmaic_assets.work.assets.asset import Form, Shown
from dmaic_assets.work.assets.cell_facts import counts_of
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.file.file_facts import ColumnFacts, SchemaColumn
from dmaic_assets.work.kept_back.columns import KEPT_BACK, HiddenColumns

Metadata = dict[str, dg.MetadataValue]

ROW_COUNT = "dagster/row_count"
_EXTREMES = ("minimum", "maximum")
# Of files that no verdict of the cell is about.
_SEE_PAGE = "the page of the source tells why"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One asset of one cell to be shown: its outcome, and the files that were judged.

    `deciding` tells whose values are kept back: whoever may look at the catalog sees what is shown.
    """

    outcome: AssetOutcome
    files: Sequence[JudgedFile]
    paths: Paths
    deciding: HiddenColumns

    @property
    def facts(self) -> Mapping[str, Json]:
        """The outcome's facts by name."""
        return self.outcome.metadata

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """The verdicts of the files that were judged."""
        return [file.verdict for file in self.files]

    @property
    def source(self) -> str:
        """The source of its cell."""
        return self.outcome.cell.source

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
    outcome, counts = exhibit.outcome, counts_of(exhibit.outcome)
    common: Metadata = {
        "memoized": dg.MetadataValue.bool(outcome.is_memoized),
        "computed_in_run": dg.MetadataValue.text(outcome.computed_in_run),
        "files": dg.MetadataValue.int(counts.files),
        "files_computed": dg.MetadataValue.int(counts.files_computed),
    }
    if counts.rows is not None:
        common[ROW_COUNT] = dg.MetadataValue.int(counts.rows)
    address = ServedLinks().source(exhibit.source)
    common["page"] = dg.MetadataValue.md(f"[open {md_text(exhibit.source)}]({address})")
    drawn = {shown.name: _drawn(exhibit, shown) for shown in ASSETS[outcome.asset].shown}
    return {**common, **{name: value for name, value in drawn.items() if value is not None}}


def page_link(ref: ArtifactRef, words: str = "open the figure") -> dg.MetadataValue:
    """Links to a stored page; the address starts at whatever server shows the metadata."""
    return dg.MetadataValue.md(f"[{words}]({ServedLinks().artifact(ref.path)})")


def _table(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue:
    return table_of(records_of(_fact(exhibit, shown)), shown.columns)


def _table_if_any(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue | None:
    return _table(exhibit, shown) if records_of(_fact(exhibit, shown)) else None


def _column_table(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue:
    """The columns of a profile; the least and greatest values of persons are kept back.

    So are those of texts as long as nobody knows what they mean: any may be somebody's name.
    """
    records = records_of(_fact(exhibit, shown))
    hidden = exhibit.deciding.of(exhibit.source, [str(r.get("name")) for r in records])
    texts = [str(r.get("name")) for r in records if r.get("type") == "text"]
    hidden |= exhibit.deciding.unasked(exhibit.source, texts)
    told = [
        {**r, **{name: KEPT_BACK for name in _EXTREMES if r.get(name) is not None}}
        if r.get("name") in hidden
        else r
        for r in records
    ]
    return table_of(told, shown.columns)


def _quarantined_files(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue | None:
    """What is held and set apart, with reasons as the verdicts tell them that may be shown."""
    reasons = {v.file_sha256[:16]: list(v.reasons) for v in exhibit.verdicts}
    records: list[Mapping[str, Json]] = []
    for record in records_of(_fact(exhibit, shown)):
        # The folder of a file in quarantine is named by its content.
        file = PurePosixPath(str(record.get("path"))).parent.name
        records.append({**record, "reasons": [*reasons.get(file, [_SEE_PAGE])]})
    return table_of(records, shown.columns) if records else None


def _words(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue:
    words = ", ".join(str(item) for item in items_of(_fact(exhibit, shown)))
    return dg.MetadataValue.text(words or "none")


def _null_bars(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue:
    columns = _columns(exhibit, shown)
    nulls = sorted(((c.name, c.null_share) for c in columns), key=lambda pair: -pair[1])
    having = [(name, share) for name, share in nulls if share > 0]
    text = share_bars("Nulls, most first", having) if having else "no column has nulls"
    return dg.MetadataValue.md(text)


def _columns_figure(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue | None:
    newest = next(reversed(records_of(exhibit.facts.get("table"))), {})
    rows = int(_float(newest.get("rows")))
    return _linked(exhibit, columns_figure(_columns(exhibit, shown), rows, exhibit.title))


def _columns(exhibit: Exhibit, shown: Shown) -> tuple[ColumnFacts, ...]:
    return from_json(tuple[ColumnFacts, ...], _fact(exhibit, shown) or [])


def _decision(exhibit: Exhibit, _shown: Shown) -> dg.MetadataValue:
    counts = Counter(verdict.decision for verdict in exhibit.verdicts)
    words = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    return dg.MetadataValue.text(next(iter(counts)) if len(exhibit.verdicts) == 1 else words)


def _lowest_score(exhibit: Exhibit, _shown: Shown) -> dg.MetadataValue:
    worst = min(exhibit.verdicts, key=lambda v: v.score)
    return dg.MetadataValue.md(score_bar(worst.score, worst.thresholds.overall))


def _row_split(exhibit: Exhibit, _shown: Shown) -> dg.MetadataValue:
    accepted = sum(v.accepted for v in exhibit.verdicts)
    return dg.MetadataValue.md(row_split(accepted, sum(v.quarantined for v in exhibit.verdicts)))


def _verdict_figure(exhibit: Exhibit, _shown: Shown) -> dg.MetadataValue | None:
    return _linked(exhibit, verdict_figure(exhibit.verdicts, exhibit.title))


def _query(exhibit: Exhibit, _shown: Shown) -> dg.MetadataValue:
    store = exhibit.paths.warehouse / "warehouse.duckdb"
    command = shlex.join(["duckdb", str(store), f'from "{exhibit.source}" limit 10'])
    return dg.MetadataValue.md(md_code(command))


_Draw: TypeAlias = Callable[[Exhibit, Shown], dg.MetadataValue | None]
_FORMS: Mapping[Form, _Draw] = {
    "count": lambda e, s: _integer(_fact(e, s)),
    "share": lambda e, s: dg.MetadataValue.float(round(_float(_fact(e, s)), 4)),
    "percent": lambda e, s: dg.MetadataValue.float(round(100 * _float(_fact(e, s)), 3)),
    "json": lambda e, s: _json(_fact(e, s)),
    "rule file": lambda e, _: dg.MetadataValue.path(e.paths.rules / f"{e.source}.yaml"),
    "words": _words,
    "bullets": lambda e, s: dg.MetadataValue.md(_bullets(_fact(e, s))),
    "schema": lambda e, s: schema_of(from_json(tuple[SchemaColumn, ...], _fact(e, s) or [])),
    "table": _table,
    "table, if any": _table_if_any,
    "columns": _column_table,
    "quarantined files": _quarantined_files,
    "landing folder": lambda e, _: dg.MetadataValue.path(_landing(e)),
    "accepted folder": lambda e, _: dg.MetadataValue.path(
        e.paths.warehouse / "accepted" / e.source
    ),
    "quarantine folder": lambda e, _: dg.MetadataValue.path(e.paths.quarantine / e.source),
    "query": _query,
    "null bars": _null_bars,
    "columns figure": _columns_figure,
    "decision": _decision,
}
# What only verdicts can tell; a cell without any shows none of it.
_OF_VERDICTS: Mapping[Form, _Draw] = {
    "reasons": lambda e, _: reasons_text(e.files),
    "lowest score": _lowest_score,
    "row split": _row_split,
    "verdicts": lambda e, _: verdict_table(e.files),
    "violations": lambda e, _: (
        violation_table(e.files) if any(v.violations for v in e.verdicts) else None
    ),
    "decisions": lambda e, s: _json(_fact(e, s)),
    "verdict figure": _verdict_figure,
}


def _drawn(exhibit: Exhibit, shown: Shown) -> dg.MetadataValue | None:
    if shown.form in _FORMS:
        return _FORMS[shown.form](exhibit, shown)
    return _OF_VERDICTS[shown.form](exhibit, shown) if exhibit.verdicts else None


def _fact(exhibit: Exhibit, shown: Shown) -> Json:
    return exhibit.facts.get(shown.fact or shown.name)


def _linked(exhibit: Exhibit, page: str | None) -> dg.MetadataValue | None:
    return None if page is None else page_link(store_figure(exhibit.paths.artifacts, page))


def _json(value: Json) -> dg.MetadataValue:
    return dg.MetadataValue.json(value if isinstance(value, dict | list) else {})


def _integer(value: Json) -> dg.MetadataValue:
    return dg.MetadataValue.int(int(_float(value)))


def _float(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _bullets(value: Json) -> str:
    return md_list([str(item) for item in items_of(value)]) or "none"


def _landing(exhibit: Exhibit) -> Path:
    """The folder that the source's files land in; its name need not be the source's."""
    incoming, source = exhibit.paths.incoming, exhibit.outcome.cell.source
    return landing_folders(incoming).get(source, incoming / source)
