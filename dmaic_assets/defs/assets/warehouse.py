"""What passed the gate.

What belongs here: the asset accepted_rows with its check. The gate holds inside the core: without a
recorded verdict for exactly these files nothing is written, whatever Dagster was asked to run.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import materialized_with_checks
from dmaic_assets.defs.assets.partitions import cells
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.checks.cell import ROW_CHECKS
from dmaic_assets.work.assets.names import ACCEPTED_ROWS
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.run.platform import Platform


@dg.asset(
    name=ACCEPTED_ROWS,
    partitions_def=cells,
    deps=list(ASSETS[ACCEPTED_ROWS].upstream),
    check_specs=[check.spec() for check in ROW_CHECKS],
    output_required=False,
)
def accepted_rows(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized | dg.AssetCheckResult]:
    """Stores what passed the gate, and looks whether every row is somewhere."""
    yield from materialized_with_checks(context, platform, ACCEPTED_ROWS, ROW_CHECKS)
