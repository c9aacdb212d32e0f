"""Score, severity rates and the decision: arithmetic only.

Source: the severity gate of common expectation suites (success rate per severity against a
threshold), with weights for the score.
"""

from collections.abc import Iterable, Mapping, Sequence

from dmaic_assets.gate.rule_outcomes import Outcome, is_beyond
from dmaic_assets.model import SEVERITIES, SEVERITY_WEIGHTS, Decision, Severity, Thresholds
from dmaic_assets.table.spelled_numbers import percent

# Percentage points by which sums of weights may miss a threshold that they reach exactly.
_ROUNDING = 1e-9


def score_of(outcomes: Iterable[Outcome], checks: Sequence[Outcome] = ()) -> float:
    """The share of passed weight: sum(weight * passed) / sum(weight), in [0, 1].

    A row rule passes with the share of rows that do not fail it, a file rule with 0 or 1.

    Args:
        outcomes: What the rules came to; what is not counted is passed over.
        checks: The checks of reading, where they weigh too: as long as a file has no history.

    Returns:
        The score; 1 when no rule was evaluated.
    """
    counted = [outcome for outcome in outcomes if outcome.is_counted]
    if not counted:
        return 1.0
    weighed = [(SEVERITY_WEIGHTS[o.rule.severity], o.passed) for o in (*counted, *checks)]
    return sum(weight * passed for weight, passed in weighed) / sum(w for w, _ in weighed)


def severity_rates(
    outcomes: Iterable[Outcome], checks: Sequence[Outcome] = ()
) -> dict[Severity, float]:
    """Percent of unbroken among evaluated rules of each severity; 100 when none was evaluated.

    The checks of reading that hold count among the rules of low severity, so that a single mild
    rule never decides over a file.
    """
    held = sum(not check.is_broken for check in checks)
    evaluated = {**dict.fromkeys(SEVERITIES, 0), "low": held}
    unbroken = {**dict.fromkeys(SEVERITIES, 0), "low": held}
    for outcome in outcomes:
        if outcome.is_counted:
            evaluated[outcome.rule.severity] += 1
            unbroken[outcome.rule.severity] += not outcome.is_broken
    return {s: 100.0 * unbroken[s] / evaluated[s] if evaluated[s] else 100.0 for s in SEVERITIES}


def missed_thresholds(
    score: float,
    rates: Mapping[Severity, float],
    quarantined_share: float,
    thresholds: Thresholds,
) -> tuple[str, ...]:
    """Says in words which thresholds a file misses; none when it may pass.

    A severity without a threshold needs nothing. Reaching a threshold exactly is enough.
    """
    missed: list[str] = []
    if 100 * score < thresholds.overall - _ROUNDING:
        missed.append(f"score {100 * score:.1f} is below {thresholds.overall:g}")
    for severity in SEVERITIES:
        wanted = thresholds.severities.get(severity, 0.0)
        if rates[severity] < wanted - _ROUNDING:
            missed.append(
                f"only {rates[severity]:.1f} % of the {severity} rules hold, {wanted:g} % must"
            )
    if is_beyond(quarantined_share, thresholds.max_quarantined_share):
        missed.append(
            f"{percent(quarantined_share)} of the rows fail, at most "
            f"{percent(thresholds.max_quarantined_share)} may be set apart"
        )
    return tuple(missed)


def decide(missed: Sequence[str], quarantined: int) -> Decision:
    """Rejects a file that misses a threshold; else quarantines when rows are set apart."""
    if missed:
        return "reject"
    return "quarantine" if quarantined else "accept"
