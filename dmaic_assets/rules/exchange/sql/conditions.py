"""Rules as SQL conditions that are true where a row fails, and unknown or false where it passes.

What belongs here: which condition a rule is, in words that most databases share; what has none says
why. Missing values pass, as in the gate.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json, Rule
from dmaic_assets.rules.exchange.imported import quoted, sql_literal

# What is read alike by the engine of the gate and by RE2, which DuckDB has: no classes of letters
# or digits, which are Unicode's there and ASCII's here, no flags, no anchors, no dot.
_UNLIKE = re.compile(r"\\[a-zA-Z]|\(\?(?!:)|\[\[|&&|--|~~|(?<!\\)\.|\^(?<!\[\^)|\$")
_OPERATORS: Mapping[str, str] = {
    "<": ">=",
    "<=": ">",
    "==": "<>",
    "!=": "=",
    ">=": "<",
    ">": "<=",
}


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Why a rule has no counterpart, in words."""

    why: str


def condition(rule: Rule, *, is_float: bool = False) -> str | Unsaid:
    """The condition of a rule that rows fail by themselves.

    Args:
        rule: A rule that its kind has validated.
        is_float: Whether its column may hold NaN, which is missing here and the greatest number
            in databases. DuckDB's `isnan` is used then.
    """
    if any(name == "*" or name.startswith("^") for name in rule.columns):
        return Unsaid("its columns are a pattern")
    if "\x00" in str((rule.columns, rule.parameters)):
        return Unsaid("it holds a sign that SQL has not")
    make = _CONDITIONS.get(rule.kind)
    if make is None:
        return Unsaid("no SQL condition says this")
    found = make(rule)
    if isinstance(found, Unsaid) or not is_float or rule.kind not in ("range", "in_set"):
        return found
    return f"({found}) AND NOT isnan({quoted(rule.columns[0])})"


def repeated(rule: Rule, table: str) -> str:
    """The number of rows whose key occurs more than once, as a query; missing parts pass."""
    columns = ", ".join(quoted(name) for name in rule.columns)
    there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in rule.columns)
    return (
        f"SELECT COALESCE(SUM(copies), 0) FROM (SELECT COUNT(*) AS copies FROM {quoted(table)}"  # noqa: S608 - names are quoted
        f" WHERE {there} GROUP BY {columns} HAVING COUNT(*) > 1) AS repeated"
    )


def _not_null(rule: Rule) -> str:
    return f"{quoted(rule.columns[0])} IS NULL"


def _range(rule: Rule) -> str:
    name, p = quoted(rule.columns[0]), rule.parameters
    tests: list[str] = []
    if p.get("min") is not None:
        tests.append(f"{name} {'<=' if p.get('exclusive_min') else '<'} {sql_literal(p['min'])}")
    if p.get("max") is not None:
        tests.append(f"{name} {'>=' if p.get('exclusive_max') else '>'} {sql_literal(p['max'])}")
    return " OR ".join(tests)


def _in_set(rule: Rule) -> str:
    given = rule.parameters["values"]
    values: Sequence[Json] = given if isinstance(given, list | tuple) else ()
    listed = ", ".join(sql_literal(value) for value in values if value is not None)
    name = quoted(rule.columns[0])
    return f"{name} NOT IN ({listed})" if listed else f"{name} IS NOT NULL"


def _length(rule: Rule) -> str:
    name, p = quoted(rule.columns[0]), rule.parameters
    tests = [
        f"LENGTH({name}) {sign} {p[key]}"
        for key, sign in (("min", "<"), ("max", ">"))
        if p.get(key) is not None
    ]
    return " OR ".join(tests)


def _shape(rule: Rule) -> str | Unsaid:
    pattern = str(rule.parameters["pattern"])
    if not pattern.isascii() or _UNLIKE.search(pattern):
        return Unsaid("databases may read its pattern otherwise")
    return f"NOT regexp_full_match({quoted(rule.columns[0])}, {sql_literal(pattern)})"


def _pair(rule: Rule) -> str:
    first, second = (quoted(name) for name in rule.columns)
    return f"{first} {_OPERATORS[str(rule.parameters.get('operator') or '<=')]} {second}"


def _expression(rule: Rule) -> str:
    # A line of its own ends a comment of whoever wrote it.
    return f"NOT ({rule.parameters['sql']}\n)"


_CONDITIONS: Mapping[str, Callable[[Rule], str | Unsaid]] = {
    "not_null": _not_null,
    "range": _range,
    "in_set": _in_set,
    "length": _length,
    "shape": _shape,
    "column_pair": _pair,
    "expression": _expression,
}
