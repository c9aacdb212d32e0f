"""What survives when the rules of a source are learnt again: everything that people said.

What belongs here: joining two rule sets by id. Reading and writing them is yaml_file.py's.
"""

from collections.abc import Mapping
from dataclasses import replace

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.rules.admission import with_admissions


def merge_rules(learnt: RuleSet, existing: RuleSet) -> RuleSet:
    """Joins freshly learnt rules with a rule set that people may have edited.

    Hand rules and overrides survive as they are; one with the id of a learnt rule replaces it in
    its place, an override with the learnt rule's evidence. A learnt rule that was switched off
    stays off as it stands, even while it is not learnt any more. Other old learnt rules go. Values
    and bounds that people admitted count for all of them. Merging twice is merging once.

    Returns:
        Source, types, baseline and notes of `learnt`; learnt rules in their order, then the
        others in the order of `existing`; the changes of `existing`.
    """
    kept = {rule.id: rule for rule in existing.rules if _is_said_by_people(rule)}
    rules = [_joined(rule, kept) for rule in learnt.rules]
    known = {rule.id for rule in learnt.rules}
    rules += [rule for rule in kept.values() if rule.id not in known]
    return with_admissions(replace(learnt, rules=tuple(rules), changes=existing.changes))


def hand_part(rule_set: RuleSet) -> RuleSet:
    """The part of a rule set that people said: hand rules, overrides, what is off, the changes.

    Its rules only change when people edit, apart from the evidence of overrides.
    """
    rules = tuple(rule for rule in rule_set.rules if _is_said_by_people(rule))
    return RuleSet(rule_set.source, rules, changes=rule_set.changes)


def _is_said_by_people(rule: Rule) -> bool:
    return rule.origin != "learnt" or not rule.is_enabled


def _joined(rule: Rule, kept: Mapping[str, Rule]) -> Rule:
    said = kept.get(rule.id)
    if said is None:
        return rule
    return replace(said, evidence=rule.evidence) if said.origin == "override" else said
