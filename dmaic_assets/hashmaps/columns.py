"""Columns as they come in, NumPy or Arrow, as words or bytes; and values as they go out."""

from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.kernels.machine import Words
from dmaic_assets.hashmaps.kernels.texts import Texts

KeyKind = Literal["int64", "uint64", "string", "bytes16"]
ValueKind = Literal["int64", "float64"]
# Objects of pyarrow, which has no stubs: an array or chunks of one; a batch of columns.
ArrowArray: TypeAlias = Any
ArrowBatch: TypeAlias = Any
Column: TypeAlias = Any
# Bytes of a 128-bit key.
_WIDE = 16
# The byte that ends a heap without keys: an array of a kernel has at least one element.
_NOTHING = np.zeros(1, np.uint8)


def _arrow(column: Column) -> ArrowArray:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    return column if isinstance(column, pa.Array) else pa.array(column)


def _refuse_nulls(column: ArrowArray) -> None:
    if column.null_count:
        raise BadInputError(
            "a column of keys",
            f"holds {column.null_count:,} nulls",
            "A null is no key: leave those rows out, or give them a value of their own.",
        )


def whole_words(column: Column, kind: KeyKind) -> Words:
    """Reads a column of whole numbers as 64-bit words, without copying where it is one already.

    Raises:
        BadInputError: The column holds nulls, or numbers that are no `kind`.
    """
    if not isinstance(column, np.ndarray):
        array = _arrow(column)
        _refuse_nulls(array)
        column = array.to_numpy(zero_copy_only=False)
    wanted = np.dtype(kind)
    if column.dtype != wanted:
        if column.dtype.kind not in "iu" or not np.can_cast(column.dtype, wanted):
            fix = f"Cast it to {kind} first, or make a map of that type of keys."
            raise BadInputError("a column of keys", f"is {column.dtype}, not {kind}", fix)
        column = column.astype(wanted)
    return np.ascontiguousarray(column).view(np.uint64)


def texts_of(column: Column, kind: KeyKind) -> Texts:
    """Reads a column of strings, or of keys of sixteen bytes, without copying the bytes.

    Raises:
        BadInputError: The column holds nulls, or is no column of strings or of sixteen bytes.
    """
    array = _arrow(column)
    _refuse_nulls(array)
    if kind == "bytes16":
        if array.type != pa.binary(_WIDE):
            fix = "Cast it to pyarrow.binary(16)."
            raise BadInputError("a column of keys", f"is {array.type}, not 16 bytes each", fix)
        data = np.frombuffer(array.buffers()[1] or b"\0", np.uint8)[_WIDE * array.offset :]
        return Texts(np.arange(0, _WIDE * len(array) + 1, _WIDE, dtype=np.int64), data)
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        if not pa.types.is_string_view(array.type):
            fix = "Cast it to strings first, or make a map of its own type."
            raise BadInputError("a column of keys", f"is {array.type}, not strings", fix)
        array = array.cast(pa.large_string())
    _, offsets, data = array.buffers()
    width = np.int64 if pa.types.is_large_string(array.type) else np.int32
    starts = np.frombuffer(offsets, width)[array.offset : array.offset + len(array) + 1]
    held = np.frombuffer(data, np.uint8) if data is not None and data.size else _NOTHING
    return Texts(starts.astype(np.int64), held)


def value_words(values: Column | None, kind: ValueKind, count: int) -> Words:
    """Reads values as words; without any they are the positions of the keys.

    Raises:
        BadInputError: There are more or fewer values than keys, or they are of another type.
    """
    if values is None:
        return np.arange(count, dtype=np.uint64)
    array = (
        values if isinstance(values, np.ndarray) else _arrow(values).to_numpy(zero_copy_only=False)
    )
    if array.size != count:
        fix = "Give one value for each key."
        raise BadInputError("values", f"are {array.size:,} for {count:,} keys", fix)
    if array.dtype.kind not in ("iu" if kind == "int64" else "iuf"):
        raise BadInputError("values", f"are {array.dtype}, not {kind}", f"Cast them to {kind}.")
    return np.ascontiguousarray(array.astype(kind, copy=False)).view(np.uint64)
