"""Python's dictionary and numba's, with the methods of an `InlineMap` as far as they are measured.

The dictionary is given lists of numbers, made before the clock starts, and asked in whole columns
by what C has for it; numba's is asked within compiled loops.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import numba
import numpy as np
import numpy.typing as npt
from numba.typed import Dict as TypedDict

Words = npt.NDArray[np.uint64]
_njit = cast("Callable[[Any], Any]", numba.njit)


@dataclass
class PlainDict:
    """A dictionary of whole numbers; columns are lists."""

    held: dict[int, int] = field(default_factory=dict)

    def put(self, keys: list[int], values: list[int]) -> None:
        self.held.update(zip(keys, values, strict=True))

    def get(self, keys: list[int]) -> list[int | None]:
        return list(map(self.held.get, keys))

    def delete(self, keys: list[int]) -> None:
        nothing = [None] * len(keys)
        deque(map(self.held.pop, keys, nothing), maxlen=0)

    def mixed(self, ops: list[int], keys: list[int], values: list[int]) -> None:
        held = self.held
        for op, key, value in zip(ops, keys, values, strict=True):
            if op == 0:
                held.get(key)
            elif op == 1:
                held[key] = value
            else:
                held.pop(key, None)


@_njit
def _put(held: Any, keys: Words, values: Words) -> None:
    for i in range(keys.size):
        held[keys[i]] = values[i]


@_njit
def _get(held: Any, keys: Words, values: Words) -> None:
    for i in range(keys.size):
        if keys[i] in held:
            values[i] = held[keys[i]]


@_njit
def _delete(held: Any, keys: Words) -> None:
    for i in range(keys.size):
        if keys[i] in held:
            del held[keys[i]]


@_njit
def _mixed(held: Any, ops: npt.NDArray[np.uint8], keys: Words, values: Words) -> None:
    for i in range(keys.size):
        if ops[i] == 0:
            if keys[i] in held:
                values[i] = held[keys[i]]
        elif ops[i] == 1:
            held[keys[i]] = values[i]
        elif keys[i] in held:
            del held[keys[i]]


@dataclass
class NumbaDict:
    """numba.typed.Dict of words."""

    held: Any = field(init=False)

    def __post_init__(self) -> None:
        self.held = TypedDict.empty(numba.types.uint64, numba.types.uint64)

    def put(self, keys: Words, values: Words) -> None:
        _put(self.held, keys, values)

    def get(self, keys: Words) -> None:
        _get(self.held, keys, np.zeros(keys.size, np.uint64))

    def delete(self, keys: Words) -> None:
        _delete(self.held, keys)

    def mixed(self, ops: npt.NDArray[np.uint8], keys: Words, values: Words) -> None:
        _mixed(self.held, ops, keys, values)
