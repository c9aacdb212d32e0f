"""Suspicious spellings: null tokens, rare shapes, numbers that carry a unit, merged values."""

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Ints, Suspect, TextFrame
from dmaic_assets.phenomena.shape.learn import shape_of

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
_PLAIN = re.compile(r"[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WORDS = re.compile(r"[^\W\d_]+(?:[ \-.,'’/&()]+[^\W\d_]+)*[.,)]*")
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
    if not part.known:
        return
    plain = np.array([bool(_PLAIN.fullmatch(v)) for v in part.values])
    units = [_unit(v) for v in part.values]
    decorated = np.array([u is not None for u in units]) & ~plain
    plain_share = float(part.counts[plain].sum()) / part.known
    unit_share = float(part.counts[decorated].sum()) / part.known
    if not decorated.any() or plain_share + unit_share < NUMBERS:
        return
    spellings: Counter[str] = Counter()
    for unit, count, is_one in zip(units, part.counts.tolist(), decorated, strict=True):
        if unit is not None and is_one:
            spellings[unit] += count
    top = spellings.most_common(1)[0][1]
    if plain_share >= PLAIN_NUMBERS and not _is_code(spellings, unit_share):
        yield from _cells(part, decorated, "unit in a number where most have none", 0.85)
    elif plain_share == 0 and top < ONE_UNIT * sum(spellings.values()) and _is_one_unit(spellings):
        reason = f"unit in a number, spelt in {len(spellings)} ways"
        yield from _cells(part, decorated, reason, 0.7)


def _thousands(part: Column) -> Iterator[Suspect]:
    """Numbers with marks between thousands, in a column that has hardly any."""
    marked = np.array([bool(_MARKED.fullmatch(v)) for v in part.values])
    plain = np.array([bool(_PLAIN.fullmatch(v)) for v in part.values])
    few = 0 < part.counts[marked].sum() <= (1 - COVERED) * part.known if part.known else False
    if few and float(part.counts[plain].sum()) >= NUMBERS * part.known:
        yield from _cells(part, marked, "thousands marked where most have no mark", 0.85)


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
    shapes = [shape_of(v) for v in part.values]
    rows: Counter[str] = Counter()
    for shape, count in zip(shapes, part.counts.tolist(), strict=True):
        rows[shape] += count
    common = {s for s, n in rows.items() if n >= COMMON_SHAPE * part.known}
    covered = sum(rows[s] for s in common) / part.known
    if covered < COVERED or len(common) > 6:
        return
    most = max(2.0, RARE_SHAPE * part.known)
    rare = np.array([rows[s] <= most for s in shapes])
    if not rare.any() or _is_free(part, {s for s, r in zip(shapes, rare, strict=True) if r}):
        return
    # A number or a name may be odd, and a value that comes again is no slip.
    rare &= part.counts < LEAST_AGAIN
    for free in (_PLAIN, _WORDS):
        is_free = np.array([bool(free.fullmatch(v)) for v in part.values])
        if float(part.counts[is_free].sum()) >= PLAIN_NUMBERS * part.known:
            rare &= ~is_free
    yield from _cells(part, rare, "rare shape", 0.5 + 0.4 * covered)


def _is_free(part: Column, rare: AbstractSet[str]) -> bool:
    """Whether values are free texts: mostly different ones, odd in many ways."""
    return part.distinct > FREE_DISTINCT * part.known and len(rare) > FREE_SHAPES


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
    numbers: dict[str, int] = {}
    ends = {p.index: e for p in text.parts if (e := _last_words(p, numbers)) is not None}
    for other in text.parts if ends else ():
        gone = other.codes < 0
        if not 2 <= other.distinct <= MOST_MERGED or not gone.any() or gone.mean() > 0.5:
            continue
        known = np.zeros(len(numbers) + 1, dtype=np.bool_)
        repeated = [v for v, n in zip(other.values, other.counts.tolist(), strict=True) if n > 1]
        known[[numbers[v] for v in repeated if v in numbers]] = True
        for part in text.parts:
            if part is not other and part.index in ends:
                yield from _holding(part, other, known[ends[part.index]], gone)


def _holding(part: Column, other: Column, holds: Bools, gone: Bools) -> Iterator[Suspect]:
    """The rows without a value of `other` whose value of `part` ends in one, if most do."""
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


def _last_words(part: Column, numbers: dict[str, int]) -> Ints | None:
    """For each value the number of its last word, then two more for codes without a value.

    Numbers are given out anew for words not met before; -1 stands for one word only. None when no
    value has a second word.
    """
    words = [_last_word(value) for value in part.values]
    if not any(words):
        return None
    found = [-1 if word is None else numbers.setdefault(word, len(numbers)) for word in words]
    return np.array([*found, -1, -1], dtype=np.int64)


def _last_word(value: str) -> str | None:
    """What follows the first word, at the end; None when there is one word only."""
    words = value.rsplit(" ", 1)
    return words[1] if len(words) == 2 else None


def _cells(part: Column, flagged: np.ndarray, reason: str, score: float) -> Iterator[Suspect]:
    table = np.append(flagged, [False, False])
    for row in np.flatnonzero(table[part.codes]):
        yield Suspect(int(row), part.index, reason, score)
