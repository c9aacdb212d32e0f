"""Check results that say which materialization they looked at.

What belongs here: the link from an evaluation to its asset's newest materialization. Without it
Dagster takes the evaluation for an older one's, and shows the partition of the check as missing. A
step of a check's own gets the link from Dagster, an event that a job logs does not.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster_shared.record import copy

Event: TypeAlias = "dg.AssetMaterialization | dg.AssetCheckEvaluation"
Target: TypeAlias = AssetCheckEvaluationTargetMaterializationData
_Judged: TypeAlias = tuple[dg.AssetKey, str | None]


def log_events(context: dg.OpExecutionContext, events: Iterable[Event]) -> None:
    """Logs events in their order, each evaluation linked to what it looked at.

    Events may be given one by one as the earlier ones are logged.
    """
    find = targets(context.instance)
    for event in events:
        told = linked(event, find) if isinstance(event, dg.AssetCheckEvaluation) else event
        context.log_event(told)  # pyright: ignore[reportArgumentType] - check evaluations are taken too


def linked(
    evaluation: dg.AssetCheckEvaluation, find: "Callable[[_Judged], Target | None]"
) -> dg.AssetCheckEvaluation:
    """Gives the evaluation with the materialization that it looked at."""
    target = find((evaluation.asset_key, evaluation.partition))
    return copy(evaluation, target_materialization_data=target)


def targets(instance: dg.DagsterInstance) -> "Callable[[_Judged], Target | None]":
    """Finds the newest materialization of an asset's partition, once for all of its checks.

    None stands for one that was never materialized: the gate let nothing through.
    """
    known: dict[_Judged, Target | None] = {}

    def find(judged: _Judged) -> Target | None:
        if judged not in known:
            known[judged] = _newest(instance, *judged)
        return known[judged]

    return find


def _newest(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partition: str | None
) -> Target | None:
    wanted = dg.AssetRecordsFilter(
        asset_key=asset, asset_partitions=None if partition is None else [partition]
    )
    found = instance.fetch_materializations(wanted, limit=1).records
    if not found:
        return None
    return AssetCheckEvaluationTargetMaterializationData(
        storage_id=found[0].storage_id, run_id=found[0].run_id, timestamp=found[0].timestamp
    )
