"""What is said of values that stand in another column than theirs.

What belongs here: whether failing numbers would be right in a neighbour's place, and whether rows
are shifted by a cell. What undoing an exchange shows against all rules is the gate's.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

SWAPPED = "swapped columns"
MOVED = "column moved by one row"
Bools = npt.NDArray[np.bool_]
# Share of rows that must tell the same.
_MOST = 0.8
# Mean rank of a neighbour's values in these rows among its others, from the middle: values of
# another column are hardly ever in the middle of this one's.
_ODD = 0.3


def swapped_cause(names: Iterable[str], order: Sequence[str]) -> str:
    """Names two columns whose values stand in each other's place, in the given order of columns."""
    first, second = sorted(names, key=order.index)
    return f"{SWAPPED} ({first} and {second})"


def exchanged_with(name: str, failing: pl.DataFrame, passing: pl.DataFrame) -> str | None:
    """The column with which failing rows of `name` have exchanged their numbers; None: with none.

    Their numbers lie among the other's usual ones and the other's among theirs, where the other's
    are odd in these rows too.

    Args:
        name: The column whose rule fails.
        failing: Failing rows, number columns only.
        passing: Other rows, with the same columns.
    """
    found: list[tuple[float, str]] = []
    for other in failing.columns:
        if other == name:
            continue
        theirs, mine = failing.get_column(other), failing.get_column(name)
        fits = _among(theirs, passing.get_column(name)), _among(mine, passing.get_column(other))
        odd = abs(_rank(theirs, passing.get_column(other)) - 0.5)
        if min(fits) >= _MOST and odd >= _ODD:
            found.append((odd, other))
    return max(found)[1] if found else None


def is_in_place_of(middle: object, own: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether the middle of a column's numbers is where another's usually are, and not its own."""
    if not isinstance(middle, int | float):
        return False
    return other[0] <= middle <= other[1] and not own[0] <= middle <= own[1]


def _among(values: pl.Series, usual: pl.Series) -> float:
    low, high = usual.min(), usual.max()
    known = values.drop_nulls()
    if low is None or high is None or not len(known):
        return 0.0
    return float(str(known.is_between(pl.lit(low), pl.lit(high)).mean())) if len(known) else 0.0


def _rank(values: pl.Series, usual: pl.Series) -> float:
    """The mean share of usual values below these."""
    sorted_usual = usual.drop_nulls().drop_nans().sort().to_numpy()
    known = values.drop_nulls().drop_nans().to_numpy()
    if not len(known) or not len(sorted_usual):
        return 0.5
    below = np.searchsorted(sorted_usual, known, side="left")
    above = np.searchsorted(sorted_usual, known, side="right")
    return float(((below + above) / 2 / len(sorted_usual)).mean())


def shifted_rows(
    failing: Mapping[str, Bools], gaps: Iterable[str], order: Sequence[str], count: int
) -> Bools:
    """The rows that are shifted by a cell: a gap that should be none, and wrong values behind it.

    Args:
        failing: By column, the rows whose own value fails a rule.
        gaps: Which of the masks, by column, are of missing values.
        order: The columns as they stand in the file.
        count: The number of rows.

    Returns:
        One entry per row.
    """
    names = [name for name in order if name in failing]
    has_gap, is_shifted = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    gone = set(gaps)
    for name in names:
        is_shifted |= has_gap & failing[name]
        if name in gone:
            has_gap |= failing[name]
    return is_shifted


def side_by_side(typed: Mapping[str, Bools], order: Sequence[str], count: int) -> Bools:
    """The rows with values of the wrong type in at least three columns side by side.

    Args:
        typed: By column, the rows whose value is not of the column's type.
        order: The columns as they stand in the file.
        count: The number of rows.
    """
    names = [name for name in order if name in typed]
    found = np.zeros(count, dtype=np.bool_)
    for first in range(len(names) - 2):
        three = names[first : first + 3]
        if order.index(three[2]) - order.index(three[0]) <= 2 * len(three):
            found |= np.all([typed[name] for name in three], axis=0)
    return found
