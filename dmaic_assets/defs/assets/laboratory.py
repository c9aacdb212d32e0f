"""The hash-map laboratory as assets, one cell per run and source.

What belongs here: the definitions. What is measured is in the core, what is shown of it in
`laboratory_events`. No sensor or schedule makes them: a benchmark is made when somebody asks.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import asked_cell, refusals_as_failures
from dmaic_assets.defs.assets.partitions import cells
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.catalog.laboratory_events import laboratory_results
from dmaic_assets.defs.checks.laboratory import LABORATORY_CHECKS
from dmaic_assets.work.assets.names import HASHMAP_TRIALS
from dmaic_assets.work.assets.of_the_laboratory import LABORATORY_ASSETS
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.laboratory.machine import missing
from dmaic_assets.work.run.platform import Platform


def laboratory_assets() -> tuple[dg.AssetsDefinition, ...]:
    """Builds the assets of the laboratory."""
    return tuple(_laboratory_asset(asset.name) for asset in LABORATORY_ASSETS)


def _laboratory_asset(name: str) -> dg.AssetsDefinition:
    checks = LABORATORY_CHECKS if name == HASHMAP_TRIALS else ()

    @dg.asset(
        name=name,
        partitions_def=cells,
        deps=list(ASSETS[name].upstream),
        check_specs=[check.spec() for check in checks],
        output_required=False,
    )
    def work(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Materialized | dg.AssetCheckResult]:
        # Definitions load without the core and the libraries that it brings.
        from dmaic_assets.reports.hashmap.source_page import source_page
        from dmaic_assets.reports.page.scripts import provide_scripts
        from dmaic_assets.work.laboratory.laboratory import Experiment, work_laboratory

        if reason := missing():
            context.log.warning("%s skipped: %s", name, reason)
            return
        with refusals_as_failures():
            provide_scripts(platform.paths.artifacts)
            asked = Experiment(asked_cell(context), name)
            found = work_laboratory(platform, asked, source_page)
        yield from laboratory_results(found[-1])

    return work
