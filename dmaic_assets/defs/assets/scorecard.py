"""How our statistics compare with reference cases, as an asset.

What belongs here: the asset conformance_scorecard and what is shown of it. It belongs to the code,
not to a run, so it has no partition.
"""

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.catalog.events import Made, Materialized
from dmaic_assets.defs.metadata.cell import page_link
from dmaic_assets.defs.metadata.tables import records_of, table_of
from dmaic_assets.work.assets.names import SCORECARD
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.scorecard import take_scorecard

_COLUMNS = ("group", "cases", "passed", "failed", "not_run", "checks", "smallest_digits")


@dg.asset(name=SCORECARD)
def conformance_scorecard(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Materialized:
    """Takes the scorecard from the memo, or runs the reference cases."""
    with refusals_as_failures():
        found = take_scorecard(platform)
    context.log.info("known" if found.is_memoized else "computed")
    return Made(SCORECARD, "", found.data_version).as_result(
        {
            "memoized": dg.MetadataValue.bool(found.is_memoized),
            "groups": table_of(records_of(found.document.get("groups")), _COLUMNS),
            "page": page_link(found.page, "open the scorecard"),
        }
    )
