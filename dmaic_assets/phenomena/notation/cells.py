"""Suspicious spellings: null tokens, rare shapes, numbers that carry a unit, merged values."""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Suspect, TextFrame
from dmaic_assets.phenomena.shape.learn import shape_of_form

# Share of rows up to which a look is rare.
RARE_SHAPE = 0.01
# Share of rows from which a look is common.
COMMON_SHAPE = 0.03
# Share of rows that common looks must cover before rare ones are suspected.
COVERED = 0.85
# Share of plain numbers from which a unit beside a number is an exception.
PLAIN_NUMBERS = 0.5
# Share of one spelling from which a column has that unit.
ONE_UNIT = 0.9
# Share of rows with a number, plain or with a unit.
NUMBERS = 0.9
# Rows from which a column can be constant.
LEAST_SAME = 50
# Share of one value from which a column is constant, and a missing value an exception.
CONSTANT = 0.98
# Share of a column's rows up to which missing values, or tokens for them, may be slips.
MOST_GONE = 0.1
# Distinct values of a column that another may have swallowed.
MOST_MERGED = 500
# Distinct values per row beyond which texts are free.
FREE_DISTINCT = 0.5
# Rare looks beyond which texts are free.
FREE_SHAPES = 12
# Share of numbers with letters before them, beyond which these are a kind of number.
MOST_UNITS_BEFORE = 0.1
# Rows from which on a value is written on purpose.
LEAST_AGAIN = 3
Bools = npt.NDArray[np.bool_]
_DIGIT = re.compile(r"\d")
_PLAIN = re.compile(r"[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WORDS = re.compile(r"[^\W\d_]+(?:[ \-.,'’/&()]+[^\W\d_]+)*[.,)]*")
# What follows the last blank: of one word alone, nothing.
_LAST_WORD = r" ([^ ]*)$"
_MARKED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECORATED = re.compile(r"(\D{0,3}?)\s*([+-]?\d[\d,]*\.?\d*|\.\d+)\s*([^\d\s][^\d]{0,30})?")


def format_suspects(text: TextFrame, _: Agreement) -> list[Suspect]:
    """Finds cells that are spelt otherwise than their column is."""
    found: list[Suspect] = []
    for part in text.parts:
        if not _is_written_so(part, text):
            found.extend(_tokens(part))
        found.extend(_units(part))
        found.extend(_thousands(part))
        found.extend(_shapes(part))
        found.extend(_gaps(part))
    found.extend(_merged(text))
    return found


def _is_written_so(part: Column, text: TextFrame) -> bool:
    """Whether a column spells all that is missing alike, as the table does: no slip of one row.

    A table that leaves cells empty as well says the same in two ways.
    """
    share = float((part.codes == -2).mean())
    if share > MOST_GONE and {token.casefold() for token in part.tokens} == {"none"}:
        return True  # a word that says how many there are: no airbag, no belt
    if len(part.tokens) != 1 or any(p.known and (p.codes == -1).any() for p in text.parts):
        return False
    others = sum(part.tokens == p.tokens for p in text.parts) - 1
    return others > 0 or int((part.codes == -2).sum()) >= LEAST_AGAIN


def _tokens(part: Column) -> Iterator[Suspect]:
    for row in np.flatnonzero(part.codes == -2):
        yield Suspect(int(row), part.index, "null token", 0.95)


def _units(part: Column) -> Iterator[Suspect]:
    """Numbers with a unit among plain ones, or with units spelt in several ways."""
    if not _may_be_numbers(part):
        return
    forms = part.digit_forms
    plain = forms.flags(_PLAIN.fullmatch)
    decorated = forms.flags(_unit) & ~plain
    plain_share = float(part.counts[plain].sum()) / part.known
    unit_share = float(part.counts[decorated].sum()) / part.known
    if not decorated.any() or plain_share + unit_share < NUMBERS:
        return
    rows = np.bincount(forms.of_value[decorated], part.counts[decorated], len(forms.texts))
    spellings: Counter[str] = Counter()
    for text, count in zip(forms.texts, rows.astype(np.int64).tolist(), strict=True):
        if count and (unit := _unit(text)) is not None:
            spellings[unit] += count
    top = spellings.most_common(1)[0][1]
    if plain_share >= PLAIN_NUMBERS and not _is_code(spellings, unit_share):
        yield from _cells(part, decorated, "unit in a number where most have none", 0.85)
    elif plain_share == 0 and top < ONE_UNIT * sum(spellings.values()) and _is_one_unit(spellings):
        reason = f"unit in a number, spelt in {len(spellings)} ways"
        yield from _cells(part, decorated, reason, 0.7)


def _thousands(part: Column) -> Iterator[Suspect]:
    """Numbers with marks between thousands, in a column that has hardly any."""
    if not _may_be_numbers(part):
        return
    marked = part.digit_forms.flags(_MARKED.fullmatch)
    plain = part.digit_forms.flags(_PLAIN.fullmatch)
    few = 0 < part.counts[marked].sum() <= (1 - COVERED) * part.known
    if few and float(part.counts[plain].sum()) >= NUMBERS * part.known:
        yield from _cells(part, marked, "thousands marked where most have no mark", 0.85)


def _may_be_numbers(part: Column) -> bool:
    """Whether so many values have a digit that the column can be one of numbers at all."""
    if not part.known:
        return False
    has_digit = part.forms.flags(_DIGIT.search)
    return float(part.counts[has_digit].sum()) >= NUMBERS * part.known


def _is_code(spellings: Counter[str], share: float) -> bool:
    """Whether many numbers have letters before them: a kind of number, not a unit."""
    before = sum(n for unit, n in spellings.items() if unit.endswith("#") and unit[0].isalpha())
    return share > MOST_UNITS_BEFORE and before >= ONE_UNIT * sum(spellings.values())


def _is_one_unit(spellings: Counter[str]) -> bool:
    """Whether the units are one unit spelt in several ways: they begin alike, behind the number.

    Codes (`AA-17-ORD`) and addresses (`17 Main Street`) have a number as well, and no unit.
    """
    first: Counter[str] = Counter()
    for spelling, count in spellings.items():
        first[spelling[:2].casefold() if spelling.startswith("#") else ""] += count
    begin, most = first.most_common(1)[0]
    return begin[1:].isalpha() and most >= ONE_UNIT * sum(first.values())


def _unit(value: str) -> str | None:
    match = _DECORATED.fullmatch(value.strip())
    if match is None or not (match.group(1) or match.group(3)):
        return None
    return f"{match.group(1) or ''}#{match.group(3) or ''}".strip()


def _shapes(part: Column) -> Iterator[Suspect]:
    """Shapes that hardly any value has, in a column that is made of a few."""
    if part.distinct < 3:
        return
    shapes = part.forms.kinds(shape_of_form)
    rows = np.bincount(shapes, part.counts)
    common = rows >= COMMON_SHAPE * part.known
    covered = int(rows[common].sum()) / part.known
    if covered < COVERED or int(common.sum()) > 6:
        return
    is_rare = rows <= max(2.0, RARE_SHAPE * part.known)
    rare = is_rare[shapes]
    if not rare.any() or _is_free(part, int(is_rare.sum())):
        return
    # A number or a name may be odd, and a value that comes again is no slip.
    rare &= part.counts < LEAST_AGAIN
    for free, forms in ((_PLAIN, part.digit_forms), (_WORDS, part.forms)):
        is_free = forms.flags(free.fullmatch)
        if float(part.counts[is_free].sum()) >= PLAIN_NUMBERS * part.known:
            rare &= ~is_free
    yield from _cells(part, rare, "rare shape", 0.5 + 0.4 * covered)


def _is_free(part: Column, rare_shapes: int) -> bool:
    """Whether values are free texts: mostly different ones, odd in many ways."""
    return part.distinct > FREE_DISTINCT * part.known and rare_shapes > FREE_SHAPES


def _gaps(part: Column) -> Iterator[Suspect]:
    """The few rows without a value in a column where nearly all others have one and the same."""
    gone = part.codes == -1
    if part.known < LEAST_SAME or gone.mean() > MOST_GONE:
        return
    if part.counts[0] >= CONSTANT * part.known:
        reason = f"missing where the other rows have {part.values[0][:60]!r}"
        yield from (Suspect(int(row), part.index, reason, 0.6) for row in np.flatnonzero(gone))


def _merged(text: TextFrame) -> Iterator[Suspect]:
    """A value that ends in a value of another column, which is missing there."""
    others = [p for p in text.parts if 2 <= p.distinct <= MOST_MERGED and _is_gone_at_times(p)]
    if not others:
        return
    ends = {p.index: p.texts.str.extract(_LAST_WORD) for p in text.parts if _has_words(p)}
    for other in others:
        repeated = other.texts.filter(pl.Series(other.counts > 1)).to_list()
        for part in text.parts:
            if part is not other and part.index in ends:
                holds = ends[part.index].is_in(repeated).fill_null(value=False).to_numpy()
                yield from _holding(part, other, np.append(holds, [False, False]))


def _is_gone_at_times(part: Column) -> bool:
    gone = part.codes < 0
    return bool(gone.any()) and float(gone.mean()) <= 0.5


def _has_words(part: Column) -> bool:
    return bool(part.texts.str.contains(" ", literal=True).any())


def _holding(part: Column, other: Column, holds: Bools) -> Iterator[Suspect]:
    """The rows without a value of `other` whose value of `part` ends in one, if most do.

    `holds` tells it for each value of `part`, and for the two codes without a value.
    """
    gone = other.codes < 0
    rows = np.flatnonzero(gone & (part.codes >= 0))
    found = rows[holds[part.codes[rows]]]
    if len(found) < max(2.0, 0.5 * len(rows)):
        return
    # Where the other is there, this one must not end like that as well.
    usual = float(holds[part.codes[~gone]].mean())
    if len(found) < 2 * usual * len(rows):
        return
    for row in found.tolist():
        yield Suspect(row, part.index, f"holds a value of {other.name} as well", 0.85)
        yield Suspect(row, other.index, f"missing, and part of {part.name}", 0.85)


def _cells(part: Column, flagged: np.ndarray, reason: str, score: float) -> Iterator[Suspect]:
    table = np.append(flagged, [False, False])
    for row in np.flatnonzero(table[part.codes]):
        yield Suspect(int(row), part.index, reason, score)
