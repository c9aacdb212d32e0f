"""Keeps the values of sensitive columns out of what a view shows.

What belongs here: one place that decides it for violations, rules and changes of rules. Names of
columns and rules are shown; what stands in cells, and what was learnt from cells, is not.
"""

from collections.abc import Mapping
from dataclasses import replace

from dmaic_assets.gate.causes.rows import SHIFTED
from dmaic_assets.gate.reasons import expected_words, seen_rows
from dmaic_assets.gate.release import UNREADABLE
from dmaic_assets.model import Example, Json, Rule, RuleChange, Verdict, Violation
from dmaic_assets.phenomena.exchange.causes import MOVED, SWAPPED
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.work.alerts.words import SAYS_NO_VALUE, seen_of
from dmaic_assets.work.kept_back.columns import KEPT_BACK

# What is said of values that stand in another column than theirs.
_OUT_OF_PLACE = (SWAPPED, MOVED, SHIFTED)
_EXPECTED = "what is usual of a column that tells of persons; its values are kept back"
# Places of an example that hold a whole record as it stands in the file.
_WHOLE = frozenset({"raw"})


def hidden_in(verdict: Verdict, hidden: frozenset[str], columns: frozenset[str]) -> frozenset[str]:
    """The columns of a file whose values are kept back.

    Where values stand in another column than theirs, any column may hold those of a sensitive one.

    Args:
        verdict: What was said of the file.
        hidden: The sensitive columns of its source.
        columns: All columns that are known of source and file.
    """
    return columns | hidden if hidden and is_mixed(verdict) else hidden


def is_mixed(verdict: Verdict) -> bool:
    """Whether values of a file stand in another column than theirs."""
    return any((v.cause or "").startswith(_OUT_OF_PLACE) for v in verdict.violations)


def violation_shown(violation: Violation, hidden: frozenset[str], rows: int) -> Violation:
    """A violation without values of hidden columns.

    Args:
        violation: The violation.
        hidden: The columns whose values are kept back.
        rows: The file's rows.
    """
    if not hidden or violation.rule == UNREADABLE:
        return violation
    named = {*violation.columns, *(name for e in violation.examples for name in e.values)}
    if violation.columns and hidden.isdisjoint(named):
        return violation
    says_none = violation.kind in SAYS_NO_VALUE
    is_known = says_none or hidden.isdisjoint(violation.columns)
    seen = (seen_of(violation) if says_none else "") or KEPT_BACK
    return replace(
        violation,
        expected=violation.expected if is_known else _EXPECTED,
        seen=seen_rows(violation.rows_failed, rows, ()) if violation.scope == "row" else seen,
        cause=(violation.cause or "").partition(" (")[0] or None,
        examples=tuple(_example(e, hidden) for e in violation.examples),
    )


def expects_of(rule: Rule, hidden: frozenset[str]) -> str:
    """Says in words what a rule expects; nothing that was learnt from hidden columns."""
    told = description_of(rule, hidden)
    return told if told == _EXPECTED else expected_words(rule, told)


def description_of(rule: Rule, hidden: frozenset[str]) -> str:
    """Describes a rule as its kind does, or says that what it knows of values is kept back."""
    if rule.kind not in SAYS_NO_VALUE and not hidden.isdisjoint(rule.columns):
        return _EXPECTED
    kind = KINDS.get(rule.kind)
    return kind.describe(rule) if kind else rule.description or rule.kind


def change_shown(change: RuleChange, hidden: frozenset[str], columns: frozenset[str]) -> RuleChange:
    """A change of a rule without what it says of values, where the rule is about a hidden column.

    Args:
        change: The change.
        hidden: The columns whose values are kept back.
        columns: Those of the rule; empty where it is not known any more.
    """
    if not hidden or (columns and hidden.isdisjoint(columns)):
        return change
    before, after = parameters_shown(change.before), parameters_shown(change.after)
    return replace(change, before=before, after=after)


def values_shown(values: Mapping[str, str | None], hidden: frozenset[str]) -> dict[str, str | None]:
    """The cells of a row as text; those of hidden columns are there or missing, no more."""
    kept = hidden | _WHOLE if hidden else hidden
    return {n: KEPT_BACK if t is not None and n in kept else t for n, t in values.items()}


def _example(example: Example, hidden: frozenset[str]) -> Example:
    return replace(example, values=values_shown(example.values, hidden))


def parameters_shown(said: Mapping[str, Json]) -> dict[str, Json]:
    """What is said of a rule or a repair: its state and severity, but no parameter."""
    return {
        name: value if isinstance(value, bool) or name == "severity" else KEPT_BACK
        for name, value in said.items()
    }
