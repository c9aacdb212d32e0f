"""The job that works on analyses; nothing launches it by itself.

What belongs here: the way of a request through Dagster. What is made, and what is known already,
the core decides.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.defs.assets.partitions import register_cells
from dmaic_assets.defs.catalog.analysis_events import analysis_events
from dmaic_assets.defs.catalog.catalogue import newest_event
from dmaic_assets.defs.catalog.evaluations import log_events
from dmaic_assets.defs.jobs.bulk import BulkWatch, told_to
from dmaic_assets.defs.jobs.config import Config
from dmaic_assets.model import Cell, Json
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.analysis.study import Failure
    from dmaic_assets.work.analyses.known import AnalysisResult

ANALYSES_JOB = "analyses_job"
OP = "analyses_cells"
_NAMES = dg.Array(dg.StringSource)
_SCHEMA = {
    "analyses": dg.Field(_NAMES, default_value=[], description="Which ones; all when empty"),
    "sources": dg.Field(_NAMES, default_value=[], description="Of which sources; all when empty"),
    "force": dg.Field(dg.BoolSource, default_value=False, description="Make what is known again"),
}


def analyses_job() -> dg.JobDefinition:
    """Builds the job that `dmaic analyze` uses."""
    description = (
        "Studies the accepted rows of sources: statistics, relationships, types, time, entropy and "
        "others. What is known of the same rows is not made again."
    )

    @dg.op(name=OP, description=description, config_schema=_SCHEMA)
    def work(
        context: dg.OpExecutionContext,
        platform: dg.ResourceParam[Platform],
        watch: dg.ResourceParam[BulkWatch],
    ) -> None:
        # Definitions load without the core and the libraries that it brings.
        from dmaic_assets.work.analyses.analyze import analyze_accepted, asked_of

        config: Config = context.op_config
        with refusals_as_failures(), told_to(watch):
            log = _Log(context, watch)
            made = analyze_accepted(platform, asked_of(config), log, log.failed)
            watch.analysed.append(made)
            if made.refusal is not None:
                raise made.refusal

    graph = dg.GraphDefinition(name=ANALYSES_JOB, node_defs=[work], description=description)
    return graph.to_job(name=ANALYSES_JOB, executor_def=dg.in_process_executor)


def analyses_config(analyses: tuple[str, ...], sources: tuple[str, ...], *, force: bool) -> Config:
    """Spells a request as the configuration of the job's op."""
    told: dict[str, Json] = {"analyses": [*analyses], "sources": [*sources], "force": force}
    return told


class _Log:
    """Tells the catalog each outcome as soon as it is there."""

    def __init__(self, context: dg.OpExecutionContext, watch: BulkWatch) -> None:
        self._context = context
        self._watch = watch
        self._versions: dict[str, Mapping[str, str]] = {}
        self._pointer = newest_event(context.instance)

    def __call__(self, result: "AnalysisResult") -> None:
        cell = result.partition
        if isinstance(cell, Cell):
            register_cells(self._context.instance, [cell])
        before = {**self._versions.get("", {}), **self._versions.get(result.table, {})}
        log_events(self._context, analysis_events(result, before, pointer=self._pointer()))
        self._versions[result.table] = {
            **self._versions.get(result.table, {}),
            result.analysis: result.version,
        }
        known = f"known from run {result.computed_in_run}" if result.is_memoized else "made"
        self._context.log.info("%s of %s: %s", result.analysis, result.table or "all", known)
        self._watch.on_stage(f"{result.analysis} {result.table}".rstrip())

    def failed(self, failure: "Failure") -> None:
        """Tells the log of an analysis that failed, with its traceback, or was skipped."""
        self._context.log.error("%s\n%s", failure.words, failure.detail)
        self._watch.on_stage(f"{failure.analysis} {failure.table}".rstrip())
