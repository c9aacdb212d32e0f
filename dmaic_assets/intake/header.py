"""Finds the header of a delimited text, and the lines above it that belong to no table.

What belongs here: evidence from the first rows. What does not: the dialect, and the names' form.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.intake.cell_kinds import is_value, kind_of, value_share
from dmaic_assets.intake.csv_exact import Record

_ROWS = 200
_PREAMBLE = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table starts among the sample's records.

    `first` is the index of its first record (the header, if there is one); `width` the number
    of columns. `is_shifted` says that the header lacks the name of the first column.
    """

    first: int
    has_header: bool
    width: int
    is_shifted: bool = False
    notes: tuple[str, ...] = ()


def find_layout(
    records: Sequence[Record], width: int, *, has_header: bool | None, has_preamble: bool = True
) -> Layout:
    """Finds the table in the first records of a text.

    Args:
        records: The text's first records, blank ones included, not all blank.
        width: The most frequent number of fields.
        has_header: What a person knows; None means look.
        has_preamble: Whether lines above the table are looked for.
    """
    first = next(i for i, r in enumerate(records) if not r.is_blank or width == 1)
    if has_preamble and width > 1:
        first = _skip_preamble(records, first, width, has_header=has_header)
    rows = [r.fields for r in records[first + 1 :] if not r.broken and not r.is_blank]
    head = records[first]
    is_header = has_header
    if is_header is None:
        is_header = bool(head.broken) or looks_like_header(
            head.fields, [row for row in rows if len(row) == width][:_ROWS]
        )
    if not is_header:
        return Layout(first, False, width)
    return _with_header(head.fields, rows, first, width)


def looks_like_header(first: Sequence[str | None], rows: Sequence[Sequence[str | None]]) -> bool:
    """Weighs whether a first row names the columns.

    Every column votes: for, when its values are numbers or times and the first cell is not;
    against, when the first cell is one, too, or occurs among the values. Without rows, or with
    no vote, a first row of different, filled cells that are no values is a header.
    """
    votes = sum(
        _vote(cell, [row[place] for row in rows if place < len(row)])
        for place, cell in enumerate(first)
    )
    if votes:
        return votes > 0
    cells = [cell.strip() for cell in first if cell and cell.strip()]
    values = sum(is_value(cell) for cell in cells)
    if not rows:
        return values * 2 < max(len(cells), 1)
    return not values and len(cells) == len(first) == len(set(cells))


def _vote(cell: str | None, column: Sequence[str | None]) -> int:
    values = [v for v in column if v is not None and v.strip()]
    if not values or not (cell or "").strip():
        return 0
    if value_share(values) >= 0.8:
        if kind_of(cell) in ("text", "boolean"):
            return 2
        # A bare year is a value among years; among other numbers it may be a name.
        return -2 if is_value(cell) or sum(map(is_value, values)) * 2 < len(values) else 0
    if is_value(cell):
        return -1
    if cell in values:
        return -1
    lengths = {len(v) for v in values}
    is_coded = len(values) > 2 and len(lengths) == 1 and len(cell or "") not in lengths
    is_repeating = len(values) > 3 and len(set(values)) * 2 <= len(values)
    return int(is_coded or is_repeating)


def _skip_preamble(
    records: Sequence[Record], first: int, width: int, *, has_header: bool | None
) -> int:
    """Finds the first record of the table's width, unless the text starts with its header."""
    start = next(
        (i for i in range(first, min(len(records), _PREAMBLE)) if _fits(records[i], width)), first
    )
    if start == first:
        return first
    above = [r for r in records[first:start] if not r.is_blank]
    if all(len(r.fields) == 1 and not r.broken for r in above) or has_header is False:
        return start
    if any(r.is_blank for r in records[first:start]):
        return start
    below = [r.fields for r in records[start + 1 : start + _ROWS] if _fits(r, width)]
    # Two candidates for the header: the odd one on top only if the other is no header.
    return start if below and _is_named(records[start].fields, below) else first


def _is_named(fields: Sequence[str | None], rows: Sequence[Sequence[str | None]]) -> bool:
    has_values = any(value_share(column) >= 0.8 for column in zip(*rows, strict=False))
    return has_values and looks_like_header(fields, rows)


def _fits(record: Record, width: int) -> bool:
    return not record.broken and len(record.fields) == width


def _with_header(
    head: Sequence[str | None], rows: Sequence[list[str | None]], first: int, width: int
) -> Layout:
    named = len(head)
    if named == width or not rows:
        return Layout(first, True, named)
    if named > width and not any((cell or "").strip() for cell in head[width:]):
        note = f"the header has {named - width} empty fields at its end; they were left out"
        return Layout(first, True, width, notes=(note,))
    full = [row for row in rows if len(row) == width]
    if width > named and all(not (c or "").strip() for row in full for c in row[named:]):
        note = f"the rows have {width - named} empty fields more than the header; they were kept"
        return Layout(first, True, width, notes=(note,))
    if width == named + 1 and _are_row_names([row[0] for row in full]):
        note = "the header has no name for the first column, which numbers or names the rows"
        return Layout(first, True, width, is_shifted=True, notes=(note,))
    shares = Counter(len(row) for row in rows)
    note = f"the header has {named} fields, {shares[width]} of the first {len(rows)} rows {width}"
    return Layout(first, True, named, notes=(note,))


def _are_row_names(cells: Sequence[str | None]) -> bool:
    """Whether a column counts from 0 or 1, as the unnamed one that R and pandas write."""
    if len(cells) < 2 or not all(c is not None and c.isdigit() for c in cells):
        return False
    numbers = [int(c or 0) for c in cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
