"""How many rows are later copies of an earlier row, exactly, in bounded memory.

Rows are hashed by their most distinctive columns; only rows that share a hash with another row are
compared in full. Null equals null, NaN equals NaN.
"""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.model import ColumnProfile
from dmaic_assets.table.profile.column_batches import Rows, compact
from dmaic_assets.table.profile.suspects import Suspects, find_suspects, part_of

# Columns hashed first: the most distinctive ones mostly tell rows apart already.
_FIRST_COLUMNS = 4
# Hashing all columns pays when the first ones leave more than this share of the rows.
_FEW_SUSPECTS = 0.02
# Cells compared at a time: bounds memory, changes no count.
MAX_COMPARED_CELLS = 1 << 24


def count_duplicate_rows(
    rows: Rows, columns: Sequence[ColumnProfile], *, max_cells: int = MAX_COMPARED_CELLS
) -> int:
    """Counts the rows that equal an earlier row in every one of `columns`.

    Args:
        rows: The table, or a scan of it.
        columns: The columns' profiles; they tell by what to hash, not what is equal.
        max_cells: How many cells may be compared at a time; bounds memory, changes nothing.
    """
    if rows.rows < 2 or any(c.is_unique and c.null_count <= 1 for c in columns):
        return 0
    if len(columns) == 1:
        only = columns[0]
        return only.rows - only.distinct_count - min(1, only.null_count)
    ranked = sorted(columns, key=lambda column: -column.distinct_count)
    names = [column.column for column in ranked]
    key_width = min(_FIRST_COLUMNS, len(names))
    suspects = _suspects(rows, names[:key_width])
    if suspects.rows > _FEW_SUSPECTS * rows.rows and len(names) > key_width:
        key_width = len(names)
        suspects = _suspects(rows, names)
    parts = math.ceil(suspects.rows * len(names) / max_cells)
    return sum(_copies(rows, names, key_width, suspects, (part, parts)) for part in range(parts))


def _suspects(rows: Rows, names: Sequence[str]) -> Suspects:
    hashes = np.empty(rows.rows, dtype=np.uint64)
    position = 0
    for batch in rows.batches(names):
        hashes[position : position + batch.height] = batch.hash_rows().to_numpy()
        position += batch.height
    return find_suspects(hashes)


def _copies(
    rows: Rows,
    names: Sequence[str],
    key_width: int,
    suspects: Suspects,
    part: tuple[int, int],
) -> int:
    found: list[pl.DataFrame] = []
    for batch in rows.batches(names):
        hashes = batch[:, :key_width].hash_rows().to_numpy()
        mask = suspects.mask(hashes) & part_of(hashes, *part)
        some = batch.filter(pl.Series(mask))
        found.append(some.with_columns(compact(column, batch.height) for column in some))
    compared = pl.concat(found)
    return compared.height - compared.n_unique()
