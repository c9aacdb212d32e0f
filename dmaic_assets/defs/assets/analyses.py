"""The analyses as assets, by one factory from the registry: per run and source, or per run.

What belongs here: the definitions. What is found is in the core, what is shown of it in
`analysis_events`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.registry import by_name
from dmaic_assets.defs.assets.materialize import asked_cell, asked_partition, refusals_as_failures
from dmaic_assets.defs.assets.partitions import across_sources, cells, runs
from dmaic_assets.defs.catalog.analysis_events import analysis_results
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.checks.contracts import CONTRACT_CHECKS, ENTROPY
from dmaic_assets.errors import BadInputError
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.analysis.study import Failure


def analysis_assets() -> tuple[dg.AssetsDefinition, ...]:
    """Builds the assets of all analyses.

    Raises:
        InvariantError: An analysis needs one that none before it produces; so the code location
            does not load.
    """
    return tuple(_analysis_asset(entry) for entry in by_name().values())


def _analysis_asset(entry: Analysis) -> dg.AssetsDefinition:
    is_wide = entry.scope == "run"
    checks = CONTRACT_CHECKS if entry.name == ENTROPY else ()

    @dg.asset(
        name=entry.name,
        partitions_def=runs if is_wide else cells,
        deps=_deps(ASSETS[entry.name].upstream, is_wide=is_wide),
        check_specs=[check.spec() for check in checks],
    )
    def work(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Materialized | dg.AssetCheckResult]:
        # Definitions load without the core and the libraries that it brings.
        from dmaic_assets.work.analyses.analyze import Asked, analyze_accepted

        partition = asked_partition(context) if is_wide else asked_cell(context)
        sources = () if isinstance(partition, str) else (partition.source,)
        with refusals_as_failures():
            made = analyze_accepted(
                platform, Asked((entry.name,), sources), on_failure=_log(context)
            )
            if made.refusal is not None:
                raise made.refusal
            result = next(r for r in made.results if r.analysis == entry.name)
            if result.partition != partition:
                fix = f"Materialize the partition of the newest rows: {result.run_id}."
                raise BadInputError(str(partition), "is no longer what is in the warehouse", fix)
        yield from analysis_results(result)

    return work


def _log(context: dg.AssetExecutionContext) -> "Callable[[Failure], None]":
    """Tells the log of a step why analyses failed, with the traceback."""
    return lambda failure: context.log.error("%s\n%s", failure.words, failure.detail)


def _deps(upstream: Sequence[str], *, is_wide: bool) -> list[dg.AssetDep | str]:
    return [
        across_sources(name) if is_wide and ASSETS[name].partition == "cell" else name
        for name in upstream
    ]
