"""What an operation costs in cycles of the processor and in bytes of memory that it touches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.trial.latency import Latency, ns_per_cycle
from dmaic_assets.hashmaps.view.probe import LINE, searches_for

# Entries whose searches are followed, and as many keys that are not there. The mean number of cache
# lines is then right to about a tenth of one.
_FOLLOWED = 64
# Words that are no likely keys: an odd number without pattern times 1, 2, 3 ...
_APART = np.uint64(0xA5A5_1234_5A5A_8765)


@dataclass(frozen=True, slots=True)
class Effort:
    """One kind of index: cycles of an operation, and bytes of the cache lines of a search.

    Cycles are of the processor's time stamp, which counts at one rate whatever the clock's.
    """

    kind: str
    cycles: float
    hit_bytes: float
    miss_bytes: float


@dataclass(frozen=True, slots=True)
class OperationEffort:
    """One operation of the adaptive map, timed one by one: cycles within which shares are done."""

    operation: str
    timed: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Efforts:
    """Of every kind that was played, and of every operation that was timed."""

    kinds: tuple[Effort, ...]
    operations: tuple[OperationEffort, ...]


def efforts_of(
    held: DenseMap,
    ns_each: Mapping[str, float],
    latency: Mapping[str, Latency],
    clock: Callable[[], int],
) -> Efforts:
    """Reads nanoseconds as cycles, and follows searches in each kind over a map's entries.

    Args:
        held: The map that was played; kinds that cannot hold its entries are left out.
        ns_each: Nanoseconds of an operation by kind.
        latency: What was timed, by operation.
        clock: Nanoseconds that the time stamp is compared with.
    """
    each = ns_per_cycle(clock)
    kinds = [KINDS.index(kind) for kind in ns_each]
    touched = _bytes_by_kind(held, kinds)
    told = tuple(
        Effort(kind, ns / each, *touched[kind]) for kind, ns in ns_each.items() if kind in touched
    )
    timed = tuple(
        OperationEffort(op, found.timed, found.p50 / each, found.p99 / each)
        for op, found in latency.items()
    )
    return Efforts(told, timed)


def _bytes_by_kind(held: DenseMap, kinds: Sequence[int]) -> dict[str, tuple[float, float]]:
    """Mean bytes of the lines that a search touches, for keys that are there and that are not."""
    if not len(held):
        return {}
    count = min(_FOLLOWED, len(held))
    there = held.store.keys[np.linspace(0, len(held) - 1, count).astype(np.int64)]
    others = np.arange(1, count + 1, dtype=np.uint64) * _APART
    lines: dict[str, tuple[list[int], list[int]]] = {}
    for searches in searches_for(held, np.concatenate([there, others]), kinds=kinds):
        for found in searches:
            lines.setdefault(found.kind, ([], []))[found.ends == "miss"].append(found.lines)
    return {
        kind: (LINE * float(np.mean(hits)), LINE * float(np.mean(misses)))
        for kind, (hits, misses) in lines.items()
    }
