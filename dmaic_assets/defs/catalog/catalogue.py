"""Tells Dagster's catalog what was done outside of asset steps: by the bulk job, by workers.

What belongs here: turning a cell's outcomes into catalog events, with the version tags that
Dagster's own steps would have written. Which run did the work is the caller's business.
"""

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter

from dmaic_assets.defs.assets.partitions import key_of, register_cells
from dmaic_assets.defs.catalog.evaluations import Event, linked, targets
from dmaic_assets.defs.catalog.events import Made
from dmaic_assets.defs.checks.cell import CELL_CHECKS, CellCheck, is_closed
from dmaic_assets.defs.event_log import events_together
from dmaic_assets.defs.metadata.cell import Exhibit, metadata_of
from dmaic_assets.defs.metadata.tables import JudgedFile, judged_files
from dmaic_assets.errors import DmaicError
from dmaic_assets.model import AssetOutcome, Cell
from dmaic_assets.store.ledger.record.catalogue import (
    CatalogueEvent,
    mark_published,
    reserve_unpublished,
)
from dmaic_assets.work.assets.names import ACCEPTED_ROWS, GATE_VERDICT, QUARANTINE
from dmaic_assets.work.assets.registry import CATALOG_ORDER
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.work.run.cell_outcomes import CellResult

OUTBOX_TAG = "dmaic/outbox_event"
# Events reserved and published at a time: what a killed process has to publish again at most.
_CHUNK = 500


def events_of(
    result: "CellResult", platform: Platform, *, pointer: Callable[[], int]
) -> Iterator[Event]:
    """Gives the catalog events of a cell, upstream first, then its checks.

    A cell whose gate is closed has no new accepted rows. A cell that was not judged has no checks.

    Args:
        result: What the run did for the cell.
        platform: The stores.
        pointer: Tells the catalog's newest event id when asked, so that each event names the
            state of the catalog that it was made from.
    """
    versions: Mapping[str, str] = {o.asset: o.data_version for o in result.outcomes}
    files = judged_files(result, platform)
    stored = {outcome.asset: outcome for outcome in storable_outcomes(result.outcomes, files)}
    deciding = HiddenColumns(platform)
    for asset in (asset for asset in CATALOG_ORDER if asset.name in stored):
        outcome = stored[asset.name]
        inputs = {name: versions[name] for name in asset.upstream if name in versions}
        metadata = metadata_of(Exhibit(outcome, files, platform.paths, deciding))
        made = made_of(outcome, inputs=inputs, pointer=pointer() if inputs else None)
        yield made.as_event(metadata)
    if files:
        yield from (check.evaluation(result.cell, files) for check in CELL_CHECKS)


def storable_outcomes(
    outcomes: Sequence[AssetOutcome], files: Sequence[JudgedFile]
) -> Iterator[AssetOutcome]:
    """Leaves out accepted rows where the gate lets nothing through."""
    closed = is_closed(files)
    return (o for o in outcomes if not (closed and o.asset == ACCEPTED_ROWS))


def made_of(outcome: AssetOutcome, *, inputs: Mapping[str, str], pointer: int | None) -> Made:
    """Says what was made of one asset of one cell."""
    return Made(
        outcome.asset,
        outcome.cell,
        outcome.data_version,
        outcome.code_version,
        inputs=inputs,
        pointer=pointer,
    )


def newest_event(instance: dg.DagsterInstance) -> Callable[[], int]:
    """Tells the id of the catalog's newest event whenever asked."""
    return lambda: instance.event_log_storage.get_maximum_record_id() or 0


def publish_outbox(instance: dg.DagsterInstance, platform: Platform) -> int:
    """Tells the catalog what workers without Dagster did, each outcome exactly once.

    An outcome that a publisher reserved before it died is looked up in the catalog first.

    Returns:
        How many outcomes the catalog was told.
    """
    publisher = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    told = 0
    while waiting := reserve_unpublished(platform.ledger, publisher, limit=_CHUNK):
        register_cells(instance, (event.outcome.cell for event in waiting))
        for event in waiting:
            told += _publish(instance, platform, event)
        mark_published(platform.ledger, (event.event_id for event in waiting))
    return told


def _publish(instance: dg.DagsterInstance, platform: Platform, event: CatalogueEvent) -> int:
    outcome = event.outcome
    files = _files(platform, outcome.cell) if outcome.asset in _JUDGED else ()
    if not list(storable_outcomes([outcome], files)):
        return 0
    is_known = _is_published(instance, event)
    with events_together(instance):
        if not is_known:
            metadata = metadata_of(Exhibit(outcome, files, platform.paths, HiddenColumns(platform)))
            made = made_of(outcome, inputs={}, pointer=None)
            tags = {OUTBOX_TAG: str(event.event_id)}
            instance.report_runless_asset_event(made.as_event(metadata, tags=tags))
        checks = [check for check in CELL_CHECKS if check.asset == outcome.asset and files]
        for check in checks:
            # A publisher may have died after the outcome, where a storage has no common write.
            if not (is_known and _is_evaluated(instance, check, outcome.cell)):
                evaluation = check.evaluation(outcome.cell, files)
                instance.report_runless_asset_event(linked(evaluation, targets(instance)))
    return int(not is_known)


def _is_evaluated(instance: dg.DagsterInstance, check: CellCheck, cell: Cell) -> bool:
    partition = PartitionKeyFilter(key=str(key_of(cell)))
    storage = instance.event_log_storage
    return bool(storage.get_asset_check_execution_history(check.key, 1, partition_filter=partition))


_JUDGED = frozenset({GATE_VERDICT, ACCEPTED_ROWS, QUARANTINE})


def _files(platform: Platform, cell: Cell) -> Sequence[JudgedFile]:
    from dmaic_assets.work.run.single import verdict_of

    try:
        verdicts = verdict_of(platform, cell)
    except DmaicError:
        # The run's record was pruned since; what the outcome itself says is published.
        return ()
    shown = without_hidden(platform, verdicts)
    return [JudgedFile(v.file_sha256[:16], v) for v in shown]


def _is_published(instance: dg.DagsterInstance, event: CatalogueEvent) -> bool:
    found = instance.fetch_materializations(
        dg.AssetRecordsFilter(
            asset_key=dg.AssetKey(event.outcome.asset),
            asset_partitions=[str(key_of(event.outcome.cell))],
        ),
        limit=20,
    )
    wanted = str(event.event_id)
    return any(
        record.asset_materialization is not None
        and (record.asset_materialization.tags or {}).get(OUTBOX_TAG) == wanted
        for record in found.records
    )
