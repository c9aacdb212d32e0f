"""The row kind of rows out of place: the few that, left out, leave a file in order.

What belongs here: the kind, and which rows these are. Whether a whole file has another order is
`row_order`'s to say: rows in another order are the same rows, but single rows out of place in a
file that was sorted by this column have another value than they were sorted by, or were added.
"""

from bisect import bisect_right
from collections.abc import Mapping
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl
from typing_extensions import override

from dmaic_assets.history.column_kinds import YEARS
from dmaic_assets.history.number_of import as_number
from dmaic_assets.history.proposal import SET_APART
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, Parameter, RowKind
from dmaic_assets.phenomena.order.sequence import DIRECTION, DIRECTIONS, direction_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class InSequenceKind(RowKind):
    """No single row stands out of place in the order of a column.

    The rows that fail are the fewest whose absence leaves the others in order, equal values
    included. Where these would be more than a fifth the file has another order, and none fails.
    """

    name: ClassVar[str] = "in_sequence"
    summary: ClassVar[str] = "no row stands out of place in a file in the order of a column"
    is_elementwise: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = DIRECTION

    @override
    def describe(self, rule: Rule) -> str:
        """Names the column and the direction."""
        return f"each row is in its place in {direction_of(rule)} order of {rule.columns[0]}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers and times, which have one order."""
        return dtype.is_numeric() or dtype.is_temporal()

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for the fewest rows that disturb the order."""
        name = rule.columns[0]
        x = as_number(name, ctx.schema[name])
        check = partial(_marked, sign=1.0 if direction_of(rule) == DIRECTIONS[0] else -1.0)
        return x.map_batches(check, return_dtype=pl.Boolean)

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Places that fall."""
        name = rule.columns[0]
        x = as_number(name, ctx.schema[name]).drop_nulls().drop_nans()
        falls = x < x.shift(1) if direction_of(rule) == DIRECTIONS[0] else x > x.shift(1)
        return falls.sum()

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Another period, of times and years."""
        values = failing.get_column(rule.columns[0])
        is_year = values.dtype.is_integer() and bool(values.is_between(*YEARS).all())
        return "wrong period" if is_year or values.dtype.is_temporal() else None


def _marked(values: pl.Series, *, sign: float) -> pl.Series:
    x = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    there = np.flatnonzero(~np.isnan(x))
    found = np.zeros(len(x), dtype=np.bool_)
    found[there] = out_of_place(sign * x[there])
    return pl.Series(found)


def out_of_place(x: Floats) -> Bools:
    """Marks the fewest values that, left out, leave the others rising or equal.

    Returns:
        No value at all where these would be more than `SET_APART` of them.
    """
    none = np.zeros(len(x), dtype=np.bool_)
    most = SET_APART * len(x)
    # Each value left out mends two falls at most.
    if len(x) < 2 or int((np.diff(x) < 0).sum()) > 2 * most:
        return none
    # What nothing before exceeds and nothing behind falls below is in place, whatever else is.
    is_between = (x < np.maximum.accumulate(x)) | (x > np.minimum.accumulate(x[::-1])[::-1])
    unsure = np.flatnonzero(is_between)
    found = none.copy()
    found[unsure] = True
    found[unsure[_longest_rising(x[unsure])]] = False
    return found if int(found.sum()) <= most else none


def _longest_rising(x: Floats) -> list[int]:
    """Places of a longest subsequence that never falls (Schensted, 1961; patience sorting)."""
    ends: list[float] = []
    last: list[int] = []
    before: list[int] = []
    for place, value in enumerate(x.tolist()):
        at = bisect_right(ends, value)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(value)
            last.append(place)
        else:
            ends[at], last[at] = value, place
    kept: list[int] = []
    place = last[-1] if last else -1
    while place >= 0:
        kept.append(place)
        place = before[place]
    return kept
