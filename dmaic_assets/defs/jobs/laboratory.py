"""The job that takes sources through the hash-map laboratory; nothing launches it by itself.

What belongs here: the way of an experiment through Dagster. What is measured, and what is known
already, the core decides.
"""

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.assets.partitions import register_cells
from dmaic_assets.defs.catalog.catalogue import newest_event
from dmaic_assets.defs.catalog.evaluations import log_events
from dmaic_assets.defs.catalog.laboratory_events import laboratory_events
from dmaic_assets.defs.jobs.bulk import BulkWatch, told_to
from dmaic_assets.defs.jobs.config import Config
from dmaic_assets.work.laboratory.known import LaboratoryResult
from dmaic_assets.work.run.platform import Platform

LABORATORY = "laboratory_job"
OP = "laboratory_cells"
_SCHEMA = {
    "sources": dg.Field(
        dg.Array(dg.StringSource), description="The sources whose key columns are measured"
    ),
    "column": dg.Field(
        dg.StringSource, default_value="", description="The key column; chosen when empty"
    ),
    "force": dg.Field(
        dg.BoolSource, default_value=False, description="Measure what is known again"
    ),
}


def laboratory_job() -> dg.JobDefinition:
    """Builds the job that `dmaic hashmap trials` uses."""
    description = (
        "Measures hash maps on a real key column of each source: workload, DNA, trials, "
        "comparison, page. What is known on this machine is not measured again."
    )

    @dg.op(name=OP, description=description, config_schema=_SCHEMA)
    def work(
        context: dg.OpExecutionContext,
        platform: dg.ResourceParam[Platform],
        watch: dg.ResourceParam[BulkWatch],
    ) -> None:
        with refusals_as_failures(), told_to(watch):
            _work(context, platform, watch)

    graph = dg.GraphDefinition(name=LABORATORY, node_defs=[work], description=description)
    return graph.to_job(name=LABORATORY, executor_def=dg.in_process_executor)


def _work(context: dg.OpExecutionContext, platform: Platform, watch: BulkWatch) -> None:
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.reports.hashmap.source_page import source_page
    from dmaic_assets.reports.page.scripts import provide_scripts
    from dmaic_assets.work.laboratory.laboratory import asked_of, work_laboratory

    provide_scripts(platform.paths.artifacts)
    config: Config = context.op_config
    named = config["sources"]
    for source in named if isinstance(named, list) else ():
        asked = asked_of(
            platform, str(source), str(config["column"]), recompute=bool(config["force"])
        )
        register_cells(context.instance, [asked.cell])
        work_laboratory(platform, asked, source_page, _Log(context, watch))


class _Log:
    """Tells the catalog each asset of a cell as soon as it is there."""

    def __init__(self, context: dg.OpExecutionContext, watch: BulkWatch) -> None:
        self._context = context
        self._watch = watch
        self._versions: dict[str, str] = {}
        self._pointer = newest_event(context.instance)

    def __call__(self, result: LaboratoryResult) -> None:
        log_events(
            self._context, laboratory_events(result, self._versions, pointer=self._pointer())
        )
        self._versions[result.asset] = result.version
        known = f"known from run {result.computed_in_run}" if result.is_memoized else "computed"
        self._context.log.info("%s of %s: %s", result.asset, result.cell.source, known)
        self._watch.measured.append(result)
        self._watch.on_stage(f"{result.asset} of {result.cell.source}")
