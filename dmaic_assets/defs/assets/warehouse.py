"""What passed the gate.

What belongs here: the asset accepted_rows with its check. The gate holds inside the core: without a
recorded verdict for exactly these files nothing is written, whatever Dagster was asked to run.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import Materialized, materialized_with_checks
from dmaic_assets.defs.assets.partitions import cells
from dmaic_assets.defs.checks.cell import ROW_CHECKS
from dmaic_assets.work.run.platform import Platform


@dg.asset(
    partitions_def=cells,
    deps=["gate_verdict"],
    check_specs=[check.spec() for check in ROW_CHECKS],
    output_required=False,
)
def accepted_rows(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized | dg.AssetCheckResult]:
    """The rows that may be used, typed, one Parquet file per source file.

    `data/warehouse/warehouse.duckdb` has one view per source over them. When the gate holds every
    file of a cell, nothing is materialized and what was accepted before stays.
    """
    yield from materialized_with_checks(context, platform, "accepted_rows", ROW_CHECKS)
