"""Reads a delimited file: encoding, dialect, header, then every row, as text.

What belongs here: the order of these, and what a file says of itself. What does not: each of
them; see their modules.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import Dialect, SourceFile
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.csv.dialect import Detected, detect_format
from dmaic_assets.table.csv.dialect_score import split_records
from dmaic_assets.table.csv.exact import Record, Tokenizer
from dmaic_assets.table.csv.format import LINE_END, TextFormat
from dmaic_assets.table.csv.header import Layout, find_layout
from dmaic_assets.table.csv.kept_lines import lines_above
from dmaic_assets.table.csv.text import RowReader
from dmaic_assets.table.read.byte_blocks import text_blocks
from dmaic_assets.table.read.column_names import clean_names, numbered_names
from dmaic_assets.table.read.encoding import Utf8Stream
from dmaic_assets.table.read.feeding import OpenedText
from dmaic_assets.table.read.malformed import undecodable
from dmaic_assets.table.read.not_text import refuse_json
from dmaic_assets.table.read.staging import FrameStore, Reading
from dmaic_assets.table.text_table import LineAbove, SourceTable

# Bytes that the dialect is told from at first; doubled while they hold too few records.
_SAMPLE_BYTES = 1 << 16
# Records that a dialect can be told from: a header and a few rows that agree with it.
_ENOUGH_RECORDS = 5
_SEPARATOR_LINE = re.compile(rf"sep=(.)(?:{LINE_END})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the start of a file told: how it is written and where its rows start."""

    form: TextFormat
    columns: tuple[str, ...]
    has_header: bool
    start: int
    line: int
    skipped: int
    newline: Literal["\n", "\r\n", "\r", "mixed"]
    notes: tuple[str, ...]
    above: tuple[LineAbove, ...]


def read_delimited(
    file: SourceFile, options: ReadOptions, intake: IntakeSettings, store: FrameStore
) -> SourceTable:
    """Reads a CSV or TSV file into text columns, values as they stand in the file.

    Raises:
        UnreadableFileError: The file is blank, no text, has too many columns, a broken header or
            a row without end; or hardly any row fits the header.
        StoreError: The staging folder refuses.
    """
    subject = str(file.path)
    stream = Utf8Stream(text_blocks(file.path), subject=subject, encoding=options.encoding)
    text = OpenedText(stream, subject)
    if options.delimiter is None:
        refuse_json(text.head, subject)
    opening = _open(text.head, file, options, is_whole=text.is_whole)
    if len(opening.columns) > intake.max_columns:
        raise UnreadableFileError(
            subject,
            f"has {len(opening.columns):,} columns, more than {intake.max_columns:,}",
            "State the delimiter, or raise intake.max_columns in config/dmaic.yaml.",
        )
    reader = RowReader(
        subject, opening.form, opening.columns, line=opening.line, encoding=stream.encoding
    )
    text.feed(reader, store, start=opening.start)
    return store.table(file, _reading(reader, stream, opening))


def _open(head: bytes, file: SourceFile, options: ReadOptions, *, is_whole: bool) -> _Opening:
    subject = str(file.path)
    text = head.decode("latin-1")
    text, skipped, options = _without_first_lines(text, options, subject)
    sample, is_sample_whole, found = _detect(text, file, options, is_whole=is_whole)
    likeliest = found.best.form.delimiter
    found, records, layout = _lay_out(sample, found, options, is_whole=is_sample_whole)
    form = found.best.form
    first = records[layout.first]
    start = first.end if layout.has_header else first.start
    tokenizer = Tokenizer(form)
    line = 1 + skipped + tokenizer.count_lines(sample, 0, first.start)
    above = lines_above(head, len(head) - len(text), len(head) - len(text) + first.start, line)
    columns, notes = _columns(first, layout, subject, line)
    return _Opening(
        form=form,
        columns=columns,
        has_header=layout.has_header,
        start=len(head) - len(text) + start,
        line=1 + skipped + tokenizer.count_lines(sample, 0, start),
        skipped=line - 1,
        above=above,
        newline=_newline(records, sample),
        notes=(
            *_opening_notes(found, above, likeliest),
            *layout.notes,
            *notes,
        ),
    )


def _lay_out(
    sample: str, found: Detected, options: ReadOptions, *, is_whole: bool
) -> tuple[Detected, list[Record], Layout]:
    """Finds the table under the best way to read the sample that leaves no row above it."""
    while True:
        form = found.best.form
        records = split_records(sample, form, is_whole=is_whole)
        layout = find_layout(
            records,
            found.best.width,
            has_header=options.has_header,
            has_preamble=not options.skip_lines,
            is_stated=options.delimiter is not None,
            is_spaced=form.is_spaced,
        )
        if not layout.is_doubtful or not found.others:
            return found, records, layout
        found = found.next_best()


def _without_first_lines(
    text: str, options: ReadOptions, subject: str
) -> tuple[str, int, ReadOptions]:
    """Takes off the lines that a person or the file itself says are no data."""
    skipped = 0
    for _ in range(options.skip_lines):
        end = re.search(LINE_END, text)
        if end is None:
            reason = f"has fewer lines than the {options.skip_lines} to skip"
            raise UnreadableFileError(subject, reason, "Correct read.skip_lines.")
        text = text[end.end() :]
        skipped += 1
    separator = _SEPARATOR_LINE.match(text)
    if separator:
        text = text[separator.end() :]
        skipped += 1
        if options.delimiter is None:
            options = options.model_copy(update={"delimiter": separator.group(1)})
    if not text.strip():
        raise UnreadableFileError(
            subject, "holds nothing behind its first lines", "Correct read.skip_lines."
        )
    return text, skipped, options


def _detect(
    text: str, file: SourceFile, options: ReadOptions, *, is_whole: bool
) -> tuple[str, bool, Detected]:
    size = _SAMPLE_BYTES
    while True:
        sample = text[:size]
        is_all = len(sample) == len(text)
        found = detect_format(sample, file.format, options, is_whole=is_whole and is_all)
        if len(found.best.records) >= _ENOUGH_RECORDS or is_all:
            return sample, is_whole and is_all, found
        # Long rows: a thousand columns, or one giant field.
        size *= 16


def _columns(
    head: Record, layout: Layout, subject: str, line: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not layout.has_header:
        return numbered_names(layout.width), ("the file has no header; its columns are numbered",)
    place = f"the header (line {line})"
    fix = "Correct the header, or state quote and delimiter under `read` in config/sources.yaml."
    if head.broken:
        reason = f"{place}: the quoting of column {len(head.fields) + 1} is broken"
        raise UnreadableFileError(subject, reason, fix)
    cells: list[str | None] = [None] if layout.is_shifted else []
    for number, cell in enumerate(head.fields, start=1):
        raw = (cell or "").encode("latin-1")
        fault = "a NUL byte" if b"\0" in raw else undecodable(raw, "in this file")
        if fault:
            if b"\0" in raw:
                fix = "Fetch the file again: parts of it were not written, or it is no text."
            raise UnreadableFileError(subject, f"{place}, column {number}: {fault}", fix)
        cells.append(raw.decode("utf-8"))
    cells += [None] * (layout.width - len(cells))
    return clean_names(cells[: layout.width])


def _newline(records: Sequence[Record], text: str) -> Literal["\n", "\r\n", "\r", "mixed"]:
    feeds = returns = both = 0
    for record in records:
        end = text[max(record.end - 2, 0) : record.end]
        both += end == "\r\n"
        feeds += end.endswith("\n") and end != "\r\n"
        returns += end.endswith("\r")
    if (feeds > 0) + (returns > 0) + (both > 0) > 1:
        return "mixed"
    return "\r\n" if both else "\r" if returns else "\n"


def _opening_notes(found: Detected, above: Sequence[LineAbove], likeliest: str) -> list[str]:
    notes: list[str] = []
    form = found.best.form
    if form.delimiter != likeliest:
        notes.append(
            f"{likeliest!r} stands in many lines, but not in the first: it was read as a part of "
            "values; if it is not, state read.delimiter"
        )
    if found.rival is not None:
        notes.append(
            f"the delimiter {form.delimiter!r} is a guess: {found.rival.form.delimiter!r} fits "
            "nearly as well"
        )
    if above:
        words = (
            "1 line above the table is"
            if len(above) == 1
            else f"{len(above)} lines above the table are"
        )
        notes.append(f"{words} no part of it; kept in quarantine")
    if form.escape:
        notes.append(f"{form.escape} takes the meaning from the sign behind it")
    if form.is_spaced:
        notes.append("a blank behind each delimiter was taken for a part of it")
    if form.quote is None:
        notes.append("quotes were read as plain signs")
    return notes


def _reading(reader: RowReader, stream: Utf8Stream, opening: _Opening) -> Reading:
    form = opening.form
    notes = [*stream.notes, *opening.notes]
    if reader.blank_lines:
        notes.append(f"{reader.blank_lines:,} blank lines were passed over")
    if reader.stray_quotes:
        notes.append(f"{reader.stray_quotes:,} rows have quotes inside unquoted fields; kept")
    if not reader.rows:
        notes.append("the file has a header and no rows")
    dialect = Dialect(
        encoding=stream.encoding,
        delimiter=form.delimiter,
        quote=form.quote,
        has_header=opening.has_header,
        newline=opening.newline,
        has_bom=stream.has_bom,
        skip_lines=opening.skipped,
        escape=form.escape,
    )
    malformed = tuple(reader.malformed)
    rows = reader.rows - len(malformed)
    return Reading(
        opening.columns,
        rows,
        malformed,
        tuple(notes),
        dialect,
        is_text=True,
        above=opening.above,
    )
