"""Finds where records end and counts their delimiters, many bytes at a time.

What belongs here: the structure of regularly quoted text, exactly. A text is regular as long as
every quote opens a field (behind a delimiter, line end or the start), closes one (before a
delimiter or line end) or is doubled; the first byte that breaks this is reported, never
explained away. What does not: values (Polars) and broken text (`csv_exact`).

How: a field's inside is where an odd number of quotes has gone by, so a running exclusive or
over a bitmap of quotes (one byte holds eight signs) tells inside from outside.
"""

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.table.csv.format import TextFormat

Bytes: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.int64]

# A multiple of 8; small enough for the processor's cache.
_STEP = 1 << 18
_LINE_FEED = ord("\n")
_CARRIAGE_RETURN = ord("\r")


@dataclass(frozen=True, slots=True)
class Scan:
    """The whole regular records at the start of a text: data[:end].

    `delimiters` counts those that separate fields in these records, `lines` the line feeds,
    those within quoted fields included. `trouble` is the offset of the first byte that regular
    reading cannot explain, or None.
    """

    end: int
    records: int
    delimiters: int
    lines: int
    trouble: int | None


@dataclass(frozen=True, slots=True)
class _Step:
    """One stretch of text as bitmaps, most significant bit first."""

    delimiters: Bytes
    ends: Bytes
    feeds: Bytes
    parity: int
    trouble: int | None


@dataclass(slots=True)
class _Count:
    """A running count and how much of it lies behind the last record's end."""

    until_end: int = 0
    behind: int = 0

    def add(self, bits: Bytes, last: int | None) -> None:
        count = _count(bits)
        if last is None:
            self.behind += count
        else:
            within = _count(_before(bits, last))
            self.until_end += self.behind + within
            self.behind = count - within


def scan(data: Bytes, form: TextFormat) -> Scan:
    """Measures the whole records at the start of a text that begins with a record.

    Reads no further than the first trouble. Records that end behind it are not counted.
    """
    end = records = parity = 0
    delimiters, lines = _Count(), _Count()
    trouble = None
    for start in range(0, len(data), _STEP):
        step = _take_step(data, start, form, parity)
        ends, trouble, parity = step.ends, step.trouble, step.parity
        if trouble is not None:
            ends = _before(ends, trouble - start)
        last = _last_bit(ends)
        if last is not None:
            end = start + last + 1
            records += _count(ends)
        delimiters.add(step.delimiters, last)
        lines.add(step.feeds, None if last is None else last + 1)
        if trouble is not None:
            break
    return Scan(end, records, delimiters.until_end, lines.until_end, trouble)


def measure_records(data: Bytes, form: TextFormat) -> tuple[Positions, Positions]:
    """Tells of each record of a regular text where it ends and how many delimiters it has.

    Args:
        data: Whole regular records, as measured by `scan`.
        form: How the text is written.

    Returns:
        Offsets behind each record's line end, and delimiter counts; equally long.
    """
    ends: list[Positions] = []
    marks: list[Positions] = []
    parity = seen = 0
    for start in range(0, len(data), _STEP):
        step = _take_step(data, start, form, parity)
        is_mark = np.unpackbits(step.delimiters)
        places = np.flatnonzero(np.unpackbits(step.ends))
        running = np.cumsum(is_mark, dtype=np.int64)
        ends.append(places + start + 1)
        marks.append(running[places] + seen)
        seen += int(running[-1])
        parity = step.parity
    totals = np.concatenate(marks) if marks else np.zeros(0, dtype=np.int64)
    counts = np.diff(totals, prepend=np.int64(0))
    return (np.concatenate(ends) if ends else np.zeros(0, dtype=np.int64)), counts


def _take_step(data: Bytes, start: int, form: TextFormat, parity: int) -> _Step:
    part = data[start : start + _STEP]
    delimiters = np.packbits(part == ord(form.delimiter))
    ends = np.packbits(part == _LINE_FEED)
    trouble = _first_escape(part, form)
    if form.quote is None:
        return _Step(delimiters, ends, ends, 0, _shifted(trouble, start))
    quotes = np.packbits(part == ord(form.quote))
    if not quotes.any():
        outside = np.uint8(0 if parity else 255)
        return _Step(delimiters & outside, ends & outside, ends, parity, _shifted(trouble, start))
    inside, after = _insides(quotes, parity)
    irregular = _irregular(data, start, form, (quotes, inside, delimiters | ends | quotes))
    trouble = min((t for t in (trouble, irregular) if t is not None), default=None)
    return _Step(delimiters & ~inside, ends & ~inside, ends, after, _shifted(trouble, start))


def _insides(quotes: Bytes, parity: int) -> tuple[Bytes, int]:
    """Marks the signs behind an odd number of quotes (an opening quote itself counts)."""
    within = _running_parity()[quotes]
    carried = np.bitwise_xor.accumulate(within & np.uint8(1))
    before = np.empty_like(carried)
    before[0] = parity
    before[1:] = carried[:-1] ^ np.uint8(parity)
    return within ^ (before * np.uint8(255)), int(carried[-1]) ^ parity


def _irregular(
    data: Bytes, start: int, form: TextFormat, bits: tuple[Bytes, Bytes, Bytes]
) -> int | None:
    quotes, inside, borders = bits
    part = data[start : start + _STEP]
    behind = borders >> np.uint8(1)
    behind[1:] |= borders[:-1] << np.uint8(7)
    behind[0] |= np.uint8(128 if start == 0 or _is_border(data[start - 1], form) else 0)
    returns = np.packbits(part == _CARRIAGE_RETURN)
    closers = borders | returns
    ahead = closers << np.uint8(1)
    ahead[:-1] |= closers[1:] >> np.uint8(7)
    end = start + len(part)
    is_closed = end == len(data) or _is_border(data[end], form) or data[end] == _CARRIAGE_RETURN
    _set_bit(ahead, len(part) - 1, is_set=bool(is_closed))
    return _first_bit((quotes & inside & ~behind) | (quotes & ~inside & ~ahead))


def _is_border(sign: np.uint8, form: TextFormat) -> bool:
    return int(sign) in (ord(form.delimiter), _LINE_FEED, ord(form.quote or "\n"))


def _first_escape(part: Bytes, form: TextFormat) -> int | None:
    if form.escape is None:
        return None
    return _first_bit(np.packbits(part == ord(form.escape)))


def _shifted(offset: int | None, start: int) -> int | None:
    return None if offset is None else offset + start


def _count(bits: Bytes) -> int:
    whole = len(bits) & ~7
    many = np.bitwise_count(bits[:whole].view(np.uint64)).sum()
    return int(many) + int(np.bitwise_count(bits[whole:]).sum())


def _first_bit(bits: Bytes) -> int | None:
    if not bits.any():
        return None
    byte = int((bits != 0).argmax())
    return byte * 8 + 8 - int(bits[byte]).bit_length()


def _last_bit(bits: Bytes) -> int | None:
    # Record ends are dense: the last one is nearly always among the last few bytes.
    for start in (max(len(bits) - 256, 0), 0):
        filled = np.flatnonzero(bits[start:])
        if len(filled):
            byte = start + int(filled[-1])
            value = int(bits[byte])
            return byte * 8 + 8 - (value & -value).bit_length()
    return None


def _before(bits: Bytes, offset: int) -> Bytes:
    """Keeps the bits in front of an offset."""
    byte, rest = divmod(offset, 8)
    kept = bits.copy()
    kept[byte + 1 :] = 0
    if byte < len(kept):
        kept[byte] &= np.uint8((0xFF00 >> rest) & 0xFF)
    return kept


def _set_bit(bits: Bytes, offset: int, *, is_set: bool) -> None:
    byte, rest = divmod(offset, 8)
    mask = np.uint8(128 >> rest)
    bits[byte] = bits[byte] | mask if is_set else bits[byte] & ~mask


@cache
def _running_parity() -> Bytes:
    """For each byte of a bitmap: the exclusive or of its bits up to and including each place."""
    table = np.arange(256, dtype=np.uint8)
    for shift in (1, 2, 4):
        table ^= table >> np.uint8(shift)
    return table
