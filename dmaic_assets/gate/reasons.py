"""Plain words: what was expected, what was seen, and why the verdict is what it is."""

from collections.abc import Sequence

from dmaic_assets.model import SEVERITIES, Decision, Rule, Verdict, Violation
from dmaic_assets.table.spelled_numbers import are, percent, plural

# Violated rules named in a sentence each; more are counted: a screen, not a log.
_SHOWN_RULES = 5
# Failing values shown beside a count.
_SHOWN_VALUES = 3
# Characters of a value that are shown.
_LONGEST_VALUE = 40


def expected_words(rule: Rule, description: str) -> str:
    """What the rule expects, and from how many files that was learnt."""
    files = rule.evidence.get("files")
    if isinstance(files, int) and not isinstance(files, bool) and rule.origin != "hand":
        return f"{description} (learnt from {plural(files, 'file')})"
    return description


def seen_rows(rows_failed: int, rows: int, values: Sequence[str | None]) -> str:
    """How many rows fail, and some of their values."""
    share = rows_failed / rows if rows else 0.0
    count = f"{rows_failed:,} of {plural(rows, 'row')} ({percent(share)})"
    shown = list(dict.fromkeys(_shown(v) for v in values if v is not None))[:_SHOWN_VALUES]
    return f"{count}, such as {', '.join(shown)}" if shown else count


def _shown(value: str) -> str:
    text = value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}..."
    return f'"{text}"'


def verdict_reasons(
    decision: Decision,
    missed: Sequence[str],
    violations: Sequence[Violation],
    *,
    quarantined: int,
    rows: int,
) -> tuple[str, ...]:
    """Says why a file is held or its rows set apart: the thresholds, then the rules behind it.

    Args:
        decision: The decision.
        missed: The thresholds that the file misses, in words.
        violations: The violations, worst first.
        quarantined: Rows set apart.
        rows: Data rows of the file.
    """
    if decision == "accept":
        return ()
    if decision == "reject":
        broken = [v for v in violations if v.is_broken]
        return (*missed, *_named(broken or violations))
    share = percent(quarantined / rows)
    head = f"{quarantined:,} of {rows:,} rows ({share}) {are(quarantined)} set apart"
    return (head, *_named([v for v in violations if v.rows_failed]))


def reasons_beyond_rules(verdict: Verdict) -> list[str]:
    """Picks the reasons that no violation tells: the thresholds that were missed."""
    rules = tuple(violation.rule for violation in verdict.violations)
    return [r for r in verdict.reasons if not r.startswith(rules) and " more violated " not in r]


def reasons_retold(verdict: Verdict, violations: Sequence[Violation]) -> tuple[str, ...]:
    """The reasons of a verdict, with what its violations say told in other words.

    Args:
        verdict: The verdict as it was recorded.
        violations: Its violations as they may be shown, in their order.
    """
    if not verdict.reasons:
        return ()
    told = [v for v in violations if v.is_broken or verdict.decision != "reject"]
    if verdict.decision == "quarantine":
        told = [v for v in told if v.rows_failed]
    return (*reasons_beyond_rules(verdict), *_named(told or violations))


def telling_first(violations: Sequence[Violation]) -> list[Violation]:
    """The violations that tell most first: broken and severe ones, with many rows.

    Those that most files fail as much come behind, and those of low severity last: they hold no
    file and set no row apart.
    """
    return sorted(
        violations,
        key=lambda v: (
            v.severity == "low",
            v.habit is not None,
            not v.is_broken,
            SEVERITIES.index(v.severity),
            -v.share,
        ),
    )


def _named(violations: Sequence[Violation]) -> list[str]:
    named = [_sentence(v) for v in violations[:_SHOWN_RULES]]
    if len(violations) > _SHOWN_RULES:
        more = len(violations) - _SHOWN_RULES
        named.append(f"and {plural(more, 'more violated rule')}")
    return named


def _sentence(violation: Violation) -> str:
    columns = f" on {', '.join(violation.columns[:4])}" if violation.columns else ""
    cause = f"; likely cause: {violation.cause}" if violation.cause else ""
    return f"{violation.rule}{columns}: expected {violation.expected}; seen {violation.seen}{cause}"
