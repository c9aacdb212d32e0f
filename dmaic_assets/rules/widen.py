"""How far a rule must move so that a file which people vouch for passes it.

What belongs here: the kinds whose parameters say how far. Any other rule has to be retired.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from dmaic_assets.model import Json, Rule
from dmaic_assets.table.text_table import column

# Values that a widened list may have; as many as a learnt one.
_MOST_VALUES = 1_000

_Widener = Callable[[Rule, pl.LazyFrame, int], dict[str, Json] | None]


def widened(rule: Rule, frame: pl.LazyFrame, rows: int) -> Rule | None:
    """Widens a rule so that a file passes it whole; bounds only ever move outwards.

    Args:
        rule: A rule that the file breaks.
        frame: The file's rows, typed.
        rows: Data rows of the file, malformed ones counted.

    Returns:
        The rule with wider parameters; None when its kind has none that could be wider.
    """
    widen = _WIDENERS.get(rule.kind)
    if widen is None or not set(rule.columns) <= set(frame.collect_schema().names()):
        return None
    wider = widen(rule, frame, rows)
    return None if wider is None else replace(rule, parameters={**rule.parameters, **wider})


def _row_count(rule: Rule, _frame: pl.LazyFrame, rows: int) -> dict[str, Json]:
    return _outwards(rule, rows, rows)


def _null_share(rule: Rule, frame: pl.LazyFrame, rows: int) -> dict[str, Json] | None:
    if not rows:
        return None
    missing = frame.select(column(rule.columns[0]).null_count()).collect().item()
    return _outwards(rule, missing / rows, missing / rows)


def _range(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    values = column(rule.columns[0])
    found = frame.select(values.min().alias("low"), values.max().alias("high")).collect()
    low, high = found.row(0)
    if (
        isinstance(low, bool)
        or not isinstance(low, int | float)
        or not isinstance(high, int | float)
    ):
        return None
    return _outwards(rule, low, high)


def _length(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    if not isinstance(frame.collect_schema()[rule.columns[0]], pl.String):
        return None
    lengths = column(rule.columns[0]).str.len_chars()
    low, high = (
        frame.select(lengths.min().alias("low"), lengths.max().alias("high")).collect().row(0)
    )
    return None if low is None else _outwards(rule, low, high)


def _in_set(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    known = rule.parameters.get("values")
    if not isinstance(known, list):
        return None
    found = frame.select(column(rule.columns[0]).drop_nulls().unique()).collect().to_series()
    if not isinstance(found.dtype, pl.String) and not found.dtype.is_integer():
        return None
    new = sorted({v for v in found.to_list() if v not in known}, key=str)
    return {"values": [*known, *new]} if len(new) <= _MOST_VALUES else None


def _outwards(rule: Rule, low: float, high: float) -> dict[str, Json]:
    """Moves the bounds that the rule has, as far as needed."""
    moved: dict[str, Json] = {}
    least, most = rule.parameters.get("min"), rule.parameters.get("max")
    if isinstance(least, int | float) and low < least:
        moved["min"] = low
    if isinstance(most, int | float) and high > most:
        moved["max"] = high
    return moved


_WIDENERS: Mapping[str, _Widener] = {
    "row_count": _row_count,
    "null_share": _null_share,
    "range": _range,
    "length": _length,
    "in_set": _in_set,
    "new_values": _in_set,
}
