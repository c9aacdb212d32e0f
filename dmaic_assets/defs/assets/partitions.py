"""The two dimensions of every asset: which run, and which source.

What belongs here: partition definitions, keys and mappings. Dagster validates no key, so keys are
only ever made from run ids and source names, which are slugs.
"""

import warnings
from collections.abc import Generator, Iterable
from contextlib import contextmanager

import dagster as dg
from sqlalchemy.exc import IntegrityError

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Cell

RUN = "run"
SOURCE = "source"

runs = dg.DynamicPartitionsDefinition(name=RUN)
sources = dg.DynamicPartitionsDefinition(name=SOURCE)
cells = dg.MultiPartitionsDefinition({RUN: runs, SOURCE: sources})


def cell_of(partition_key: str) -> Cell:
    """Reads the cell that a key of the grid names.

    Raises:
        BadInputError: The key does not have the two parts of a cell.
    """
    parts = partition_key.split("|")
    if len(parts) != 2 or not all(parts):
        raise BadInputError(partition_key, "not a partition of the grid", "Write RUN|SOURCE.")
    return Cell(run_id=parts[0], source=parts[1])


def key_of(cell: Cell) -> dg.MultiPartitionKey:
    """Builds the key of a cell."""
    return dg.MultiPartitionKey({RUN: cell.run_id, SOURCE: cell.source})


def tags_of(cell: Cell) -> dict[str, str]:
    """Builds the tags by which Dagster tells the dimensions of an event's partition apart."""
    return {f"dagster/partition/{RUN}": cell.run_id, f"dagster/partition/{SOURCE}": cell.source}


def register_cells(instance: dg.DagsterInstance, found: Iterable[Cell]) -> None:
    """Adds the runs and sources of cells to the grid; those that are there are left alone."""
    known = list(found)
    _register(instance, RUN, {cell.run_id for cell in known})
    _register(instance, SOURCE, {cell.source for cell in known})


def across_sources(asset: str) -> dg.AssetDep:
    """Says that a run's asset reads the given asset of every source of that run."""
    with preview_features():
        mapping = dg.MultiToSingleDimensionPartitionMapping(RUN)
        return dg.AssetDep(asset, partition_mapping=mapping)


@contextmanager
def preview_features() -> Generator[None]:
    """Allows what Dagster calls beta or preview and this project uses knowingly.

    That is partitioned asset checks and the mapping from a cell to its run; tests pin both.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        yield


def _register(instance: dg.DagsterInstance, dimension: str, keys: set[str]) -> None:
    # Asking for all keys is one query; asking for each is one query each.
    while missing := sorted(keys.difference(instance.get_dynamic_partitions(dimension))):
        try:
            instance.add_dynamic_partitions(dimension, missing)
        except IntegrityError:
            # Dagster, too, reads and then inserts; then another process has added one of them.
            if missing == sorted(keys.difference(instance.get_dynamic_partitions(dimension))):
                raise
