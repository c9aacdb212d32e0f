"""A contract of the Open Data Contract Standard 3.1 from a rule set.

What belongs here: the contract and its schema. What one check says is in checks.py; the way back is
in read.py, and what is written here comes back from there as the same rules.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.exchange.foreign_yaml import foreign_yaml
from dmaic_assets.rules.exchange.odcs.checks import COLUMN, check_of, columns_in
from dmaic_assets.rules.people import version_of

API_VERSION = "v3.1.0"
# What the standard calls our types; `duration` and `period` have no name there.
LOGICAL: Mapping[str, str] = {
    "integer": "integer",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
    "time": "time",
    "text": "string",
    "nested": "object",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as YAML text, the ids of the rules in it, and why others are not, by their ids."""

    text: str
    rules: tuple[str, ...]
    left_out: Mapping[str, str]


def to_odcs(rule_set: RuleSet, *, personal: Collection[str] = ()) -> Contract:
    """Builds the contract that says what the enabled rules say: schema and quality.

    Args:
        rule_set: The rules; each is a check with its severity and tolerance.
        personal: Columns that tell of persons, which the contract classifies so.

    Raises:
        BadInputError: A rule is not one that its kind can give a meaning to; names the rule.
    """
    enabled = [rule for rule in rule_set.rules if rule.is_enabled]
    for rule in enabled:
        kind_of(rule).validate(rule)
    names = dict.fromkeys((*(t.column for t in rule_set.types), *columns_in(enabled)))
    table = rule_set.source
    of_table: list[Json] = [check_of(r, table) for r in enabled if not _is_of_column(r)]
    properties: list[Json] = [
        _property(name, rule_set, enabled, is_personal=name in personal) for name in names
    ]
    schema: dict[str, Json] = {"name": table, "logicalType": "object", "physicalType": "table"}
    schema["properties"] = properties
    if of_table:
        schema["quality"] = of_table
    document: dict[str, Json] = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": table,
        "name": table,
        "version": f"{version_of(rule_set)}.0.0",
        "status": "active",
        "schema": [schema],
    }
    left_out = {rule.id: "switched off" for rule in rule_set.rules if not rule.is_enabled}
    return Contract(foreign_yaml(document), tuple(rule.id for rule in enabled), left_out)


def _is_of_column(rule: Rule) -> bool:
    # Which columns there are is said of the table, even where it is one.
    is_pattern = any(name == "*" or name.startswith("^") for name in rule.columns)
    is_of_columns = rule.kind in ("columns_present", "columns_added")
    return len(rule.columns) == 1 and not (is_pattern or is_of_columns)


def _logical(types: Sequence[str], rules: Sequence[Rule]) -> str:
    """The type of a column; without one the standard's own schema takes no contract.

    What nobody says of a column, its bounds tell where they are numbers. Else it is text, as it
    is in a file.
    """
    if types:
        return LOGICAL.get(types[0], "string")
    said = [rule.parameters.get(key) for rule in rules for key in ("min", "max")]
    is_number = any(rule.kind == "range" for rule in rules) and any(
        isinstance(value, int | float) for value in said
    )
    return "number" if is_number else "string"


def _property(
    name: str, rule_set: RuleSet, rules: Sequence[Rule], *, is_personal: bool
) -> dict[str, Json]:
    mine = [rule for rule in rules if rule.columns == (name,) and _is_of_column(rule)]
    types = [str(rule.parameters["type"]) for rule in mine if rule.kind == "type"]
    types += [t.type for t in rule_set.types if t.column == name]
    found: dict[str, Json] = {"name": name, "logicalType": _logical(types, mine)}
    for kind, key in (("not_null", "required"), ("unique", "unique")):
        if any(rule.kind == kind and rule.tolerance is None for rule in mine):
            found[key] = True
    if is_personal:
        found["classification"] = "personal"
    found["customProperties"] = [{"property": COLUMN, "value": types[0] if types else "unknown"}]
    checks: list[Json] = [check_of(rule, rule_set.source) for rule in mine]
    if checks:
        found["quality"] = checks
    return found
