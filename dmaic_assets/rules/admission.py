"""Values and bounds that people admitted: the rules of the column know them from then on.

What belongs here: writing an admission down, reading it back, and widening rules by it. Rules are
widened anew after each learning, so that no learning forgets what somebody said.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.rules.people import Signature, next_change

# The parameter of each kind that lists what may occur in its column.
_LISTS = {"in_set": "values", "new_values": "values", "near_miss": "also"}
# The parameters that say how far a rule reaches, and which of two reaches further.
_BOUNDS: Mapping[str, Callable[[float, float], float]] = {"min": min, "max": max}


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
    after: dict[str, Json] = {"column": column, "values": list(values)}
    change = replace(next_change(rules, "admit", signature), after=after)
    wider = with_admissions(replace(rules, changes=(*rules.changes, change)))
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


def admit_wider(rules: RuleSet, rule: Rule, wider: Rule, signature: Signature) -> RuleSet:
    """Writes down how far a learnt rule reaches at least, whatever is learnt later.

    It stays learnt: a later learning may move it further out, never back. Values go to every
    rule that lists those of the column.

    Args:
        rules: The rules of the source.
        rule: A learnt rule of them.
        wider: The same with a further bound, or with further values.
        signature: Who says so.

    Returns:
        The rules; the same where nothing is wider.
    """
    listed = wider.parameters.get("values")
    known = rule.parameters.get("values")
    if rule.kind in _LISTS and isinstance(listed, list) and isinstance(known, list):
        new = [str(value) for value in listed if value not in known]
        return admit(rules, rule.columns[0], new, signature)[0] if new else rules
    moved = [key for key in _BOUNDS if wider.parameters.get(key) != rule.parameters.get(key)]
    if not moved:
        return rules
    change = replace(
        next_change(rules, "admit", signature),
        rule=rule.id,
        before={key: rule.parameters.get(key) for key in moved},
        after={key: wider.parameters[key] for key in moved},
    )
    return with_admissions(replace(rules, changes=(*rules.changes, change)))


def admitted_bounds(rules: RuleSet) -> dict[str, dict[str, float]]:
    """Gives the outermost bounds (`min`, `max`) that people admitted, by id of the rule."""
    found: dict[str, dict[str, float]] = {}
    for change in rules.changes:
        for key, outermost in _BOUNDS.items() if change.action == "admit" and change.rule else ():
            bound = change.after.get(key)
            if isinstance(bound, int | float):
                known = found.setdefault(change.rule, {})
                known[key] = outermost(bound, known.get(key, bound))
    return found


def with_admissions(rules: RuleSet) -> RuleSet:
    """Widens the rules by the values and bounds that people admitted; twice is once."""
    values, bounds = admitted_values(rules), admitted_bounds(rules)
    if not values and not bounds:
        return rules
    wider = tuple(_wider(_reaching(rule, bounds), values) for rule in rules.rules)
    return replace(rules, rules=wider)


def admit_command(source: str, column: str, value: str) -> str:
    """The command that makes a value known."""
    words = ["dmaic", "gate", "admit", source, "--column", column, "--value", value]
    return f"{shlex.join(words)} --reason TEXT"


def _lists(rule: Rule, column: str) -> bool:
    return rule.kind in _LISTS and rule.columns == (column,) and rule.is_enabled


def _reaching(rule: Rule, bounds: Mapping[str, Mapping[str, float]]) -> Rule:
    """A learnt rule with its bounds as far out as people said; what people wrote stays as it is."""
    if rule.origin != "learnt" or rule.id not in bounds:
        return rule
    moved: dict[str, Json] = {}
    for key, bound in bounds[rule.id].items():
        now = rule.parameters.get(key)
        if isinstance(now, int | float) and _BOUNDS[key](bound, now) != now:
            moved[key] = bound
    return replace(rule, parameters={**rule.parameters, **moved}) if moved else rule


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
