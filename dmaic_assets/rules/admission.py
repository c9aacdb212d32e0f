"""Values that people admitted to a column: every rule that lists the column's values knows them.

What belongs here: writing an admission down, reading it back, and widening rules by it. Rules are
widened anew after each learning, so that no learning forgets what somebody said.
"""

import shlex
from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleChange, RuleSet
from dmaic_assets.rules.people import Signature, version_of

# The parameter of each kind that lists what may occur in its column.
_LISTS = {"in_set": "values", "new_values": "values", "near_miss": "also"}


def admit(
    rules: RuleSet, column: str, values: Sequence[str], signature: Signature
) -> tuple[RuleSet, tuple[str, ...]]:
    """Writes down that values belong to a column, and widens the rules that list its values.

    No rule is switched off, and no other value becomes known.

    Args:
        rules: The rules of the source.
        column: The column.
        values: Its further values, as they stand in the files.
        signature: Who says so.

    Returns:
        The rules, and the ids of those that know more than before.

    Raises:
        BadInputError: No rule lists the column's values, or they are numbers and this is none.
    """
    listing = [rule for rule in rules.rules if _lists(rule, column)]
    if not listing:
        named = sorted({r.columns[0] for r in rules.rules if r.kind in _LISTS and r.is_enabled})
        fix = f"Name a column whose values are listed: {', '.join(named) or 'none is'}."
        raise BadInputError(f"{rules.source}.{column}", "has no rule that lists its values", fix)
    for rule in listing:
        _values_of(rule, values)
    change = RuleChange(
        version=version_of(rules) + 1,
        action="admit",
        rule="",
        at=signature.at,
        by=signature.by,
        reason=signature.reason,
        after={"column": column, "values": list(values)},
    )
    wider = with_admitted_values(replace(rules, changes=(*rules.changes, change)))
    before = {rule.id: rule for rule in rules.rules}
    return wider, tuple(r.id for r in wider.rules if r != before.get(r.id))


def admitted_values(rules: RuleSet) -> dict[str, tuple[str, ...]]:
    """Gives the values that people admitted, by column, in the order in which they did."""
    found: dict[str, dict[str, None]] = {}
    for change in rules.changes:
        column, values = change.after.get("column"), change.after.get("values")
        if change.action == "admit" and isinstance(column, str) and isinstance(values, list):
            found.setdefault(column, {}).update(dict.fromkeys(map(str, values)))
    return {column: tuple(values) for column, values in found.items()}


def with_admitted_values(rules: RuleSet) -> RuleSet:
    """Widens the rules that list values by those that people admitted; twice is once."""
    admitted = admitted_values(rules)
    if not admitted:
        return rules
    return replace(rules, rules=tuple(_wider(rule, admitted) for rule in rules.rules))


def admit_command(source: str, column: str, value: str) -> str:
    """The command that makes a value known."""
    words = ["dmaic", "gate", "admit", source, "--column", column, "--value", value]
    return f"{shlex.join(words)} --reason TEXT"


def _lists(rule: Rule, column: str) -> bool:
    return rule.kind in _LISTS and rule.columns == (column,) and rule.is_enabled


def _wider(rule: Rule, admitted: dict[str, tuple[str, ...]]) -> Rule:
    column = rule.columns[0] if len(rule.columns) == 1 else ""
    if column not in admitted or rule.kind not in _LISTS:
        return rule
    key = _LISTS[rule.kind]
    known = rule.parameters.get(key)
    listed = list(known) if isinstance(known, list | tuple) else []
    new = [v for v in _values_of(rule, admitted[column]) if v not in listed]
    return replace(rule, parameters={**rule.parameters, key: [*listed, *new]}) if new else rule


def _values_of(rule: Rule, values: Sequence[str]) -> list[Json]:
    """The values as the rule lists them: numbers where it lists numbers."""
    known = rule.parameters.get("values")
    listed = [v for v in known if v is not None] if isinstance(known, list | tuple) else []
    if not listed or any(not isinstance(v, int) or isinstance(v, bool) for v in listed):
        return list(values)
    try:
        return [int(value) for value in values]
    except ValueError as error:
        fix = "Admit a whole number, or set the column's type to text in config/sources.yaml."
        raise BadInputError(rule.columns[0], f"lists whole numbers: {error}", fix) from None
