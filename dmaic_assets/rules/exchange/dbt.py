"""Rules as data tests of dbt, in the `schema.yml` of a model called like the source.

What belongs here: which test a rule becomes. Not null, unique, accepted values and relationships
are dbt's own; conditions over rows need its package dbt_utils.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.exchange.foreign_yaml import foreign_yaml
from dmaic_assets.rules.exchange.sql.conditions import Unsaid, condition

_Test: TypeAlias = tuple[str | None, str, dict[str, Json]]

_HEADER = """\
# Rules as data tests of dbt, written by `dmaic rules export`.
"""
_UTILS = """\
# Tests of dbt_utils need, in packages.yml: - {package: dbt-labs/dbt_utils, version: [">=1.0.0"]}
"""
# Text that dbt takes for code.
_CODE = re.compile(r"\{[{%#]")
# Kinds whose conditions are alike in the databases that dbt knows; patterns are not.
_CONDITIONS = frozenset({"range", "in_set", "length", "column_pair", "expression"})
_COMBINATION = "dbt_utils.unique_combination_of_columns"
_FAILING = frozenset({"critical", "high"})


@dataclass(frozen=True, slots=True)
class Model:
    """A schema file as YAML text, the ids of its rules, and why others are not, by their ids."""

    text: str
    rules: tuple[str, ...]
    left_out: Mapping[str, str]


def to_dbt(rule_set: RuleSet) -> Model:
    """Builds the schema file for the enabled rules.

    Tests of critical and high rules fail a build, others warn, as do those with a tolerance: dbt
    counts rows, not shares.

    Raises:
        BadInputError: A rule is not one that its kind can give a meaning to; names the rule.
    """
    left_out = {rule.id: "switched off" for rule in rule_set.rules if not rule.is_enabled}
    of_columns: dict[str, list[Json]] = {}
    of_model: list[Json] = []
    written: list[str] = []
    for rule in (rule for rule in rule_set.rules if rule.is_enabled):
        kind_of(rule).validate(rule)
        found = _test(rule)
        if isinstance(found, Unsaid):
            left_out[rule.id] = found.why
            continue
        column, name, arguments = found
        is_failing = rule.severity in _FAILING and rule.tolerance is None
        config: dict[str, Json] = {"severity": "error" if is_failing else "warn"}
        if name == _COMBINATION:
            # Rows with a missing part are no copies here; there they are.
            config["where"] = " AND ".join(f"{part} IS NOT NULL" for part in rule.columns)
        config["meta"] = {"rule": rule.id}
        test: Json = {name: {**arguments, "config": config}}
        tests = of_model if column is None else of_columns.setdefault(column, [])
        tests.append(test)
        written.append(rule.id)
    model: dict[str, Json] = {"name": rule_set.source}
    if of_model:
        model["data_tests"] = of_model
    model["columns"] = [{"name": c, "data_tests": tests} for c, tests in of_columns.items()]
    text = foreign_yaml({"version": 2, "models": [model]})
    utils = _UTILS if "dbt_utils." in text else ""
    return Model(f"{_HEADER}{utils}{text}", tuple(written), left_out)


def _test(rule: Rule) -> _Test | Unsaid:
    """The column (None: the model), the test and its arguments; or why there is none."""
    if _CODE.search(str((rule.id, rule.columns, rule.parameters))):
        return Unsaid("dbt would take its text for code")
    if any(name == "*" or name.startswith("^") for name in rule.columns):
        return Unsaid("its columns are a pattern")
    own = _OWN.get(rule.kind)
    found = None if own is None else own(rule)
    if found is not None:
        return found
    if rule.kind not in _CONDITIONS:
        return Unsaid("no test of dbt says this")
    fails = condition(rule)
    if isinstance(fails, Unsaid):
        return fails
    return None, "dbt_utils.expression_is_true", {"expression": f"NOT ({fails})"}


def _unique(rule: Rule) -> _Test | Unsaid:
    if len(rule.columns) == 1:
        return rule.columns[0], "unique", {}
    if not all(_is_plain(column) for column in rule.columns):
        return Unsaid("dbt_utils takes names of columns as they are, without quotes")
    return None, _COMBINATION, {"combination_of_columns": list[Json](rule.columns)}


def _in_set(rule: Rule) -> _Test | None:
    values = _accepted(rule)
    return None if values is None else (rule.columns[0], "accepted_values", values)


def _accepted(rule: Rule) -> dict[str, Json] | None:
    """The arguments of dbt's own test; None where it would spell a value wrongly."""
    given = rule.parameters["values"]
    values: Sequence[Json] = given if isinstance(given, list | tuple) else ()
    if values and all(isinstance(v, str) and v.isprintable() for v in values):
        # dbt puts texts between single quotes as they are.
        is_plain = not any("'" in str(v) or "\\" in str(v) for v in values)
        return {"values": list(values)} if is_plain else None
    if values and all(isinstance(v, int) and not isinstance(v, bool) for v in values):
        return {"values": list(values), "quote": False}
    return None


def _relationship(rule: Rule) -> _Test | Unsaid:
    """A reference to a key of another source, which is a model of its own."""
    source, _, column = str(rule.parameters["reference"]).partition(".")
    if len(rule.columns) != 1 or not (_is_plain(source) and _is_plain(column)):
        return Unsaid("dbt's relationships are of one plainly named column")
    arguments: dict[str, Json] = {"to": f"ref('{source}')", "field": column}
    return rule.columns[0], "relationships", arguments


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isidentifier()


# Tests that dbt has, or None of a rule that is a condition.
_OWN: Mapping[str, Callable[[Rule], _Test | Unsaid | None]] = {
    "not_null": lambda rule: (rule.columns[0], "not_null", {}),
    "unique": _unique,
    "in_set": _in_set,
    "inclusion": _relationship,
}
