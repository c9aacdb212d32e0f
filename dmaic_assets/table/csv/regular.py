"""Reads regular delimited text with Polars, and takes out the records that are no rows.

What belongs here: stretches whose quoting is regular. What does not: broken quoting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.table.csv.format import TextFormat
from dmaic_assets.table.csv.scan import Positions, Scan, measure_records

Flags: TypeAlias = npt.NDArray[np.bool_]

_BOM = b"\xef\xbb\xbf"
_CARRIAGE_RETURN = ord("\r")
_RETURNS = re.compile(rb"(?<!\r)\r{2,}\n")


@dataclass(frozen=True, slots=True)
class Apart:
    """A stretch without its bad records.

    `bad` holds (data row number within the stretch, start, end) of each; `rows` counts good and
    bad ones, `blank_lines` the lines that are neither.
    """

    good: bytes
    measure: Scan
    bad: tuple[tuple[int, int, int], ...]
    rows: int
    blank_lines: int


def with_single_returns(region: bytes, form: TextFormat) -> bytes:
    """Leaves one carriage return of those before a line end; inside quotes all of them stay."""
    if b"\r\r\n" not in region:
        return region
    if form.quote is None:
        return _RETURNS.sub(b"\r\n", region)
    quote = form.quote.encode()
    parts = region.split(quote)
    parts[::2] = [_RETURNS.sub(b"\r\n", part) for part in parts[::2]]
    return quote.join(parts)


def parse_regular(
    region: bytes, found: Scan, columns: Sequence[str], form: TextFormat
) -> pl.DataFrame | None:
    """Reads whole regular records into text columns, or None unless all of them fit the header.

    A field with nothing in it is null, a quoted empty one is "".
    """
    if found.delimiters != found.records * (len(columns) - 1) or b"\0" in region:
        return None
    # Polars drops a carriage return at the end of any unquoted field, not only of the last.
    if b"\r" in region and f"\r{form.delimiter}".encode() in region:
        return None
    if not found.records:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    if region.startswith(_BOM):
        # Polars would drop it; at this place it belongs to a value.
        padded = form.delimiter.encode() * (len(columns) - 1) + b"\n" + region
        frame = _parse(padded, columns, form)
        frame = None if frame is None else frame.slice(1)
    else:
        frame = _parse(region, columns, form)
    # As many delimiters as fit, none of the rows with more: no row has fewer.
    return frame if frame is not None and frame.height == found.records else None


def set_apart(region: bytes, columns: int, form: TextFormat) -> Apart:
    """Takes the records with too few or many fields, a NUL or invalid UTF-8 out of a stretch."""
    ends, counts = measure_records(np.frombuffer(region, np.uint8), form)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1]))
    is_bad = counts != columns - 1
    is_blank = _blanks(region, starts, ends) if columns > 1 else np.zeros(len(ends), dtype=bool)
    is_bad |= _undecodable(region, starts, ends)
    is_bad &= ~is_blank
    is_good = ~(is_bad | is_blank)
    numbers = np.cumsum(~is_blank) - 1
    bad = zip(numbers[is_bad], starts[is_bad], ends[is_bad], strict=True)
    good = b"".join(region[start:end] for start, end in _runs(is_good, starts, ends))
    kept = int(is_good.sum())
    return Apart(
        good=good,
        measure=Scan(len(good), kept, int(counts[is_good].sum()), good.count(b"\n"), None),
        bad=tuple((int(row), int(start), int(end)) for row, start, end in bad),
        rows=int((~is_blank).sum()),
        blank_lines=int(is_blank.sum()),
    )


def _parse(region: bytes, columns: Sequence[str], form: TextFormat) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            region,
            has_header=False,
            infer_schema=False,
            schema=dict.fromkeys(columns, pl.String),
            separator=form.delimiter,
            quote_char=form.quote,
        )
    except pl.exceptions.PolarsError:
        return None


def _blanks(region: bytes, starts: Positions, ends: Positions) -> Flags:
    signs = np.frombuffer(region, np.uint8)
    lengths = ends - starts
    return (lengths == 1) | ((lengths == 2) & (signs[starts] == _CARRIAGE_RETURN))


def _undecodable(region: bytes, starts: Positions, ends: Positions) -> Flags:
    """Marks the records that hold a NUL or a byte that is not UTF-8."""
    signs = np.frombuffer(region, np.uint8)
    is_bad = np.zeros(len(ends), dtype=np.bool_)
    if b"\0" in region:
        is_bad[np.searchsorted(ends, np.flatnonzero(signs == 0), side="right")] = True
    if _is_utf8(region):
        return is_bad
    suspects = np.unique(np.searchsorted(ends, np.flatnonzero(signs > 127), side="right"))
    for suspect in suspects:
        is_bad[suspect] |= not _is_utf8(region[starts[suspect] : ends[suspect]])
    return is_bad


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _runs(is_good: Flags, starts: Positions, ends: Positions) -> list[tuple[int, int]]:
    """Start and end offsets of each unbroken run of good records."""
    edges = np.flatnonzero(np.diff(is_good.astype(np.int8), prepend=0, append=0))
    return [
        (int(starts[first]), int(ends[behind - 1]))
        for first, behind in zip(edges[::2], edges[1::2], strict=True)
    ]
