"""The trial matrix: every kind of index under every use of a key column, round after round.

Every map begins empty, with an index for all keys of the column: what growing costs is the same
for all kinds, and not what tells them apart.

A round plays all pairs in an order of its own, so that what slows the machine down for a while does
not meet one kind more than the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS, places_for
from dmaic_assets.hashmaps.kernels.index import DIRECT
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.metrics.recorder import tick_of
from dmaic_assets.hashmaps.metrics.watchdog import Limits, Watchdog
from dmaic_assets.hashmaps.trial.latency import new_histogram
from dmaic_assets.hashmaps.trial.play import Clocks, Moment, Played, Player
from dmaic_assets.hashmaps.workload.workload import Workload
from dmaic_assets.work.laboratory.values import Trial, is_slower

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.columns import ArrowArray

# Rounds at least, and at most: six that agree are no chance at 5 % with three rivals.
FEWEST_ROUNDS, MOST_ROUNDS = 3, 7
# Of so many operations one is timed by itself: seldom enough not to slow the others down.
_SAMPLE = 1024
# Operations that are played before the clock counts: kernels are loaded, or compiled, by then.
_WARM = 64
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a matrix takes: clocks, seeds of maps, an order of rounds, seconds of cpu at most."""

    clocks: Clocks
    draw: Callable[[], Words]
    rng: np.random.Generator
    budget_s: float


@dataclass
class _Pair:
    """One kind under one use, as far as it has been played."""

    use: str
    kind: str
    ns: list[float] = field(default_factory=list)
    last: "tuple[Played, DenseMap] | None" = None

    def trial(self, before: float | None) -> Trial:
        """What it came to."""
        assert self.last is not None, self.use  # noqa: S101 - every pair has three rounds at least
        played, held = self.last
        moment = Moment(played.operations, 0, {}, held, new_histogram(), 1.0, ())
        tick = Watchdog(Limits()).look(tick_of(moment, 0.0))
        return Trial(
            use=self.use,
            kind=self.kind,
            ns=tuple(self.ns),
            entries=tick.entries,
            bytes_each=tick.bytes / max(tick.entries, 1),
            load=tick.load_factor,
            probes=tick.avg_probe_estimate,
            probe_ratio=tick.probe_ratio,
            alerts=tuple(alert.message for alert in tick.alerts),
            before=before,
        )


def played_trials(
    workloads: Mapping[str, Workload],
    *,
    is_dense: bool,
    before: Mapping[Pair, float],
    bench: Bench,
) -> tuple[Trial, ...]:
    """Plays the matrix; pairs that are slower than the budget allows are played again.

    Args:
        workloads: By use; all of one column.
        is_dense: Whether the keys are whole numbers that lie close together: an index with a place
            for each of them is tried too.
        before: The fastest rounds of the last figure of this machine, by use and kind.
        bench: Clocks, seeds, order, time.
    """
    kinds = KINDS if is_dense else tuple(kind for kind in KINDS if KINDS.index(kind) != DIRECT)
    pairs = [_Pair(use, kind) for use in workloads for kind in kinds]
    player = Player(bench.clocks, sample=_SAMPLE)
    column: ArrowArray = next(iter(workloads.values())).keys
    maps = _maps_for(column, bench.draw, is_dense=is_dense)
    for pair in pairs:
        player.play(_start_of(workloads[pair.use]), maps.of(pair.kind))
    began = bench.clocks.cpu()
    for number in range(MOST_ROUNDS):
        if number >= FEWEST_ROUNDS and bench.clocks.cpu() - began > bench.budget_s * 1e9:
            break
        _round(pairs, workloads, player, (maps, bench.rng))
    slow = [p for p in pairs if is_slower(min(p.ns), before.get((p.use, p.kind)))]
    for _ in range(MOST_ROUNDS if slow else 0):
        _round(slow, workloads, player, (maps, bench.rng))
    return tuple(pair.trial(before.get((pair.use, pair.kind))) for pair in pairs)


def _round(
    pairs: list[_Pair],
    workloads: Mapping[str, Workload],
    player: Player,
    drawn: "tuple[_Maps, np.random.Generator]",
) -> None:
    maps, rng = drawn
    for at in rng.permutation(len(pairs)):
        pair = pairs[int(at)]
        held = maps.of(pair.kind)
        played = player.play(workloads[pair.use], held)
        pair.ns.append(played.ns_each)
        pair.last = (played, held)


def _start_of(workload: Workload) -> Workload:
    return Workload(
        workload.ops[:_WARM], workload.keys.slice(0, _WARM), workload.values[:_WARM], workload.told
    )


@dataclass(frozen=True, slots=True)
class _Maps:
    """Empty maps that have room for all keys of a column: `low` to `high` where they are whole."""

    draw: Callable[[], Words]
    entries: int
    low: int = 0
    high: int = 0

    def of(self, kind: str) -> DenseMap:
        """A map with an index of a kind, as large as all keys need."""
        number = KINDS.index(kind)
        held = DenseMap(self.draw, is_whole=number == DIRECT)
        held.reserve(self.entries)
        # A direct index has a power of two of places, one of them for each number of the range.
        places = self.high - self.low + 2 if number == DIRECT else 0
        wanted = 1 << int(np.ceil(np.log2(places))) if places else places_for(number, self.entries)
        held.migrate_to(number, wanted, base=self.low if number == DIRECT else 0)
        held.finish()
        return held


def _maps_for(keys: "ArrowArray", draw: Callable[[], Words], *, is_dense: bool) -> _Maps:
    entries = len(keys.unique())
    if not is_dense:
        return _Maps(draw, entries)
    known = keys.to_numpy()
    return _Maps(draw, entries, int(known.min()), int(known.max()))
