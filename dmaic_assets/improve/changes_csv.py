"""Writes repaired cells into delimited text; every other byte stays as it is.

What belongs here: finding the fields of a record in the text and replacing some of them. Which
cells are repaired is known already.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.improve.changes import CELLS_SCHEMA, ROW_COLUMN, Applied
from dmaic_assets.model import Dialect
from dmaic_assets.table.csv.exact import Record, Tokenizer
from dmaic_assets.table.csv.format import LINE_END, TextFormat
from dmaic_assets.table.text_table import SourceTable

Fresh = Mapping[int, Mapping[int, str | None]]
_LINE = re.compile(rf"[^\r\n]*(?:{LINE_END}|\Z)")


def rewrite(raw: bytes, table: SourceTable, applied: Applied) -> bytes:
    """Puts the repaired cells of a table into the bytes of its file.

    Rows that were dropped are left out; malformed ones stay. A repaired field is quoted when it
    was, or when its text needs it.

    Args:
        raw: The bytes that `table` was read from.
        table: The table as read, from delimited text.
        applied: What the changes made of it, rows counted as in `table.lazy`.

    Raises:
        BadInputError: A repaired record is not where the table says: the file has changed.
    """
    if table.dialect is None:
        fix = "Give a CSV or TSV file; other formats have no text to repair."
        raise BadInputError(str(table.file.path), "is no delimited text", fix)
    numbers = table.data_rows().to_list()
    places = {name: place for place, name in enumerate(table.columns)}
    fresh: dict[int, dict[int, str | None]] = {}
    old: dict[tuple[int, int], str | None] = {}
    for row, name, before, after, _ in applied.cells.iter_rows():
        fresh.setdefault(numbers[row], {})[places[name]] = after
        old[numbers[row], places[name]] = before
    dropped = {numbers[row] for row in applied.dropped["row"].to_list()}
    encoding, mark = _encoding(table.dialect, raw)
    text = raw[len(mark) :].decode(encoding)
    parts: list[str] = []
    end = 0
    for number, record in _records(text, table.dialect, len(table.columns)):
        if number in dropped:
            parts.append(text[end : record.start])
            end = record.end
        elif number in fresh:
            for place in fresh[number]:
                _refuse_moved(table, number, record, (place, old[number, place]))
            parts.append(text[end : record.start])
            parts.append(_rewritten(text[record.start : record.end], table.dialect, fresh[number]))
            end = record.end
    return mark + "".join([*parts, text[end:]]).encode(encoding)


def logged(table: SourceTable, applied: Applied) -> pl.DataFrame:
    """The cell log with data row numbers of the file, malformed rows counted.

    A dropped row has one line per column: its raw text, and nothing as repaired.
    """
    numbers = table.data_rows().cast(pl.UInt32)
    dropped = applied.dropped
    rows = [
        (row, column, raw, None, change)
        for row, change, *values in dropped.iter_rows()
        for column, raw in zip(table.columns, values, strict=True)
    ]
    gone = pl.DataFrame(rows, schema=CELLS_SCHEMA, orient="row")
    cells = pl.concat([applied.cells, gone]).sort(ROW_COLUMN, maintain_order=True)
    return cells.with_columns(numbers.gather(cells[ROW_COLUMN]).alias(ROW_COLUMN))


def _encoding(dialect: Dialect, raw: bytes) -> tuple[str, bytes]:
    """A codec that writes no mark by itself, and the mark that the file starts with."""
    for mark, codec in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if dialect.has_bom and raw.startswith(mark):
            return codec, mark
    return dialect.encoding, b""


def _records(text: str, dialect: Dialect, columns: int) -> Iterator[tuple[int, Record]]:
    """The data records with their data row numbers, as intake counts them."""
    tokenizer = Tokenizer(_form(dialect))
    place = 0
    for _ in range(dialect.skip_lines):
        match = _LINE.match(text, place)
        place = match.end() if match else place
    if dialect.has_header:
        head = tokenizer.next_record(text, place, is_last=True)
        place = head.end if head else place
    number = 0
    while place < len(text):
        record = tokenizer.next_record(text, place, is_last=True)
        if record is None:
            return
        if record.broken:
            end = tokenizer.resume_after(text, record, columns, is_last=True)
            record.end = len(text) if end is None else end
        if not (record.is_blank and columns > 1):
            yield number, record
            number += 1
        place = record.end


def _form(dialect: Dialect) -> TextFormat:
    return TextFormat(
        dialect.delimiter, dialect.quote, dialect.escape, cr_ends_rows=dialect.newline == "\r"
    )


def _refuse_moved(
    table: SourceTable, number: int, record: Record, cell: tuple[int, str | None]
) -> None:
    place, before = cell
    fields = record.fields
    found = fields[place] if len(fields) == len(table.columns) else None
    if (found or "").strip(" ") != (before or "").strip(" "):
        raise BadInputError(
            str(table.file.path),
            f"data row {number}, column {table.columns[place]}: holds {found!r}, not {before!r}",
            "Repair the file as it was read; it may have changed since.",
        )


def _rewritten(record: str, dialect: Dialect, fresh: Mapping[int, str | None]) -> str:
    body = record.rstrip("\r\n")
    parts = list(_fields(body, dialect))
    for place, value in fresh.items():
        parts[place] = _spelled(value, dialect, was_quoted=_is_quoted(parts[place], dialect))
    return dialect.delimiter.join(parts) + record[len(body) :]


def _fields(body: str, dialect: Dialect) -> Sequence[str]:
    """The raw texts of a record's fields, quotes included."""
    delimiter = re.escape(dialect.delimiter)
    quote = re.escape(dialect.quote) if dialect.quote else None
    escape = re.escape(dialect.escape) if dialect.escape else None
    sign = rf"{escape}.|" if escape else ""
    plain = rf"(?:{sign}[^{delimiter}])*"
    quoted = rf"[ \t]*{quote}(?:{sign}{quote}{quote}|[^{quote}])*{quote}[ \t]*(?={delimiter}|\Z)|"
    field = re.compile(f"({quoted if quote else ''}{plain})(?:{delimiter}|\\Z)", re.DOTALL)
    found: list[str] = []
    place = 0
    while place <= len(body):
        match = field.match(body, place)
        if match is None:
            break
        found.append(match.group(1))
        place = match.end() if match.end() > match.end(1) else len(body) + 1
    return found


def _is_quoted(field: str, dialect: Dialect) -> bool:
    return bool(dialect.quote) and field.strip(" \t").startswith(str(dialect.quote))


def _spelled(value: str | None, dialect: Dialect, *, was_quoted: bool) -> str:
    if value is None:
        return ""
    quote = dialect.quote
    signs = (dialect.delimiter, "\r", "\n", *((quote,) if quote else ()))
    needs = any(sign in value for sign in signs) or value != value.strip()
    if quote is None or not (was_quoted or needs):
        return value
    return quote + value.replace(quote, quote * 2) + quote
