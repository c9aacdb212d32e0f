"""The analyses as assets, by one factory from the registry: per run and source, or per run.

What belongs here: the definitions. What is found is in the core, what is shown of it in
`analysis_events`.
"""

from collections.abc import Sequence

import dagster as dg

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.assets.partitions import across_sources, cell_of, cells, runs
from dmaic_assets.defs.catalog.analysis_events import analysis_result
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.errors import BadInputError
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.run.platform import Platform


def analysis_assets() -> tuple[dg.AssetsDefinition, ...]:
    """Builds the assets of all analyses."""
    return tuple(_analysis_asset(entry) for entry in ANALYSES)


def _analysis_asset(entry: Analysis) -> dg.AssetsDefinition:
    is_wide = entry.scope == "run"

    @dg.asset(
        name=entry.name,
        partitions_def=runs if is_wide else cells,
        deps=_deps(ASSETS[entry.name].upstream, is_wide=is_wide),
    )
    def work(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Materialized:
        # Definitions load without the core and the libraries that it brings.
        from dmaic_assets.work.analyses.analyze import Asked, analyze_accepted

        partition = context.partition_key if is_wide else cell_of(context.partition_key)
        sources = () if isinstance(partition, str) else (partition.source,)
        with refusals_as_failures():
            found = analyze_accepted(platform, Asked((entry.name,), sources))
            result = next(r for r in found if r.analysis == entry.name)
            if result.partition != partition:
                fix = f"Materialize the partition of the newest rows: {result.run_id}."
                raise BadInputError(str(partition), "is no longer what is in the warehouse", fix)
        return analysis_result(result)

    return work


def _deps(upstream: Sequence[str], *, is_wide: bool) -> list[dg.AssetDep | str]:
    return [
        across_sources(name) if is_wide and ASSETS[name].partition == "cell" else name
        for name in upstream
    ]
