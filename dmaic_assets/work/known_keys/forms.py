"""Keys with the number of the file that brought each first: a table of Polars, or a compiled map.

Both give the same answers. The map is there for many keys, where the optional Numba is installed:
a table is gone through whole for each file that asks, a map only for the keys of that file.
"""

import secrets
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.key.known import WORDS

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.columns import ArrowArray
    from dmaic_assets.hashmaps.hash_map import HashMap
    from dmaic_assets.hashmaps.kernels.machine import Words

Numbers = npt.NDArray[np.int64]
# Keys from which the map pays: a table of so many takes .3 cpu s for each file that asks, the map
# 6 ms and, once in a process, .7 s until its kernels are loaded (benchmarks/bench_known_keys.py).
MAP_FROM = 2_000_000
_FILE = "file"
# Of a key that no file brought.
NEW = -1


class Keys(Protocol):
    """Different keys, as columns of words, each with the number of the file that brought it."""

    def __len__(self) -> int: ...

    def files_of(self, words: pl.DataFrame) -> Numbers:
        """The number of the file that brought each key first; `NEW` where none did."""
        ...

    def plus(self, words: pl.DataFrame, file: int) -> "Keys":
        """These keys with those of one more file; the ones that are there stay as they are.

        The keys of before may be used no more.
        """
        ...

    def before(self, file: int) -> "Keys":
        """Only the keys that files before this one brought."""
        ...

    def save(self, path: Path) -> None:
        """Writes the keys to a file."""
        ...


class TableKeys:
    """Keys as a table: the words, and the number of the file."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __len__(self) -> int:
        return self._frame.height

    @property
    def frame(self) -> pl.DataFrame:
        """The words of the keys, and the numbers of their files."""
        return self._frame

    def files_of(self, words: pl.DataFrame) -> Numbers:
        """The number of the file that brought each key first; `NEW` where none did."""
        joined = words.join(self._frame, on=words.columns, how="left", maintain_order="left")
        return joined.get_column(_FILE).fill_null(NEW).to_numpy()

    def plus(self, words: pl.DataFrame, file: int) -> Keys:
        """These keys with those of one more file."""
        more = words.select(*words.columns, pl.lit(file, pl.Int64).alias(_FILE))
        fresh = more.join(self._frame, on=words.columns, how="anti")
        return TableKeys(pl.concat([self._frame, fresh], rechunk=True))

    def before(self, file: int) -> Keys:
        """Only the keys that files before this one brought."""
        return TableKeys(self._frame.filter(pl.col(_FILE) < file))

    def save(self, path: Path) -> None:
        """Writes the keys as Parquet."""
        self._frame.write_parquet(path, compression="zstd", compression_level=1)


class MapKeys:
    """Keys in a compiled map."""

    def __init__(self, held: "HashMap") -> None:
        self._held = held

    def __len__(self) -> int:
        return len(self._held)

    def files_of(self, words: pl.DataFrame) -> Numbers:
        """The number of the file that brought each key first; `NEW` where none did."""
        found = self._held.get(_column(words)).fill_null(NEW)
        return found.to_numpy(zero_copy_only=False)

    def plus(self, words: pl.DataFrame, file: int) -> Keys:
        """These keys with those of one more file: the same map, changed."""
        self._held.upsert(_column(words), np.full(words.height, file, np.int64), "keep")
        return self

    def before(self, file: int) -> Keys:
        """Only the keys that files before this one brought: those of others are taken away."""
        items = self._held.items()
        is_later = items.column("value").to_numpy(zero_copy_only=False) >= file
        if is_later.any():
            self._held.delete(items.column("key").take(np.flatnonzero(is_later)))
        return self

    def save(self, path: Path) -> None:
        """Writes the keys as a snapshot."""
        from dmaic_assets.hashmaps.snapshot.write import save

        save(self._held, path)


def no_keys(names: Sequence[str]) -> Keys:
    """The keys before any file; whole numbers have one word, other keys two."""
    word = pl.Int64 if len(names) == 1 else pl.UInt64
    return TableKeys(pl.DataFrame(schema={**dict.fromkeys(names, word), _FILE: pl.Int64}))


def fitted(keys: Keys) -> Keys:
    """The keys as a map when there are so many that it pays, and it can be had; else as given."""
    if not isinstance(keys, TableKeys) or len(keys) < MAP_FROM or not has_map():
        return keys
    return as_map(keys)


def as_map(keys: TableKeys) -> Keys:
    """The keys of a table in a map."""
    from dmaic_assets.hashmaps.hash_map import HashMap

    words = keys.frame.drop(_FILE)
    held = HashMap(_draw, "int64" if words.width == 1 else "bytes16")
    held.upsert(_column(words), keys.frame.get_column(_FILE).to_numpy(), "keep")
    return MapKeys(held)


def read_table(path: Path) -> Keys:
    """Reads what `TableKeys.save` wrote.

    Raises:
        OSError: It cannot be read.
        pl.exceptions.PolarsError: It is no such table.
    """
    return TableKeys(pl.read_parquet(path, glob=False))


def read_map(path: Path) -> Keys:
    """Reads what `MapKeys.save` wrote, every leaf checked.

    Raises:
        InvariantError: It has changed since it was written.
        OSError: It cannot be read.
    """
    from dmaic_assets.hashmaps.snapshot.read import load

    return MapKeys(load(path, _draw))


@cache
def has_map() -> bool:
    """Whether what the map is compiled with is installed."""
    return find_spec("numba") is not None


def _column(words: pl.DataFrame) -> "ArrowArray":
    """The words as a column of keys: whole numbers, or sixteen bytes each."""
    import pyarrow as pa

    if words.width == 1:
        return words.get_column(WORDS[0]).to_numpy()
    pairs = np.column_stack([words.get_column(word).to_numpy() for word in WORDS])
    return pa.Array.from_buffers(pa.binary(16), words.height, [None, pa.py_buffer(pairs)])


def _draw() -> "Words":
    """The seeds of a map, from the system's randomness: they decide places, and no answer."""
    secret = [secrets.randbits(64) | 1 for _ in range(2)]
    return np.array([*secret, 0, 0], np.uint64)
