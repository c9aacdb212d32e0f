"""Expectations of common suites as kinds, columns and parameters of rules."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from dmaic_assets.model import Json
from dmaic_assets.rules.exchange.imported import not_in_sql, within

_Kwargs: TypeAlias = Mapping[str, Any]
Part: TypeAlias = tuple[str, tuple[str, ...], dict[str, Json]]
_Maker: TypeAlias = Callable[[_Kwargs], Sequence[Part]]

_ANY = "(?s:.*)"
_TYPES: Mapping[str, str] = {
    "int": "integer",
    "float": "decimal",
    "double": "decimal",
    "decimal": "decimal",
    "str": "text",
    "object": "text",
    "varchar": "text",
    "bool": "boolean",
    "datetime": "datetime",
    "timestamp": "datetime",
    "date": "date",
}
# The other way round: Python's names of the types that suites know.
TYPE_WORDS: Mapping[str, str] = {
    "integer": "int",
    "decimal": "float",
    "text": "str",
    "boolean": "bool",
    "datetime": "datetime",
    "date": "date",
}


def expectation_parts(name: str, kwargs: _Kwargs) -> Sequence[Part] | None:
    """The rules of one expectation, each as kind, columns and parameters; None when not covered.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: The kwargs are not those of the
            expectation.
    """
    make = _KNOWN.get(name)
    return None if make is None else make(kwargs)


def _of_column(kind: str, **keys: str) -> _Maker:
    def make(kwargs: _Kwargs) -> Sequence[Part]:
        parameters: dict[str, Json] = {key: kwargs.get(name) for key, name in keys.items()}
        return [(kind, (kwargs["column"],), parameters)]

    return make


def _of_file(kind: str, **keys: str) -> _Maker:
    def make(kwargs: _Kwargs) -> Sequence[Part]:
        return [(kind, (), {key: kwargs.get(name) for key, name in keys.items()})]

    return make


def _regex(kwargs: _Kwargs) -> Sequence[Part]:
    # Suites match from the start and leave the end open.
    regex = kwargs["regex"]
    pattern = within(regex)
    wanted = f"(?:{regex}){_ANY}" if pattern is None else pattern
    return [("shape", (kwargs["column"],), {"pattern": wanted})]


def _columns(*, is_ordered: bool) -> _Maker:
    key = "column_list" if is_ordered else "column_set"

    def make(kwargs: _Kwargs) -> Sequence[Part]:
        columns = tuple(kwargs[key])
        parts: list[Part] = [("columns_present", columns, {})]
        if is_ordered or kwargs.get("exact_match", True):
            parts.append(("columns_added", columns, {}))
        if is_ordered and len(columns) > 1:
            parts.append(("column_order", columns, {}))
        return parts

    return make


def _pair(kwargs: _Kwargs) -> Sequence[Part]:
    operator = ">=" if kwargs.get("or_equal") else ">"
    return [("column_pair", (kwargs["column_A"], kwargs["column_B"]), {"operator": operator})]


def _type(kwargs: _Kwargs) -> Sequence[Part]:
    word = str(kwargs["type_"]).lower()
    for start, name in _TYPES.items():
        if word.startswith(start):
            return [("type", (kwargs["column"],), {"type": name})]
    raise ValueError(f"type {word} is unknown")


def _not_in(kwargs: _Kwargs) -> Sequence[Part]:
    return [("expression", (), {"sql": not_in_sql(kwargs["column"], kwargs["value_set"])})]


_KNOWN: Mapping[str, _Maker] = {
    "expect_column_to_exist": _of_column("columns_present"),
    "expect_table_columns_to_match_ordered_list": _columns(is_ordered=True),
    "expect_table_columns_to_match_set": _columns(is_ordered=False),
    "expect_table_row_count_to_be_between": _of_file("row_count", min="min_value", max="max_value"),
    "expect_table_row_count_to_equal": _of_file("row_count", min="value", max="value"),
    "expect_column_values_to_not_be_null": _of_column("not_null"),
    "expect_column_values_to_be_unique": _of_column("unique"),
    "expect_compound_columns_to_be_unique": lambda k: [("unique", tuple(k["column_list"]), {})],
    "expect_column_values_to_be_of_type": _type,
    "expect_column_values_to_be_between": _of_column(
        "range",
        min="min_value",
        max="max_value",
        exclusive_min="strict_min",
        exclusive_max="strict_max",
    ),
    "expect_column_values_to_be_in_set": _of_column("in_set", values="value_set"),
    "expect_column_values_to_not_be_in_set": _not_in,
    "expect_column_value_lengths_to_be_between": _of_column(
        "length", min="min_value", max="max_value"
    ),
    "expect_column_value_lengths_to_equal": _of_column("length", min="value", max="value"),
    "expect_column_values_to_match_regex": _regex,
    "expect_column_pair_values_a_to_be_greater_than_b": _pair,
    "expect_column_pair_values_A_to_be_greater_than_B": _pair,
}

COVERED: tuple[str, ...] = (*_KNOWN, "expect_table_column_count_to_equal")
