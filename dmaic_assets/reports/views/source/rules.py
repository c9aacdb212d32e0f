"""What the page of a source says of its rules: what they expect, their evidence, who changed them.

What belongs here: putting it together from the rules that judge the next file, the ledger's
changes, and the verdicts of the newest files.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dmaic_assets.model import SEVERITIES, Json, Rule, RuleChange, RuleSet, Severity, Verdict
from dmaic_assets.work.kept_back.values import change_shown, expects_of

# Rules in a view: a source of 200 columns has a thousand or more, and `dmaic rules list` has all.
MOST_RULES = 400


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule. `broken_in` and `failed_in` count files among those looked at.

    `stop_rate` is the share of clean files that the rule is expected to stop, `good_rows_lost` that
    of good rows that it sets apart; None where nobody estimated them.
    """

    id: str
    kind: str
    columns: tuple[str, ...]
    severity: Severity
    origin: str
    is_enabled: bool
    expects: str
    files: int | None
    stop_rate: float | None
    good_rows_lost: float | None
    broken_in: int
    failed_in: int
    rows_failed: int
    last_failed: str
    changes: int


@dataclass(frozen=True, slots=True)
class RulesView:
    """The rules of a source: those that were broken most come first.

    `judged` files were looked at for how often rules are broken; `left_out` rules are not listed.
    `changes` is what people said, newest first.
    """

    rules: tuple[RuleView, ...]
    left_out: int
    switched_off: int
    judged: int
    baseline_files: int
    notes: tuple[str, ...]
    changes: tuple[RuleChange, ...]


def rules_view(
    rule_set: RuleSet,
    changes: Sequence[RuleChange],
    verdicts: Sequence[tuple[str, Verdict]],
    hidden: frozenset[str],
) -> RulesView:
    """Puts rules together with how files fared under them.

    Args:
        rule_set: The rules that judge the next file.
        changes: What people said, oldest first.
        verdicts: (file name, verdict) of the newest judged files, oldest first.
        hidden: The columns whose values are kept back.
    """
    fared = _fared(verdicts)
    said: defaultdict[str, int] = defaultdict(int)
    for change in changes:
        said[change.rule] += 1
    views = [
        _view(rule, fared.get(rule.id, _Fared()), said[rule.id], hidden) for rule in rule_set.rules
    ]
    views.sort(key=_interest)
    columns = {rule.id: frozenset(rule.columns) for rule in rule_set.rules}
    told = [change_shown(c, hidden, columns.get(c.rule, frozenset())) for c in reversed(changes)]
    return RulesView(
        rules=tuple(views[:MOST_RULES]),
        left_out=max(0, len(views) - MOST_RULES),
        switched_off=sum(not rule.is_enabled for rule in rule_set.rules),
        judged=len(verdicts),
        baseline_files=len(rule_set.baseline),
        notes=tuple(_notes(rule_set.notes, hidden)),
        changes=tuple(told),
    )


@dataclass(slots=True)
class _Fared:
    broken: int = 0
    failed: int = 0
    rows: int = 0
    last: str = ""


def _fared(verdicts: Iterable[tuple[str, Verdict]]) -> dict[str, _Fared]:
    found: defaultdict[str, _Fared] = defaultdict(_Fared)
    for name, verdict in verdicts:
        for violation in verdict.violations:
            fared = found[violation.rule]
            fared.failed += 1
            fared.broken += violation.is_broken
            fared.rows += violation.rows_failed
            fared.last = name
    return dict(found)


def _view(rule: Rule, fared: _Fared, changes: int, hidden: frozenset[str]) -> RuleView:
    files = rule.evidence.get("files")
    return RuleView(
        id=rule.id,
        kind=rule.kind,
        columns=rule.columns,
        severity=rule.severity,
        origin=rule.origin,
        is_enabled=rule.is_enabled,
        expects=expects_of(rule, hidden),
        files=files if isinstance(files, int) else None,
        stop_rate=_rate(rule.evidence.get("stop_rate")),
        good_rows_lost=_rate(rule.evidence.get("good_rows_lost")),
        broken_in=fared.broken,
        failed_in=fared.failed,
        rows_failed=fared.rows,
        last_failed=fared.last,
        changes=changes,
    )


def _interest(rule: RuleView) -> tuple[int, int, int, str]:
    return -rule.broken_in, -rule.failed_in, SEVERITIES.index(rule.severity), rule.id


def _rate(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _notes(notes: Iterable[str], hidden: frozenset[str]) -> Iterable[str]:
    return (note for note in notes if not any(name in note for name in hidden))
