"""A small workload step by step, for teaching: what each operation looks at, finds and moves.

The indexes are those of maps, only smaller: they begin with sixteen places and grow at their load.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import FEWEST, KINDS, new_index
from dmaic_assets.hashmaps.kernels.index import CHAINING, ENTRY
from dmaic_assets.hashmaps.kernels.machine import GROUP, Words
from dmaic_assets.hashmaps.kernels.table import LINEAR, MASK, ROBIN_HOOD, SWISS, TOMBSTONE
from dmaic_assets.hashmaps.trial.play import words_for
from dmaic_assets.hashmaps.view.probe import search_in
from dmaic_assets.hashmaps.workload.workload import OPS, Workload

# Operations of a lesson at most: as many as somebody steps through.
MOST_STEPS = 200
# Distinct keys of a lesson at most: their places fit on a screen.
MOST_KEYS = 40
TAUGHT = (SWISS, ROBIN_HOOD, LINEAR, CHAINING)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation. `changed` are the places that hold something else after it, and what.

    A place holds the label of a key, nothing (""), or a tombstone (None). `places` is the number
    of places after it; after a growth, `changed` has every place that is not empty. Chains are
    listed in the place of their head, keys apart by a space.
    """

    op: str
    key: str
    home: int
    way: tuple[int, ...]
    end: int | None
    is_hit: bool
    moved: int
    places: int
    is_grown: bool
    changed: tuple[tuple[int, str | None], ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The steps of the same operations in each kind of index; groups are so many places wide."""

    places: int
    group: int
    courses: dict[str, tuple[Step, ...]]


def lesson_of(workload: Workload, draw: Callable[[], Words], label: Callable[[str], str]) -> Lesson:
    """Follows the first operations of a workload: at most MOST_STEPS, on at most MOST_KEYS keys."""
    small = first_of(workload)
    seeds = draw()
    courses = {KINDS[kind]: tuple(_course(small, kind, seeds, label)) for kind in TAUGHT}
    return Lesson(FEWEST, GROUP, courses)


def first_of(workload: Workload) -> Workload:
    """The operations before the one that would be too many, or whose key would be."""
    codes = workload.keys.slice(0, MOST_STEPS).dictionary_encode().indices.to_numpy()
    beyond = np.flatnonzero(codes >= MOST_KEYS)
    count = int(beyond[0]) if beyond.size else codes.size
    return Workload(
        workload.ops[:count], workload.keys.slice(0, count), workload.values[:count], workload.told
    )


def _course(
    workload: Workload, kind: int, seeds: Words, label: Callable[[str], str]
) -> Iterator[Step]:
    held = DenseMap(seeds.copy, kind)
    held.index = new_index(kind, FEWEST, held.room, seeds.copy())
    words = words_for(workload.keys, held.index.seeds)
    labels = [label(str(key)) for key in workload.keys.to_pylist()]
    named = dict(zip(words.tolist(), labels, strict=True))
    before = _cells(held, named)
    for op, word, name in zip(workload.ops.tolist(), words, labels, strict=True):
        search = search_in(kind, held.index, held, np.uint64(word))
        _do(held, OPS[op], word)
        after = _cells(held, named)
        is_grown = len(after) != len(before)
        moves = {"put": search.displaced, "del": search.shifted}.get(OPS[op], ())
        yield Step(
            op=OPS[op],
            key=name,
            home=search.home or 0,
            way=search.way,
            end=search.end,
            is_hit=search.ends == "hit",
            moved=len(moves),
            places=len(after),
            is_grown=is_grown,
            changed=_changed([""] * len(after) if is_grown else before, after),
        )
        before = after


def _do(held: DenseMap, op: str, word: np.uint64) -> None:
    one = np.array([word], np.uint64)
    if op == "put":
        held.put(one, one)
    elif op == "del":
        held.delete(one)
    # A lesson shows the larger index at once, not one that is half made.
    held.finish()


def _cells(held: DenseMap, named: dict[int, str]) -> list[str | None]:
    """What each place holds, in words."""
    index, places = held.index, int(held.index.counts[MASK]) + 1
    cells: list[str | None] = []
    for at in range(places):
        if held.kind == SWISS and index.control[at] == TOMBSTONE:
            cells.append(None)
        else:
            cells.append(" ".join(_held_at(held, at, named)))
    return cells


def _held_at(held: DenseMap, at: int, named: dict[int, str]) -> Iterator[str]:
    links, mask = held.index.links, int(held.index.counts[MASK])
    while link := int(links[at]) & int(ENTRY):
        yield named[int(held.store.keys[link - 1])]
        if held.kind != CHAINING:
            return
        at = mask + link


def _changed(
    before: Sequence[str | None], after: Sequence[str | None]
) -> tuple[tuple[int, str | None], ...]:
    pairs = enumerate(zip(before, after, strict=True))
    return tuple((at, new) for at, (old, new) in pairs if old != new)
