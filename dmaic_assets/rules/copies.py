"""Finds copies of a key exactly, on any size of file, at the price of one hash per row.

Rows whose key hash is unique cannot be copies; only the others are compared by value. A hash is
8 bytes per row whatever the key is, so a file need not fit in memory.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.rules.passes import Frame
from dmaic_assets.rules.rule_kind import (
    FrameContext,
    Key,
    any_missing,
    column,
    is_float,
    is_text,
)

_HASH = "hash"
_ROWS_AT_ONCE = 4_000_000


def copies_screen(key: Key, ctx: FrameContext) -> pl.Expr:
    """Builds an aggregate whose 0 proves that no key occurs twice."""
    if len(key.columns) == 1 and not is_float(key.columns[0], ctx):
        expr = column(key.columns[0])
        missing = expr.null_count()
        if not key.ignores_missing:
            return pl.len() - expr.n_unique()
        return (pl.len() - missing) - (expr.n_unique() - (missing > 0).cast(pl.UInt32))
    hashes = _hash(key, ctx)
    return hashes.count() - hashes.drop_nulls().n_unique()


def copies(frame: Frame, key: Key, failing: pl.Expr, ctx: FrameContext) -> pl.Series | None:
    """Evaluates `failing` on all rows whose key occurs more than once.

    Args:
        frame: The rows.
        key: What is compared between them.
        failing: Boolean expression over the key's columns that tells which copies fail.
        ctx: The frame's context.

    Returns:
        Boolean per row of the frame, or None when no row fails.
    """
    hashes = frame.select({_HASH: _hash(key, ctx)}).to_series()
    candidates = _repeated(hashes)
    if candidates.size == 0:
        return None
    found = np.zeros(frame.row_count, dtype=np.bool_)
    for positions in _parts(candidates, hashes):
        rows = frame.rows_at(key.columns, pl.Series(positions))
        failing_here = rows.select(failing.fill_null(value=False)).to_series().to_numpy()
        found[positions[failing_here]] = True
    return pl.Series(found) if found.any() else None


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
