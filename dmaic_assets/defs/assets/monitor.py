"""How all files of the project stand after a run, and the page that shows it.

What belongs here: the asset monitor, partitioned by run. A bulk run logs the figures, which the
ledger adds up in one statement; the page is written when the asset is materialized by hand, by
`dmaic monitor`, and live by `dmaic serve`. It looks at the clock, so no page is ever memoized.
"""

from dataclasses import replace

import dagster as dg

from dmaic_assets.defs.assets.materialize import asked_partition, refusals_as_failures
from dmaic_assets.defs.assets.partitions import across_sources, runs
from dmaic_assets.defs.catalog.events import Made, Materialized
from dmaic_assets.defs.metadata.cell import ROW_COUNT, Metadata, page_link
from dmaic_assets.defs.metadata.figures import store_figure
from dmaic_assets.defs.metadata.pictures import passed_bars
from dmaic_assets.model import SEVERITIES
from dmaic_assets.reports.page.links import MONITOR_FILE, NoLinks, ServedLinks
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.file_queries import Standing, standing_of_all
from dmaic_assets.work.assets.names import MONITOR
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform


def monitor_event(platform: Platform, run_id: str, *, pointer: int) -> dg.AssetMaterialization:
    """Builds the catalog event that the bulk job logs after a run.

    Args:
        platform: The stores.
        run_id: Which run.
        pointer: The catalog's newest event, all of the run's cells included.
    """
    standing = standing_of_all(platform.ledger)
    made = _made(run_id, standing)
    made = replace(
        made,
        code_version=asset_code(MONITOR),
        inputs=dict.fromkeys(ASSETS[MONITOR].upstream, made.data_version),
        pointer=pointer,
    )
    return made.as_event(_metadata(standing))


@dg.asset(
    name=MONITOR,
    partitions_def=runs,
    deps=[across_sources(name) for name in ASSETS[MONITOR].upstream],
)
def monitor(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Materialized:
    """Writes the page of the monitor as things stand now."""
    run_id = asked_partition(context)
    with refusals_as_failures():
        standing = standing_of_all(platform.ledger)
        shown = {**_metadata(standing), **_write(platform)}
    return _made(run_id, standing).as_result(shown)


def _made(run_id: str, standing: Standing) -> Made:
    return Made(MONITOR, run_id, sha256_json({"run": run_id, "standing": list(standing)}))


def _metadata(standing: Standing) -> Metadata:
    files, rows = standing.files, standing.rows
    passed = standing.accepted_files + standing.split_files
    score = standing.score_times_rows / rows if rows else None
    shown: Metadata = {
        "files": dg.MetadataValue.int(files),
        "files_passed": dg.MetadataValue.int(passed),
        "files_held": dg.MetadataValue.int(standing.held_files),
        ROW_COUNT: dg.MetadataValue.int(rows),
        "rows_accepted": dg.MetadataValue.int(standing.accepted),
        "monitor": dg.MetadataValue.md(f"[open the monitor]({ServedLinks().monitor()})"),
    }
    if score is not None:
        shown["score"] = dg.MetadataValue.float(round(100 * score, 2))
        shares = (
            (f"{passed:,} of {files:,} files passed", passed / files),
            (f"{standing.accepted:,} of {rows:,} rows accepted", standing.accepted / rows),
        )
        shown["standing"] = dg.MetadataValue.md(passed_bars(shares))
    return shown


def _write(platform: Platform) -> Metadata:
    """Writes the page into the reports, and keeps one among the artifacts for the UI's link."""
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.reports.monitor.page import monitor_page, write_monitor
    from dmaic_assets.reports.page.scripts import ARTIFACT_SCRIPTS
    from dmaic_assets.reports.views.monitor.read import read_monitor

    view = read_monitor(platform)
    page = platform.paths.reports / MONITOR_FILE
    write_monitor(page, view, NoLinks())
    stored = store_figure(platform.paths.artifacts, monitor_page(view, NoLinks(), ARTIFACT_SCRIPTS))
    return {
        "page": page_link(stored, "open this page"),
        "report": dg.MetadataValue.path(page),
        **{
            f"alerts_{severity}": dg.MetadataValue.int(view.alerts.counts.get(severity, 0))
            for severity in SEVERITIES
        },
    }
