"""Detects how a delimited text is written, from a sample, by trying the candidates.

What belongs here: delimiter, quote, escape, line ends. What does not: header and lines above it
(`header`), and scoring (`dialect_score`). Every candidate takes the sample apart with
`csv_exact`; the best one gives the most rows of one width with the cleanest cells. The idea of
weighing a pattern score with a type score is that of van den Burg, Nazabal and Sutton, "Wrangling
messy CSV files by detecting row and type patterns" (2019); the scores are simpler here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dmaic_assets.model import FileFormat
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.csv.dialect_score import (
    CLEAN_TEXT,
    USUAL_DELIMITERS,
    Candidate,
    earns_escape,
    judge,
)
from dmaic_assets.table.csv.exact import Tokenizer
from dmaic_assets.table.csv.format import TextFormat

DELIMITERS = (*USUAL_DELIMITERS, ":", " ")
# Stands for "no delimiter" where the text holds all the usual ones; ASCII's unit separator.
NO_DELIMITER = "\x1f"
# Share of the best score: a rival delimiter within 5 % is told as a doubt.
_CLOSE = 0.95


@dataclass(frozen=True, slots=True)
class Detected:
    """The best way, another one that is nearly as good, and the others by their score."""

    best: Candidate
    rival: Candidate | None
    others: tuple[Candidate, ...] = ()

    def next_best(self) -> "Detected":
        """The same without the best way."""
        best, *others = self.others
        return Detected(best, self.rival and self.best, tuple(others))


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
    preferred = "\t" if file_format == "tsv" else ","
    candidates = _candidates(text, preferred, options, is_whole=is_whole)
    ranked = sorted(
        candidates, key=lambda c: (-round(c.score, 6), c.form.delimiter != preferred, _rank(c.form))
    )
    best, *others = (_refine(candidate, text) for candidate in ranked)
    rivals = (
        c
        for c in others
        if c.score >= _CLOSE * best.score and c.form.delimiter != best.form.delimiter
    )
    rival = next((c for c in rivals if c.width > 1 and best.width > 1), None)
    return Detected(best, rival, tuple(others))


def _candidates(
    text: str, preferred: str, options: ReadOptions, *, is_whole: bool
) -> list[Candidate]:
    is_stated = options.delimiter is not None
    forms = list(_forms(text, options))
    usual = TextFormat(options.delimiter or preferred, options.quote or '"')
    variants = [form for form in forms if form.delimiter == usual.delimiter]
    if variants == [usual] and usual.delimiter in text:
        first = judge(usual, text, is_whole=is_whole, is_stated=is_stated)
        # All rows of one width and every cell clean: nothing can be better.
        if first.width > 1 and first.score >= CLEAN_TEXT * (1 - 0.5 / first.width) - 1e-9:
            return [first]
    candidates = [judge(form, text, is_whole=is_whole, is_stated=is_stated) for form in forms]
    return [c for c in candidates if earns_escape(c, candidates)]


def _forms(text: str, options: ReadOptions) -> Iterator[TextFormat]:
    lone_returns = len(re.findall(r"\r(?!\r?\n)", text))
    cr_modes = [lone_returns > 0] if not lone_returns or "\n" not in text else [False, True]
    delimiters = [options.delimiter] if options.delimiter else _delimiters_in(text)
    for delimiter in delimiters:
        for quote, escape in _quotings(text, delimiter, options):
            for cr_ends_rows in cr_modes:
                yield TextFormat(delimiter, quote, escape, cr_ends_rows=cr_ends_rows)


def _delimiters_in(text: str) -> list[str]:
    found = [d for d in DELIMITERS if d in text]
    # One that the text does not hold reads it as a single column.
    absent = next((d for d in USUAL_DELIMITERS if d not in text), NO_DELIMITER)
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
