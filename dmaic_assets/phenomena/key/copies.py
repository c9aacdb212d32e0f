"""Finds copies of a key exactly, on any size of file, at the price of one hash per row.

Rows whose key hash is unique cannot be copies; only the others are compared by value. A hash is
8 bytes per row whatever the key is, so a file need not fit in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.passes import Frame
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Key,
    any_missing,
    is_float,
    is_text,
)
from dmaic_assets.table.text_table import column

_HASH = "hash"
# Rows whose keys are compared at once: bounds memory at some 100 MB.
_ROWS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Copies:
    """Which rows with a repeated key fail: Boolean per row of the frame, None when none do.

    `is_distinct` is true when no two rows share the key, rows without a key included: then no
    two rows share a key that has these columns among others.
    """

    mask: pl.Series | None
    is_distinct: bool


def copies(frame: Frame, key: Key, failing: pl.Expr, ctx: FrameContext) -> Copies:
    """Evaluates `failing` on all rows whose key occurs more than once.

    Args:
        frame: The rows.
        key: What is compared between them.
        failing: Boolean expression over the key's columns that tells which copies fail.
        ctx: The frame's context.

    Raises:
        pl.exceptions.PolarsError: Polars cannot hash or compare the key.
    """
    if frame.is_in_memory:
        # Counting distinct values of a frame in memory is cheaper than keeping a hash per row.
        screen = frame.select({"copies": _copy_count(key, ctx), "missing": _missing(key, ctx)})
        if screen["copies"][0] == 0:
            return Copies(None, is_distinct=screen["missing"][0] == 0)
    hashes = frame.select({_HASH: _hash(key, ctx)}).to_series()
    candidates = _repeated(hashes)
    if candidates.size == 0:
        return Copies(None, is_distinct=hashes.null_count() == 0)
    found = np.zeros(frame.row_count, dtype=np.bool_)
    for positions in _parts(candidates, hashes):
        rows = frame.rows_at(key.columns, pl.Series(positions))
        failing_here = rows.select(failing.fill_null(value=False)).to_series().to_numpy()
        found[positions[failing_here]] = True
    return Copies(pl.Series(found) if found.any() else None, is_distinct=False)


def _copy_count(key: Key, ctx: FrameContext) -> pl.Expr:
    """Counts keys beyond the distinct ones: 0 proves that none occurs twice."""
    only = key.columns[0]
    # Text is compared by hash: a fifth of the time, and no copy of the text is held.
    if len(key.columns) > 1 or is_float(only, ctx) or isinstance(ctx.schema[only], pl.String):
        hashes = _hash(key, ctx)
        return hashes.count() - hashes.drop_nulls().n_unique()
    expr = column(only)
    missing = expr.null_count()
    if not key.ignores_missing:
        return pl.len() - expr.n_unique()
    return (pl.len() - missing) - (expr.n_unique() - (missing > 0).cast(pl.UInt32))


def _missing(key: Key, ctx: FrameContext) -> pl.Expr:
    """Counts the rows that are not compared."""
    return any_missing(key.columns, ctx).sum() if key.ignores_missing else pl.lit(0)


def _hash(key: Key, ctx: FrameContext) -> pl.Expr:
    parts = [_hashable(name, ctx).hash(seed) for seed, name in enumerate(key.columns)]
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        odd = parts[-1:] if len(parts) % 2 else []
        parts = [first.xor(second) for first, second in pairs] + odd
    if not key.ignores_missing:
        return parts[0]
    return pl.when(~any_missing(key.columns, ctx)).then(parts[0])


def _hashable(name: str, ctx: FrameContext) -> pl.Expr:
    expr = column(name)
    is_coded = is_text(ctx.schema[name]) and not isinstance(ctx.schema[name], pl.String)
    return expr.cast(pl.String) if is_coded else expr


def _repeated(hashes: pl.Series) -> npt.NDArray[np.uint32]:
    present = hashes.drop_nulls()
    ordered = present.sort()
    again = ordered.filter(ordered == ordered.shift(1)).unique()
    if again.is_empty():
        return np.empty(0, dtype=np.uint32)
    return hashes.is_in(again.implode()).fill_null(value=False).arg_true().to_numpy()


def _parts(
    candidates: npt.NDArray[np.uint32], hashes: pl.Series
) -> Iterator[npt.NDArray[np.uint32]]:
    count = -(-candidates.size // _ROWS_AT_ONCE)
    if count == 1:
        yield candidates
        return
    part_of = hashes.gather(pl.Series(candidates)).to_numpy() % np.uint64(count)
    for part in range(count):
        yield candidates[part_of == part]
