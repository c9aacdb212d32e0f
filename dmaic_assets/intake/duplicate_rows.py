"""How many rows are later copies of an earlier row, exactly, in bounded memory.

Rows are hashed by their most distinctive columns; only rows that share a hash with another row are
compared in full. Null equals null, NaN equals NaN.
"""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.intake.column_batches import Rows
from dmaic_assets.intake.suspects import Suspects, find_suspects, part_of
from dmaic_assets.model import ColumnProfile

_FIRST_COLUMNS = 4
# Hashing all columns pays when the first ones leave more than this share of the rows.
_FEW_SUSPECTS = 0.02
_MAX_COMPARED_CELLS = 1 << 24


def count_duplicate_rows(rows: Rows, columns: Sequence[ColumnProfile]) -> int:
    """Counts the rows that equal an earlier row in every one of `columns`.

    Args:
        rows: The table, or a scan of it.
        columns: The columns' profiles; they tell by what to hash, not what is equal.
    """
    if rows.rows < 2 or any(c.is_unique and c.null_count <= 1 for c in columns):
        return 0
    ranked = sorted(columns, key=lambda column: -column.distinct_count)
    names = [column.column for column in ranked]
    keys = names[:_FIRST_COLUMNS]
    suspects = _suspects(rows, keys)
    if suspects.rows > _FEW_SUSPECTS * rows.rows and len(names) > len(keys):
        keys = names
        suspects = _suspects(rows, keys)
    parts = math.ceil(suspects.rows * len(names) / _MAX_COMPARED_CELLS)
    return sum(_copies(rows, names, keys, suspects, (part, parts)) for part in range(parts))


def _suspects(rows: Rows, keys: Sequence[str]) -> Suspects:
    hashes = np.empty(rows.rows, dtype=np.uint64)
    position = 0
    for batch in rows.batches(keys):
        hashes[position : position + batch.height] = batch.hash_rows().to_numpy()
        position += batch.height
    return find_suspects(hashes)


def _copies(
    rows: Rows,
    names: Sequence[str],
    keys: Sequence[str],
    suspects: Suspects,
    part: tuple[int, int],
) -> int:
    found: list[pl.DataFrame] = []
    for batch in rows.batches(names):
        hashes = batch.select(keys).hash_rows().to_numpy()
        mask = suspects.mask(hashes) & part_of(hashes, *part)
        found.append(batch.filter(pl.Series(mask)))
    compared = pl.concat(found)
    return compared.height - compared.n_unique()
