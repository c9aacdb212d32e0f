"""Which keys are hot when: operations by stretch of a workload and by the rank of their key."""

from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.workload.workload import Workload

# Stretches of a workload at most, and ranges of ranks for each tenfold.
_STRETCHES, _EACH = 48, 6


@dataclass(frozen=True, slots=True)
class KeyHeat:
    """Shares of a stretch's operations: a row for each range of ranks, a column for each stretch.

    `ends` are the operations at which stretches end, `ranks` the first rank of each range; rank 1
    is the key of the most operations. Ranks say nothing of what a key is.
    """

    ends: tuple[int, ...]
    ranks: tuple[int, ...]
    shares: tuple[tuple[float, ...], ...]


def key_heat(workload: Workload) -> KeyHeat:
    """Counts the operations of a workload; empty without any."""
    total = len(workload)
    if not total:
        return KeyHeat((), (), ())
    codes = workload.keys.dictionary_encode().indices.to_numpy()
    times = np.bincount(codes)
    rank_of = np.empty(times.size, np.int64)
    rank_of[np.argsort(-times, kind="stable")] = np.arange(1, times.size + 1)
    steps = int(np.ceil(_EACH * np.log10(times.size))) + 1
    ranks = np.unique(np.geomspace(1, times.size, steps).astype(np.int64))
    ends = np.unique(np.linspace(0, total, _STRETCHES + 1).astype(np.int64))[1:]
    row = np.searchsorted(ranks, rank_of[codes], side="right") - 1
    column = np.searchsorted(ends, np.arange(total), side="right")
    counts = np.zeros((ranks.size, ends.size), np.int64)
    np.add.at(counts, (row, column), 1)
    shares = counts / counts.sum(axis=0)
    return KeyHeat(
        tuple(ends.tolist()), tuple(ranks.tolist()), tuple(tuple(r) for r in shares.tolist())
    )
