"""A second appraiser of rows: plain Python, value by value, for the rules that need no engine.

What belongs here: the meaning of rule kinds said once more, independently of the compiled
expressions, so that the checker's reproducibility can be measured. It judges samples, not files.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from dmaic_assets.model import Rule

Row: TypeAlias = Mapping[str, Any]
Judge: TypeAlias = Callable[[Sequence[Row], Rule], list[bool]]


def reads(rule: Rule) -> bool:
    """Whether this appraiser can judge a rule."""
    return rule.kind in _JUDGES


def failing_flags(rows: Sequence[Row], rule: Rule) -> list[bool]:
    """Tells row by row whether it breaks the rule.

    Args:
        rows: The rows as Python values, by column.
        rule: A rule that `reads` says yes to.

    Raises:
        KeyError: The rule's kind is not known here, or a row lacks its column.
    """
    return _JUDGES[rule.kind](rows, rule)


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _not_null(rows: Sequence[Row], rule: Rule) -> list[bool]:
    return [_is_missing(row[rule.columns[0]]) for row in rows]


def _in_set(rows: Sequence[Row], rule: Rule) -> list[bool]:
    allowed = rule.parameters.get("values")
    known = {_comparable(v) for v in allowed} if isinstance(allowed, list | tuple) else set()
    values = [row[rule.columns[0]] for row in rows]
    return [not _is_missing(v) and _comparable(v) not in known for v in values]


def _range(rows: Sequence[Row], rule: Rule) -> list[bool]:
    p = rule.parameters
    low, high = p.get("min"), p.get("max")
    flags: list[bool] = []
    for row in rows:
        value = row[rule.columns[0]]
        if _is_missing(value):
            flags.append(False)
            continue
        below = low is not None and _is_below(value, low, strict=bool(p.get("exclusive_min")))
        above = high is not None and _is_below(high, value, strict=bool(p.get("exclusive_max")))
        flags.append(below or above)
    return flags


def _is_below(first: object, second: object, *, strict: bool) -> bool:
    """Whether `first` < `second`, or <= when the bound itself is not allowed."""
    left, right = _ordered(first), _ordered(second)
    return left < right or (strict and left == right)


def _ordered(value: Any) -> Any:  # noqa: ANN401 - numbers, or times as ISO text
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _length(rows: Sequence[Row], rule: Rule) -> list[bool]:
    low, high = rule.parameters.get("min"), rule.parameters.get("max")
    flags: list[bool] = []
    for row in rows:
        value = row[rule.columns[0]]
        size = -1 if value is None else len(str(value))
        short = isinstance(low, int) and 0 <= size < low
        long = isinstance(high, int) and size > high
        flags.append(short or long)
    return flags


def _unique(rows: Sequence[Row], rule: Rule) -> list[bool]:
    keys = [tuple(row[c] for c in rule.columns) for row in rows]
    counts = Counter(keys)
    return [not any(_is_missing(v) for v in key) and counts[key] > 1 for key in keys]


def _comparable(value: Any) -> Any:  # noqa: ANN401 - any scalar
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


_JUDGES: Mapping[str, Judge] = {
    "not_null": _not_null,
    "in_set": _in_set,
    "range": _range,
    "length": _length,
    "unique": _unique,
}
