"""What one run came to, over all its sources.

What belongs here: the asset run_summary, partitioned by run, and how the ledger's record of a run
is shown. The bulk job logs the same event at the end of its run.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import dagster as dg

from dmaic_assets.defs.assets.materialize import asked_partition, refusals_as_failures
from dmaic_assets.defs.assets.partitions import across_sources, runs
from dmaic_assets.defs.automation.conditions import when_versions_change
from dmaic_assets.defs.catalog.events import Made, Materialized
from dmaic_assets.defs.metadata.cell import Metadata, page_link
from dmaic_assets.defs.metadata.figures import run_figure, store_figure
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Json, Verdict
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.runs import RunRecord, get_run
from dmaic_assets.store.ledger.record.verdicts import verdicts as recorded_verdicts
from dmaic_assets.table.spelled_numbers import plural
from dmaic_assets.work.assets.names import RUN_SUMMARY
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as the ledger has it, with the verdicts that it gave."""

    record: RunRecord
    verdicts: Sequence[Verdict]

    @property
    def data_version(self) -> str:
        """A hash of what the run came to; how long it took does not count."""
        facts: list[Json] = [
            [v.source, v.file_sha256, v.decision, v.score, v.rows, v.accepted]
            for v in self.verdicts
        ]
        return sha256_json({"run": self.record.run_id, "verdicts": facts})


def read_summary(platform: Platform, run_id: str) -> RunSummary:
    """Reads what the ledger has of a run, its verdicts by source and file.

    Raises:
        BadInputError: There is no such run.
    """
    record = get_run(platform.ledger, run_id)
    found = [entry.verdict for entry in recorded_verdicts(platform.ledger, run_id=run_id)]
    return RunSummary(record, sorted(found, key=lambda v: (v.source, v.file_sha256)))


def summary_metadata(platform: Platform, summary: RunSummary) -> Metadata:
    """Builds the metadata of a run; the page that it links to is stored.

    Raises:
        StoreError: The artifacts folder refuses.
    """
    per_source = _per_source(summary.verdicts)
    totals = summary.record.totals
    names = ("source", "files", "accept", "quarantine", "reject", "rows", "accepted", "score")
    shown: Metadata = {
        "state": dg.MetadataValue.text(_state(summary.verdicts)),
        "page": dg.MetadataValue.md(f"[open the run]({ServedLinks().run(summary.record.run_id)})"),
        "status": dg.MetadataValue.text(summary.record.status),
        "trigger": dg.MetadataValue.text(summary.record.kind),
        "git_sha": dg.MetadataValue.text(summary.record.git_sha),
        "started": dg.MetadataValue.timestamp(summary.record.started_at),
        "dagster/row_count": dg.MetadataValue.int(sum(v.rows for v in summary.verdicts)),
        "totals": dg.MetadataValue.json(dict(totals)),
        "sources": table_of(list(per_source.values()), names),
    }
    bars = [(name, *_rows_and_score(record)) for name, record in per_source.items()]
    page = run_figure(bars, f"Run {summary.record.run_id}")
    if page is not None:
        shown["figure"] = page_link(store_figure(platform.paths.artifacts, page))
    return shown


def summary_event(platform: Platform, run_id: str, *, pointer: int) -> dg.AssetMaterialization:
    """Builds the catalog event of a run that the bulk job logs.

    Args:
        platform: The stores.
        run_id: Which run.
        pointer: The catalog's newest event, all of the run's cells included.

    Raises:
        BadInputError: There is no such run.
    """
    summary = read_summary(platform, run_id)
    made = replace(
        _made(summary),
        code_version=asset_code(RUN_SUMMARY),
        inputs=dict.fromkeys(ASSETS[RUN_SUMMARY].upstream, summary.data_version),
        pointer=pointer,
    )
    return made.as_event(summary_metadata(platform, summary))


def _made(summary: RunSummary) -> Made:
    return Made(RUN_SUMMARY, summary.record.run_id, summary.data_version)


@dg.asset(
    name=RUN_SUMMARY,
    partitions_def=runs,
    deps=[across_sources(name) for name in ASSETS[RUN_SUMMARY].upstream],
    automation_condition=when_versions_change(),
)
def run_summary(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Materialized:
    """Reads what a run came to from the ledger."""
    run_id = asked_partition(context)
    with refusals_as_failures():
        summary = read_summary(platform, run_id)
    return _made(summary).as_result(summary_metadata(platform, summary))


def _state(verdicts: Sequence[Verdict]) -> str:
    """Says in a line what the run held, or that it held nothing."""
    counts = Counter(v.decision for v in verdicts)
    sources = {v.source for v in verdicts if v.decision == "reject"}
    held = f"{plural(counts['reject'], 'file')} held in {plural(len(sources), 'source')}"
    split = f"{plural(counts['quarantine'], 'file')} split"
    whole = f"{plural(counts['accept'], 'file')} accepted whole"
    told = [held if counts["reject"] else "", split if counts["quarantine"] else "", whole]
    return ", ".join(text for text in told if text)


def _per_source(verdicts: Sequence[Verdict]) -> dict[str, dict[str, Json]]:
    return {
        source: _line(source, [v for v in verdicts if v.source == source])
        for source in sorted({v.source for v in verdicts})
    }


def _line(source: str, verdicts: Sequence[Verdict]) -> dict[str, Json]:
    rows = sum(v.rows for v in verdicts)
    weighted = sum(v.score * v.rows for v in verdicts)
    score = weighted / rows if rows else sum(v.score for v in verdicts) / len(verdicts)
    decisions = [v.decision for v in verdicts]
    return {
        "source": source,
        "files": len(verdicts),
        "accept": decisions.count("accept"),
        "quarantine": decisions.count("quarantine"),
        "reject": decisions.count("reject"),
        "rows": rows,
        "accepted": sum(v.accepted for v in verdicts),
        "score": round(100 * score, 2),
    }


def _rows_and_score(record: Mapping[str, Json]) -> tuple[int, int, float]:
    rows, accepted = int(str(record["rows"])), int(str(record["accepted"]))
    return accepted, rows - accepted, float(str(record["score"])) / 100
