"""Plays of workloads in tests: with the process's clocks, seeds of a generator, and a recorder."""

import time
from dataclasses import dataclass, field

import numpy as np

from dmaic_assets.hashmaps.controller import Decision
from dmaic_assets.hashmaps.cost_model import Mix
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.metrics.recorder import Recorder
from dmaic_assets.hashmaps.metrics.tick import Tick
from dmaic_assets.hashmaps.metrics.watchdog import Limits, Watchdog
from dmaic_assets.hashmaps.trial.play import Clocks, Player
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets_tests.hashmaps.seeds import seeds_from

CLOCKS = Clocks(time.thread_time_ns, time.perf_counter_ns, lambda: 0)
WORKLOAD = generate(Recipe(ops=5_000, reads=0.5, key_space=1_000, is_whole=True))


@dataclass
class Recorded:
    """A play, its ticks, and what recorded them."""

    ticks: list[Tick] = field(default_factory=list)
    recorder: Recorder | None = None
    played: object = None


def play_recorded(workload=WORKLOAD, held=None, control=None, limits=None) -> Recorded:
    """Plays a workload on a map and keeps the ticks."""
    told = Recorded()
    told.recorder = Recorder(Watchdog(limits or Limits()), told.ticks.append, len(workload))
    player = Player(CLOCKS, on_tick=told.recorder.record)
    # An empty map is false.
    held = DenseMap(seeds_from(np.random.default_rng(1))) if held is None else held
    told.played = player.play(workload, held, control)
    return told


def decision(action="migrate", operation=4096, kind="swiss", after="robinhood") -> Decision:
    mix = Mix(1, 0, 0, 0, 0)
    return Decision(operation, action, kind, after, "a test", 100, 0.5, mix, 1.2, 3.0)
