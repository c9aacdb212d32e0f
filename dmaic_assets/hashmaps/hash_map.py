"""The map that people use: columns in, columns out, its index chosen while it works.

A single key costs about as much as a whole group of them, so that nothing here takes one key; the
facade `as_mapping` does, for convenience.
"""

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.columns import (
    ArrowArray,
    ArrowBatch,
    Column,
    KeyKind,
    ValueKind,
    texts_of,
    value_words,
    whole_words,
)
from dmaic_assets.hashmaps.controller import Controller, Decision, mix_of
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.forecast import Forecast, forecast
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.store import (
    ADD,
    ADD_FLOAT,
    GETS,
    KEEP,
    MAX,
    MAX_FLOAT,
    MIN,
    MIN_FLOAT,
    REPLACE,
)
from dmaic_assets.hashmaps.kernels.table import LIVE, USED, Flags
from dmaic_assets.hashmaps.probes import mean_probes
from dmaic_assets.hashmaps.text_map import TextMap

How = Literal["replace", "keep", "sum", "min", "max"]
_HOW = {
    "int64": {"replace": REPLACE, "keep": KEEP, "sum": ADD, "min": MIN, "max": MAX},
    "float64": {
        "replace": REPLACE,
        "keep": KEEP,
        "sum": ADD_FLOAT,
        "min": MIN_FLOAT,
        "max": MAX_FLOAT,
    },
}


@dataclass(frozen=True, slots=True)
class Stats:
    """What a map is now. Bytes are those of its arrays; `probes` are places a search looks at."""

    entries: int
    kind: str
    load: float
    tombstones: int
    probes: float
    bytes: int
    is_migrating: bool
    is_frozen: bool
    forecast: Forecast


@dataclass
class HashMap:
    """Keys of one type with a number each.

    `draw` gives four random words, of which two are secrets and the third is 0, or 1 for SipHash.
    Without a controller the map keeps the kind of index that it was made with.
    """

    draw: Callable[[], Words]
    key: KeyKind = "int64"
    value: ValueKind = "int64"
    kind: int = 0
    controller: Controller | None = None
    _words: DenseMap = field(init=False)
    _texts: TextMap | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.key in ("string", "bytes16"):
            self._texts = TextMap(self.draw, self.kind)
            self._words = self._texts.dense
        else:
            self._words = DenseMap(self.draw, self.kind, is_whole=True)

    def __len__(self) -> int:
        return len(self._texts) if self._texts is not None else len(self._words)

    @property
    def texts(self) -> TextMap | None:
        """The map of bytes behind columns of strings or of 128-bit keys."""
        return self._texts

    @property
    def index(self) -> DenseMap:
        """The dense map behind the columns: of words, or of the hashes of bytes."""
        return self._words

    def upsert(self, keys: Column, values: Column | None = None, how: How = "replace") -> Flags:
        """Puts keys with their values and says which were not there before their row.

        Without values a key's value is its position in the column. `how` says what becomes of the
        value of a key that is there, or comes again in the column.

        Raises:
            BadInputError: A key is null or of another type, or values are not one for each key.
        """
        code = _HOW[self.value][how]
        with _Timed(self, len(keys)):
            told = value_words(values, self.value, len(keys))
            if self._texts is not None:
                return self._texts.put(texts_of(keys, self.key), told, code)
            return self._words.put(whole_words(keys, self.key), told, code)

    def get(self, keys: Column) -> ArrowArray:
        """Gives the value of each key; null where there is none."""
        with _Timed(self, len(keys)):
            words, found = (
                self._texts.get(texts_of(keys, self.key))
                if self._texts is not None
                else self._words.get(whole_words(keys, self.key))
            )
        return pa.array(words.view(np.dtype(self.value)), mask=~found)

    def contains(self, keys: Column) -> Flags:
        """Says which keys are there."""
        with _Timed(self, len(keys)):
            if self._texts is not None:
                return self._texts.get(texts_of(keys, self.key))[1]
            return self._words.contains(whole_words(keys, self.key))

    def delete(self, keys: Column) -> Flags:
        """Takes keys away and says which were there."""
        with _Timed(self, len(keys)):
            if self._texts is not None:
                return self._texts.delete(texts_of(keys, self.key))
            return self._words.delete(whole_words(keys, self.key))

    def count(self, keys: Column) -> Flags:
        """Counts how often each key comes: its value is the number of times so far."""
        ones = np.ones(len(keys), np.dtype(self.value))
        return self.upsert(keys, ones, "sum")

    def aggregate(self, keys: Column, values: Column, how: Literal["sum", "min", "max"]) -> Flags:
        """Lets values of one key become one: their sum, the smallest or the largest."""
        return self.upsert(keys, values, how)

    def items(self) -> ArrowBatch:
        """Gives keys and values in columns: of whole keys the map's own memory, not a copy.

        The columns are true until the map is changed.
        """
        if self._texts is not None:
            keys, words = self._texts.items(self.key)
        else:
            count = len(self._words)
            keys = _column(self._words.store.keys[:count], self.key)
            words = self._words.store.values[:count]
        return pa.RecordBatch.from_arrays([keys, _column(words, self.value)], ["key", "value"])

    def stats(self) -> Stats:
        """Tells what the map is now."""
        counts = self._words.counts
        heap = () if self._texts is None else (*self._texts.heap, self._texts.side.values)
        return Stats(
            entries=len(self),
            kind=self._words.kind_name,
            load=self._words.load,
            tombstones=int(counts[USED] - counts[LIVE]),
            probes=mean_probes(self._words),
            bytes=self._words.bytes + sum(array.nbytes for array in heap),
            is_migrating=self._words.is_migrating,
            is_frozen=self._words.frozen is not None,
            forecast=forecast(self._words, self._rate()),
        )

    def _rate(self) -> float | None:
        """Keys that an operation lately added; None when nothing was counted."""
        counted = self._words.facts[GETS:]
        mix = self.controller.mix if self.controller else None
        mix = mix_of(self._words) if mix is None and counted.any() else mix
        return None if mix is None else mix.insert - mix.delete

    def explain(self) -> tuple[Decision, ...]:
        """Tells each decision about the index so far, with what it was made from."""
        return self.controller.events if self.controller else ()

    def as_mapping(self) -> "MapFacade":
        """The map as a mapping of single keys: convenient, and slow."""
        return MapFacade(self)


@dataclass
class _Timed:
    """Tells the controller what a call of many keys took."""

    held: HashMap
    keys: int
    start: int = 0

    def __enter__(self) -> None:
        if self.held.controller:
            self.start = self.held.controller.clock()

    def __exit__(self, *_: object) -> None:
        if control := self.held.controller:
            control.look(self.held.index, self.keys, control.clock() - self.start)


def _column(words: Words, kind: KeyKind | ValueKind) -> ArrowArray:
    """Reads words as a column of a type, on the same memory."""
    whole = pa.float64() if kind == "float64" else pa.int64() if kind == "int64" else pa.uint64()
    return pa.Array.from_buffers(whole, words.size, [None, pa.py_buffer(words)])


@dataclass
class MapFacade(MutableMapping[str | int | bytes, int | float]):
    """A `HashMap` one key at a time."""

    held: HashMap

    def _one(self, key: str | int | bytes) -> ArrowArray:
        kinds = {"string": pa.string(), "bytes16": pa.binary(16)}
        try:
            return pa.array([key], kinds.get(self.held.key, pa.type_for_alias(self.held.key)))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            fix = f"The map's keys are {self.held.key}."
            raise BadInputError("a key", f"is {key!r}", fix) from error

    def __getitem__(self, key: str | int | bytes) -> int | float:
        value = self.held.get(self._one(key))[0].as_py()
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key: str | int | bytes, value: float) -> None:
        self.held.upsert(self._one(key), np.array([value], np.dtype(self.held.value)))

    def __delitem__(self, key: str | int | bytes) -> None:
        if not self.held.delete(self._one(key))[0]:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str | int | bytes]:
        return iter(self.held.items().column("key").to_pylist())

    def __len__(self) -> int:
        return len(self.held)
