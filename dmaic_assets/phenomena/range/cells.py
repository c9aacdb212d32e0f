"""Numbers far beyond all others of their column, that nothing in their row explains."""

import numpy as np

from dmaic_assets.phenomena.contract.cell_frame import Agreement, Column, Suspect, TextFrame

# Numbers from which quartiles mean something.
LEAST_ROWS = 30
# Interquartile ranges beyond a quartile: 16 standard deviations of a normal.
FAR = 12.0
# Share of rows beyond which far numbers are a group and no errors.
MOST_SHARE = 0.01
# Share by which a far number must be further away than the furthest of the others.
GAP = 0.5


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
        values = numbers[np.maximum(part.codes, 0)]
        values[part.codes < 0] = np.nan
        far = _far(values)
        known = values[~np.isnan(values)]
        if np.nanmin(known) > 0:
            far &= _far(np.log(values))
        far &= ~agreement.vouched[:, part.index]
        if 0 < int(far.sum()) <= max(1.0, MOST_SHARE * len(known)):
            found.extend(
                Suspect(int(r), part.index, "far beyond all other numbers", 0.6)
                for r in np.flatnonzero(far)
            )
    return found


def _numbers(part: Column) -> "np.ndarray | None":
    """The distinct values as numbers; None when the column is not one of numbers."""
    if part.known < LEAST_ROWS or part.distinct < 8:
        return None
    numbers = np.array([_number(v) for v in part.values])
    is_number = ~np.isnan(numbers)
    if float(part.counts[is_number].sum()) < 0.95 * part.known:
        return None
    return numbers


def _number(value: str) -> float:
    try:
        number = float(value.replace(",", ""))
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


def _far(values: np.ndarray) -> np.ndarray:
    q25, q75 = np.nanquantile(values, [0.25, 0.75])
    spread = q75 - q25
    if not spread > 0:
        return np.zeros(len(values), dtype=np.bool_)
    distance = np.maximum(q25 - values, values - q75) / spread
    far = distance > FAR
    inner = np.nanmax(distance[~far]) if (~far).any() else 0.0
    return far & (distance > inner * (1 + GAP))
