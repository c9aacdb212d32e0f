"""Values that are right but for how or where they are written.

What belongs here: dates in another notation than the column's, values in another case or spacing
than usual, and values that stand in each other's column. What is near a value by its letters is in
`typo.cells`, what has a rare shape in `notation.cells`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Ints, Suspect, TextFrame
from dmaic_assets.phenomena.shape.learn import shape_of_form
from dmaic_assets.phenomena.spelling.rule import is_misread

# Share of one notation from which the others are exceptions.
MAIN = 0.85
# Times more frequent that a value must be than the one suspected of being it.
RATIO = 10
# Rows from which a value is frequent.
LEAST_FREQUENT = 5
# Rows from which a column shows what is usual.
LEAST_ROWS = 30
# Distinct values beyond which texts are free.
MOST_VALUES = 5_000
# Columns beyond which a value belongs to none (yes, 0, unknown).
MOST_HOMES = 10

Bools = npt.NDArray[np.bool_]
_DATES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"{day}([ T]\d{{1,2}}:\d{{2}}.*)?")
    for name, day in {
        "year-month-day": r"\d{4}-\d{1,2}-\d{1,2}",
        "year/month/day": r"\d{4}/\d{1,2}/\d{1,2}",
        "yearmonthday": r"(?:19|20)\d{2}[01]\d[0-3]\d",
        "day.month.year": r"\d{1,2}\.\d{1,2}\.\d{2,4}",
        "day/month/year": r"\d{1,2}/\d{1,2}/\d{2,4}",
        "day-month-year": r"\d{1,2}-\d{1,2}-\d{2,4}",
        "day-name-year": r"\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}",
    }.items()
}
_UPPER, _LOWER, _INVERTED = "capitals", "small letters", "inverted"
# What a text with an inverted word has in it.
_INVERTED_WORD = re.compile(r"[a-z][A-Z]{2}|[^\x00-\x7f]")
# White space other than one blank between words, and what else Python splits at.
_SPACING = r"^\s|\s$|\s\s|[\t\n\r\x0b\x0c\x1c-\x1f]"
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")


def variant_suspects(text: TextFrame, _: Agreement) -> list[Suspect]:
    """Finds cells whose value is written in another way, or in another column, than usual."""
    found: list[Suspect] = []
    for part in text.parts:
        if part.known >= LEAST_ROWS:
            found.extend(_notations(part))
            found.extend(_cases(part))
            found.extend(_edges(part))
            found.extend(_letters(part))
    named = [p for p in text.parts if p.known >= LEAST_ROWS and _has_words(p)]
    homes = _homes(named)
    for part in named:
        for other, elsewhere in _shared(part, named, homes):
            found.extend(_exchanged(part, other, elsewhere))
    return found


def misread_suspects(text: TextFrame, _: Agreement) -> list[Suspect]:
    """Finds cells whose text went through the wrong encoding."""
    found: list[Suspect] = []
    for part in text.parts:
        damaged = part.forms.flags(is_misread)
        if damaged.any():
            found.extend(_cells(part, damaged, "text in the wrong encoding", 0.9))
    return found


def _notations(part: Column) -> Iterator[Suspect]:
    """The dates of a column that are not written as nearly all of its dates are."""
    if not _may_be_date(part.values[0]):
        return
    ways = np.full(part.distinct, "", dtype=object)
    for way, pattern in reversed([*_DATES.items()]):
        ways[part.texts.str.contains(f"^(?:{pattern.pattern})$").to_numpy()] = way
    rows = {way: int(part.counts[ways == way].sum()) for way in _DATES}
    main = max(rows, key=lambda way: rows[way])
    if rows[main] < MAIN * part.known:
        return
    other = (ways != main) & (ways != "")
    yield from _cells(part, other, f"date not written as {main}", 0.85)


def _may_be_date(value: str) -> bool:
    return any(pattern.fullmatch(value) for pattern in _DATES.values())


def _cases(part: Column) -> Iterator[Suspect]:
    """Values that are a far more frequent one but for case or spacing."""
    frequent = int((part.counts >= LEAST_FREQUENT).sum())
    if not frequent:
        return
    folded = _folded(part.texts)
    usual = (
        folded.head(frequent).to_frame("text").with_row_index("first").unique("text", keep="first")
    )
    firsts = folded.to_frame("text").join(usual, on="text", how="left", maintain_order="left")
    found = firsts.with_row_index("code").filter(pl.col("first") != pl.col("code"))
    for code, _, first in found.iter_rows():
        if int(part.counts[first]) >= RATIO * int(part.counts[code]):
            reason = f"the frequent value {part.values[first][:60]!r} in other case or spacing"
            yield from (
                Suspect(int(row), part.index, reason, 0.8)
                for row in np.flatnonzero(part.codes == code)
            )


def _folded(texts: pl.Series) -> pl.Series:
    """Texts without case, and with one blank where there is white space between words."""
    lower = texts.str.to_lowercase()
    is_odd = (texts.str.len_bytes() != texts.str.len_chars()) | texts.str.contains(_SPACING)
    places = is_odd.arg_true()
    if not len(places):
        return lower
    odd = [" ".join(text.casefold().split()) for text in texts.gather(places).to_list()]
    return lower.scatter(places, odd)


def _edges(part: Column) -> Iterator[Suspect]:
    """Blanks before or behind a value, in a column that has hardly any."""
    padded = part.forms.flags(lambda form: form != form.strip())
    if 0 < int(part.counts[padded].sum()) <= (1 - MAIN) * part.known:
        yield from _cells(part, padded, "blank before or behind the value", 0.8)


def _letters(part: Column) -> Iterator[Suspect]:
    """Values all but the case of which is as in nearly all others: length, and kinds of characters.

    What is longer or made otherwise (a name among codes) may have a case of its own. Capitals
    behind a small first letter are a slip anywhere.
    """
    names = [_case(form) for form in part.forms.texts]
    cases = np.array(names)[part.forms.of_value]
    inverted = cases == _INVERTED
    if inverted.any() and int(part.counts[inverted].sum()) <= (1 - MAIN) * part.known:
        yield from _cells(part, inverted, "small first letter before capitals", 0.7)
    rows = {case: int(part.counts[cases == case].sum()) for case in (_UPPER, _LOWER)}
    main = max(rows, key=lambda case: rows[case])
    if rows[main] < MAIN * part.known:
        return
    usual, other = cases == main, (cases != main) & (cases != "")
    shapes = part.forms.kinds(lambda form: shape_of_form(form.casefold()))
    other &= np.isin(part.lengths, part.lengths[usual]) & np.isin(shapes, shapes[usual])
    if other.any():
        yield from _cells(part, other, f"not in {main} as nearly all others", 0.7)


def _case(value: str) -> str:
    """Capitals, small letters, both, or both the wrong way round; "" without letters."""
    upper, lower = value.upper(), value.lower()
    if upper == lower:
        return ""
    if value in {upper, lower}:
        return _UPPER if value == upper else _LOWER
    if not _INVERTED_WORD.search(value):
        return "both"
    words = [word for word in value.split() if len(word) > 2]
    is_inverted = any(w[0].islower() and w[1:].isupper() and w.isalpha() for w in words)
    return _INVERTED if is_inverted else "both"


def _has_words(part: Column) -> bool:
    """Whether the column has values that recur, and whose place could be told: no numbers."""
    is_small = part.distinct <= MOST_VALUES and int(part.counts[0]) >= LEAST_FREQUENT
    return is_small and not _NUMBER.fullmatch(part.values[0])


def _homes(parts: Sequence[Column]) -> Mapping[str, list[tuple[int, int]]]:
    """For each frequent value the columns that have it, by position in `parts`, and its rows.

    A value of many columns has no place of its own.
    """
    homes: dict[str, list[tuple[int, int]]] = {}
    for at, part in enumerate(parts):
        for value, rows in zip(part.values, part.counts.tolist(), strict=True):
            if rows >= LEAST_FREQUENT:
                homes.setdefault(value, []).append((at, rows))
    return {value: places for value, places in homes.items() if len(places) <= MOST_HOMES}


def _shared(
    part: Column, parts: Sequence[Column], homes: Mapping[str, list[tuple[int, int]]]
) -> Iterator[tuple[Column, Ints]]:
    """The other columns that have values of this one, with how many rows they have of each."""
    held: dict[int, Ints] = {}
    for code, value in enumerate(part.values):
        for at, rows in homes.get(value, ()):
            if parts[at] is not part:
                held.setdefault(at, np.zeros(part.distinct, dtype=np.int64))[code] = rows
    yield from ((parts[at], held[at]) for at in sorted(held))


def _exchanged(part: Column, other: Column, elsewhere: Ints) -> Iterator[Suspect]:
    """Rows whose value is frequent in another column that holds a stranger in its place."""
    strays = elsewhere >= np.maximum(LEAST_FREQUENT, RATIO * part.counts)
    if not strays.any() or float(part.counts[strays].sum()) > (1 - MAIN) * part.known:
        return
    rows = np.flatnonzero(_by_row(part, strays) & (other.codes >= 0))
    own = other.counts[other.codes[rows]]
    there = elsewhere[part.codes[rows]]
    for row in rows[own * RATIO <= there].tolist():
        reason = f"exchanged with {other.name}: {part.values[part.codes[row]][:60]!r} belongs there"
        yield Suspect(row, part.index, reason, 0.85)
        yield Suspect(row, other.index, f"exchanged with {part.name}", 0.75)


def _by_row(part: Column, flagged: Bools) -> Bools:
    return np.append(flagged, [False, False])[part.codes]


def _cells(part: Column, flagged: Bools, reason: str, score: float) -> Iterator[Suspect]:
    for row in np.flatnonzero(_by_row(part, flagged)):
        yield Suspect(int(row), part.index, reason, score)
