"""Proposes repairs of numbers that are written otherwise than those of their column.

What belongs here: units and marks. A column where everything is written in one way is left alone,
whatever that way is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id
from dmaic_assets.phenomena.notation.repair import PLAIN, plain_number
from dmaic_assets.phenomena.typo.repair import is_null_word
from dmaic_assets.table.notation.units import canonical_currency, canonical_unit

# Share of the told values that must be numbers.
NUMBERS = 0.9
# Share of one spelling of a unit from which the others are not worth a repair.
ONE_UNIT = 0.9
# Times by which means of plain numbers and of those with a unit may differ.
SAME_SCALE = 2.0
_DECORATED = re.compile(r"(\D{0,4}?)\s*([+-]?(?:\d[\d,]*\.?\d*|\.\d+))\s*([^\d\s][^\d]{0,30})?")
# What a unit has that no number has.
_OF_UNITS = re.compile(r"[^\d\s+\-.,]")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class _Written:
    """How the distinct values of a column are written: indexes into its values."""

    plain: tuple[int, ...]
    united: Mapping[int, str]

    def rows(self, part: Column) -> tuple[int, int]:
        """Rows that hold a plain number, and rows that hold one with a unit."""
        return rows_of(part, self.plain), rows_of(part, tuple(self.united))


def number_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes number format repairs for every column."""
    for part in evidence.text.parts:
        if part.known < LEAST_CELLS:
            continue
        yield from _units(part)
        yield from _marks(part)


def rows_of(part: Column, places: Sequence[int]) -> int:
    """The rows that hold one of a column's values, given by position."""
    return int(part.counts[list(places)].sum())


def told_of(part: Column) -> int:
    """The cells of a column that say something: words for no value, such as NA, say nothing."""
    silent = [i for i, value in enumerate(part.values) if is_null_word(value)]
    return part.known - rows_of(part, silent)


def _written(part: Column) -> _Written:
    plain: list[int] = []
    united: dict[int, str] = {}
    for i, value in enumerate(part.values):
        text = value.strip()
        if PLAIN.fullmatch(text):
            plain.append(i)
        elif (match := _DECORATED.fullmatch(text)) and (match.group(1) or match.group(3)):
            unit = _known_unit(match.group(1), match.group(3) or "")
            if unit is not None:
                united[i] = unit
    return _Written(tuple(plain), united)


def _known_unit(before: str, after: str) -> str | None:
    """The canonical unit that stands before or after a number; None for other text."""
    if before and after:
        return None
    text = (before or after).strip()
    if text == "%":
        return "%"
    return canonical_currency(text) or (canonical_unit(text) if after else None)


def _spelling(value: str) -> str:
    match = _DECORATED.fullmatch(value.strip())
    return "" if match is None else (match.group(1) or match.group(3) or "").strip()


def _units(part: Column) -> Iterator[Repair]:
    """Numbers with a unit among plain ones, or with one unit spelt in several ways."""
    if not part.shows(_OF_UNITS):
        return
    written = _written(part)
    plain_rows, united_rows = written.rows(part)
    if united_rows < LEAST_CELLS or plain_rows + united_rows < NUMBERS * told_of(part):
        return
    canonical = set(written.united.values())
    if len(canonical) != 1:
        return
    spelt: Counter[str] = Counter()
    for place in written.united:
        spelt[_spelling(part.values[place])] += int(part.counts[place])
    is_minority = plain_rows >= united_rows
    is_mixed = plain_rows == 0 and spelt.most_common(1)[0][1] < ONE_UNIT * united_rows
    factor = _factor(part, written, *canonical) if is_minority else 1.0 if is_mixed else None
    if factor is None:
        return
    (unit,) = canonical
    trailing = any(re.search(r"\.\d*0$", part.values[i].strip()) for i in written.plain)
    yield Repair(
        repair_id("number_format", (part.name,), "unit"),
        "number_format",
        (part.name,),
        {
            "style": "1,234.5",
            "units": [*sorted(spelt)],
            "unit": unit,
            "factor": factor,
            "is_canonical": not trailing,
        },
        {"plain_rows": plain_rows, "unit_rows": united_rows, "spellings": len(spelt)},
    )


def _factor(part: Column, written: _Written, unit: str) -> float | None:
    """What brings the numbers with a unit to the size of the plain ones; None when nothing."""
    plain, united = _size(part, written.plain), _size(part, tuple(written.united))
    if not plain or not united:
        # Mostly zeros have no size: one value of the same column is as large as the next then.
        return 1.0 if plain == united else None
    for factor in (1.0, 0.01) if unit == "%" else (1.0,):
        if 1 / SAME_SCALE <= abs(united * factor / plain) <= SAME_SCALE:
            return factor
    return None


def _size(part: Column, places: Sequence[int]) -> float:
    """How large the numbers of a column are: the median over rows of what they are without sign.

    With the sign, numbers on both sides of nothing would have no size at all.
    """
    found: list[float] = []
    counts: list[int] = []
    for place in places:
        match = _DECORATED.fullmatch(part.values[place].strip())
        bare = plain_number(match.group(2)) if match else None
        if bare is not None:
            found.append(abs(float(bare)))
            counts.append(int(part.counts[place]))
    return float(np.median(np.repeat(found, counts))) if found else 0.0


def _marks(part: Column) -> Iterator[Repair]:
    """Thousands marks, or decimal commas, in a column that has plain numbers without."""
    if not part.shows(_COMMA):
        return
    plain = [i for i, v in enumerate(part.values) if PLAIN.fullmatch(v.strip())]
    grouped = [i for i, v in enumerate(part.values) if _GROUPED.fullmatch(v.strip())]
    comma = [i for i, v in enumerate(part.values) if _COMMA.fullmatch(v.strip())]
    marked = grouped if len(grouped) >= len(comma) else comma
    plain_rows, marked_rows = rows_of(part, plain), rows_of(part, marked)
    if marked_rows < LEAST_CELLS or plain_rows + marked_rows < NUMBERS * told_of(part):
        return
    is_comma = marked is comma
    thousands = [i for i in plain if abs(float(part.values[i])) >= 1000]
    rivals = [i for i in plain if "." in part.values[i]] if is_comma else thousands
    if rows_of(part, rivals) <= marked_rows:
        return
    style = "1.234,5" if is_comma else "1,234.5"
    yield Repair(
        repair_id("number_format", (part.name,), "comma" if is_comma else "thousands"),
        "number_format",
        (part.name,),
        {"style": style},
        {"plain_rows": rows_of(part, rivals), "marked_rows": marked_rows},
    )
