"""Expectation suites in YAML from rule sets, and what has no counterpart there.

What belongs here: which expectation a rule becomes. The inverse is expectation_kinds.py, and what
is written here comes back from there as the same rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.exchange.expectation_kinds import TYPE_WORDS
from dmaic_assets.rules.exchange.foreign_yaml import foreign_yaml
from dmaic_assets.rules.exchange.imported import entirely

_Kwargs: TypeAlias = dict[str, Json]
_Entry: TypeAlias = tuple[str, _Kwargs]
_NO_EXPECTATION = "no expectation says this"


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite as YAML text, the ids of the rules in it, and why others are not, by their ids."""

    text: str
    rules: tuple[str, ...]
    left_out: Mapping[str, str]


def to_expectations(rule_set: RuleSet) -> Suite:
    """Builds the suite that says what the enabled rules say.

    Severity and description stand in `meta`, the tolerance is `mostly`; a rule without a
    tolerance has none there, and one failing row fails its expectation.

    Raises:
        BadInputError: A rule is not one that its kind can give a meaning to; names the rule.
    """
    enabled = [rule for rule in rule_set.rules if rule.is_enabled]
    for rule in enabled:
        kind_of(rule).validate(rule)
    merged = _ordered_lists(enabled)
    present = {c for r in enabled if r.kind == "columns_present" for c in r.columns}
    entries: list[Json] = []
    left_out = {rule.id: "switched off" for rule in rule_set.rules if not rule.is_enabled}
    written: list[str] = []
    for rule in enabled:
        if rule.id not in merged:
            found = _entry(rule, present)
            if isinstance(found, str):
                left_out[rule.id] = found
                continue
            entries.append(_document(rule, *found))
        elif rule.kind == "column_order":
            name = "expect_table_columns_to_match_ordered_list"
            entries.append(_document(rule, name, {"column_list": list(rule.columns)}))
        written.append(rule.id)
    suite: Json = {"validation_name": rule_set.source, "expectations": entries}
    return Suite(foreign_yaml(suite), tuple(written), left_out)


def _document(rule: Rule, name: str, kwargs: _Kwargs) -> Json:
    if rule.tolerance is not None:
        kwargs |= {"mostly": round(1 - rule.tolerance, 12)}
    meta: dict[str, Json] = {"severity": rule.severity}
    if rule.description:
        meta["description"] = rule.description
    return {"expectation_type": name, "kwargs": kwargs, "meta": meta}


def _ordered_lists(rules: Sequence[Rule]) -> frozenset[str]:
    """The ids of column rules that one ordered list says together: three alike but for the kind."""

    def all_but_kind(rule: Rule) -> tuple[object, ...]:
        return rule.columns, rule.severity, rule.tolerance, rule.description

    found: set[str] = set()
    of_columns = ("columns_present", "columns_added", "column_order")
    for order in (rule for rule in rules if rule.kind == "column_order"):
        alike = {
            rule.kind: rule.id
            for rule in reversed(rules)
            if rule.kind in of_columns and all_but_kind(rule) == all_but_kind(order)
        }
        if len(alike) == len(of_columns):
            found |= set(alike.values())
    return frozenset(found)


def _entry(rule: Rule, present: set[str]) -> _Entry | str:
    """The expectation of a rule, or in words why there is none."""
    if any(name == "*" or name.startswith("^") for name in rule.columns):
        return "its columns are a pattern"
    if rule.kind == "columns_added":
        if set(rule.columns) != present:
            return "an expectation counts the columns that others name"
        return "expect_table_column_count_to_equal", {"value": len(rule.columns)}
    make = _KNOWN.get(rule.kind)
    return _NO_EXPECTATION if make is None else make(rule)


def _of_column(expectation: str, **keys: str) -> Callable[[Rule], _Entry]:
    def make(rule: Rule) -> _Entry:
        kwargs: _Kwargs = {"column": rule.columns[0]} if rule.columns else {}
        kwargs |= {keys[k]: value for k, value in rule.parameters.items() if value is not None}
        return expectation, kwargs

    return make


def _present(rule: Rule) -> _Entry:
    if len(rule.columns) == 1:
        return "expect_column_to_exist", {"column": rule.columns[0]}
    kwargs: _Kwargs = {"column_set": list(rule.columns), "exact_match": False}
    return "expect_table_columns_to_match_set", kwargs


def _unique(rule: Rule) -> _Entry:
    if len(rule.columns) == 1:
        return "expect_column_values_to_be_unique", {"column": rule.columns[0]}
    return "expect_compound_columns_to_be_unique", {"column_list": list(rule.columns)}


def _type(rule: Rule) -> _Entry | str:
    wanted = rule.parameters["type"]
    word = TYPE_WORDS.get(str(wanted))
    if word is None:
        return f"no expectation knows the type {wanted}"
    return "expect_column_values_to_be_of_type", {"column": rule.columns[0], "type_": word}


def _shape(rule: Rule) -> _Entry | str:
    regex = entirely(str(rule.parameters["pattern"]))
    if regex is None:
        return "its pattern means something else, or nothing, to Python's regular expressions"
    return "expect_column_values_to_match_regex", {"column": rule.columns[0], "regex": regex}


def _pair(rule: Rule) -> _Entry | str:
    operator = str(rule.parameters.get("operator") or "<=")
    if operator not in (">", ">=", "<", "<="):
        return f"no expectation compares two columns by {operator}"
    greater, less = rule.columns if operator.startswith(">") else rule.columns[::-1]
    kwargs: _Kwargs = {"column_A": greater, "column_B": less, "or_equal": operator.endswith("=")}
    return "expect_column_pair_values_a_to_be_greater_than_b", kwargs


_KNOWN: Mapping[str, Callable[[Rule], _Entry | str]] = {
    "columns_present": _present,
    "row_count": _of_column(
        "expect_table_row_count_to_be_between", min="min_value", max="max_value"
    ),
    "not_null": _of_column("expect_column_values_to_not_be_null"),
    "unique": _unique,
    "type": _type,
    "range": _of_column(
        "expect_column_values_to_be_between",
        min="min_value",
        max="max_value",
        exclusive_min="strict_min",
        exclusive_max="strict_max",
    ),
    "in_set": _of_column("expect_column_values_to_be_in_set", values="value_set"),
    "length": _of_column(
        "expect_column_value_lengths_to_be_between", min="min_value", max="max_value"
    ),
    "shape": _shape,
    "column_pair": _pair,
}
