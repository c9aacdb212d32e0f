"""Rules that a release must not cost: it lets in what was said, and judges all else as before.

A released file is history. Learning from it alone would take away what it breaks: a column that
once was missing has no rule against missing values any more, and one odd form of a text opens the
pattern to nearly any. What people said of the file is kept here as the least that the rule becomes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.model import Json, Rule, RuleSet, Severity

# What a pattern begins with that says no more than which characters never come.
_ALPHABET = "[^"
_SEVERITIES: Mapping[str, Severity] = {
    "critical": "critical", "high": "high", "medium": "medium", "low": "low"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule as it stood when people widened it: its pattern, or the greatest missing share."""

    rule: Rule
    is_of_missing: bool


def kept_rules(rules: RuleSet) -> tuple[Kept, ...]:
    """Reads the rules that people widened, as they stood, in the order in which they did so.

    Of several words on one rule the first tells its pattern, and the greatest share counts.
    """
    found: dict[str, Kept] = {}
    for change in rules.changes:
        column, kind = change.after.get("column"), change.after.get("kind")
        if change.action != "admit" or not change.rule or not isinstance(column, str):
            continue
        if kind == "null_share" and isinstance(most := change.after.get("max"), int | float):
            known = found.get(change.rule)
            had = known.rule.parameters.get("max") if known else None
            share = max(most, had) if isinstance(had, int | float) else most
            rule = _as_it_stood(
                f"{column}.null_share", "null_share", column, change.before, max=share
            )
            found[change.rule] = Kept(rule, is_of_missing=True)
        elif isinstance(pattern := change.before.get("pattern"), str) and change.rule not in found:
            rule = _as_it_stood(change.rule, "shape", column, change.before, pattern=pattern)
            found[change.rule] = Kept(rule, is_of_missing=False)
    return tuple(found.values())


def with_kept(rules: RuleSet, said: Sequence[Kept]) -> Iterator[Rule]:
    """Gives the rules of a set, none of which says less than people left of it.

    Rules that people wrote or switched off stay as they are; so does what columns that are gone
    had.
    """
    shares = {kept.rule.columns[0]: kept.rule for kept in said if kept.is_of_missing}
    forms = {kept.rule.id: kept.rule for kept in said if not kept.is_of_missing}
    there: set[str] = set()
    for rule in rules.rules:
        is_learnt = rule.origin == "learnt" and rule.is_enabled
        one = rule.columns[0] if len(rule.columns) == 1 else ""
        if is_learnt and rule.kind == "not_null" and one in shares:
            continue
        there.add(rule.id)
        if is_learnt and rule.kind == "null_share" and one in shares:
            yield _reaching_share(rule, shares[one])
        elif is_learnt and rule.id in forms and _says_less(rule, forms[rule.id]):
            yield replace(forms[rule.id], evidence=rule.evidence)
        else:
            yield rule
    columns = {type_.column for type_ in rules.types}
    for rule in (*shares.values(), *forms.values()):
        if rule.id not in there and rule.columns[0] in columns:
            yield rule


def _as_it_stood(
    identity: str, kind: str, column: str, before: Mapping[str, Json], **parameters: Json
) -> Rule:
    tolerance = before.get("tolerance")
    return Rule(
        identity,
        kind,
        (column,),
        _SEVERITIES.get(str(before.get("severity")), "high"),
        "learnt",
        parameters=parameters,
        tolerance=tolerance if isinstance(tolerance, float) else None,
    )


def _reaching_share(rule: Rule, said: Rule) -> Rule:
    bound, most = rule.parameters.get("max"), said.parameters["max"]
    if not isinstance(bound, int | float) or not isinstance(most, int | float) or bound >= most:
        return rule
    return replace(rule, parameters={**rule.parameters, "max": most})


def _says_less(rule: Rule, said: Rule) -> bool:
    """Whether a pattern only reports, or only names characters, where it told forms before."""
    now, was = str(rule.parameters.get("pattern")), str(said.parameters.get("pattern"))
    is_coarser = now.startswith(_ALPHABET) and not was.startswith(_ALPHABET)
    return is_coarser or (rule.severity == "low" and said.severity != "low")
