"""What is seen of a play while it goes on: latencies by operation and over time, load, kinds."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.kernels.replay import BUCKETS
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK, USED
from dmaic_assets.hashmaps.trial.latency import middle_of
from dmaic_assets.hashmaps.trial.play import Moment
from dmaic_assets.hashmaps.workload.workload import OPS

# Latency bins for each doubling, from 2^_FIRST nanoseconds on to 2^_LAST.
_EACH, _FIRST, _LAST = 4, 3, 20
BINS = tuple(2 ** (_FIRST + i / _EACH) for i in range(_EACH * (_LAST - _FIRST) + 1))
# Slices of time that are kept.
SLICES = 48
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slice:
    """The end of a stretch of a play; `counts` are timed operations by bin within it."""

    operations: int
    kind: str
    load: float
    entries: int
    tombstones: float
    bytes: int
    counts: tuple[int, ...]


@dataclass
class Watch:
    """Takes down a play by its ticks: `on_tick` of a player."""

    total: int
    slices: list[Slice] = field(default_factory=list)
    _before: Counts = field(init=False)
    _bin_of: Counts | None = None
    _counts: Counts = field(init=False)

    def __post_init__(self) -> None:
        self._before = np.zeros((len(OPS), len(BINS)), np.int64)
        self._counts = self._before

    def __call__(self, moment: Moment) -> None:
        """Takes a moment down when a slice is over."""
        due = len(self.slices) * self.total / SLICES
        if moment.operations < min(max(due, 1), self.total):
            return
        self._counts = self._binned(moment)
        index = moment.held.index
        places = float(index.counts[MASK]) + 1
        fresh = (self._counts - self._before).sum(axis=0)
        self._before = self._counts
        if self.slices and self.slices[-1].operations == moment.operations:
            return
        self.slices.append(
            Slice(
                operations=moment.operations,
                kind=moment.held.kind_name,
                load=moment.held.load,
                entries=len(moment.held),
                tombstones=float(index.counts[USED] - index.counts[LIVE]) / places,
                bytes=moment.held.bytes,
                counts=tuple(fresh.tolist()),
            )
        )

    def by_operation(self) -> dict[str, tuple[int, ...]]:
        """Timed operations by bin, for each operation that was asked."""
        rows = zip(OPS, self._counts, strict=True)
        return {op: tuple(row.tolist()) for op, row in rows if row.any()}

    def _binned(self, moment: Moment) -> Counts:
        if self._bin_of is None:
            middles = np.array([middle_of(bucket) for bucket in range(BUCKETS)])
            ns = np.maximum(middles * moment.ns_per_cycle, 1.0)
            place = np.floor(_EACH * (np.log2(ns) - _FIRST)).astype(np.int64)
            self._bin_of = np.clip(place, 0, len(BINS) - 1)
        return np.array(
            [np.bincount(self._bin_of, row, len(BINS)) for row in moment.histogram], np.int64
        )
