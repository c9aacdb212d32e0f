"""The five phases as assets, one cell per run and source, and the report of a run.

What belongs here: the definitions. What a phase does is in the core, what is shown of it in
`phase_events`.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import asked_cell, asked_partition, refusals_as_failures
from dmaic_assets.defs.assets.partitions import across_sources, cells, runs
from dmaic_assets.defs.catalog.catalogue import newest_event
from dmaic_assets.defs.catalog.events import Made, Materialized
from dmaic_assets.defs.catalog.phase_events import (
    phase_metadata,
    report_event,
)
from dmaic_assets.defs.checks.phases import PHASE_CHECKS
from dmaic_assets.model import PHASES, PhaseName
from dmaic_assets.store.ledger.record.runs import manifest
from dmaic_assets.work.assets.names import DMAIC_REPORT
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.run.platform import Platform


def phase_assets() -> tuple[dg.AssetsDefinition, ...]:
    """Builds the assets of the five phases."""
    return tuple(_phase_asset(phase) for phase in PHASES)


def _phase_asset(phase: PhaseName) -> dg.AssetsDefinition:
    checks = [check for check in PHASE_CHECKS if check.asset == phase]

    @dg.asset(
        name=phase,
        partitions_def=cells,
        deps=list(ASSETS[phase].upstream),
        check_specs=[check.spec() for check in checks],
    )
    def work(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Materialized | dg.AssetCheckResult]:
        # Definitions load without the core and the libraries that it brings.
        from dmaic_assets.process.cycle.phases_of_a_run import work_phases

        cell = asked_cell(context)
        with refusals_as_failures():
            cycle = work_phases(platform, cell.run_id, [cell.source], until=phase)
        result = cycle.of(cell.source, phase)
        if result is None:
            context.log.warning("%s: no judged file, or the phase is switched off", cell.source)
            return
        measured = cycle.of(cell.source, "measure")
        sigma = measured.output.metrics.get("sigma") if measured else None
        metadata = phase_metadata(platform, result, sigma)
        yield Made(phase, cell, result.version).as_result(metadata)
        yield from (check.result(result.output) for check in checks)

    return work


@dg.asset(
    name=DMAIC_REPORT,
    partitions_def=runs,
    deps=[across_sources(name) for name in ASSETS[DMAIC_REPORT].upstream],
)
def dmaic_report(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Materialized:
    """Writes the report of a run from what its phases gave."""
    from dmaic_assets.process.cycle.phases_of_a_run import work_phases

    run_id = asked_partition(context)
    with refusals_as_failures():
        cycle = work_phases(platform, run_id, list(manifest(platform.ledger, run_id)))
        newest = newest_event(context.instance)()
        event = report_event(platform, cycle, pointer=newest)
    return dg.MaterializeResult(metadata=dict(event.metadata))
