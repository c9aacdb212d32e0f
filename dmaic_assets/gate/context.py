"""What the rules are told of a typed table, and where its rows stand in the file."""

from collections.abc import Mapping

import polars as pl

from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.table.text_table import ROW, SourceTable
from dmaic_assets.table.types.cast import TypedTable


def frame_context(
    typed: TypedTable, references: Mapping[str, pl.Series] | None = None
) -> FrameContext:
    """Builds the context that rules are compiled for.

    Args:
        typed: The table under its types.
        references: Keys of other sources, by "source.column".
    """
    table = typed.table
    return FrameContext(
        schema=dict(typed.lazy.collect_schema()),
        row_count=table.row_count,
        malformed_count=len(table.malformed),
        failed_casts=_failed_positions(typed),
        types={t.column: t for t in typed.types},
        references=dict(references or {}),
    )


def _failed_positions(typed: TypedTable) -> dict[str, pl.Series]:
    failed = typed.failed_casts
    if failed.is_empty():
        return {}
    placed = failed.with_columns(positions_of(typed.table, failed[ROW]).alias(ROW))
    return {
        str(name): part[ROW].unique().sort()
        for (name,), part in placed.partition_by("column", as_dict=True).items()
    }


def positions_of(table: SourceTable, rows: pl.Series) -> pl.Series:
    """Where data rows stand in the frame, as UInt32; every one of them must be in it."""
    if table.row_numbers is None:
        return rows.cast(pl.UInt32)
    return pl.Series(table.row_numbers.search_sorted(rows)).cast(pl.UInt32)


def rows_of(table: SourceTable, positions: pl.Series) -> pl.Series:
    """The data row numbers (UInt32) of positions in the frame."""
    if table.row_numbers is None:
        return positions.cast(pl.UInt32).rename(ROW)
    return table.row_numbers.gather(positions).rename(ROW)
