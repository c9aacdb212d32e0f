"""How severe the rules of a column are, as config/thresholds.yaml says it, put on learnt rules.

What belongs here: whose severity a criticality sets. Hand rules and overrides are merged
afterwards, so that people's word on a rule wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.model import SEVERITIES, Rule, Severity
from dmaic_assets.rules.tolerances import BOUND_BY
from dmaic_assets.settings.columns import PLACE, SaidOfColumns

# What a rule whose severity was set has in its evidence.
SEVERITY_BY = "severity_by"
# Kinds that say by themselves how much is too much; criticality leaves these alone once bounded.
_BOUNDS = frozenset({"null_share", "unique", "duplicate_rows", "duplicate_share"})
# Kinds on when a column has no value.
_OF_THE_FIRST = frozenset({"conditional_null", "null_share_given"})
# Kinds that are about a file's form, of whatever columns it is made.
_OF_THE_FILE = frozenset({"columns_present", "columns_added", "column_order", "redelivered"})
# Kinds of columns that name a thing: business keys.
_KEYS = frozenset({"foreign key", "identifier", "key"})


@dataclass(frozen=True, slots=True)
class Told:
    """How severe the rules of a column are to be, and the words for who says so."""

    severity: Severity
    by: str


def business_keys(kinds: Mapping[str, ColumnKind], rules: Iterable[Rule]) -> frozenset[str]:
    """The columns that hold keys: another source's, or values that name a thing."""
    named = {name for name, kind in kinds.items() if kind.kind in _KEYS}
    unique = {r.columns[0] for r in rules if r.kind == "unique" and len(r.columns) == 1}
    return frozenset(named | unique)


def criticality_of(
    said: SaidOfColumns,
    *,
    columns: Iterable[str],
    keys: Iterable[str],
    primary_key: Iterable[str],
) -> dict[str, Told]:
    """Tells how severe the rules of each column are to be; columns of which nothing is said lack.

    By role: columns of the declared primary key are critical, other keys high, the rest medium.
    What a column is said to be by its name wins.
    """
    told: dict[str, Told] = {}
    if said.by_role:
        told = {name: Told("medium", f"criticality: by_role in {PLACE}") for name in columns}
        of_key = f"criticality: by_role in {PLACE}, as a key"
        told |= {name: Told("high", of_key) for name in keys}
        of_primary = f"criticality: by_role in {PLACE}, as primary key"
        told |= {name: Told("critical", of_primary) for name in primary_key}
    for name, own in said.columns.items():
        if own.criticality is not None:
            told[name] = Told(own.criticality, f"columns.{name}.criticality in {PLACE}")
    return told


def notes_on_severity(before: Sequence[Rule], after: Sequence[Rule]) -> list[str]:
    """Says how many rules have another severity than learnt, and how many of these a milder one."""
    ranks = [
        (SEVERITIES.index(old.severity), SEVERITIES.index(new.severity))
        for old, new in zip(before, after, strict=True)
    ]
    changed, milder = sum(a != b for a, b in ranks), sum(b > a for a, b in ranks)
    return [f"{PLACE} sets the severity of {changed} rules, {milder} to a milder one"] * bool(
        changed
    )


def with_criticality(rules: Iterable[Rule], told: Mapping[str, Told]) -> list[Rule]:
    """Gives learnt rules the severity that is said of their columns.

    A rule of several columns takes the worst of theirs if each has one. What learning lets only
    report (severity low) is not raised, and what a tolerance bounds keeps its severity.
    """
    return [_severe(rule, told) for rule in rules]


def _severe(rule: Rule, told: Mapping[str, Told]) -> Rule:
    is_bound = rule.kind in _BOUNDS and BOUND_BY in rule.evidence
    # What asks for a value is about its first column, whatever the others say of when.
    columns = rule.columns[:1] if rule.kind in _OF_THE_FIRST else rule.columns
    is_of_columns = columns and all(name in told for name in columns)
    if not is_of_columns or is_bound or rule.kind in _OF_THE_FILE or rule.severity == "low":
        return rule
    worst = min((told[name] for name in columns), key=lambda t: SEVERITIES.index(t.severity))
    if worst.severity == rule.severity:
        return rule
    evidence = {**rule.evidence, SEVERITY_BY: f"{worst.by} (learnt: {rule.severity})"}
    return replace(rule, severity=worst.severity, evidence=evidence)
