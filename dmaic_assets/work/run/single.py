"""One asset of one cell, as the Dagster UI and `dagster asset materialize` ask for it.

What belongs here: the same work as a run does, for files that a run's manifest names, memoized
the same way. The gate holds here too: outputs need a verdict that was recorded before.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import AssetName, AssetOutcome, Cell, Json, Verdict
from dmaic_assets.store.ledger.record.file_queries import arrivals_until, named_arrivals
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.runs import UNTIL, manifest
from dmaic_assets.work.assets.registry import OUTPUTS, up_to
from dmaic_assets.work.file.process import process_file
from dmaic_assets.work.file.record import record_file, settle_places
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.cell_outcomes import (
    CellResult,
    cell_result,
    states_of,
    verdict_of_state,
)
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import job_for


def materialize_asset(platform: Platform, cell: Cell, asset: AssetName) -> CellResult:
    """Computes one asset for every file of a cell, or takes it from the memo.

    Files that arrived after the cell's run belong to later cells. Accepted rows and quarantine
    are the two parts of one split and are written together.

    Raises:
        BadInputError: The run or the source is unknown, or a file's bytes are gone.
        PolicyError: Outputs are asked for and no verdict is recorded for a file.
        StoreError: An output cannot be written.
    """
    started = time.perf_counter()
    worked: dict[str, Mapping[AssetName, str]] = {}
    computed = 0
    arrived = _files_of(platform, cell)
    for arrival in arrived:
        job = job_for(
            platform,
            arrival,
            run_id=cell.run_id,
            request=RunRequest(assets=_reach(asset), trigger="ui"),
            needs_recorded_verdict=asset in OUTPUTS,
        )
        result = process_file(platform, job)
        if asset in OUTPUTS:
            settle_places(job, result)
            with platform.ledger.transaction():
                record_file(platform, job, result, elapsed_s=time.perf_counter() - started)
        else:
            result.steps.keep()
        worked[arrival.sha256] = {name: r.memo_key for name, r in result.assets.items()}
        computed += asset in result.assets and not result.assets[asset].is_memoized
    until = max((arrival.sequence for arrival in arrived), default=0)
    elapsed_s = time.perf_counter() - started
    whole = cell_result(platform, cell, worked=worked, elapsed_s=elapsed_s, until=until)
    mine = tuple(_known_now(o, computed) for o in whole.outcomes if o.asset == asset)
    return CellResult(cell, mine, whole.verdicts, whole.files, elapsed_s=whole.elapsed_s)


def _known_now(outcome: AssetOutcome, computed: int) -> AssetOutcome:
    """Says of an outcome what was computed for it now, not when its run first made it."""
    metadata = {**outcome.metadata, "files_computed": computed}
    return replace(outcome, is_memoized=not computed, metadata=metadata)


def verdict_of(platform: Platform, cell: Cell) -> tuple[Verdict, ...]:
    """Reads the recorded verdicts of a cell's files back, in arrival order."""
    states = states_of(platform, _files_of(platform, cell), {})
    return tuple(v for s in states if (v := verdict_of_state(platform, s)) is not None)


def _files_of(platform: Platform, cell: Cell) -> list[Arrival]:
    entry = manifest(platform.ledger, cell.run_id).get(cell.source)
    seen = _seen(platform, cell.source, entry) if isinstance(entry, dict) else None
    if seen is None:
        raise BadInputError(
            cell.partition_key,
            "this run has no such source",
            "Make a run first: dmaic ingest, or drop a file while `make dev` is running.",
        )
    return [a for a in seen if a.is_current]


def _seen(platform: Platform, source: str, entry: Mapping[str, Json]) -> list[Arrival] | None:
    until = entry.get(UNTIL)
    if isinstance(until, int):
        return arrivals_until(platform.ledger, source, until)
    # Runs from before files were counted named each.
    files = entry.get("files")
    if not isinstance(files, list):
        return None
    return named_arrivals(platform.ledger, source, [str(file) for file in files])


def _reach(asset: AssetName) -> tuple[AssetName, ...]:
    return up_to(OUTPUTS[-1] if asset in OUTPUTS else asset)
