"""How our statistics compare with reference cases, as an asset.

What belongs here: the asset conformance_scorecard and what is shown of it. It belongs to the code,
not to a run, so it has no partition.
"""

import dagster as dg

from dmaic_assets.defs.assets.materialize import Materialized, refusals_as_failures
from dmaic_assets.defs.metadata.cell import page_link
from dmaic_assets.defs.metadata.tables import records_of, table_of
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.scorecard import SCORECARD, take_scorecard

_COLUMNS = ("group", "cases", "passed", "failed", "not_run", "checks", "smallest_digits")


@dg.asset(name=SCORECARD)
def conformance_scorecard(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Materialized:
    """Our statistics against the shipped reference cases: digits reached, rules equal, failures.

    Computed once per version of the code; the page is the one of `dmaic conformance`.
    """
    with refusals_as_failures():
        found = take_scorecard(platform)
    context.log.info("known" if found.is_memoized else "computed")
    return dg.MaterializeResult(
        metadata={
            "memoized": dg.MetadataValue.bool(found.is_memoized),
            "groups": table_of(records_of(found.document.get("groups")), _COLUMNS),
            "page": page_link(found.page, "open the scorecard"),
        },
        data_version=dg.DataVersion(found.data_version),
    )
