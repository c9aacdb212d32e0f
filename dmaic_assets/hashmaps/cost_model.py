"""What an operation costs on this machine, by kind of index, number of entries and load.

Costs are measured once (`calibrate`) on random keys and read between the measured points by
straight lines over the logarithm of the entries and over the load.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import INLINE, LOADS, new_index, places_for
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS

# Entries at which costs are measured: within the first cache, the second, the third, and beyond.
SIZES = (1 << 10, 1 << 14, 1 << 18, 1 << 21)
# Loads at which costs are measured, as shares of the load at which a kind grows.
SHARES = (0.5, 0.75, 1.0)
# Keys that are asked for at each point.
_ASKED = 1 << 14
# Share of an index that is filled while an insertion is timed, just below each measured load.
_CHUNK = 1 / 16
# Entries that are measured at least of each size: small maps are filled several times.
_LEAST = 1 << 16
# Calls without a key that are timed, of which the shortest counts.
_EMPTY_CALLS = 5
_KINDS = (SWISS, ROBIN_HOOD, LINEAR, CHAINING, DIRECT)
Grid = Sequence[Sequence["Costs"]]


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of what is asked of a map; they add up to 1."""

    hit: float
    miss: float
    insert: float
    update: float
    delete: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Nanoseconds of one operation of each sort."""

    hit: float
    miss: float
    insert: float
    delete: float

    def of(self, mix: Mix) -> float:
        """Nanoseconds of an operation on average; an update costs a search that finds its key."""
        found = (mix.hit + mix.update) * self.hit
        return found + mix.miss * self.miss + mix.insert * self.insert + mix.delete * self.delete


@dataclass(frozen=True, slots=True)
class CostTable:
    """Costs by kind, at each of SIZES and SHARES; `build`: nanoseconds an entry of a new index.

    `frozen` and `freeze` are the same of inline tables, by kind; without them there are none. A
    table of fewer `sizes` tells less of large maps.
    """

    machine: str
    costs: Mapping[int, Grid]
    build: Mapping[int, Sequence[float]]
    frozen: Mapping[int, Grid] = field(default_factory=dict[int, Grid])
    freeze: Mapping[int, Sequence[float]] = field(default_factory=dict[int, Sequence[float]])
    sizes: Sequence[int] = SIZES

    def at(self, kind: int, entries: int, load: float) -> Costs:
        """Reads the costs of a kind between the measured points; beyond them the nearest counts."""
        return self._costs(self.costs[kind], kind, entries, load)

    def inline_at(self, kind: int, entries: int, load: float) -> Costs:
        """Reads the costs of an inline table of a kind, as `at` does those of an index."""
        return self._costs(self.frozen[kind], kind, entries, load)

    def frozen_at(self, kind: int, entries: int) -> Costs:
        """Reads what searches cost of an inline table with no more room than its entries need."""
        return self.inline_at(kind, entries, entries / places_for(kind, entries))

    def freeze_ns(self, kind: int, entries: int) -> float:
        """Nanoseconds that an inline table of so many entries takes."""
        return self._along(self.freeze[kind], entries) * entries

    def build_ns(self, kind: int, entries: int) -> float:
        """Nanoseconds that a new index for so many entries takes."""
        return self._along(self.build[kind], entries) * entries

    def _costs(self, grid: Grid, kind: int, entries: int, load: float) -> Costs:
        """Costs at a number of places, which decides what the caches hold, and at a load."""
        places = entries / load if load > 0 else entries
        return _between(grid, self._row(places), _place(SHARES, load / LOADS[kind]))

    def _along(self, each: Sequence[float], entries: int) -> float:
        row = self._row(entries)
        low = int(row)
        return each[low] + (row - low) * (each[min(low + 1, len(each) - 1)] - each[low])

    def _row(self, places: float) -> float:
        return _place([log2(size) for size in self.sizes], log2(max(places, 1)))


def _place(points: Sequence[float], value: float) -> float:
    """Where a value stands among rising points, counted in points; beyond them at the last.

    A controller reads costs five times at each look: NumPy would take longer than the map does.
    """
    at = min(bisect_right(points, value), len(points) - 1)
    if at == 0:
        return 0.0
    low, high = points[at - 1], points[at]
    return min(at - 1 + (value - low) / (high - low), len(points) - 1)


def _between(grid: Grid, size: float, share: float) -> Costs:
    low, left = int(size), int(share)
    high, right = min(low + 1, len(grid) - 1), min(left + 1, len(grid[0]) - 1)
    down, along = size - low, share - left
    a, b, c, d = (1 - down) * (1 - along), (1 - down) * along, down * (1 - along), down * along
    p, q, r, s = grid[low][left], grid[low][right], grid[high][left], grid[high][right]
    return Costs(
        hit=a * p.hit + b * q.hit + c * r.hit + d * s.hit,
        miss=a * p.miss + b * q.miss + c * r.miss + d * s.miss,
        insert=a * p.insert + b * q.insert + c * r.insert + d * s.insert,
        delete=a * p.delete + b * q.delete + c * r.delete + d * s.delete,
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """What measuring takes: seeds, random keys, and a clock of cpu nanoseconds."""

    draw: Callable[[], Words]
    rng: np.random.Generator
    clock: Callable[[], int]


def calibrate(machine: str, bench: Bench, sizes: Sequence[int] = SIZES) -> CostTable:
    """Measures every kind at every point: a few seconds, most of them for the largest size."""
    costs: dict[int, list[list[Costs]]] = {kind: [] for kind in _KINDS}
    build: dict[int, list[float]] = {kind: [] for kind in _KINDS}
    # Kernels are compiled, or read from their cache, before the clock starts.
    _filled(SWISS, sizes[0], bench)
    for kind in _KINDS:
        for size in sizes:
            runs = [_filled(kind, size, bench) for _ in range(max(_LEAST // size, 1))]
            costs[kind].append(
                [Costs(*mean) for mean in np.mean([r for r, _ in runs], axis=0).tolist()]
            )
            build[kind].append(float(np.mean([b for _, b in runs])))
    frozen, freeze = _inline_costs(bench, sizes)
    return CostTable(machine, costs, build, frozen, freeze, sizes)


def _inline_costs(
    bench: Bench, sizes: Sequence[int]
) -> tuple[dict[int, list[list[Costs]]], dict[int, list[float]]]:
    """Operations of inline tables at every point, and nanoseconds an entry to make one."""
    costs: dict[int, list[list[Costs]]] = {kind: [] for kind in INLINE}
    build: dict[int, list[float]] = {kind: [] for kind in INLINE}
    for kind in INLINE:
        _inline_filled(kind, sizes[0], bench)
        for size in sizes:
            runs = [_inline_filled(kind, size, bench) for _ in range(max(_LEAST // size, 1))]
            costs[kind].append(
                [Costs(*each) for each in np.min([r for r, _ in runs], axis=0).tolist()]
            )
            build[kind].append(min(b for _, b in runs))
    return costs, build


def _inline_filled(kind: int, size: int, bench: Bench) -> tuple[list[tuple[float, ...]], float]:
    """Fills one table of so many slots: its costs at each share, and an entry's at the last.

    Operations are played in turns, as a map is asked: what a sort of them costs alone is less.
    """
    most = int(size * LOADS[kind])
    keys, others = _keys(kind, most, bench.rng)
    held = InlineMap(bench.draw, kind)
    held.reserve(most)
    rows: list[tuple[float, ...]] = []
    each = 0.0
    for share in SHARES:
        end, chunk = int(most * share), max(int(most * _CHUNK), 1)
        start = len(held)
        old = keys[start : end - chunk]
        each = _timed(lambda m=held, k=old: m.put(k, k), bench) / max(old.size, 1)
        held.put(keys[end - chunk : end], keys[end - chunk : end])
        asked, missing = bench.rng.choice(keys[:end], _ASKED), bench.rng.choice(others, _ASKED)
        hit, miss = (_played(held, 0, k, bench) for k in (asked, missing))
        newest = keys[end - chunk : end]
        delete = _played(held, 2, newest, bench)
        insert = _played(held, 1, newest, bench)
        rows.append((hit, miss, insert, delete))
    return rows, each


def _played(held: InlineMap, op: int, keys: Words, bench: Bench) -> float:
    """Nanoseconds of each key of a sequence of one operation, without those of the call itself."""
    ops, values, nothing = np.full(keys.size, op, np.uint8), keys.copy(), keys[:0]
    empty = min(_timed(lambda: held.play(ops[:0], nothing, nothing), bench) for _ in range(3))
    return _each(lambda: held.play(ops, keys, values), empty, keys.size, bench)


def _filled(kind: int, size: int, bench: Bench) -> tuple[list[tuple[float, ...]], float]:
    """Fills one index of so many places: its costs at each share, and an entry's if built anew."""
    most = int(size * LOADS[kind])
    keys, others = _keys(kind, most, bench.rng)
    held = DenseMap(bench.draw, kind)
    held.reserve(2 * most)
    held.index = new_index(kind, size, held.room, bench.draw())
    rows: list[tuple[float, ...]] = []
    calls = _calls(held, bench)
    for share in SHARES:
        end, chunk = int(most * share), max(int(most * _CHUNK), 1)
        held.put(keys[len(held) : end - chunk], keys[len(held) : end - chunk])
        asked = bench.rng.choice(keys[:end], min(_ASKED, most))
        newest, missing = keys[end - chunk : end], others[: asked.size]
        insert = _each(lambda k=newest: held.put(k, k), calls.put, chunk, bench)
        hit = _each(lambda k=asked: held.get(k), calls.get, asked.size, bench)
        miss = _each(lambda k=missing: held.get(k), calls.get, asked.size, bench)
        delete = _each(lambda k=newest: held.delete(k), calls.delete, chunk, bench)
        held.put(newest, newest)
        rows.append((hit, miss, insert, delete))
    held.migrate_to(kind, size)
    return rows, _timed(held.finish, bench) / most


def _keys(kind: int, count: int, rng: np.random.Generator) -> tuple[Words, Words]:
    """Keys that a map holds, and keys that it does not."""
    if kind == DIRECT:
        numbers = np.arange(2 * count, dtype=np.uint64)
        return rng.permutation(numbers[:count]), numbers[count:]
    drawn = rng.integers(0, 2**63, 2 * count, dtype=np.uint64)
    return drawn[:count], drawn[count:]


@dataclass(frozen=True, slots=True)
class _Calls:
    """Nanoseconds of calls without a key: what a call costs beside its keys."""

    get: float
    put: float
    delete: float


def _calls(held: DenseMap, bench: Bench) -> _Calls:
    nothing = np.empty(0, np.uint64)
    timed = (
        [_timed(call, bench) for _ in range(_EMPTY_CALLS)]
        for call in (
            lambda: held.get(nothing),
            lambda: held.put(nothing, nothing),
            lambda: held.delete(nothing),
        )
    )
    return _Calls(*(min(found) for found in timed))


def _each(call: Callable[[], object], empty: float, keys: int, bench: Bench) -> float:
    """Nanoseconds of each key of a call, without those of the call itself."""
    return max(_timed(call, bench) - empty, 0.0) / keys


def _timed(call: Callable[[], object], bench: Bench) -> float:
    start = bench.clock()
    call()
    return float(bench.clock() - start)
