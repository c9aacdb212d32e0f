"""How far a rule must move so that a file which people vouch for passes it.

What belongs here: the kinds whose parameters say how far. Any other rule has to be retired.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import polars as pl

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.mapping.rule import joined
from dmaic_assets.phenomena.shape.learn import pattern_of
from dmaic_assets.phenomena.shape.rule import anchored
from dmaic_assets.phenomena.typo.rule import slips_in
from dmaic_assets.table.text_table import column

# Values that a widened list may have; as many as a learnt one.
_MOST_VALUES = 1_000

# The rows that a rule must let in, as a column of the frame.
_AMONG = "_dmaic_among"

_Widener = Callable[[Rule, pl.LazyFrame, int], dict[str, Json] | None]


def widened(
    rule: Rule, frame: pl.LazyFrame, rows: int, *, among: pl.Series | None = None
) -> Rule | None:
    """Widens a rule so that rows pass it; bounds only ever move outwards.

    Args:
        rule: A rule that the file breaks.
        frame: The file's rows, typed.
        rows: Data rows of the file, malformed ones counted.
        among: A Boolean for each row of the frame: whether it has to pass. None for all of them.

    Returns:
        The rule with wider parameters; None when its kind has none that could be wider.
    """
    widen = _WIDENERS.get(rule.kind)
    if widen is None and among is None:
        widen = _OF_WHOLE_FILES.get(rule.kind)
    if widen is None or not set(rule.columns) <= set(frame.collect_schema().names()):
        return None
    if rule.kind != "window" and among is not None:
        frame = frame.filter(among)
    elif rule.kind == "window":
        frame = frame.with_columns((pl.lit(value=True) if among is None else among).alias(_AMONG))
    wider = widen(rule, frame, rows)
    if wider is None:
        return None
    # What never is missing becomes what is missing in no more rows than here.
    kind = "null_share" if rule.kind == "not_null" else rule.kind
    return replace(rule, kind=kind, parameters={**rule.parameters, **wider})


def _row_count(rule: Rule, _frame: pl.LazyFrame, rows: int) -> dict[str, Json]:
    return _outwards(rule, rows, rows)


def _null_share(rule: Rule, frame: pl.LazyFrame, rows: int) -> dict[str, Json] | None:
    if not rows:
        return None
    missing = frame.select(column(rule.columns[0]).null_count()).collect().item()
    return _outwards(rule, missing / rows, missing / rows)


def _not_null(rule: Rule, frame: pl.LazyFrame, rows: int) -> dict[str, Json] | None:
    if not rows:
        return None
    missing = frame.select(column(rule.columns[0]).null_count()).collect().item()
    return {"max": missing / rows} if missing < rows else None


def _range(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    low, high = (_as_bound(end) for end in _ends(frame, rule.columns[0]))
    return None if low is None or high is None else _outwards(rule, low, high)


def _ends(frame: pl.LazyFrame, name: str) -> tuple[object, object]:
    values = column(name)
    if frame.collect_schema()[name].is_float():
        values = values.drop_nans()
    found = frame.select(values.min().alias("low"), values.max().alias("high")).collect().row(0)
    return found[0], found[1]


def _as_bound(value: object) -> float | str | None:
    """A value as rules write bounds: numbers, times as ISO text, durations in seconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int | float) else None


def _range_by(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    known, target = rule.parameters.get("bounds"), rule.columns[-1]
    if not isinstance(known, dict) or not frame.collect_schema()[target].is_numeric():
        return None
    x = column(target).cast(pl.Float64)
    ends = frame.select(joined(rule.columns[:-1]).alias("case"), x.alias("x")).group_by("case")
    found = ends.agg(pl.col("x").min().alias("low"), pl.col("x").max().alias("high"))
    wider: dict[str, Json] = {**known}
    for case, low, high in found.drop_nulls().collect().iter_rows():
        pair = known.get(case)
        if isinstance(pair, list | tuple):
            wider[case] = [min(low, float(str(pair[0]))), max(high, float(str(pair[1])))]
    return {"bounds": wider}


def _shape(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    pattern, name = str(rule.parameters.get("pattern")), rule.columns[0]
    if not isinstance(frame.collect_schema()[name], pl.String):
        return None
    odd = ~column(name).str.contains(anchored(pattern))
    further = pattern_of(frame.filter(odd).select(column(name).unique()).collect().to_series())
    if further is None:
        return None
    return {"pattern": f"{pattern}|{further}"} if further else {}


def _near_miss(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    values = frame.select(column(rule.columns[0]).unique()).collect().to_series()
    if not isinstance(values.dtype, pl.String):
        return None
    fine = rule.parameters.get("also")
    listed = [*fine] if isinstance(fine, list | tuple) else []
    return {"also": [*listed, *slips_in(rule, values)]}


def _window(rule: Rule, frame: pl.LazyFrame, _rows: int) -> dict[str, Json] | None:
    width, dtype = rule.parameters.get("width"), frame.collect_schema()[rule.columns[0]]
    if not isinstance(width, int | float) or not is_measurable(dtype):
        return None
    x = as_number(rule.columns[0], dtype)
    far = (x - x.drop_nans().median()).abs().filter(pl.col(_AMONG)).drop_nans().max()
    found = frame.select(far).collect().item()
    return {"width": found} if found is not None and found > width else {}


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


def _outwards(rule: Rule, low: float | str, high: float | str) -> dict[str, Json]:
    """Moves the bounds that the rule has, as far as needed; one that was excluded is allowed."""
    moved: dict[str, Json] = {}
    for key, end, pick in (("min", low, min), ("max", high, max)):
        bound, excluded = rule.parameters.get(key), f"exclusive_{key}"
        if not isinstance(bound, int | float | str) or isinstance(bound, str) != isinstance(
            end, str
        ):
            continue
        if end == bound and rule.parameters.get(excluded):
            moved[excluded] = False
        elif pick(bound, end) != bound:  # pyright: ignore[reportArgumentType] - both text or both numbers
            moved[key] = end
            moved |= {excluded: False} if rule.parameters.get(excluded) else {}
    return moved


_WIDENERS: Mapping[str, _Widener] = {
    "row_count": _row_count,
    "null_share": _null_share,
    "range": _range,
    "range_by": _range_by,
    "window": _window,
    "length": _length,
    "shape": _shape,
    "in_set": _in_set,
    "new_values": _in_set,
    "near_miss": _near_miss,
}

# Those that can be wider for a file as a whole only: a share of rows says nothing of single ones.
_OF_WHOLE_FILES: Mapping[str, _Widener] = {"not_null": _not_null}
