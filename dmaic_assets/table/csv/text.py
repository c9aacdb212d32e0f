"""Turns stretches of delimited UTF-8 text into frames of text columns and malformed rows.

What belongs here: which of two ways reads a stretch, and proof that nothing was misread. Polars
reads what `csv_scan` shows to be regular, and only if the number of rows, and of delimiters in
them, is exactly what the header asks for (Polars alone fills missing fields with nulls). Every
other row is read by `csv_exact` or set apart with its place.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import MalformedRow
from dmaic_assets.table.csv.exact import Record, Tokenizer
from dmaic_assets.table.csv.format import TextFormat
from dmaic_assets.table.csv.plain import is_plain, spell_plainly
from dmaic_assets.table.csv.regular import parse_regular, set_apart, with_single_returns
from dmaic_assets.table.csv.scan import Scan, scan
from dmaic_assets.table.read.malformed import explain, undecodable

# A quoted field that is not closed within this many bytes counts as never closed.
MAX_RECORD_BYTES = 64_000_000
# Beyond this the rows that do not fit are no exception: the header or the dialect is wrong.
MAX_MALFORMED = 1_000_000
# Bytes that the exact reader takes around trouble before the fast one tries again.
_WINDOW = 1 << 16
# Frames that stay as they are; more of them are copied into one, as each costs every later step.
_MANY_FRAMES = 8


class RowReader:
    """Reads one file's records in order, stretch by stretch.

    Data rows are numbered from 0, malformed ones included; lines from 1. In a table of several
    columns a blank line is no row and is only counted; in a table of one column it is a null.
    """

    def __init__(
        self, subject: str, form: TextFormat, columns: Sequence[str], *, line: int, encoding: str
    ) -> None:
        self.rows = 0
        self.malformed: list[MalformedRow] = []
        self.blank_lines = 0
        self.stray_quotes = 0
        self.encoding = encoding
        self._subject = subject
        self._form = form
        self._columns = tuple(columns)
        self._line = line
        self._tokenizer = Tokenizer(form)
        self._frames: list[pl.DataFrame] = []

    def feed(self, data: bytes, *, is_last: bool) -> bytes:
        """Reads the whole records at the start of `data`; `take` then gives their rows.

        Args:
            data: What the previous call left over, and what follows it in the file.
            is_last: Whether the file ends here; then nothing is left over.

        Returns:
            The incomplete record at the end, to be fed again with what follows.

        Raises:
            UnreadableFileError: A row is longer than MAX_RECORD_BYTES, or more than
                MAX_MALFORMED rows do not fit the header.
        """
        place = self._read_regular(data) if is_plain(self._form) else self._read_spelled(data)
        if place == 0 and len(data) > MAX_RECORD_BYTES:
            place = self._force(data)
        if is_last:
            while place < len(data):
                place += self._read_exact(data, place, len(data), is_last=True)
        return data[place:]

    def take(self) -> pl.DataFrame | None:
        """Hands over the rows read since the last call as one frame; None when there are none."""
        frames, self._frames = self._frames, []
        if not frames:
            return None
        if len(frames) == 1:
            return frames[0]
        return pl.concat(frames, rechunk=len(frames) > _MANY_FRAMES)

    def _read_regular(self, data: bytes) -> int:
        signs = np.frombuffer(data, np.uint8)
        place, window = 0, _WINDOW
        while True:
            found = scan(signs[place:], self._form)
            if found.end:
                self._take_regular(data[place : place + found.end], found)
                place += found.end
            if found.trouble is None:
                return place
            window = _WINDOW if found.end > 16 * window else window * 2
            taken = self._read_exact(data, place, window, is_last=False)
            while not taken and place + window < len(data):
                window *= 4
                taken = self._read_exact(data, place, window, is_last=False)
            if not taken:
                return place
            place += taken

    def _read_spelled(self, data: bytes) -> int:
        spelled = spell_plainly(data, self._form, is_last=False)
        if spelled is None:
            return self._read_exact_to_end(data)
        found = scan(np.frombuffer(spelled.text, np.uint8), spelled.form)
        if found.trouble is not None:
            return self._read_exact_to_end(data)
        text = with_single_returns(spelled.finished(found.end), spelled.form)
        frame = parse_regular(text, found, self._columns, spelled.form)
        end = spelled.origin(found.end)
        if frame is None:
            self._read_whole(data[:end])
        else:
            lines = self._tokenizer.count_lines(data[:end].decode("latin-1"), 0, end)
            self._add(frame, lines)
        return end

    def _add(self, frame: pl.DataFrame, lines: int) -> None:
        self._frames.append(frame)
        self.rows += frame.height
        self._line += lines

    def _take_regular(self, region: bytes, found: Scan) -> None:
        region = with_single_returns(region, self._form)
        frame = parse_regular(region, found, self._columns, self._form)
        if frame is not None:
            self._add(frame, found.lines)
            return
        apart = set_apart(region, len(self._columns), self._form)
        frame = parse_regular(apart.good, apart.measure, self._columns, self._form)
        if frame is None:
            self._read_whole(region)
            return
        self._frames.append(frame)
        first_row, seen = self.rows, 0
        for row, start, end in apart.bad:
            self._line += region.count(b"\n", seen, start)
            seen = start
            text = region[start:end].decode("latin-1")
            record = self._tokenizer.next_record(text, 0, is_last=True)
            if record is not None:
                self._set_apart(record, region[start:end], first_row + row, self._line)
        self.rows = first_row + apart.rows
        self.blank_lines += apart.blank_lines
        self._line += region.count(b"\n", seen)

    def _read_whole(self, region: bytes) -> None:
        place = 0
        while place < len(region):
            place += self._read_exact(region, place, len(region), is_last=True)

    def _read_exact_to_end(self, data: bytes) -> int:
        place, window = 0, 16 * _WINDOW
        while place < len(data):
            taken = self._read_exact(data, place, window, is_last=False)
            if taken:
                place += taken
            elif place + window < len(data):
                window *= 4
            else:
                break
        return place

    def _read_exact(
        self, data: bytes, place: int, window: int, *, is_last: bool, limit: int | None = None
    ) -> int:
        """Reads records of data[place : place + window] one by one; tells how many bytes."""
        raw = data[place : place + window]
        text = raw.decode("latin-1")
        rows: list[list[str | None]] = []
        done = 0
        while done < len(text) and (limit is None or limit > 0):
            record = self._next_record(text, done, is_last=is_last)
            if record is None:
                break
            self._keep(record, raw, rows)
            self._line += self._tokenizer.count_lines(text, record.start, record.end)
            done = record.end
            limit = None if limit is None else limit - 1
        self._frames.extend(self._frame_of(rows))
        return done

    def _next_record(self, text: str, start: int, *, is_last: bool) -> Record | None:
        record = self._tokenizer.next_record(text, start, is_last=is_last)
        if record is not None and record.broken:
            end = self._tokenizer.resume_after(text, record, len(self._columns), is_last=is_last)
            if end is None:
                return None
            record.end = end
        return record

    def _keep(self, record: Record, raw: bytes, rows: list[list[str | None]]) -> None:
        if record.is_blank and len(self._columns) > 1:
            self.blank_lines += 1
            return
        part = raw[record.start : record.end]
        fields = self._fields_of(record, part)
        if fields is None:
            self._set_apart(record, part, self.rows, self._line)
        else:
            rows.append(fields)
            self.stray_quotes += record.has_stray_quote
        self.rows += 1

    def _fields_of(self, record: Record, part: bytes) -> list[str | None] | None:
        if record.broken or len(record.fields) != len(self._columns) or b"\0" in part:
            return None
        if part.isascii():
            return record.fields
        if undecodable(part, self.encoding):
            return None
        # An undecodable field would make the whole undecodable, and the reverse.
        return [f if f is None else f.encode("latin-1").decode("utf-8") for f in record.fields]

    def _frame_of(self, rows: list[list[str | None]]) -> list[pl.DataFrame]:
        if not rows:
            return []
        columns = zip(self._columns, zip(*rows, strict=True), strict=True)
        return [pl.DataFrame([pl.Series(name, values, pl.String) for name, values in columns])]

    def _force(self, data: bytes) -> int:
        if b"\n" not in data and b"\r" not in data:
            raise UnreadableFileError(
                self._subject,
                f"row {self.rows} (line {self._line}) is longer than {MAX_RECORD_BYTES:,} bytes",
                "Check that this is a text file, and that its dialect is stated right.",
            )
        return self._read_exact(data, 0, len(data), is_last=True, limit=1)

    def _set_apart(self, record: Record, raw: bytes, row: int, line: int) -> None:
        place = (row, line)
        bad = explain(record, raw, columns=self._columns, place=place, encoding=self.encoding)
        self.malformed.append(bad)
        if len(self.malformed) > MAX_MALFORMED:
            first = self.malformed[0]
            raise UnreadableFileError(
                self._subject,
                f"more than {MAX_MALFORMED:,} rows do not fit the header; the first is row "
                f"{first.row} (line {first.line}): {first.reason}",
                "State delimiter, quote or header under `read` in config/sources.yaml.",
            )
