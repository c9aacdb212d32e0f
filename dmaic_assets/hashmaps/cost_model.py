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
from dmaic_assets.hashmaps.indexes import LOADS, new_index, places_for
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
# Kinds that an inline table can be of.
INLINE = (SWISS, ROBIN_HOOD, LINEAR)
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

    `frozen` and `freeze` are the same of inline tables that are only searched, by kind; without
    them nothing is frozen. A table of fewer `sizes` tells less of large maps.
    """

    machine: str
    costs: Mapping[int, Grid]
    build: Mapping[int, Sequence[float]]
    frozen: Mapping[int, Grid] = field(default_factory=dict[int, Grid])
    freeze: Mapping[int, Sequence[float]] = field(default_factory=dict[int, Sequence[float]])
    sizes: Sequence[int] = SIZES

    def at(self, kind: int, entries: int, load: float) -> Costs:
        """Reads the costs of a kind between the measured points; beyond them the nearest counts."""
        return self._read(self.costs[kind], entries, load / LOADS[kind])

    def frozen_at(self, kind: int, entries: int) -> Costs:
        """Reads what searches cost of an inline table with no more room than its entries need."""
        share = entries / places_for(kind, entries) / LOADS[kind]
        return self._read(self.frozen[kind], entries, share)

    def freeze_ns(self, kind: int, entries: int) -> float:
        """Nanoseconds that an inline table of so many entries takes."""
        return self._along(self.freeze[kind], entries) * entries

    def build_ns(self, kind: int, entries: int) -> float:
        """Nanoseconds that a new index for so many entries takes."""
        return self._along(self.build[kind], entries) * entries

    def _read(self, grid: Grid, entries: int, share: float) -> Costs:
        """Costs of so many entries, at a share of the load at which a kind grows."""
        return _between(grid, self._row(entries), _place(SHARES, share))

    def _along(self, each: Sequence[float], entries: int) -> float:
        row = self._row(entries)
        low = int(row)
        return each[low] + (row - low) * (each[min(low + 1, len(each) - 1)] - each[low])

    def _row(self, entries: int) -> float:
        return _place([log2(size) for size in self.sizes], log2(max(entries, 1)))


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
    four = (
        ((1 - down) * (1 - along), grid[low][left]),
        ((1 - down) * along, grid[low][right]),
        (down * (1 - along), grid[high][left]),
        (down * along, grid[high][right]),
    )
    return Costs(
        hit=sum(weight * costs.hit for weight, costs in four),
        miss=sum(weight * costs.miss for weight, costs in four),
        insert=sum(weight * costs.insert for weight, costs in four),
        delete=sum(weight * costs.delete for weight, costs in four),
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
            costs[kind].append([Costs(*mean) for mean in np.mean([r for r, _ in runs], axis=0)])
            build[kind].append(float(np.mean([b for _, b in runs])))
    frozen, freeze = _frozen_costs(bench, sizes)
    return CostTable(machine, costs, build, frozen, freeze, sizes)


def _frozen_costs(
    bench: Bench, sizes: Sequence[int]
) -> tuple[dict[int, list[list[Costs]]], dict[int, list[float]]]:
    """Searches of inline tables at every point, and nanoseconds an entry to make one."""
    costs: dict[int, list[list[Costs]]] = {kind: [] for kind in INLINE}
    freeze: dict[int, list[float]] = {kind: [] for kind in INLINE}
    for kind in INLINE:
        _searched(kind, sizes[0], bench)
        for size in sizes:
            row, each = _searched(kind, size, bench)
            costs[kind].append(row)
            freeze[kind].append(each)
    return costs, freeze


def _searched(kind: int, size: int, bench: Bench) -> tuple[list[Costs], float]:
    """One inline table of so many slots: its costs at each share, and an entry's at the last."""
    row: list[Costs] = []
    keys, others = _keys(kind, int(size * LOADS[kind]), bench.rng)
    each, nothing = 0.0, np.empty(0, np.uint64)
    for share in SHARES:
        held, put = InlineMap(bench.draw, kind), keys[: int(keys.size * share)]
        held.reserve(keys.size)
        each = _timed(lambda m=held, k=put: m.put(k, k), bench) / put.size
        asked = bench.rng.choice(put, _ASKED)
        missing = bench.rng.choice(others, _ASKED)
        empty = min(_timed(lambda m=held: m.get(nothing), bench) for _ in range(_EMPTY_CALLS))
        hit = _each(lambda m=held, k=asked: m.get(k), empty, _ASKED, bench)
        miss = _each(lambda m=held, k=missing: m.get(k), empty, _ASKED, bench)
        row.append(Costs(hit, miss, 0.0, 0.0))
    return row, each


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
