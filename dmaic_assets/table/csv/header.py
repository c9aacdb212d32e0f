"""Finds the header of a delimited text.

What belongs here: whether there is one, and how it fits the rows. What does not: the lines above
it (`above`), the evidence of cells (`heading`), the dialect, and the names' form.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dmaic_assets.table.csv.above import Known, find_start
from dmaic_assets.table.csv.exact import Record
from dmaic_assets.table.csv.heading import counts_rows, looks_like_header

# Rows below a header that it is compared with; bounds the cost.
_ROWS = 200


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table starts among the sample's records.

    `first` is the index of its first record (the header, if there is one); `width` the number
    of columns. `is_shifted` says that the header lacks the name of the first column,
    `is_doubtful` that lines without a delimiter stand first and nothing says that they are no
    rows: then the delimiter is more likely a part of values.
    """

    first: int
    has_header: bool
    width: int
    is_shifted: bool = False
    is_doubtful: bool = False
    notes: tuple[str, ...] = ()


def find_layout(
    records: Sequence[Record],
    width: int,
    *,
    has_header: bool | None,
    has_preamble: bool = True,
    is_stated: bool = False,
    is_spaced: bool = False,
) -> Layout:
    """Finds the table in the first records of a text.

    Args:
        records: The text's first records, blank ones included, not all blank.
        width: The most frequent number of fields.
        has_header: What a person knows; None means look.
        has_preamble: Whether lines above the table are looked for.
        is_stated: Whether a person stated the delimiter.
        is_spaced: Whether a blank stands behind each delimiter.
    """
    first = next(i for i, r in enumerate(records) if not r.is_blank or width == 1)
    is_doubtful = False
    if has_preamble:
        start, is_doubtful = find_start(
            records[first:], width, Known(has_header, is_stated, is_spaced)
        )
        first += start
    rows = [r.fields for r in records[first + 1 :] if not r.broken and not r.is_blank]
    head = records[first]
    is_header = has_header
    if is_header is None:
        is_header = bool(head.broken) or looks_like_header(
            head.fields, [row for row in rows if len(row) == width][:_ROWS]
        )
    if not is_header:
        return Layout(first, False, width, is_doubtful=is_doubtful)
    return replace(_with_header(head.fields, rows, first, width), is_doubtful=is_doubtful)


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
    if width == named + 1 and counts_rows([row[0] for row in full]):
        note = "the header has no name for the first column, which numbers or names the rows"
        return Layout(first, True, width, is_shifted=True, notes=(note,))
    shares = Counter(len(row) for row in rows)
    note = f"the header has {named} fields, {shares[width]} of the first {len(rows)} rows {width}"
    return Layout(first, True, named, notes=(note,))
