"""Scores one way to take a sample of delimited text apart.

What belongs here: how even the rows are, how clean the cells, and what speaks against a way. What
does not: which ways are tried (`dialect`).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dmaic_assets.table.csv.cell_kinds import kind_of, value_share
from dmaic_assets.table.csv.exact import Record, Tokenizer
from dmaic_assets.table.csv.format import TextFormat

USUAL_DELIMITERS = (",", "\t", ";", "|")
# How clean a cell of plain text is; numbers and times are at 1, cells that could be split lower.
CLEAN_TEXT = 0.9
# Records that each candidate is scored on; bounds the cost, since every delimiter is tried.
_SAMPLE_RECORDS = 400
# Cells whose kinds are looked up for a score; bounds the cost of wide files.
_SAMPLE_CELLS = 2000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read the sample, with its blank-free records and its score in [0, 1]."""

    form: TextFormat
    records: tuple[Record, ...]
    width: int
    consistency: float
    score: float


def split_records(text: str, form: TextFormat, *, is_whole: bool) -> list[Record]:
    """Takes the start of a text apart; a broken record costs one line."""
    tokenizer = Tokenizer(form)
    records: list[Record] = []
    start = 0
    while start < len(text) and len(records) < _SAMPLE_RECORDS:
        record = tokenizer.next_record(text, start, is_last=True)
        if record is None:
            break
        if record.broken:
            line_end = text.find("\n", start)
            record.end = len(text) if line_end < 0 else line_end + 1
        records.append(record)
        start = record.end
    if not is_whole and start >= len(text) and len(records) > 1:
        records.pop()
    return records


def judge(form: TextFormat, text: str, *, is_whole: bool, is_stated: bool) -> Candidate:
    """Takes the sample apart and scores the result; `is_stated` trusts the delimiter."""
    records = tuple(r for r in split_records(text, form, is_whole=is_whole) if not r.is_blank)
    widths = Counter(len(r.fields) for r in records if not r.broken)
    if not widths:
        return Candidate(form, records, 1, 0.0, 0.0)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    consistency = count / len(records)
    fitting = [r.fields for r in records if len(r.fields) == width and not r.broken]
    candidate = Candidate(form, records, width, consistency, 0.0)
    if not is_stated and _is_trap(candidate, fitting):
        return candidate
    shape = _single_column(records) if width == 1 else 1 - 0.5 / width
    score = consistency**2 * _cleanness(fitting) * shape
    # Times and text hold these two as well.
    score *= 0.6 if form.delimiter in (":", " ") and not is_stated else 1.0
    # Broken quoting speaks against the reading as a whole, not only against its row.
    score *= (sum(widths.values()) / len(records)) ** 2
    return replace(candidate, score=score)


def _single_column(records: Sequence[Record]) -> float:
    """How likely a single column is: hardly, when the first row and most others could be split."""
    lines = [next(iter(r.fields), None) or "" for r in records]
    can_split = any(
        d in lines[0] and sum(d in line for line in lines) * 2 > len(lines)
        for d in USUAL_DELIMITERS
    )
    return 0.06 if can_split else 0.3


def earns_escape(candidate: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether an escape explains more than the same reading without it."""
    if candidate.form.escape is None:
        return True
    plain = replace(candidate.form, escape=None)
    return all(_defects(candidate) < _defects(c) for c in others if c.form == plain)


def _defects(candidate: Candidate) -> int:
    return sum(
        bool(r.broken) or r.has_stray_quote or len(r.fields) != candidate.width
        for r in candidate.records
    )


def _is_trap(candidate: Candidate, rows: Sequence[list[str | None]]) -> bool:
    """Whether the delimiter is more likely a part of values than between them."""
    if candidate.form.delimiter in (":", " "):
        return not _is_plausible(candidate, rows)
    return candidate.form.delimiter == "," and _are_decimals(candidate.records, rows)


def _is_plausible(candidate: Candidate, rows: Sequence[list[str | None]]) -> bool:
    """Blanks and colons stand in text and times, too: they need more evidence."""
    if candidate.width < 2 or candidate.consistency < 0.98 or len(rows) < 2:
        return False
    # The first row may be a header.
    joined = [candidate.form.delimiter.join(f or "" for f in row) for row in rows[1:]]
    if value_share(joined) > 0.9 or any(f is None for row in rows for f in row):
        return False
    shares = [value_share(column) for column in zip(*rows[1:], strict=True)]
    numeric = sum(share >= 0.9 for share in shares)
    if candidate.form.delimiter == ":" and candidate.width >= 4:
        return True
    return numeric == candidate.width or (candidate.width > 2 and numeric * 2 >= candidate.width)


def _are_decimals(records: Sequence[Record], rows: Sequence[list[str | None]]) -> bool:
    """One name above rows of two halves that make a number: a column of decimal commas."""
    if len(records) < 2 or len(rows) != len(records) - 1:
        return False
    if len(records[0].fields) != 1 or records[0].broken:
        return False
    return len(rows[0]) == 2 and value_share(",".join(f or "" for f in row) for row in rows) > 0.9


def _cleanness(rows: Sequence[list[str | None]]) -> float:
    cells = [cell for row in rows for cell in row][:_SAMPLE_CELLS]
    return sum(map(_clean, cells)) / len(cells) if cells else 0.0


def _clean(cell: str | None) -> float:
    if kind_of(cell) != "text" or cell is None:
        return 1.0
    text = cell.strip()
    if text[0] == '"' or (text[0] == text[-1] == "'"):
        return 0.3
    if text[0] == "'" or text[-1] == "'":
        return 0.1
    if any(sign in text for sign in ";|\t\r") or re.search(r",(?! )", text):
        return 0.3
    return CLEAN_TEXT
