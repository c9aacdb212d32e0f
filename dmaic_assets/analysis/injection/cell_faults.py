"""What each kind of damage makes of the cells that it is given.

What belongs here: new values for old ones. Which cells, and what is recorded, `damage` knows.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np

# One list of cells for each column of a place, in the order of its rows.
Cells: TypeAlias = Sequence[Sequence[Any]]
Change: TypeAlias = Callable[[np.random.Generator, Cells], Cells]
NULL_TOKENS = ("N/A", "-", "?", "unknown", "TBD", "#N/A")
_WRONG_TEXTS = ("see note", "12,5O", "31/02", "ca. 100", "error")
# How many times the value an outlier is: beyond what any column here reaches by itself.
_OUTLIER = (20.0, 60.0)
# What a drifted measure is multiplied by, and a unit taken for a thousand smaller ones.
_DRIFT, _UNIT = 1.8, 1000.0
# First digits that Benford's law has least of: 15 of 100, nine of ten here.
_MANTISSA = (7.0, 9.99)


def to_null(_random: np.random.Generator, cells: Cells) -> Cells:
    """No value."""
    return [[None] * len(column) for column in cells]


def to_wrong_text(random: np.random.Generator, cells: Cells) -> Cells:
    """Text that is no value of the column's type, and no word for a missing one either."""
    return [[str(v) for v in random.choice(_WRONG_TEXTS, len(column))] for column in cells]


def to_null_token(random: np.random.Generator, cells: Cells) -> Cells:
    """Words that stand for a missing value."""
    return [[str(v) for v in random.choice(NULL_TOKENS, len(column))] for column in cells]


def to_outlier(random: np.random.Generator, cells: Cells) -> Cells:
    """A multiple of the value, whole where it was whole."""
    times = random.uniform(*_OUTLIER, len(cells[0])).tolist()
    return [[_like(v * t, v) for v, t in zip(column, times, strict=True)] for column in cells]


def to_high_first_digit(random: np.random.Generator, cells: Cells) -> Cells:
    """A number of the same size whose first digit is 7, 8 or 9."""
    mantissas = random.uniform(*_MANTISSA, len(cells[0])).tolist()
    return [
        [round(m * _size(v), 2) for v, m in zip(column, mantissas, strict=True)] for column in cells
    ]


def to_drifted(_random: np.random.Generator, cells: Cells) -> Cells:
    """A value of a distribution that has moved."""
    return [[_like(v * _DRIFT, v) for v in column] for column in cells]


def to_small_unit(_random: np.random.Generator, cells: Cells) -> Cells:
    """The same quantity in a unit a thousand times smaller."""
    return [[_like(v * _UNIT, v) for v in column] for column in cells]


def to_unknown_key(random: np.random.Generator, cells: Cells) -> Cells:
    """Numbers that no row of the other table has."""
    return [[int(v) for v in random.integers(9_000_000, 9_999_999, len(c))] for c in cells]


def to_both_sides(random: np.random.Generator, cells: Cells) -> Cells:
    """A debit and a credit in one line, whose difference is what it was."""
    more = random.uniform(5, 500, len(cells[0])).tolist()
    return [[round(v + m, 2) for v, m in zip(column, more, strict=True)] for column in cells]


def to_other_amount(random: np.random.Generator, cells: Cells) -> Cells:
    """An amount that is too large by 5 to 60 per cent."""
    times = random.uniform(1.05, 1.6, len(cells[0])).tolist()
    # A cent more at least, for an amount of a few cents.
    return [
        [round(v * t + math.copysign(0.01, v), 2) for v, t in zip(column, times, strict=True)]
        for column in cells
    ]


def to_before_start(random: np.random.Generator, cells: Cells) -> Cells:
    """A date 1 to 20 days before the one that it follows, the second of the two columns."""
    days = random.integers(1, 21, len(cells[0]))
    earlier: list[date] = [s - timedelta(int(d)) for s, d in zip(cells[1], days, strict=True)]
    return [earlier, cells[1]]


def _size(value: float) -> float:
    """The power of ten that a number begins at."""
    return 10.0 ** math.floor(math.log10(value))


def _like(value: float, model: Any) -> Any:  # noqa: ANN401 - a cell
    return round(value) if isinstance(model, int) else round(value, 2)
