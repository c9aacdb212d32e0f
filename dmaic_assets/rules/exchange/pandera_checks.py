"""Pandera's built-in checks as kinds and parameters of rules."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.rules.exchange.imported import json_value, not_in_sql

_Check: TypeAlias = Any  # pandera's Check, untyped where it matters
_Statistics: TypeAlias = Mapping[str, Any]
Parts: TypeAlias = tuple[str, dict[str, Json]]


def check_parts(check: _Check, column: str, subject: str) -> Parts:
    """The kind and the parameters of the rule that says what a check of a column says.

    Raises:
        BadInputError: The check has no counterpart; names the column and the check.
    """
    make = _KNOWN.get(str(check.name))
    statistics: _Statistics = check.statistics or {}
    if make is None or check.element_wise or getattr(check, "groupby", None):
        known = ", ".join(_KNOWN)
        raise BadInputError(
            subject,
            f"column {column}: check {check_words(check)} has no counterpart",
            f"Use one of {known}; or write it as a rule of kind expression.",
        )
    return make(column, statistics)


def check_words(check: _Check) -> str:
    """How an error calls a check."""
    return str(check.name or check.error or "without a name")


def _bound(key: str, statistic: str, *, is_exclusive: bool) -> "_Maker":
    def make(column: str, statistics: _Statistics) -> Parts:  # noqa: ARG001 - one signature
        parameters: dict[str, Json] = {key: json_value(statistics[statistic])}
        if is_exclusive:
            parameters[f"exclusive_{key}"] = True
        return "range", parameters

    return make


def _in_range(column: str, statistics: _Statistics) -> Parts:  # noqa: ARG001 - one signature
    parameters: dict[str, Json] = {
        "min": json_value(statistics["min_value"]),
        "max": json_value(statistics["max_value"]),
    }
    for key in ("min", "max"):
        if not statistics.get(f"include_{key}", True):
            parameters[f"exclusive_{key}"] = True
    return "range", parameters


def _in_set(values: Iterable[object]) -> Parts:
    plain = [json_value(v) for v in values if v is not None]
    return "in_set", {"values": sorted(plain, key=lambda v: (type(v).__name__, v))}  # pyright: ignore[reportArgumentType] - scalars


def _not_in(column: str, values: Iterable[object]) -> Parts:
    return "expression", {"sql": not_in_sql(column, values)}


def _pattern(pattern: object) -> str:
    return str(getattr(pattern, "pattern", pattern))


def _shape(pattern: str) -> Parts:
    return "shape", {"pattern": pattern}


def _length(column: str, statistics: _Statistics) -> Parts:  # noqa: ARG001 - one signature
    exact = statistics.get("exact_value")
    low = exact if exact is not None else statistics.get("min_value")
    high = exact if exact is not None else statistics.get("max_value")
    given = {"min": low, "max": high}
    return "length", {key: int(v) for key, v in given.items() if v is not None}


_ANY = "(?s:.*)"
_Maker: TypeAlias = Callable[[str, _Statistics], Parts]
_KNOWN: Mapping[str, _Maker] = {
    "equal_to": lambda _, s: _in_set([s["value"]]),
    "not_equal_to": lambda c, s: _not_in(c, [s["value"]]),
    "greater_than": _bound("min", "min_value", is_exclusive=True),
    "greater_than_or_equal_to": _bound("min", "min_value", is_exclusive=False),
    "less_than": _bound("max", "max_value", is_exclusive=True),
    "less_than_or_equal_to": _bound("max", "max_value", is_exclusive=False),
    "in_range": _in_range,
    "isin": lambda _, s: _in_set(s["allowed_values"]),
    "notin": lambda c, s: _not_in(c, s["forbidden_values"]),
    "str_matches": lambda _, s: _shape(f"(?:{_pattern(s['pattern'])}){_ANY}"),
    "str_contains": lambda _, s: _shape(f"{_ANY}(?:{_pattern(s['pattern'])}){_ANY}"),
    "str_startswith": lambda _, s: _shape(re.escape(s["string"]) + _ANY),
    "str_endswith": lambda _, s: _shape(_ANY + re.escape(s["string"])),
    "str_length": _length,
}
