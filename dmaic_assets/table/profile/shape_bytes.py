"""Character classes of text, computed on whole Arrow buffers instead of value by value.

What belongs here: bytes in, bytes out. What a shape means is told in `shapes`.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

Bytes: TypeAlias = npt.NDArray[np.uint8]
Offsets: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

UPPER, LOWER, DIGIT = ord("A"), ord("a"), ord("9")
# Marks, in the table of code points, one that stands for itself in a shape.
_VERBATIM = 0
# Bytes whose shapes are made at a time: stays in the processor's cache.
_BLOCK_BYTES = 1 << 18
# Flags counted at a time: those of one machine word.
_WORD_BITS = 64
_IS_CLASS = np.zeros(256, dtype=bool)
_IS_CLASS[[UPPER, LOWER, DIGIT]] = True
_TWO_BYTES, _THREE_BYTES, _FOUR_BYTES = 0xC0, 0xE0, 0xF0


def _ascii_table(*, is_of_digits: bool = False) -> bytes:
    table = bytearray(range(256))
    table[ord("0") : ord("9") + 1] = bytes([DIGIT]) * 10
    if not is_of_digits:
        table[ord("A") : ord("Z") + 1] = bytes([UPPER]) * 26
        table[ord("a") : ord("z") + 1] = bytes([LOWER]) * 26
    return bytes(table)


_ASCII, _ASCII_DIGITS = _ascii_table(), _ascii_table(is_of_digits=True)


def class_text(values: pl.Series, *, is_collapsed: bool) -> pl.Series:
    """Replaces every letter and digit of each text by its class; runs by one, when collapsed.

    Args:
        values: Text without nulls.
        is_collapsed: One class character stands for a run of them.
    """
    data, offsets = _buffers(values)
    if not len(data):
        return values
    if not is_collapsed and not _is_beyond_ascii(data):
        return _series(values.name, _ascii_classes(data), offsets)
    texts: list[Bytes] = []
    ends: list[Offsets] = [np.zeros(1, dtype=np.int64)]
    base = 0
    for first, last in _blocks(offsets):
        start, stop = int(offsets[first]), int(offsets[last])
        inside = offsets[first : last + 1] - start
        text, end = _classes(data[start:stop], inside, is_collapsed=is_collapsed)
        texts.append(text)
        ends.append(end[1:] + base)
        base += len(text)
    return _series(values.name, np.concatenate(texts), np.concatenate(ends))


def digits_masked(values: pl.Series) -> pl.Series:
    """Replaces every ASCII digit of each text by 9; `values` has no nulls."""
    data, offsets = _buffers(values)
    masked = np.frombuffer(data.tobytes().translate(_ASCII_DIGITS), dtype=np.uint8)
    return _series(values.name, masked, offsets)


def ascii_masked(values: pl.Series, longest: int) -> pl.Series:
    """Replaces ASCII letters and digits by their class, with at most `longest` of a class in a row.

    All other characters stay, letters beyond ASCII too.

    Args:
        values: Text without nulls.
        longest: What of a longer run is left, 1 or more.
    """
    data, offsets = _buffers(values)
    if len(data) <= longest:
        return _series(values.name, _ascii_classes(data), offsets)
    classes = _ascii_classes(data)
    is_kept = np.ones(len(classes), dtype=bool)
    tail = is_kept[longest:]
    np.not_equal(classes[longest:], classes[:-longest], out=tail)
    for back in range(1, longest):
        tail |= classes[longest:] != classes[longest - back : -back]
    tail |= ~_IS_CLASS[classes[longest:]]
    for place in range(longest):
        within = offsets[:-1] + place
        is_kept[within[within < len(classes)]] = True
    return _series(values.name, *_kept(classes, offsets, is_kept))


def _blocks(offsets: Offsets) -> Iterator[tuple[int, int]]:
    """Cuts the values into stretches whose bytes stay in the processor's cache."""
    cuts = np.searchsorted(offsets, np.arange(0, int(offsets[-1]), _BLOCK_BYTES))
    bounds = np.unique(np.concatenate([[0], cuts, [len(offsets) - 1]])).tolist()
    yield from pairwise(bounds)


def _classes(data: Bytes, offsets: Offsets, *, is_collapsed: bool) -> tuple[Bytes, Offsets]:
    classes = _ascii_classes(data)
    if _is_beyond_ascii(data):
        classes, offsets = _letters_beyond_ascii(data, classes.copy(), offsets)
    if not is_collapsed:
        return classes, offsets
    is_new = np.ones(len(classes), dtype=bool)
    np.not_equal(classes[1:], classes[:-1], out=is_new[1:])
    is_new |= (classes != UPPER) & (classes != LOWER) & (classes != DIGIT)
    starts = offsets[:-1]
    is_new[starts[starts < len(classes)]] = True
    return _kept(classes, offsets, is_new)


def _ascii_classes(data: Bytes) -> Bytes:
    return np.frombuffer(data.tobytes().translate(_ASCII), dtype=np.uint8)


def _is_beyond_ascii(data: Bytes) -> bool:
    return len(data) > 0 and int(data.max()) >= _TWO_BYTES


def character_class(character: str) -> int:
    """Tells the class of one character: UPPER, LOWER, DIGIT, or 0 for itself."""
    category = unicodedata.category(character)
    if category in {"Lu", "Lt"}:
        return UPPER
    if category[0] == "L":
        return LOWER
    return DIGIT if category == "Nd" else _VERBATIM


def _letters_beyond_ascii(data: Bytes, classes: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    leads = np.flatnonzero(data >= _TWO_BYTES)
    codes = _code_points(data, leads)
    known = np.unique(codes)
    table = np.array([character_class(chr(code)) for code in known], dtype=np.uint8)
    found = table[np.searchsorted(known, codes)]
    is_letter = found != _VERBATIM
    letters = leads[is_letter]
    classes[letters] = found[is_letter]
    is_kept = np.ones(len(data), dtype=bool)
    is_kept[letters + 1] = False
    is_kept[letters[data[letters] >= _THREE_BYTES] + 2] = False
    is_kept[letters[data[letters] >= _FOUR_BYTES] + 3] = False
    return _kept(classes, offsets, is_kept)


def _code_points(data: Bytes, leads: Offsets) -> Codes:
    """Decodes the UTF-8 sequences that start at `leads`."""
    first = data[leads].astype(np.int64)
    codes = (first & 0x1F) << 6 | _continuation(data, leads + 1)
    is_long = first >= _THREE_BYTES
    codes[is_long] = (codes[is_long] & 0x3FF) << 6 | _continuation(data, leads[is_long] + 2)
    is_longest = first >= _FOUR_BYTES
    codes[is_longest] = (codes[is_longest] & 0x7FFF) << 6 | _continuation(
        data, leads[is_longest] + 3
    )
    return codes


def _continuation(data: Bytes, positions: Offsets) -> Codes:
    return data[positions].astype(np.int64) & 0x3F


def _kept(data: Bytes, offsets: Offsets, is_kept: Mask) -> tuple[Bytes, Offsets]:
    # Polars filters bytes several times faster than numpy's boolean index.
    kept = pl.Series(data).filter(pl.Series(is_kept)).to_numpy()
    return kept, _counts_before(is_kept, offsets)


def _counts_before(flags: Mask, places: Offsets) -> Offsets:
    """Counts the set flags in front of each place, by words of 64: a sixth of a running sum."""
    bits = np.packbits(flags, bitorder="little")
    words = np.zeros(len(flags) // _WORD_BITS + 1, dtype="<u8")
    words.view(np.uint8)[: len(bits)] = bits
    before = np.zeros(len(words), dtype=np.int64)
    np.cumsum(np.bitwise_count(words[:-1]), out=before[1:])
    inside = (np.uint64(1) << (places % _WORD_BITS).astype(np.uint64)) - np.uint64(1)
    word = places // _WORD_BITS
    return before[word] + np.bitwise_count(words[word] & inside)


def _buffers(values: pl.Series) -> tuple[Bytes, Offsets]:
    array = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, positions, data = array.buffers()
    end = array.offset + len(array) + 1
    offsets = np.frombuffer(positions, dtype=np.int64)[array.offset : end]
    if data is None:
        return np.empty(0, dtype=np.uint8), offsets
    return np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


@dataclass(frozen=True, slots=True)
class _Handed:
    """An Arrow array by its C interface alone: known for what it is, it costs pyarrow.compute."""

    array: "pa.LargeStringArray"

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self.array.__arrow_c_array__(requested_schema)


def _series(name: str, data: Bytes, offsets: Offsets) -> pl.Series:
    import pyarrow as pa

    positions, letters = pa.py_buffer(offsets), pa.py_buffer(data)
    array = pa.LargeStringArray.from_buffers(len(offsets) - 1, positions, letters)
    return pl.Series(_Handed(array)).alias(name)
