"""All that the laboratory's page tells of one key column: measured here, drawn elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dmaic_assets.hashmaps.controller import Controller, Decision, mix_of
from dmaic_assets.hashmaps.cost_model import CostTable, Mix
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.dna import Dna, dna_of
from dmaic_assets.hashmaps.indexes import KINDS, new_index
from dmaic_assets.hashmaps.kernels.index import CHAINING, DIRECT
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.table import SWISS
from dmaic_assets.hashmaps.trial.play import Clocks, Played, Player, words_for
from dmaic_assets.hashmaps.view.course import BINS, Slice, Watch
from dmaic_assets.hashmaps.view.effort import Efforts, efforts_of
from dmaic_assets.hashmaps.view.examples import Example, examples_of
from dmaic_assets.hashmaps.view.heat import KeyHeat, key_heat
from dmaic_assets.hashmaps.view.lesson import Lesson, lesson_of
from dmaic_assets.hashmaps.view.probe import direct_range
from dmaic_assets.hashmaps.view.regimes import COMPARED, CostPoint, Regime, points_of, regimes_of
from dmaic_assets.hashmaps.workload.workload import Workload

# Plays of each kind, of which the shortest counts: others were disturbed more.
_ROUNDS = 3
# Ranks of keys that are drawn at most.
_RANKS = 80


@dataclass(frozen=True, slots=True)
class Standing:
    """What one kind of index makes of the workload: expected and measured ns an operation.

    `each` is bytes a key after the play; `is_offered` whether a map may take the kind by itself.
    """

    kind: str
    is_offered: bool
    load: float
    expected: float
    played: Played
    each: float


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything on the page. Keys are labels; where they are masked, no key can be told.

    `adaptive` is the shortest play of the adaptive map; `timed` the one whose operations were
    timed one by one, of which slices and latencies (by bin) tell.
    """

    told: str
    is_masked: bool
    dna: Dna
    ranks: tuple[tuple[int, int], ...]
    mix: Mix
    standings: tuple[Standing, ...]
    recommended: str
    adaptive: Played
    timed: Played
    slices: tuple[Slice, ...]
    bins: tuple[float, ...]
    latencies: dict[str, tuple[int, ...]]
    regimes: tuple[Regime, ...]
    examples: tuple[Example, ...]
    lesson: Lesson
    points: tuple[CostPoint, ...]
    heat: KeyHeat
    efforts: Efforts

    @property
    def fastest(self) -> Standing:
        """The kind that took the least time when it was measured."""
        return min(self.standings, key=lambda standing: standing.played.ns_each)


@dataclass(frozen=True)
class Surveyor:
    """What a survey takes: seeds, clocks, measured costs, and how a key is called on the page."""

    draw: Callable[[], Words]
    clocks: Clocks
    table: CostTable
    label: Callable[[str], str]
    is_masked: bool


def survey_of(workload: Workload, surveyor: Surveyor) -> Survey:
    """Measures a workload with every kind of index and with the adaptive map."""
    mix, standings = _standings(workload, surveyor)
    offered = [standing for standing in standings if standing.is_offered]
    adaptive, watch = _adaptive(workload, surveyor), Watch(len(workload))
    held = _map_for(workload, surveyor)
    words = words_for(workload.keys, held.index.seeds)
    timed = Player(surveyor.clocks, on_tick=watch).play(workload, held, _controller(surveyor))
    ns_each = {one.kind: one.played.ns_each for one in standings}
    # The place of a key in a direct index is the key itself, less the smallest one.
    shown = COMPARED if surveyor.is_masked else (*COMPARED, DIRECT)
    return Survey(
        told=workload.told,
        is_masked=surveyor.is_masked,
        dna=_masked(dna_of(workload), surveyor),
        ranks=_ranks(workload),
        mix=mix,
        standings=standings,
        recommended=min(offered, key=lambda standing: standing.expected).kind,
        adaptive=replace(adaptive, events=tuple(_told(e, surveyor) for e in adaptive.events)),
        timed=replace(timed, events=()),
        slices=tuple(watch.slices),
        bins=BINS,
        latencies=watch.by_operation(),
        regimes=regimes_of(surveyor.table, max(adaptive.entries, 1)),
        examples=examples_of(workload, held, words, surveyor.label, shown),
        lesson=lesson_of(workload, surveyor.draw, surveyor.label),
        points=points_of(surveyor.table),
        heat=key_heat(workload),
        efforts=efforts_of(held, ns_each, timed.latency, surveyor.clocks.wall),
    )


def _standings(workload: Workload, surveyor: Surveyor) -> tuple[Mix, tuple[Standing, ...]]:
    """Plays a workload on each kind of index that can hold its keys."""
    found: list[Standing] = []
    is_whole = workload.key == "int64"
    player = Player(surveyor.clocks, sample=0)
    mix, bounds = Mix(0.0, 0.0, 0.0, 0.0, 0.0), None
    for kind in (*COMPARED, DIRECT):
        if kind == DIRECT and bounds is None:
            continue
        plays: list[tuple[Played, DenseMap]] = []
        for _ in range(_ROUNDS):
            held = DenseMap(surveyor.draw, kind, is_whole=is_whole)
            if kind == DIRECT and bounds is not None:
                held.index = new_index(kind, *_direct_places(bounds, held, surveyor.draw()))
            plays.append((player.play(workload, held), held))
        played, held = min(plays, key=lambda play: play[0].ns_each)
        if kind == SWISS:
            mix, bounds = mix_of(held), direct_range(held)
        expected = surveyor.table.at(kind, len(held), held.load).of(mix)
        each = played.bytes / max(played.entries, 1)
        found.append(
            Standing(KINDS[kind], kind != CHAINING, held.load, float(expected), played, each)
        )
    return mix, tuple(found)


def _direct_places(bounds: tuple[int, int], held: DenseMap, seeds: Words) -> tuple[int, int, Words]:
    """Places, room and seeds of a direct index that is never full."""
    low, high = bounds
    seeds[3] = np.uint64(low % 2**64)
    return 2 << (high - low).bit_length(), held.room, seeds


def _adaptive(workload: Workload, surveyor: Surveyor) -> Played:
    """The shortest of several plays on maps that choose their index themselves."""
    player = Player(surveyor.clocks, sample=0)
    plays = [
        player.play(workload, _map_for(workload, surveyor), _controller(surveyor))
        for _ in range(_ROUNDS)
    ]
    return min(plays, key=lambda played: played.ns_each)


def _map_for(workload: Workload, surveyor: Surveyor) -> DenseMap:
    return DenseMap(surveyor.draw, SWISS, is_whole=workload.key == "int64")


def _controller(surveyor: Surveyor) -> Controller:
    return Controller(surveyor.table, surveyor.clocks.cpu)


def _ranks(workload: Workload) -> tuple[tuple[int, int], ...]:
    """Ranks, evenly over their logarithm, and how often the key of each comes."""
    codes = workload.keys.dictionary_encode().indices.to_numpy()
    times = np.sort(np.bincount(codes))[::-1]
    chosen = np.unique(np.geomspace(1, times.size, _RANKS).astype(np.int64))
    return tuple((int(rank), int(times[rank - 1])) for rank in chosen)


def _masked(dna: Dna, surveyor: Surveyor) -> Dna:
    """DNA whose hot keys are called by their labels; masked, its range is left out."""
    hot = tuple((surveyor.label(key), times) for key, times in dna.hot)
    whole = replace(dna.whole, low=0, high=0) if dna.whole and surveyor.is_masked else dna.whole
    return replace(dna, hot=hot, whole=whole)


def _told(event: Decision, surveyor: Surveyor) -> Decision:
    """A decision whose reason names no key, where keys are masked."""
    if surveyor.is_masked and event.action == "direct":
        return replace(event, reason=f"{event.entries:,} keys lie close together")
    return event
