"""Which rows a file has, as a few numbers that can be compared with those of another file.

What belongs here: the sketch of a file, and how much of one file two sketches show in the other.
A sketch holds the smallest hashes of a file's different rows: the same rows give the same hashes
in every file, so that sketches taken apart can be compared, and merged by taking the smallest.

Source: Broder (1997), On the resemblance and containment of documents.
"""

import base64
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.model import Json
from dmaic_assets.store.once import once
from dmaic_assets.table.text_table import column

# Rows kept of a file: a share of them is known within .09 (one standard error), and exactly for
# files with no more rows.
SKETCH_ROWS = 32
# Bits of a hash that are left out, so that one takes 6 bytes; two of a million rows of two files
# are taken for each other in one of ten thousand comparisons.
_DROPPED_BITS = 16
# Bytes of a stored hash: 8 less the bits left out.
_BYTES = 6
# Texts whose hashes are kept, of 2 KB each: the rules that judge the files of a source one after
# the other name the same files, of which a baseline has some dozens.
_KEPT_TEXTS = 1024


@dataclass(frozen=True)
class RowSketch:
    """The smallest hashes of a file's rows, how many different rows it has, and their columns.

    `hashes` are different and ascending.
    """

    columns: tuple[str, ...]
    rows: int
    hashes: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every row is in the sketch."""
        return len(self.hashes) >= self.rows

    @once
    def known(self) -> frozenset[int]:
        """The hashes, to be asked for."""
        return frozenset(self.hashes)

    @once
    def packed(self) -> str:
        """The hashes as text."""
        return packed(self.hashes)

    @property
    def edge(self) -> int:
        """The greatest hash up to which the sketch has every row of the file."""
        return 2**64 if self.is_whole else self.hashes[-1]

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {"columns": list(self.columns), "rows": self.rows, "hashes": self.packed}


def row_hash(names: Sequence[str], schema: Mapping[str, pl.DataType]) -> pl.Expr:
    """Builds the hash of a row: equal numbers, times and texts are equal whatever their type is."""
    parts = [_comparable(name, schema[name]).alias(str(i)) for i, name in enumerate(names)]
    return pl.struct(parts).hash(0) // 2**_DROPPED_BITS


@cache
def hash_check() -> int:
    """The hash of a known row: another version of Polars may hash in another way."""
    schema = {"a": pl.Float64(), "b": pl.String()}
    frame = pl.DataFrame({"a": [1.5], "b": ["row"]}, schema=schema)
    return int(frame.select(row_hash(("a", "b"), schema)).item())


def sketch_of(frame: pl.LazyFrame, schema: Mapping[str, pl.DataType]) -> RowSketch | None:
    """Takes the sketch of a file's rows; None for a table without columns or rows."""
    names = sorted(schema)
    if not names:
        return None
    # Streamed and put in order in place: 8 bytes a row at most twice, where a table of the
    # different ones takes 40 and the rows themselves may not fit.
    hashed = frame.select(row_hash(names, schema).alias("hash"))
    ordered = hashed.collect(engine="streaming").to_series().to_numpy(writable=True)
    ordered.sort()
    is_first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    rows = int(np.count_nonzero(is_first))
    return RowSketch(tuple(names), rows, _smallest(ordered, is_first)) if rows else None


def _smallest(ordered: npt.NDArray[np.uint64], is_first: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    """The first different hashes; the places of all of them would take 8 bytes a row once more."""
    seen = SKETCH_ROWS
    while seen < len(ordered) and np.count_nonzero(is_first[:seen]) < SKETCH_ROWS:
        seen *= 2
    places = np.flatnonzero(is_first[:seen])[:SKETCH_ROWS]
    return tuple(ordered[places].tolist())


def sketch_from(document: Json) -> RowSketch | None:
    """Reads a sketch back; None for what is none."""
    if not isinstance(document, dict):
        return None
    columns, rows, text = (document.get(key) for key in ("columns", "rows", "hashes"))
    if not isinstance(columns, list) or not isinstance(rows, int) or not isinstance(text, str):
        return None
    return RowSketch(tuple(map(str, columns)), rows, unpacked(text))


def share_within(file: RowSketch, other: RowSketch) -> float | None:
    """Estimates the share of a file's rows that another file has; None when too little is known."""
    seen = bisect_right(file.hashes, other.edge)
    # A quarter of a sketch tells a share within .18.
    if not seen or (seen < SKETCH_ROWS // 4 and not file.is_whole):
        return None
    return len(file.known & other.known) / seen


def packed(hashes: Sequence[int]) -> str:
    """Writes hashes as text."""
    return base64.b64encode(b"".join(h.to_bytes(_BYTES, "big") for h in hashes)).decode("ascii")


@lru_cache(maxsize=_KEPT_TEXTS)
def unpacked(text: str) -> tuple[int, ...]:
    """Reads hashes from text."""
    data = base64.b64decode(text)
    return tuple(int.from_bytes(data[i : i + _BYTES], "big") for i in range(0, len(data), _BYTES))


def _comparable(name: str, dtype: pl.DataType) -> pl.Expr:
    if is_measurable(dtype):
        # 0 and -0 are one number, and not a number is no value.
        return (as_number(name, dtype) + 0.0).fill_nan(None)
    return column(name).cast(pl.String)
