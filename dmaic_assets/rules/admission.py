"""Values and bounds that people admitted: the rules of the column know them from then on.

What belongs here: writing an admission down, reading it back, and widening rules by it. Rules are
widened anew after each learning, so that no learning forgets what somebody said.
"""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.rules.kept import kept_rules, with_kept
from dmaic_assets.rules.people import Signature, next_change

# The parameter of each kind that lists what may occur in its column.
_LISTS = {"in_set": "values", "new_values": "values", "near_miss": "also"}
# Of what is written down, the parameters whose earlier value is told too: the others are long.
# That of a pattern is what the further forms were said to be beside.
_BOUNDS = ("min", "max", "width", "pattern")
# One alternative of a learnt pattern, which has no groups.
_ALTERNATIVE = re.compile(r"(?:\\.|[^|\\])+", re.DOTALL)


def admit_listed(
    rules: RuleSet, column: str, values: Sequence[str], signature: Signature
) -> RuleSet:
    """Writes down that values belong to a column, and widens the rules that list its values.

    No rule is switched off, and no other value becomes known.

    Args:
        rules: The rules of the source.
        column: The column.
        values: Its further values, as they stand in the files.
        signature: Who says so.

    Returns:
        The rules; the same where none lists the column's values.

    Raises:
        BadInputError: The values that are listed are numbers and one of these is none.
    """
    listing = [rule for rule in rules.rules if _lists(rule, column)]
    for rule in listing:
        _values_of(rule, values)
    if not listing or not values:
        return rules
    after: dict[str, Json] = {"column": column, "values": list(values)}
    change = replace(next_change(rules, "admit", signature), after=after)
    return with_admissions(replace(rules, changes=(*rules.changes, change)))


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
        rule: A learnt rule of them, as it stands there or as it judged one of the files.
        wider: The same with a further bound, form or value.
        signature: Who says so.

    Returns:
        The rules; the same where nothing is wider.
    """
    key = _LISTS.get(rule.kind)
    if key is not None:
        known, listed = (r.parameters.get(key) for r in (rule, wider))
        had = known if isinstance(known, list | tuple) else []
        new = [str(v) for v in listed if v not in had] if isinstance(listed, list) else []
        return admit_listed(rules, rule.columns[0], new, signature)
    after = {
        key: further(was, now)
        for key, (_, further) in _REACHES.items()
        if (now := wider.parameters.get(key)) != (was := rule.parameters.get(key))
    }
    if not after:
        return rules
    before = {key: rule.parameters.get(key) for key in after if key in _BOUNDS}
    if wider.kind != rule.kind:
        before, after = {"kind": rule.kind}, {"kind": wider.kind, **after}
    if len(rule.columns) == 1 and ("kind" in after or "pattern" in after):
        after = {"column": rule.columns[0], **after}
        before |= {"severity": rule.severity, "tolerance": rule.tolerance}
    change = replace(
        next_change(rules, "admit", signature), rule=rule.id, before=before, after=after
    )
    return with_admissions(replace(rules, changes=(*rules.changes, change)))


def admitted_reach(rules: RuleSet) -> dict[str, dict[str, Json]]:
    """Gives how far people said that rules reach (bounds, forms, cases), by id of the rule."""
    found: dict[str, dict[str, Json]] = {}
    for change in rules.changes:
        is_reach = change.action == "admit" and change.rule and "kind" not in change.after
        for key, (join, _) in _REACHES.items() if is_reach else ():
            if key in change.after:
                known = found.setdefault(change.rule, {})
                said = change.after[key]
                known[key] = join(known[key], said) if key in known else said
    return found


def with_admissions(rules: RuleSet) -> RuleSet:
    """Widens the rules by the values and the reach that people admitted; twice is once."""
    values, reach = admitted_values(rules), admitted_reach(rules)
    said = kept_rules(rules)
    if not values and not reach and not said:
        return rules
    kept = tuple(with_kept(rules, said)) if said else rules.rules
    return replace(rules, rules=tuple(_wider(_reaching(rule, reach), values) for rule in kept))


def admit_command(source: str, column: str, value: str) -> str:
    """The command that makes a value known."""
    words = ["dmaic", "gate", "admit", source, "--column", column, "--value", value]
    return f"{shlex.join(words)} --reason TEXT"


def _lists(rule: Rule, column: str) -> bool:
    return rule.kind in _LISTS and rule.columns == (column,) and rule.is_enabled


def _reaching(rule: Rule, reach: Mapping[str, Mapping[str, Json]]) -> Rule:
    """A learnt rule as far out as people said; what people wrote stays as it is."""
    if rule.origin != "learnt" or rule.id not in reach:
        return rule
    moved = {
        key: joined
        for key, said in reach[rule.id].items()
        if (now := rule.parameters.get(key)) is not None
        and (joined := _REACHES[key][0](now, said)) != now
    }
    return replace(rule, parameters={**rule.parameters, **moved}) if moved else rule


def _outer(pick: Callable[[Any, Any], Any]) -> Callable[[Json, Json], Json]:
    """The outer one of two bounds; the first where they are of different types."""

    def join(now: Json, said: Json) -> Json:
        are_alike = isinstance(now, str) == isinstance(said, str)
        return pick(now, said) if are_alike else now

    return join


def _either(now: Json, said: Json) -> Json:
    return "|".join([str(now), *_further_forms(now, said)])


def _further_forms(was: Json, now: Json) -> list[str]:
    """The alternatives of a pattern that another one does not have."""
    known = _ALTERNATIVE.findall(str(was))
    return [form for form in _ALTERNATIVE.findall(str(now)) if form not in known]


def _cases(now: Json, said: Json) -> Json:
    """The bounds of each known case, as far out as either says."""
    if not isinstance(now, dict) or not isinstance(said, dict):
        return now
    both: dict[str, Json] = {**now}
    for case in now.keys() & said.keys():
        (low, high), (least, most) = _pair(now[case]), _pair(said[case])
        if least < low or most > high:
            both[case] = [min(low, least), max(high, most)]
    return both


def _further_cases(was: Json, now: Json) -> Json:
    known = was if isinstance(was, dict) else {}
    cases = now if isinstance(now, dict) else {}
    return {case: pair for case, pair in cases.items() if pair != known.get(case)}


def _pair(ends: Json) -> tuple[float, float]:
    low, high = ends if isinstance(ends, list | tuple) else (0.0, 0.0)
    return float(str(low)), float(str(high))


def _said(_was: Json, now: Json) -> Json:
    return now


# For each parameter that says how far a rule reaches: how what was said is joined with what was
# learnt, and what of a wider rule is to be said.
_REACHES: Mapping[str, tuple[Callable[[Json, Json], Json], Callable[[Json, Json], Json]]] = {
    "min": (_outer(min), _said),
    "max": (_outer(max), _said),
    "width": (_outer(max), _said),
    "pattern": (_either, lambda was, now: "|".join(_further_forms(was, now))),
    "bounds": (_cases, _further_cases),
}


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
