"""Detects how a delimited text is written, from a sample, by trying the candidates.

What belongs here: delimiter, quote, escape, line ends. What does not: header and lines above it
(`header`). Every candidate takes the sample apart with `csv_exact`; the best one gives the most
rows of one width with the cleanest cells. The idea of weighing a pattern score with a type score
is that of van den Burg, Nazabal and Sutton, "Wrangling messy CSV files by detecting row and type
patterns" (2019); the scores are simpler here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.intake.cell_kinds import kind_of, value_share
from dmaic_assets.intake.csv_exact import Record, Tokenizer
from dmaic_assets.intake.csv_format import TextFormat
from dmaic_assets.model import FileFormat
from dmaic_assets.settings import ReadOptions

DELIMITERS = (",", "\t", ";", "|", ":", " ")
_USUAL = DELIMITERS[:4]
# Stands for "no delimiter" where the text holds all the usual ones; ASCII's unit separator.
NO_DELIMITER = "\x1f"
_SAMPLE_RECORDS = 400
_SAMPLE_CELLS = 2000
_CLOSE = 0.95


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read the sample, with its blank-free records and its score in [0, 1]."""

    form: TextFormat
    records: tuple[Record, ...]
    width: int
    consistency: float
    score: float


@dataclass(frozen=True, slots=True)
class Detected:
    """The best way, and another one that is nearly as good."""

    best: Candidate
    rival: Candidate | None


def detect_format(
    text: str, file_format: FileFormat, options: ReadOptions, *, is_whole: bool
) -> Detected:
    """Finds out how a text is written.

    Args:
        text: The text's start, one character per byte, not blank.
        file_format: What the file's name promises; decides between equals.
        options: What a person knows; never overruled.
        is_whole: Whether the text is the whole file; otherwise its last record is left out.
    """
    candidates = [
        _judge(form, text, is_whole=is_whole, is_stated=options.delimiter is not None)
        for form in _forms(text, options)
    ]
    candidates = [c for c in candidates if _earns_escape(c, candidates)]
    preferred = "\t" if file_format == "tsv" else ","
    ranked = sorted(
        candidates, key=lambda c: (-round(c.score, 6), c.form.delimiter != preferred, _rank(c.form))
    )
    best = _refine(ranked[0], text)
    rivals = (
        c
        for c in ranked[1:]
        if c.score >= _CLOSE * best.score and c.form.delimiter != best.form.delimiter
    )
    rival = next((c for c in rivals if c.width > 1 and best.width > 1), None)
    return Detected(best, rival)


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


def _forms(text: str, options: ReadOptions) -> Iterator[TextFormat]:
    lone_returns = len(re.findall(r"\r(?!\n)", text))
    cr_modes = [lone_returns > 0] if not lone_returns or "\n" not in text else [False, True]
    delimiters = [options.delimiter] if options.delimiter else _delimiters_in(text)
    for delimiter in delimiters:
        for quote, escape in _quotings(text, delimiter, options):
            for cr_ends_rows in cr_modes:
                yield TextFormat(delimiter, quote, escape, cr_ends_rows=cr_ends_rows)


def _delimiters_in(text: str) -> list[str]:
    found = [d for d in DELIMITERS if d in text]
    # One that the text does not hold reads it as a single column.
    absent = next((d for d in _USUAL if d not in text), NO_DELIMITER)
    return [*found, absent]


def _quotings(
    text: str, delimiter: str, options: ReadOptions
) -> Iterator[tuple[str | None, str | None]]:
    quotes: list[str | None] = [options.quote] if options.quote else ['"']
    border = rf"(?:^|[\n\r{re.escape(delimiter)}])"
    if not options.quote:
        if re.search(rf"{border}'(?:[^']|'')*'(?=[\r\n{re.escape(delimiter)}]|\Z)", text):
            quotes.append("'")
        is_plain = delimiter in ("\t", "|", NO_DELIMITER)
        if is_plain and not re.search(
            rf'{border}"(?:[^"]|"")*"(?=[\r\n{re.escape(delimiter)}]|\Z)', text
        ):
            quotes.append(None)
    for quote in quotes:
        yield quote, None
        if f"\\{quote or delimiter}" in text or f"\\{delimiter}" in text:
            yield quote, "\\"


def _judge(form: TextFormat, text: str, *, is_whole: bool, is_stated: bool) -> Candidate:
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
        d in lines[0] and sum(d in line for line in lines) * 2 > len(lines) for d in _USUAL
    )
    return 0.06 if can_split else 0.3


def _earns_escape(candidate: Candidate, others: Sequence[Candidate]) -> bool:
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
    return 0.9


def _refine(best: Candidate, text: str) -> Candidate:
    """Sees whether a blank behind each delimiter belongs to it."""
    form = best.form
    if best.width < 2 or form.delimiter == " " or form.escape:
        return best
    outside = text[best.records[0].start : best.records[-1].end]
    if form.quote:
        quote = re.escape(form.quote)
        outside = re.sub(rf"{quote}[^{quote}]*{quote}", "", outside)
    plain = [line for line in re.split(r"[\r\n]+", outside) if line]
    count = sum(line.count(form.delimiter) for line in plain)
    spaced = sum(line.count(f"{form.delimiter} ") for line in plain)
    if len(plain) < 2 or not count or count != spaced:
        return best
    form = replace(form, is_spaced=True)
    tokenizer = Tokenizer(form)
    records = [tokenizer.next_record(text[r.start : r.end], 0, is_last=True) for r in best.records]
    shifted = (
        replace(new, start=old.start, end=old.end)
        for new, old in zip(records, best.records, strict=True)
        if new is not None
    )
    return replace(best, form=form, records=tuple(shifted))


def _rank(form: TextFormat) -> tuple[int, int, int, int]:
    order = DELIMITERS.index(form.delimiter) if form.delimiter in DELIMITERS else len(DELIMITERS)
    quotes = ('"', "'", None)
    quote = quotes.index(form.quote) if form.quote in quotes else 0
    # An escape that is still here has earned its place.
    return order, quote, int(form.escape is None), int(form.cr_ends_rows)
