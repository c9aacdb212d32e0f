"""The kernels compiled ahead of time: every way in which the laboratory and the commands use them.

numba keeps what it compiled beside the modules; where that folder cannot be written to, in the
user's cache folder.
"""

import multiprocessing
import os
import time
from typing import Any

import numpy as np
import pyarrow as pa

from dmaic_assets.hashmaps.columns import ArrowArray
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.exhibits.contest import Contest
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.indexes import INLINE, KINDS
from dmaic_assets.hashmaps.kernels.index import DIRECT
from dmaic_assets.hashmaps.kernels.replay import replay
from dmaic_assets.hashmaps.probes import mean_probes
from dmaic_assets.hashmaps.trial.play import Player
from dmaic_assets.hashmaps.workload.column import of_column
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets.hashmaps.workload.workload import Workload
from dmaic_assets.work.laboratory.machine import clocks, draw_seeds

# Keys that are put: enough that every kind of index grows once.
_KEYS = 1_000
# Places of the indexes of an exhibit.
_PLACES = 1 << 10


def compiled() -> str:
    """Compiles whatever is not compiled yet, and names the folder where it is kept.

    Where there is a second core, text keys get a process of their own: numba compiles one kernel
    at a time in each (18.5 s instead of 23.8 on two cores, for a third more work).
    """
    other = multiprocessing.get_context("spawn").Process(target=_texts)
    if (os.cpu_count() or 1) > 1:
        other.start()
    _numbers()
    if other.pid is not None:
        other.join()
    # What the other one did not get to, its death included, is compiled here.
    _texts()
    return _folder()


def _numbers() -> None:
    player, rng = Player(clocks()), np.random.default_rng(0)
    searches = generate(Recipe(ops=_KEYS, reads=1.0, is_whole=True))
    whole = pa.array(np.arange(_KEYS))
    for kind in _kinds():
        held = DenseMap(draw_seeds, kind)
        player.play(of_column(whole, "merge", rng), DenseMap(draw_seeds, kind))
        held.put(np.arange(_KEYS, dtype=np.uint64), np.arange(_KEYS, dtype=np.uint64))
        mean_probes(held)
        if kind in INLINE:
            _moved(held, kind, player, searches)
    _used(HashMap(draw_seeds, "int64"), whole)


def _moved(held: DenseMap, kind: int, player: Player, searches: Workload) -> None:
    held.make_inline(kind)
    mean_probes(held)
    for pace in (0, 1):
        held.pace = pace
        held.migrate_to(kind)
        player.play(searches, held)
        held.delete(np.arange(_KEYS, dtype=np.uint64))


def _texts() -> None:
    player, rng = Player(clocks()), np.random.default_rng(0)
    texts = pa.array(np.arange(_KEYS)).cast(pa.large_string())
    for kind in _kinds():
        player.play(of_column(texts, "merge", rng), DenseMap(draw_seeds, kind))
    _used(HashMap(draw_seeds, "string"), texts)
    Contest(_PLACES, rng, draw_seeds, time.thread_time_ns).rows((0.95,), lambda _: None)


def _kinds() -> list[int]:
    return [kind for kind in range(len(KINDS)) if kind != DIRECT]


def _used(held: HashMap, keys: ArrowArray) -> None:
    held.upsert(keys)
    held.get(keys)
    held.delete(keys)


def _folder() -> str:
    stats: Any = getattr(replay, "stats", None)
    return str(stats.cache_path) if stats is not None else "nowhere, kernels are interpreted"
