"""How the whole project stands, as the catalog is told of it: one asset without partitions.

What belongs here: what is shown of the overview in Dagster. The grid of a cell is green or red for
its own files and grey in the next run; this asset and its check carry what is held until somebody
answers.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.catalog.evaluations import log_events
from dmaic_assets.defs.catalog.events import Made
from dmaic_assets.defs.checks.cell import Finding
from dmaic_assets.defs.metadata.cell import Metadata
from dmaic_assets.defs.metadata.pictures import share_bars
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.errors import DmaicError
from dmaic_assets.model import Json
from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.work.assets.names import OVERVIEW
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.reports.views.overview import OverviewView

NOTHING_HELD = "nothing_held"
_COLUMNS = ("source", "rule", "cause", "held", "split", "rows", "first_file", "answer")
# Groups and steps that are shown: the page has all.
_SHOWN = 20


@contextmanager
def overview_told(context: dg.OpExecutionContext, platform: Platform) -> Generator[None]:
    """Tells the catalog how everything stands once the work inside has ended, refused or not."""
    try:
        yield
    except DmaicError:
        _tell(context, platform)
        raise
    _tell(context, platform)


def overview_metadata(view: "OverviewView") -> Metadata:
    """Builds the metadata: words, a picture, what is held, what to do first, the page."""
    from dmaic_assets.reports.overview.page import headline

    totals = view.totals
    groups: list[dict[str, Json]] = [
        {
            "source": g.source,
            "rule": g.rule,
            "cause": g.cause,
            "held": len(g.held),
            "split": len(g.split),
            "rows": g.rows,
            "first_file": g.files[0].name,
            "answer": g.answer.command or g.answer.says,
        }
        for g in view.held.groups[:_SHOWN]
    ]
    missing = [
        (s.source, s.counts.quarantined / s.counts.rows)
        for s in view.sources
        if s.counts and s.counts.quarantined and s.counts.rows
    ]
    steps = "\n".join(f"- {step.source or 'project'}: {step.says}" for step in view.steps[:_SHOWN])
    shown: Metadata = {
        "state": dg.MetadataValue.text(headline(view)),
        "page": dg.MetadataValue.md(f"[open the overview]({ServedLinks().overview()})"),
        "files_held": dg.MetadataValue.int(totals.held),
        "rows_not_in_the_warehouse": dg.MetadataValue.int(view.held.rows),
        "sources_overdue": dg.MetadataValue.int(totals.overdue),
        "open_alarms": dg.MetadataValue.int(totals.open_alarms),
        "dagster/row_count": dg.MetadataValue.int(totals.accepted),
    }
    if groups:
        shown["held"] = table_of(groups, _COLUMNS)
    if missing:
        shown["rows_missing"] = dg.MetadataValue.md(share_bars("Share of rows missing", missing))
    if steps:
        shown["first"] = dg.MetadataValue.text(steps)
    return shown


def overview_finding(view: "OverviewView") -> Finding:
    """Says whether everything is in the warehouse: an error for held files, a warning for rows."""
    held = view.held
    first = next(iter(held.groups), None)
    worst = (
        f"; most harmful: {first.source} {first.rule}"
        + (f" ({first.cause})" if first.cause else "")
        if first
        else ""
    )
    return Finding(
        passed=not held.sources,
        severity=dg.AssetCheckSeverity.ERROR if held.files else dg.AssetCheckSeverity.WARN,
        description=f"{held.sentence}{worst}",
        metadata={
            "files_held": dg.MetadataValue.int(held.files),
            "sources": dg.MetadataValue.int(len(held.sources)),
            "rows": dg.MetadataValue.int(held.rows),
        },
    )


def overview_version(view: "OverviewView") -> str:
    """A hash of what the overview says; when it was looked does not count."""
    return sha256_json({"totals": to_json(view.totals), "held": to_json(view.held)})


def _tell(context: dg.OpExecutionContext, platform: Platform) -> None:
    """Writes the page and logs the two events; what refuses is a warning, the work is done."""
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.reports.overview.publish import publish_overview
    from dmaic_assets.reports.views.overview import read_overview

    try:
        view = read_overview(platform)
        publish_overview(platform.paths, view)
    except DmaicError as refusal:
        context.log.warning("the overview could not be made: %s", refusal)
        return
    made = Made(OVERVIEW, None, overview_version(view), asset_code(OVERVIEW))
    evaluation = overview_finding(view).as_evaluation(OVERVIEW, NOTHING_HELD, None)
    log_events(context, (made.as_event(overview_metadata(view)), evaluation))
