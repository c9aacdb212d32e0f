"""Numbers far beyond all others of their column, that nothing in their row explains."""

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.phenomena.contract.cell_frame import (
    Agreement,
    Bools,
    Column,
    Ints,
    Suspect,
    TextFrame,
)

Floats = npt.NDArray[np.float64]
# Numbers from which quartiles mean something.
LEAST_ROWS = 30
# Interquartile ranges beyond a quartile: 16 standard deviations of a normal.
FAR = 12.0
# Share of rows beyond which far numbers are a group and no errors.
MOST_SHARE = 0.01
# Share by which a far number must be further away than the furthest of the others.
GAP = 0.5
# Share of rows that must be numbers in a column of numbers.
LEAST_NUMBERS = 0.95
_DIGIT = re.compile(r"\d")
# Digits as forms have them; commas are left out before a number is read.
_PLAIN = re.compile(r"[+-]?9[9,]*(?:\.9+)?")


def outlier_suspects(text: TextFrame, agreement: Agreement) -> list[Suspect]:
    """Finds numbers beyond `FAR` interquartile ranges, behind a gap, on a few rows only.

    Amounts vary by factors, so that a number must be far both as it is and, if all are
    positive, by its logarithm.
    """
    found: list[Suspect] = []
    for part in text.parts:
        numbers = _numbers(part)
        if numbers is None:
            continue
        far = _far(numbers, part.counts)
        if far.any() and np.nanmin(numbers) > 0:
            far &= _far(np.log(numbers), part.counts)
        rows = np.flatnonzero(np.append(far, [False, False])[part.codes])
        rows = rows[agreement.vouchers[rows, part.index] <= 0]
        of_numbers = int(part.counts[~np.isnan(numbers)].sum())
        if 0 < len(rows) <= max(1.0, MOST_SHARE * of_numbers):
            found.extend(
                Suspect(int(r), part.index, "far beyond all other numbers", 0.6) for r in rows
            )
    return found


def _numbers(part: Column) -> Floats | None:
    """The distinct values as numbers; None when the column is not one of numbers."""
    if part.known < LEAST_ROWS or part.distinct < 8:
        return None
    may_be = part.forms.flags(_DIGIT.search)
    if float(part.counts[may_be].sum()) < LEAST_NUMBERS * part.known:
        return None
    is_plain = part.digit_forms.flags(_PLAIN.fullmatch)
    plain = part.texts.str.replace_all(",", "", literal=True).set(pl.Series(~is_plain), None)
    numbers = plain.cast(pl.Float64).to_numpy(writable=True)
    other = may_be & ~is_plain
    if other.any():
        other &= part.digit_forms.flags(_is_readable)
    for place in np.flatnonzero(other).tolist():
        numbers[place] = float(part.values[place].replace(",", ""))
    numbers[np.isinf(numbers)] = np.nan
    is_number = ~np.isnan(numbers)
    if float(part.counts[is_number].sum()) < LEAST_NUMBERS * part.known:
        return None
    return numbers


def _is_readable(value: str) -> bool:
    try:
        float(value.replace(",", ""))
    except ValueError:
        return False
    return True


def _far(values: Floats, counts: Ints) -> Bools:
    """Which values, each of so many rows, are far beyond the quartiles of the rows."""
    is_known = ~np.isnan(values)
    q25, q75 = np.quantile(np.repeat(values[is_known], counts[is_known]), [0.25, 0.75])
    spread = q75 - q25
    if not spread > 0:
        return np.zeros(len(values), dtype=np.bool_)
    distance = np.maximum(q25 - values, values - q75) / spread
    far = distance > FAR
    inner = np.nanmax(distance[~far]) if (~far).any() else 0.0
    return far & (distance > inner * (1 + GAP))
