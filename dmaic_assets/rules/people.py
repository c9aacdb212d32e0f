"""What people say about rules: accept, reject, edit, switch off and on, each written down.

What belongs here: a rule set before and after, as values. Where rule files and the ledger are,
`work.people.rule_edits` knows.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, Rule, RuleAction, RuleChange, RuleSet, Severity


@dataclass(frozen=True, slots=True)
class Signature:
    """Who changes a rule, when (ISO time in UTC) and why."""

    at: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit changes of a rule; what is None stays. A parameter of None is taken away."""

    parameters: Mapping[str, Json] | None = None
    severity: Severity | None = None
    tolerance: float | None = None
    description: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        asked = (self.severity, self.tolerance, self.description)
        return not self.parameters and all(value is None for value in asked)


def version_of(rules: RuleSet) -> int:
    """How often people have changed the rules."""
    return max((change.version for change in rules.changes), default=0)


def find_rule(rules: RuleSet, rule_id: str) -> Rule:
    """Finds a rule by its id.

    Raises:
        BadInputError: There is none; names the nearest ids.
    """
    for rule in rules.rules:
        if rule.id == rule_id:
            return rule
    near = difflib.get_close_matches(rule_id, [rule.id for rule in rules.rules], n=3, cutoff=0.5)
    fix = f"Did you mean {' or '.join(near)}?" if near else f"List them: rules list {rules.source}"
    raise BadInputError(f"rules of {rules.source}", f"there is no rule {rule_id}", fix)


def say(
    rules: RuleSet, rule_id: str, action: RuleAction, signature: Signature, edit: Edit | None = None
) -> RuleSet:
    """Changes one rule and writes the change down; nothing is written for what is so already.

    accept keeps the rule as it stands, whatever is learnt later. reject switches it off for
    good. disable switches it off, enable on again; both leave it learnt if it was. edit changes
    it and keeps the change.

    Raises:
        BadInputError: There is no such rule, or its kind cannot give the edit a meaning.
    """
    # Releases are read on every plan, which does without Polars when nothing is new.
    from dmaic_assets.phenomena.registry import kind_of

    before = find_rule(rules, rule_id)
    after = _changed(before, action, edit or Edit())
    kind_of(after).validate(after)
    return put_rule(rules, before, after, action, signature)


def put_rule(
    rules: RuleSet, before: Rule, after: Rule, action: RuleAction, signature: Signature
) -> RuleSet:
    """Replaces a rule by its changed form and writes down the parts that differ."""
    old, new = _state(before), _state(after)
    changed = [key for key in new if old[key] != new[key]]
    if not changed:
        return rules
    kept = tuple(after if rule.id == before.id else rule for rule in rules.rules)
    change = replace(
        next_change(rules, action, signature),
        rule=before.id,
        before={key: old[key] for key in changed},
        after={key: new[key] for key in changed},
    )
    return replace(rules, rules=kept, changes=(*rules.changes, change))


def next_change(rules: RuleSet, action: RuleAction, signature: Signature) -> RuleChange:
    """The next thing that somebody says, still without what it is about."""
    return RuleChange(
        version=version_of(rules) + 1,
        action=action,
        rule="",
        at=signature.at,
        by=signature.by,
        reason=signature.reason,
    )


def release(
    rules: RuleSet, sha256: str, name: str, held_by: tuple[str, ...], signature: Signature
) -> RuleSet:
    """Writes down that a held file is fine: for it alone, the rules that held it do not count."""
    after: dict[str, Json] = {"name": name, "rules": list(held_by)}
    change = replace(next_change(rules, "release", signature), after=after, file=sha256)
    return replace(rules, changes=(*rules.changes, change))


def released(rules: RuleSet) -> dict[str, tuple[str, ...]]:
    """Gives the rules that do not count for each released file (by SHA-256)."""
    found: dict[str, tuple[str, ...]] = {}
    for change in rules.changes:
        held_by = change.after.get("rules")
        if change.action == "release" and isinstance(held_by, list):
            found[change.file] = tuple(str(rule) for rule in held_by)
    return found


def _changed(rule: Rule, action: RuleAction, edit: Edit) -> Rule:
    kept = "override" if rule.origin == "learnt" else rule.origin
    if action == "accept":
        return replace(rule, origin=kept, is_enabled=True)
    if action in ("reject", "retire"):
        return replace(rule, origin=kept, is_enabled=False)
    if action in ("disable", "enable"):
        return replace(rule, is_enabled=action == "enable")
    parameters = {**rule.parameters, **(edit.parameters or {})}
    return replace(
        rule,
        origin=kept,
        parameters={key: value for key, value in parameters.items() if value is not None},
        severity=edit.severity or rule.severity,
        tolerance=rule.tolerance if edit.tolerance is None else edit.tolerance,
        description=rule.description if edit.description is None else edit.description,
    )


def _state(rule: Rule) -> dict[str, Json]:
    return {
        "kind": rule.kind,
        "parameters": dict(rule.parameters),
        "severity": rule.severity,
        "tolerance": rule.tolerance,
        "origin": rule.origin,
        "enabled": rule.is_enabled,
        "description": rule.description,
    }
