"""Reads JSON lines: one object per line, keys as columns, values by their own kinds.

What belongs here: lines, and what a file says of itself. What does not: how values of different
kinds share a column (`json_columns`).
"""

import json
import math
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any, NoReturn, TypeAlias

import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.model import MalformedRow, SourceFile
from dmaic_assets.settings.project import IntakeSettings, ReadOptions
from dmaic_assets.table.csv.text import MAX_MALFORMED, MAX_RECORD_BYTES
from dmaic_assets.table.read.byte_blocks import text_blocks
from dmaic_assets.table.read.column_names import clean_names
from dmaic_assets.table.read.encoding import Utf8Stream
from dmaic_assets.table.read.feeding import OpenedText
from dmaic_assets.table.read.json_columns import JsonColumns, Spelled
from dmaic_assets.table.read.malformed import readable, undecodable
from dmaic_assets.table.read.staging import FrameStore, Reading
from dmaic_assets.table.text_table import SourceTable

JsonObject: TypeAlias = dict[str, Any]  # pyright: ignore[reportExplicitAny] - outside data

# Lines parsed at a time: bounds the memory of Python objects.
_CHUNK_LINES = 50_000
_SAFE_DIGITS = 15  # every decimal of so many digits survives a double (IEEE 754, DBL_DIG)


def read_json_lines(
    file: SourceFile, options: ReadOptions, intake: IntakeSettings, store: FrameStore
) -> SourceTable:
    """Reads a JSON lines file. The schema covers every line: a key that comes late is a column.

    Raises:
        UnreadableFileError: The file is blank or no JSON lines, no line holds an object with a
            key, or there are too many keys.
        StoreError: The staging folder refuses.
    """
    subject = str(file.path)
    stream = Utf8Stream(text_blocks(file.path), subject=subject, encoding=options.encoding)
    text = OpenedText(stream, subject)
    _refuse_documents(text.head, subject)
    reader = ObjectReader(subject, max_columns=intake.max_columns)
    text.feed(reader, store)
    keys = reader.columns.keys
    if not keys:
        raise UnreadableFileError(
            subject,
            _no_keys(reader.malformed),
            "Write one JSON object per line; delimited text is read when its name ends in .csv.",
        )
    names, notes = clean_names(keys)
    store.rewrite(reader.columns.schema(), names)
    malformed = tuple(reader.malformed)
    reading = Reading(
        columns=names,
        rows=reader.rows - len(malformed),
        malformed=malformed,
        notes=(*stream.notes, *notes, *reader.notes()),
        dialect=None,
        is_text=False,
    )
    return store.table(file, reading)


class ObjectReader:
    """Reads objects line by line; every line that is not blank is a data row."""

    def __init__(self, subject: str, *, max_columns: int) -> None:
        self.encoding = "utf-8"
        self.rows = 0
        self.malformed: list[MalformedRow] = []
        self.columns = JsonColumns(subject, max_columns=max_columns)
        self._blank_lines = 0
        self._line = 1
        self._subject = subject
        self._frames: list[pl.DataFrame] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_without_repeats, parse_constant=_refuse, parse_float=_number
        )

    def feed(self, data: bytes, *, is_last: bool) -> bytes:
        """Reads the whole lines at the start of `data`; see `csv_text.RowReader.feed`.

        Raises:
            UnreadableFileError: A line is longer than MAX_RECORD_BYTES, more than MAX_MALFORMED
                lines are no objects, or there are too many keys.
        """
        end = len(data) if is_last else data.rfind(b"\n") + 1
        if not end and len(data) > MAX_RECORD_BYTES:
            reason = f"line {self._line} is longer than {MAX_RECORD_BYTES:,} bytes"
            raise UnreadableFileError(self._subject, reason, "Write one JSON object per line.")
        lines = data[:end].split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        for start in range(0, len(lines), _CHUNK_LINES):
            objects = self._objects(lines[start : start + _CHUNK_LINES])
            if objects:
                self._frames.append(self.columns.frame(objects))
        return data[end:]

    def take(self) -> pl.DataFrame | None:
        """Hands over the rows read since the last call; columns are those known by then."""
        if not self._frames or not self.columns.keys:
            # Rows without any column yet: a frame could not hold them on the disk.
            return None
        frames, self._frames = self._frames, []
        return pl.concat([self.columns.conform(frame) for frame in frames], how="vertical")

    def notes(self) -> list[str]:
        """Tells what was passed over or changed."""
        notes = self.columns.notes()
        if self._blank_lines:
            notes.append(f"{self._blank_lines:,} blank lines were passed over")
        return notes

    def _objects(self, lines: Sequence[bytes]) -> list[JsonObject]:
        objects: list[JsonObject] = []
        for raw in lines:
            if raw.isspace() or not raw:
                self._blank_lines += 1
            else:
                value = self._object(raw)
                if value is not None:
                    objects.append(value)
                self.rows += 1
            self._line += 1
        return objects

    def _object(self, raw: bytes) -> JsonObject | None:
        try:
            value = self._decoder.decode(raw.decode("utf-8"))
        except UnicodeDecodeError:
            self._set_apart(raw, undecodable(raw, self.encoding) or "not UTF-8")
        except json.JSONDecodeError as error:
            self._set_apart(raw, f"not JSON from sign {error.pos + 1} on: {error.msg}")
        except (ValueError, RecursionError) as error:
            self._set_apart(raw, str(error) or "nested too deeply")
        else:
            if isinstance(value, dict) and (b"\\ud" not in raw.lower() or _is_text(value)):
                return value
            is_object = isinstance(value, dict)
            self._set_apart(raw, "half a surrogate pair" if is_object else "not a JSON object")
        return None

    def _set_apart(self, raw: bytes, reason: str) -> None:
        bad = MalformedRow(self.rows, self._line, None, reason, readable(raw.rstrip(b"\r")))
        self.malformed.append(bad)
        if len(self.malformed) > MAX_MALFORMED:
            first = self.malformed[0]
            raise UnreadableFileError(
                self._subject,
                f"more than {MAX_MALFORMED:,} lines are no JSON objects; the first is line "
                f"{first.line}: {first.reason}",
                "Write one JSON object per line.",
            )


def _without_repeats(pairs: list[tuple[str, Any]]) -> JsonObject:  # pyright: ignore[reportExplicitAny]
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _number(text: str) -> float | Spelled:
    """A fraction as a double, or as it is spelled when a double has other digits in its places."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text} is beyond double precision")
    if len(text) <= _SAFE_DIGITS:
        return number
    spelled = Decimal(text)
    places = Context(prec=len(spelled.as_tuple().digits))
    is_kept = spelled in (Decimal(repr(number)), places.plus(Decimal(number)))
    return number if is_kept else Spelled(text)


def _is_text(value: JsonObject) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse_documents(head: bytes, subject: str) -> None:
    first = head.lstrip()[:1]
    line = head.strip().split(b"\n", 1)[0].strip()
    if first == b"[":
        reason, fix = "is one JSON array, not lines of objects", "Convert it: jq -c '.[]' FILE."
    elif line == b"{":
        reason, fix = "is JSON over several lines", "Write each object on one line: jq -c . FILE."
    else:
        return
    raise UnreadableFileError(subject, reason, fix)


def _no_keys(malformed: Sequence[MalformedRow]) -> str:
    if not malformed:
        return "the objects have no keys"
    return f"no line holds an object with a key; line {malformed[0].line}: {malformed[0].reason}"
