"""The numbers and the categories of a table, and which of its columns are set aside.

What belongs here: choosing columns and bringing them into arrays.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.analysis.dependencies.codes import Codes, coded

Floats = npt.NDArray[np.float64]
# Columns of one kind that are compared with each other: the time grows with the square.
MOST_COLUMNS = 60
# Values of a category: with more, a column is a name or a key (R31).
MOST_CATEGORIES = 100
# Powers of two within which sums of squares, and of the squares of what differs in the last digit
# only, are floats with all their digits.
_MOST_POWER = 200
# Values that a column of whole numbers must have to be a measure and not only a code.
_MEASURED = 3


@dataclass(frozen=True)
class Columns:
    """Numbers as floats, NaN where missing; categories as codes, the missing one kept apart.

    `known` tells of a category the rows that have a value.
    """

    rows: int
    numbers: Mapping[str, Floats]
    categories: Mapping[str, Codes]
    known: Mapping[str, npt.NDArray[np.bool_]]


def columns_of(frame: pl.DataFrame, identities: Collection[str] = ()) -> Columns:
    """Takes numbers with at least three values and categories with 2 to 100, the first columns.

    Args:
        frame: The rows.
        identities: Columns that identify something and measure nothing, as people say.
    """
    numbers: dict[str, Floats] = {}
    categories: dict[str, Codes] = {}
    known: dict[str, npt.NDArray[np.bool_]] = {}
    for name, dtype in frame.schema.items():
        if name in identities:
            continue
        series = frame.get_column(name)
        distinct = series.drop_nulls().n_unique() if not dtype.is_nested() else 0
        if dtype.is_numeric() and distinct >= _MEASURED and len(numbers) < MOST_COLUMNS:
            numbers[name] = as_floats(series)
        is_category = isinstance(dtype, pl.String | pl.Boolean | pl.Categorical | pl.Enum)
        if is_category and 2 <= distinct <= MOST_CATEGORIES and len(categories) < MOST_COLUMNS:
            categories[name] = coded(series.to_frame()).columns[0]
            known[name] = series.is_not_null().to_numpy()
    return Columns(frame.height, numbers, categories, known)


def as_floats(series: pl.Series) -> Floats:
    """Numbers as floats; what is missing or infinite is NaN."""
    values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    values[~np.isfinite(values)] = np.nan
    return values


def scaled(values: Floats) -> Floats:
    """Known numbers, by a power of two where no float has room for their squares.

    It loses no digit, and changes no correlation.
    """
    power = math.frexp(float(np.abs(values).max(initial=0.0)))[1]
    return np.ldexp(values, -power) if abs(power) > _MOST_POWER else values
