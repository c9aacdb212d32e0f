"""Takes delimited text apart sign by sign: the definition of what a row and a field are.

What belongs here: one record at a time, and where to go on after a broken one. What does not:
speed; `csv_scan` and Polars read what is regular, and agree with this by test. Text is given
with one character per byte (decoded as latin-1), so that every offset counts bytes.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.table.csv.format import FEED_END, LINE_END, TextFormat

Break: TypeAlias = Literal["unclosed", "after_quote"]

# How many lines behind a broken quote are tried as the start of the next row.
_LINES_TRIED = 1000
# A quote that is never closed, with more lines than this behind it, was put there by mistake.
_LINES_IN_FIELD = 100


@dataclass(slots=True)
class Record:
    """One record: text[start:end], line end included.

    A field is None when nothing stands between its delimiters, "" when it is quoted and empty.
    `broken` tells that the quoting of field number len(fields) is broken, seen at `spot`.
    `has_stray_quote` tells of a quote inside an unquoted field, which is kept as it stands.
    """

    start: int
    end: int
    fields: list[str | None]
    broken: Break | None = None
    spot: int = 0
    has_stray_quote: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands on the line."""
        return self.fields == [None] and self.broken is None


class Tokenizer:
    """Reads records of one format.

    A quote opens a quoted field only as the field's first sign (blanks before it are dropped
    when the field is quoted throughout); within, a doubled quote stands for one. A field that
    starts with a quote and is not quoted throughout is broken, never guessed at.
    """

    def __init__(self, form: TextFormat) -> None:
        self._form = form
        delimiter = re.escape(form.delimiter)
        escape = re.escape(form.escape) if form.escape else ""
        ends = r"\r\n" if form.cr_ends_rows else r"\n"
        # Two returns before a line feed are one line end, written by two programs in turn. Those
        # that end the text may be the start of one: only its last part says what they are.
        self._line_end = re.compile(rf"{FEED_END}|\r(?!\r?\Z)")
        self._last_line_end = re.compile(LINE_END)
        plain = rf"[^{delimiter}{ends}]*+"
        if escape:
            plain = rf"(?:[^{delimiter}{ends}{escape}]|{escape}(?:.|\Z))*+"
        self._plain = re.compile(plain, re.DOTALL)
        quote = re.escape(form.quote) if form.quote else r"(?!)"
        inner = rf"[^{quote}{escape}]|{quote}{quote}" + (rf"|{escape}." if escape else "")
        inner = inner if form.quote else ""
        closed = rf"{quote}((?:{inner})*+){quote}"
        behind = rf"{delimiter} ?" if form.is_spaced else delimiter
        self._fields = re.compile(
            rf"(?:({quote})((?:{inner})*+){quote}|({plain})){behind}", re.DOTALL
        )
        blank = _blank_before(form.delimiter)
        stop = rf"(?={delimiter}|\r*\n|\r*\Z" + (r"|\r)" if form.cr_ends_rows else ")")
        self._opening = re.compile(blank + quote)
        self._closed = re.compile(blank + closed, re.DOTALL)
        self._quoted = re.compile(blank + closed + blank + stop, re.DOTALL)
        signs = "".join(re.escape(s) for s in (form.escape, form.quote, form.delimiter) if s)
        self._escaped = re.compile(rf"{escape}([{signs}\r\n])") if escape else None

    def next_record(self, text: str, start: int, *, is_last: bool) -> Record | None:
        """Reads the record at `start`, or None when its end is not in the text yet.

        With `is_last` the end of the text ends the record, too.
        """
        form = self._form
        end = self._line_after(text, start, is_last=is_last)
        if end is None:
            return None
        line = text[start:end]
        body = line.removesuffix("\n").rstrip("\r")
        if (form.quote and form.quote in line) or (form.escape and form.escape in line):
            record = Record(start, end, [])
            if self._take_line(body, record):
                return record
            return self._signed_record(text, start, is_last=is_last)
        fields = body.split(form.delimiter)
        if form.is_spaced:
            fields[1:] = [field.removeprefix(" ") for field in fields[1:]]
        return Record(start, end, [field or None for field in fields])

    def resume_after(self, text: str, record: Record, columns: int, *, is_last: bool) -> int | None:
        """Finds where the next record starts behind one with broken quoting.

        The first line behind it that reads as a whole row by itself; failing that, the line
        behind the break. So a quote that was never closed costs one row, not the rest of the
        file. In a single column every line is a whole row: there a few lines behind such a
        quote are taken for the field's own. None when the place is not in the text yet.
        """
        start = self._line_after(text, record.start, is_last=False)
        if columns == 1 and record.broken == "unclosed":
            is_field = self.count_lines(text, record.start, len(text)) <= _LINES_IN_FIELD
            return len(text) if is_field or start is None else start
        tries = 0
        while start is not None and start <= record.spot and tries < _LINES_TRIED:
            if columns > 1:
                trial = self.next_record(text, start, is_last=is_last)
                if trial is None or _is_whole(trial, columns):
                    return None if trial is None else start
            start = self._line_after(text, start, is_last=False)
            tries += 1
        if start is None:
            return len(text) if is_last else None
        return start

    def count_lines(self, text: str, start: int, end: int) -> int:
        """Counts the line ends in text[start:end]."""
        if self._form.cr_ends_rows:
            ends = text.count("\n", start, end) + text.count("\r", start, end)
            doubled = text.count("\r\r\n", start, end)
            return ends - text.count("\r\n", start, end) - doubled
        return text.count("\n", start, end)

    def _take_line(self, body: str, record: Record) -> bool:
        """Takes a line apart in one go; False when it may not be a whole record by itself."""
        quote, escape = self._form.quote, self._form.escape
        if escape and body.endswith(escape):
            return False
        found = self._fields.findall(body + self._form.delimiter)
        quotes = sum(1 for mark, _, _ in found if mark) * 2
        if not escape and quote and body.count(quote) == quotes:
            # No quote but those around fields: nothing to unescape, and none astray.
            record.fields = [quoted if mark else plain or None for mark, quoted, plain in found]
            return True
        for mark, quoted, plain in found:
            if mark:
                record.fields.append(self._unquote(quoted))
            elif quote and quote in plain and plain.lstrip().startswith(quote):
                return False
            else:
                self._add_plain(plain, record)
        return True

    def _signed_record(self, text: str, start: int, *, is_last: bool) -> Record | None:
        record = Record(start, start, [])
        place = start
        while True:
            behind = self._take_field(text, place, record, is_last=is_last)
            if behind is None:
                return None
            if record.broken:
                return record
            place = behind
            if text.startswith(self._form.delimiter, place):
                place += 1
                if self._form.is_spaced and text.startswith(" ", place):
                    place += 1
                continue
            end = self._line_after(text, place, is_last=is_last)
            if end is None:
                return None
            record.end = end
            return record

    def _take_field(self, text: str, place: int, record: Record, *, is_last: bool) -> int | None:
        """Adds the field at `place`; tells where it ends, or None when that is not to be seen."""
        quoted = self._quoted.match(text, place)
        if quoted:
            record.fields.append(self._unquote(quoted.group(1)))
            return quoted.end()
        if self._opening.match(text, place):
            closed = self._closed.match(text, place)
            if closed is None and not is_last:
                return None
            if self._form.quote and text.startswith(self._form.quote, place):
                record.broken = "after_quote" if closed else "unclosed"
                record.spot = closed.end() if closed else len(text)
                return place
        return self._take_plain(text, place, record)

    def _take_plain(self, text: str, place: int, record: Record) -> int:
        plain = self._plain.match(text, place)
        end = plain.end() if plain else place
        value = text[place:end]
        if value.endswith("\r") and not text.startswith(self._form.delimiter, end):
            value = value.rstrip("\r")
            end = place + len(value)
        self._add_plain(value, record)
        return end

    def _add_plain(self, value: str, record: Record) -> None:
        bare = self._escaped.sub("", value) if self._escaped else value
        if self._form.quote and self._form.quote in bare:
            record.has_stray_quote = True
        if self._escaped:
            value = self._escaped.sub(r"\1", value)
        record.fields.append(value or None)

    def _unquote(self, body: str) -> str:
        quote = self._form.quote or ""
        if quote in body:
            body = body.replace(quote * 2, quote)
        return body if self._escaped is None else self._escaped.sub(r"\1", body)

    def _line_after(self, text: str, start: int, *, is_last: bool) -> int | None:
        """Where the line behind the next line end starts; None when that is not in the text yet."""
        if self._form.cr_ends_rows:
            pattern = self._last_line_end if is_last else self._line_end
            newline = pattern.search(text, start)
            end = newline.end() if newline else -1
        else:
            end = text.find("\n", start) + 1 or -1
        if end >= 0:
            return end
        return len(text) if is_last else None


def _blank_before(delimiter: str) -> str:
    """What may stand between a delimiter and a quote without being a value."""
    return {" ": "", "\t": "[ ]*"}.get(delimiter, r"[ \t]*")


def _is_whole(record: Record, columns: int) -> bool:
    is_clean = record.broken is None and not record.has_stray_quote
    return is_clean and len(record.fields) == columns
