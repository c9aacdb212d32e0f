"""Rows that quarantine holds, read under the types of the accepted ones: they exist all the same.

What belongs here: getting at them. No analysis counts them among a table's rows; those that look
for keys may ask whether one is held.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl

from dmaic_assets.analysis.tables import Part
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.work.file.file_job import Outputs
from dmaic_assets.work.plan.chain import as_source_file
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import locate

# Where the first file of what belongs to a source lies: whatever is on a branch does not.
_WAREHOUSE = "warehouse/"


def is_held(arrival: Arrival) -> bool:
    """Whether quarantine holds rows of a file, or the whole of it."""
    is_split = arrival.disposition == "quarantine" and arrival.quarantined > 0
    on_branch = not (arrival.accepted_path or _WAREHOUSE).startswith(_WAREHOUSE)
    return (arrival.disposition == "rejected" or is_split) and not on_branch


def held_parts(
    platform: Platform, arrivals: Sequence[Arrival], types: Sequence[ColumnType]
) -> tuple[Part, ...]:
    """Gives the held rows of a source's files, read when they are asked for.

    A file that cannot be read, or is gone, has no rows.

    Args:
        platform: The stores.
        arrivals: The files of the source.
        types: Those of its accepted rows; other columns are left out.
    """
    named = {kind.column: kind for kind in types}
    return tuple(Part(a.name, _once(platform, a, named)) for a in arrivals if is_held(a) and named)


def _once(
    platform: Platform, arrival: Arrival, types: Mapping[str, ColumnType]
) -> Callable[[], pl.LazyFrame]:
    @cache
    def read() -> pl.LazyFrame:
        try:
            table = _table(platform, arrival)
        except BadInputError:
            return pl.LazyFrame()
        columns = tuple(name for name in table.columns if name in types)
        if not columns:
            return pl.LazyFrame()
        known = replace(table, columns=columns, lazy=table.lazy.select(columns))
        return apply_types(known, [types[name] for name in columns]).lazy

    return read


def _table(platform: Platform, arrival: Arrival) -> SourceTable:
    """The held rows as they were read: those set apart, or all of a file that is held whole.

    Raises:
        BadInputError: The file is gone, or cannot be read into rows and columns.
    """
    settings, data = platform.settings, platform.paths.data
    if arrival.disposition == "rejected":
        options, intake = settings.source(arrival.source).read, settings.dmaic.intake
        return read_table(locate(arrival, data), options, intake, staging=settings.paths.staging)
    file = as_source_file(arrival, Path(arrival.location))
    place = Outputs(data).quarantine(file) / "rows.parquet"
    if not place.is_file():
        fix = f"Judge it again: dmaic ingest --source {arrival.source} --force"
        raise BadInputError(str(place), "is gone", fix)
    rows = pl.read_parquet(place, hive_partitioning=False)
    return SourceTable(file, None, rows.lazy(), tuple(rows.columns), rows.height)
