"""Finds where a table starts: which lines of a text stand above it and are no part of it.

What belongs here: the evidence that says so. A line is passed over only for a reason (a comment
sign, a blank line, a heading below it with values under it); without one it is the first line of
the table. What becomes of the lines passed over: they are kept, see `table.LineAbove`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.table.csv.cell_kinds import kind_of, value_share
from dmaic_assets.table.csv.exact import Record
from dmaic_assets.table.csv.heading import counts_rows, looks_like_header
from dmaic_assets.table.types.null_tokens import NULL_TOKEN_GROUPS

# Lines above a table are looked for among so many records, and weighed by so many rows below.
_MOST_ABOVE = 100
# Rows below a line that is weighed: as many as `header` looks at.
_ROWS = 200
# A report's own lines that have as many fields as the table; more of them are a table.
_MOST_REPORT_LINES = 3
# A title without a blank line below it is believed above so many equal rows of so many fields.
_LEAST_ROWS, _LEAST_WIDTH = 3, 3
# The share of a column's cells that makes it one of values.
_MOST = 0.8
_COMMENT = re.compile(r"\s*(?:#|%|//|--)")
_SPACED_COMMENT = re.compile(r"\s*(?:#+|%+|//+|--+)(?:\s|\Z)|\s*##")
_NO_NAMES = frozenset(
    token
    for group in ("standard", "spreadsheet", "placeholder", "missing_words")
    for token in NULL_TOKEN_GROUPS[group]
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a text beforehand.

    `has_header` is what a person knows (None: nothing), `is_stated` says that a person stated the
    delimiter, `is_spaced` that a blank stands behind each.
    """

    has_header: bool | None = None
    is_stated: bool = False
    is_spaced: bool = False


def is_comment(text: str) -> bool:
    """Whether a line starts with a sign that usually starts a comment."""
    return _COMMENT.match(text) is not None


def find_start(records: Sequence[Record], width: int, known: Known) -> tuple[int, bool]:
    """Finds the table's first record: its heading, or its first row.

    Args:
        records: The first records of a text; the first of them is not blank.
        width: The most frequent number of fields.
        known: What is known beforehand.

    Returns:
        Its index, and whether that is doubtful: lines of one field stand first, and nothing says
        that they are no rows.
    """
    text = _Text(records, width, known)
    place = text.behind_comments()
    if width == 1:
        return place, False
    while True:
        fitting = next((i for i in range(place, text.end) if text.fits(i)), place)
        if fitting > place:
            if text.names_all_but_first(place, fitting):
                return place, False
            if not text.is_above(place, fitting):
                return place, text.is_bare(place, fitting) and not known.is_stated
            place = fitting
        following = text.heading_below(place)
        if following is None:
            return place, False
        place = following


class _Text:
    """The first records of a text, asked for evidence."""

    def __init__(self, records: Sequence[Record], width: int, known: Known) -> None:
        self._records = records
        self._width = width
        self._known = known
        self.end = min(len(records), _MOST_ABOVE)

    def fits(self, place: int) -> bool:
        """Whether a record has the table's width."""
        record = self._records[place]
        return not record.broken and len(record.fields) == self._width and not record.is_blank

    def is_bare(self, start: int, end: int) -> bool:
        """Whether no line holds a delimiter."""
        return all(len(r.fields) == 1 and not r.broken for r in self._lines(start, end))

    def behind_comments(self) -> int:
        """Where the comments at the start end; the last of them may be the heading."""
        end = last = 0
        while end < self.end and (self._records[end].is_blank or self._is_comment(end)):
            last = last if self._records[end].is_blank else end
            end += 1
        if not end or end == len(self._records):
            return 0
        if not self.fits(last):
            are_spaced = all(self._is_spaced_comment(r) for r in self._lines(0, end))
            return end if are_spaced else 0
        if self._known.has_header is False:
            is_over = self._is_spaced_comment(self._records[last])
        else:
            is_over = self.fits(end) and self._is_remark(last, end)
        return end if is_over else self._first_of_rows(last)

    def _first_of_rows(self, last: int) -> int:
        """The first of the lines up to `last` that are rows although a comment sign starts them."""
        place = last
        while place and (
            self._width == 1
            or (self.fits(place - 1) and not self._is_spaced_comment(self._records[place - 1]))
        ):
            place -= 1
        return place

    def names_all_but_first(self, start: int, end: int) -> bool:
        """Whether the line above a table is its heading, which lacks the name of row numbers."""
        above = self._lines(start, end)
        rows = [self._records[end].fields, *self._below(end)]
        is_short = len(above) == 1 and len(above[0].fields) == self._width - 1
        return is_short and counts_rows([row[0] for row in rows])

    def is_above(self, start: int, end: int) -> bool:
        """Whether the lines from `start` on, which do not fit, stand above a table at `end`."""
        above = self._lines(start, end)
        below = self._below(end)
        fields = self._records[end].fields
        is_bare = self.is_bare(start, end)
        if is_bare and (self._known.is_stated or self._known.has_header is False):
            return True
        if self._is_heading(end) or self.heading_below(end) is not None:
            return True
        if self._known.is_spaced or not looks_like_header(fields, below):
            return False
        if self._records[end - 1].is_blank:
            return True
        return is_bare and len(above) == 1 and self._is_even(end)

    def heading_below(self, place: int) -> int | None:
        """Where the heading is when the record at `place`, which fits, is not it; else None."""
        if self._known.has_header is False or place + 1 >= self.end:
            return None
        if self.fits(place + 1) and self._is_heading(place + 1, is_filled=True):
            is_other = self._is_sentence(place, place + 1) or self._is_grouping(place)
            return place + 1 if is_other else None
        return self._behind_blank(place)

    def _behind_blank(self, place: int) -> int | None:
        blank = next((i for i in range(place, self.end) if self._is_empty(i)), self.end)
        start = next((i for i in range(blank, self.end) if not self._is_empty(i)), None)
        if start is None or not self.fits(start) or blank - place > _MOST_REPORT_LINES:
            return None
        below = self._below(start)
        if len(below) <= blank - place:
            return None
        is_text = self._is_sentence(place, start) or self._is_title(place)
        is_named = is_text and looks_like_header(self._records[start].fields, below)
        return start if is_named or self._is_heading(start) else None

    def _lines(self, start: int, end: int) -> list[Record]:
        return [r for r in self._records[start:end] if not r.is_blank]

    def _is_comment(self, place: int) -> bool:
        fields = self._records[place].fields
        return bool(fields) and is_comment(fields[0] or "")

    @staticmethod
    def _is_spaced_comment(record: Record) -> bool:
        first, *others = record.fields or [None]
        # A sign that has a cell of its own is a value: "--" for none, "#" for others.
        is_bare = bool(others) and _COMMENT.sub("", first or "").strip(" #%/-") == ""
        return not is_bare and bool(_SPACED_COMMENT.match(first or ""))

    def _is_remark(self, place: int, below: int) -> bool:
        """Whether a comment that fits is one, and no heading behind a sign."""
        if self._is_heading(below):
            return True
        first, *others = self._records[place].fields
        is_no_name = ": " in (first or "") or any(kind_of(c) in ("number", "time") for c in others)
        is_other = is_no_name or self._is_sentence(place, below)
        return is_other and looks_like_header(self._records[below].fields, self._below(below))

    def _is_heading(self, place: int, *, is_filled: bool = False) -> bool:
        fields = self._records[place].fields
        cells = [(cell or "").strip() for cell in fields]
        if any(cell in _NO_NAMES and (cell or is_filled) for cell in cells):
            return False
        below = self._below(place)
        if self._known.is_spaced and self._width <= 2:
            # A comma and a blank stand in text, and numbers behind them, too.
            columns = zip(*below, strict=False)
            return all(value_share(c) >= _MOST for c in columns) and _is_named(fields, below)
        return _is_named(fields, below)

    def _is_sentence(self, place: int, below: int) -> bool:
        """Whether the delimiter is punctuation here: a blank stands behind it, in no row below."""
        fields = self._records[place].fields[1:]
        rows = [self._records[below].fields, *self._below(below)]
        return (
            bool(fields)
            and all((cell or "").startswith(" ") for cell in fields)
            and not any((cell or "").startswith(" ") for row in rows for cell in row[1:])
        )

    def _is_grouping(self, place: int) -> bool:
        """Whether cells are missing or repeated, as where one name stands above several."""
        named = self._filled(place)
        return len(set(named)) < len(self._records[place].fields)

    def _is_title(self, place: int) -> bool:
        """Whether only the first cell is filled, as where a spreadsheet had a title."""
        fields = self._records[place].fields
        return self._filled(place) == [fields[0]] and len(fields) >= _LEAST_WIDTH

    def _is_empty(self, place: int) -> bool:
        """Whether nothing stands between the delimiters, which spreadsheets write all the same."""
        return not self._records[place].broken and not self._filled(place)

    def _filled(self, place: int) -> list[str]:
        return [cell for cell in self._records[place].fields if cell and cell.strip()]

    def _is_even(self, place: int) -> bool:
        rows = self._lines(place + 1, len(self._records))
        fitting = sum(len(r.fields) == self._width and not r.broken for r in rows)
        return fitting == len(rows) >= _LEAST_ROWS and self._width >= _LEAST_WIDTH

    def _below(self, place: int) -> list[list[str | None]]:
        rows = range(place + 1, min(len(self._records), place + _ROWS))
        return [self._records[i].fields for i in rows if self.fits(i)]


def _is_named(fields: Sequence[str | None], rows: Sequence[Sequence[str | None]]) -> bool:
    """Whether a row names columns that hold values: the one strong sign of a heading."""
    has_values = any(value_share(column) >= _MOST for column in zip(*rows, strict=False))
    return has_values and looks_like_header(fields, rows)
