"""A workload on every kind of index, each as full as its size lets it be, then half and a quarter.

A kind is also played with its values inside the table where there is such a table: it answers all
operations in one go, and is what a map costs that never has to migrate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS, new_index, places_for
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK
from dmaic_assets.hashmaps.trial.play import Player, words_for
from dmaic_assets.hashmaps.workload.workload import OPS, Workload

# How many times as many places an index has as the entries need.
SIZES = (1, 2, 4)
# Rounds, of which the fastest counts.
ROUNDS = 3
_INLINE = ("swiss", "robinhood", "linear")


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind at one size: load when all was done, nanoseconds an operation, bytes an entry."""

    kind: str
    is_inline: bool
    load: float
    ns_each: float
    bytes_each: float


def sweep(
    workload: Workload, player: Player, draw: Callable[[], Words], kinds: Sequence[str]
) -> tuple[Cell, ...]:
    """Plays a workload on maps that need not grow; every cell's fastest round counts."""
    put = np.asarray(workload.ops) == OPS.index("put")
    words = words_for(workload.keys, draw())
    entries = max(int(np.unique(words[put]).size), 1)
    rounds = [_round(workload, player, draw, kinds, entries) for _ in range(ROUNDS + 1)]
    return tuple(
        min(cells, key=lambda cell: cell.ns_each) for cells in zip(*rounds[1:], strict=True)
    )


def _round(
    workload: Workload,
    player: Player,
    draw: Callable[[], Words],
    kinds: Sequence[str],
    entries: int,
) -> list[Cell]:
    cells: list[Cell] = []
    for name in kinds:
        for size in SIZES:
            kind = KINDS.index(name)
            held = DenseMap(draw, kind)
            held.reserve(entries)
            places = size * places_for(kind, entries)
            held.index = new_index(kind, places, held.room, held.index.seeds)
            played = player.play(workload, held)
            each = held.bytes / max(len(held), 1)
            cells.append(Cell(name, False, held.load, played.ns_each, each))
        if name in _INLINE:
            cells.append(_inline(workload, player, draw, name, entries))
    return cells


def _inline(
    workload: Workload, player: Player, draw: Callable[[], Words], name: str, entries: int
) -> Cell:
    held = InlineMap(draw, KINDS.index(name))
    held.reserve(entries)
    keys, values = words_for(workload.keys, draw()), workload.values.view(np.uint64).copy()
    began = player.clocks.cpu()
    held.play(workload.ops, keys, values)
    spent = (player.clocks.cpu() - began) / max(len(workload), 1)
    load = float(held.table.counts[LIVE]) / (float(held.table.counts[MASK]) + 1)
    size = sum(array.nbytes for array in held.table) / max(len(held), 1)
    return Cell(name, True, load, spent, size)
