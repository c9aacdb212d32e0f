"""Splits rows into what proposals are made from and what they are judged on.

What belongs here: the assignment of rows, by a seeded hash of their content. Equal rows always go
the same way, and a row goes the same way whatever rows are around it.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.cell_evidence import Bools

Ints = npt.NDArray[np.int64]
# Share of the clean rows that a pilot may use as control; the rest is for proposals.
CONTROL_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class PilotSplit:
    """Positions of rows: `design` and `held` (failing rows held out), `control` (clean ones).

    Clean rows that are not in the control are design rows, since what is usual is learnt there.
    """

    design: Ints
    held: Ints
    control: Ints


def split_rows(frame: pl.DataFrame, failing: Bools, *, seed: int, most_control: int) -> PilotSplit:
    """Assigns every row of a table.

    Args:
        frame: The rows as text.
        failing: One entry per row: whether it has a failing cell.
        seed: Another seed gives another split.
        most_control: Clean rows in the control at most; those of the lowest hash are taken.
    """
    shares = hashed_shares(frame, seed=seed)
    held = np.flatnonzero(failing & (shares < 0.5))
    candidates = np.flatnonzero(~failing & (shares < CONTROL_SHARE))
    lowest = candidates[np.argsort(shares[candidates], kind="stable")][:most_control]
    is_design = np.ones(frame.height, dtype=np.bool_)
    is_design[held] = False
    is_design[lowest] = False
    return PilotSplit(np.flatnonzero(is_design), held, np.sort(lowest))


def hashed_shares(frame: pl.DataFrame, *, seed: int) -> npt.NDArray[np.float64]:
    """Gives every row of texts a share in [0, 1) that depends on its content and the seed alone."""
    key = seed.to_bytes(8, "big", signed=True)
    # Lengths keep ("ab", "c") apart from ("a", "bc"); a null is no empty text.
    cells = [_spelt(series.alias("cell")) for series in frame.iter_columns()]
    texts = map("\x1f".join, zip(*cells, strict=True))
    found = (hashlib.blake2b(text.encode(), digest_size=8, key=key).digest() for text in texts)
    return np.fromiter((int.from_bytes(d, "big") / 2**64 for d in found), np.float64, frame.height)


def _spelt(cells: pl.Series) -> pl.Series:
    return (cells.str.len_chars().cast(pl.String) + ":" + cells).fill_null("-")
