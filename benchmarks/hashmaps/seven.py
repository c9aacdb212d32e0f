"""Seven operations on every map, in rounds that take turns: the table of nanoseconds."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.hashmaps.asked import OPERATIONS, Asked
from benchmarks.hashmaps.others import NumbaDict, PlainDict
from benchmarks.hashmaps.reference import ReferenceMap
from dmaic_assets.cli.hashmap.laboratory import draw_seeds
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.table import LINEAR, ROBIN_HOOD, SWISS

Make = Callable[[], Any]
# Ours, by name: tables with their values inside, and the dense store that can migrate.
OURS: Mapping[str, Make] = {
    "inline swiss": lambda: InlineMap(draw_seeds, SWISS),
    "inline robinhood": lambda: InlineMap(draw_seeds, ROBIN_HOOD),
    "inline linear": lambda: InlineMap(draw_seeds, LINEAR),
    "dense swiss": lambda: DenseMap(draw_seeds, SWISS),
}


@dataclass(frozen=True)
class Row:
    """The least nanoseconds of each operation in any round, and the bytes a key."""

    ns: Mapping[str, float]
    bytes_each: float | None


def listed(asked: Asked) -> Asked:
    """The same keys as lists, for Python's dictionary."""
    return Asked(**{name: column.tolist() for name, column in vars(asked).items()})


def _steps(held: Any, asked: Asked) -> Mapping[str, tuple[Callable[[], object], int]]:
    """What each operation does to a map, and to how many keys."""
    mixed = getattr(held, "play", None) or getattr(held, "mixed", None)
    is_list = isinstance(asked.keys, list)
    words = [0] * len(asked.ops) if is_list else np.zeros(len(asked.ops), np.uint64)
    steps: dict[str, tuple[Callable[[], object], int]] = {
        "insert": (lambda: held.put(asked.keys, asked.keys), len(asked.keys)),
        "hit": (lambda: held.get(asked.hits), len(asked.hits)),
        "miss": (lambda: held.get(asked.misses), len(asked.misses)),
        "zipf hit": (lambda: held.get(asked.skewed), len(asked.skewed)),
        "delete": (lambda: held.delete(asked.gone), len(asked.gone)),
    }
    if mixed:
        steps["mixed"] = (lambda: mixed(asked.ops, asked.mixed, words), len(asked.ops))
        steps["mixed zipf"] = (lambda: mixed(asked.ops, asked.mixed_skewed, words), len(asked.ops))
    return steps


def one_round(make: Make, asked: Asked) -> Row:
    """Does the operations on a new map, each timed in cpu of this thread."""
    gc.collect()
    held = make()
    steps, told = _steps(held, asked), dict[str, float]()
    size: float | None = None
    for name in (name for name in OPERATIONS if name in steps):
        call, count = steps[name]
        began = time.thread_time_ns()
        call()
        told[name] = (time.thread_time_ns() - began) / count
        if name == "insert":
            size = _bytes(held)
    if isinstance(held, ReferenceMap):
        held.close()
    return Row(told, None if size is None else size / len(asked.keys))


def _bytes(held: Any) -> float | None:
    if isinstance(held, InlineMap):
        return float(sum(array.nbytes for array in held.table))
    return None if isinstance(held, PlainDict | NumbaDict) else float(held.bytes)


def rounds(makes: Mapping[str, Make], asked: Asked, count: int) -> dict[str, Row]:
    """The least of so many rounds in which every map has its turn; dictionaries have one."""
    told: dict[str, Row] = {}
    slow = {name for name, make in makes.items() if make in (PlainDict, NumbaDict)}
    lists = listed(asked) if PlainDict in makes.values() else asked
    for turn in range(count):
        for name, make in makes.items():
            if name in slow and turn:
                continue
            row = one_round(make, lists if make is PlainDict else asked)
            least = told.get(name, row)
            ns = {op: min(spent, least.ns[op]) for op, spent in row.ns.items()}
            told[name] = Row(ns, row.bytes_each)
    return told
