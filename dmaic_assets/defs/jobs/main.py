"""The jobs that work many cells in one run.

What belongs here: which jobs there are and how far each takes a file.
"""

import dagster as dg

from dmaic_assets.defs.jobs.bulk import bulk_op
from dmaic_assets.model import AssetName
from dmaic_assets.work.assets.registry import PROFILE_ASSETS, WORK_ORDER

INGEST = "ingest_job"
PROFILE = "profile_job"
EVERYTHING = "everything_job"


def op_name(job: str) -> str:
    """The name of a job's only op, under which its configuration stands."""
    return job.removesuffix("_job") + "_cells"


def bulk_jobs() -> tuple[dg.JobDefinition, ...]:
    """Builds the three bulk jobs; each looks only at what is new unless its configuration says."""
    return (
        _job(
            PROFILE,
            PROFILE_ASSETS,
            "Reads files and learns their types and profiles; judges and stores nothing.",
        ),
        _job(
            INGEST,
            WORK_ORDER,
            "Judges new and changed files and puts their rows into warehouse and quarantine. "
            "Name `sources` or `files` to look at some only.",
        ),
        _job(
            EVERYTHING,
            WORK_ORDER,
            "The main job over every source, as `dmaic run-all` does it.",
        ),
    )


def _job(name: str, assets: tuple[AssetName, ...], description: str) -> dg.JobDefinition:
    work = bulk_op(op_name(name), assets, description)
    graph = dg.GraphDefinition(name=name, node_defs=[work], description=description)
    return graph.to_job(name=name, executor_def=dg.in_process_executor)
