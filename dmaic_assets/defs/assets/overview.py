"""How the whole project stands, as an asset without partitions and a check that carries the state.

What belongs here: the asset overview. Every run of ours tells the same events at its end; a step
of its own looks again, for instance after somebody answered an alarm.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.catalog.overview_events import (
    NOTHING_HELD,
    overview_finding,
    overview_metadata,
    overview_version,
)
from dmaic_assets.work.assets.names import OVERVIEW
from dmaic_assets.work.run.platform import Platform


@dg.asset(
    name=OVERVIEW,
    check_specs=[
        dg.AssetCheckSpec(
            NOTHING_HELD,
            asset=OVERVIEW,
            description="Nothing that came waits for a word of people. An error while a file is "
            "held whole, a warning while rows of files are set apart.",
        )
    ],
)
def overview(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """Reads how every source stands, and writes data/reports/index.html."""
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.reports.overview.publish import publish_overview
    from dmaic_assets.reports.views.overview import read_overview

    with refusals_as_failures():
        view = read_overview(platform)
        publish_overview(platform.paths, view)
    finding = overview_finding(view)
    context.log.info(finding.description)
    yield dg.MaterializeResult(
        metadata=overview_metadata(view),
        data_version=dg.DataVersion(overview_version(view)),
        check_results=[finding.as_result(OVERVIEW, NOTHING_HELD)],
    )
