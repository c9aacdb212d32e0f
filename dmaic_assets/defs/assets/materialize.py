"""What every asset's body does: one asset of one cell from the core, as Dagster's result.

What belongs here: the way from a step's context to `runs` and back, and refusals in a form that
Dagster shows well.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.defs.assets.partitions import cell_of
from dmaic_assets.defs.catalog.catalogue import made_of, storable_outcomes
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.defs.checks.cell import CellCheck
from dmaic_assets.defs.metadata.cell import Exhibit, metadata_of
from dmaic_assets.defs.metadata.tables import JudgedFile, judged_files
from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.model import AssetName, Cell
from dmaic_assets.store.ledger.tasks.tasks import tasks_of_run
from dmaic_assets.work.assets.names import GATE_VERDICT
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.work.run.cell_outcomes import CellResult


def materialized(
    context: dg.AssetExecutionContext, platform: Platform, asset: AssetName
) -> Iterator[Materialized]:
    """Materializes one asset of the step's cell; known values are emitted again, not computed.

    Accepted rows of a cell whose gate is closed are not materialized: nothing is yielded.

    Raises:
        dagster.Failure: The core refuses, or the gate is closed; the text names subject, culprit
            and fix.
    """
    result = _materialize(context, platform, asset)
    yield from _materialize_results(context, platform, result)
    _refuse_closed(context, platform, result)


def materialized_in_order(
    context: dg.AssetExecutionContext, platform: Platform, assets: Sequence[AssetName]
) -> Iterator[Materialized]:
    """Materializes those of the assets that the step was asked for, in the given order.

    Raises:
        dagster.Failure: The core refuses; the text names subject, culprit and fix.
    """
    for asset in assets:
        if dg.AssetKey(asset) in context.selected_asset_keys:
            yield from materialized(context, platform, asset)


def materialized_with_checks(
    context: dg.AssetExecutionContext,
    platform: Platform,
    asset: AssetName,
    checks: Sequence[CellCheck],
) -> Iterator[Materialized | dg.AssetCheckResult]:
    """Materializes one asset and looks at it; the checks speak also when nothing was stored.

    Raises:
        dagster.Failure: The core refuses, or the gate is closed; the text names subject, culprit
            and fix.
    """
    result = _materialize(context, platform, asset)
    yield from _materialize_results(context, platform, result)
    yield from (check.result(judged_files(result, platform)) for check in checks)
    _refuse_closed(context, platform, result)


def _refuse_closed(
    context: dg.AssetExecutionContext, platform: Platform, result: "CellResult"
) -> None:
    """Ends the step as failed when the gate let nothing through of what was asked for.

    Whoever asked for the rows has none: a run that succeeds would say otherwise.

    Raises:
        dagster.Failure: The gate holds every file of the cell; says why, and what can be done.
    """
    files = judged_files(result, platform)
    if len(list(storable_outcomes(result.outcomes, files))) == len(result.outcomes):
        return
    held = files[0].verdict.file_sha256[:16] if files else "FILE"
    raise dg.Failure(
        description=f"{context.partition_key}: {why_closed(files)}. Put a mended file in its place,"
        f" change the rule that is wrong, or accept it: dmaic gate release {held} --reason TEXT",
        metadata={"error": "Policy"},
        allow_retries=False,
    )


def _materialize(
    context: dg.AssetExecutionContext, platform: Platform, asset: AssetName
) -> "CellResult":
    return _from_core(platform, asked_cell(context), asset)


def _materialize_results(
    context: dg.AssetExecutionContext, platform: Platform, result: "CellResult"
) -> Iterator[Materialized]:
    files = judged_files(result, platform)
    deciding = HiddenColumns(platform)
    for outcome in storable_outcomes(result.outcomes, files):
        origin = f"known from run {outcome.computed_in_run}" if outcome.is_memoized else "computed"
        context.log.info("%s of %s: %s", outcome.asset, context.partition_key, origin)
        made = made_of(outcome, inputs={}, pointer=None)
        yield made.as_result(metadata_of(Exhibit(outcome, files, platform.paths, deciding)))


def asked_cell(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Cell:
    """The cell that a step was asked for.

    Raises:
        dagster.Failure: It was asked for no partition, or for a range of them.
    """
    with refusals_as_failures():
        return cell_of(asked_partition(context))


def asked_partition(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> str:
    """The one partition that a step was asked for.

    Raises:
        dagster.Failure: It was asked for none, or for a range: a range is evaluated once, and one
            held file would hold every cell of it.
    """
    if context.has_partition_key:
        return context.partition_key
    asked = "a range of partitions" if context.has_partition_key_range else "no partition"
    raise dg.Failure(
        description=f"a step works one partition, and {asked} was asked for. Choose one in the "
        "UI or with --partition; many cells in one run are what everything_job is for",
        metadata={"error": BadInputError.code},
        allow_retries=False,
    )


def judged_now(platform: Platform, cell: Cell) -> tuple[JudgedFile, ...]:
    """Gives a cell's files with their verdicts under the current rules, memoized.

    Raises:
        dagster.Failure: The core refuses; the text names subject, culprit and fix.
    """
    return judged_files(_from_core(platform, cell, GATE_VERDICT), platform)


def _from_core(platform: Platform, cell: Cell, asset: AssetName) -> "CellResult":
    # Definitions load without the core and the libraries that it brings.
    from dmaic_assets.work.run.single import materialize_asset

    with refusals_as_failures():
        return _of_this_run(platform, materialize_asset(platform, cell, asset))


def _of_this_run(platform: Platform, result: "CellResult") -> "CellResult":
    """Keeps the files that the run had work for, as the bulk job shows them.

    A run's manifest also names the files that were known already; what the gate said of those
    belongs to earlier cells.
    """
    tasks = tasks_of_run(platform.ledger, result.cell.run_id)
    named = [task.of_file for task in tasks]
    mine = {file.sha256 for file in named if file.source == result.cell.source}
    if not mine:
        return result
    return replace(
        result,
        verdicts=tuple(v for v in result.verdicts if v.file_sha256 in mine),
        files=tuple(f for f in result.files if f.sha256 in mine),
    )


def why_closed(files: Sequence[JudgedFile]) -> str:
    """Says why a closed gate lets nothing through."""
    reasons = [reason for file in files for reason in file.verdict.reasons][:3]
    return f"the gate is closed, nothing was written: {'; '.join(reasons) or 'every file is held'}"


@contextmanager
def refusals_as_failures() -> Generator[None]:
    """Turns a refusal of the core into a failure that Dagster shows without a stack trace."""
    try:
        yield
    except DmaicError as error:
        raise dg.Failure(
            description=f"{error}. {error.fix}",
            metadata={"error": error.code, "fix": error.fix},
            allow_retries=error.code == "IO",
        ) from error
