"""What rules from a file or two may do: set single rows apart, and not stop a file that differs.

A rule on rows that was learnt from so few files has not seen how files differ. Where a few rows
fail it, they stand out from the others of their own file; where many do, the rule is more likely
too narrow than the file wrong. Then it is reported and has no say.
"""

from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.gate.rule_outcomes import Outcome, is_beyond
from dmaic_assets.model import RuleSet
from dmaic_assets.table.spelled_numbers import plural

# From so many files on, learning knows how files differ, if roughly.
ENOUGH_FILES = 3
# Share of a file's rows that a rule of a short history sets apart; beyond it the rule is doubted.
MOST_APART = 0.2
# What a wrong value is by itself, whatever other files hold, is not among them.
DOUBTED = frozenset(
    {
        *("not_null", "conditional_null", "range", "range_by", "in_set", "length", "shape"),
        *("mapping", "derived", "column_pair", "window", "one_value"),
    }
)


def without_doubted(outcomes: Sequence[Outcome], rules: RuleSet) -> tuple[list[Outcome], list[str]]:
    """Takes their say from learnt rules that too little history supports.

    Args:
        outcomes: What the rules came to.
        rules: The rules with their baseline.

    Returns:
        The same outcomes; of a short history, those of row rules that more than `MOST_APART` of
        the rows fail are neither broken nor severe, and do not count. And a note that names them.
    """
    if not is_short(rules):
        return list(outcomes), []
    doubted = [o.rule.id for o in outcomes if _is_doubted(o)]
    told = [_reported(o) if _is_doubted(o) else o for o in outcomes]
    files = len(rules.baseline)
    few = f"{plural(files, 'file')} of history"
    note = f"only reported, since {few} cannot tell an error from a change: {', '.join(doubted)}"
    return told, [note] if doubted else []


def is_short(rules: RuleSet) -> bool:
    """Whether the rules come from too few files, and not from one that covers many periods."""
    is_cut = any("cut_by" in rule.evidence for rule in rules.rules)
    return 0 < len(rules.baseline) < ENOUGH_FILES and not is_cut


def _is_doubted(outcome: Outcome) -> bool:
    rule = outcome.rule
    is_row_rule = rule.origin == "learnt" and rule.kind in DOUBTED and outcome.mask is not None
    is_severe = rule.severity != "low" or outcome.is_broken
    return is_row_rule and is_severe and is_beyond(outcome.share, MOST_APART)


def _reported(outcome: Outcome) -> Outcome:
    mild = replace(outcome.rule, severity="low")
    return replace(outcome, rule=mild, is_broken=False, is_counted=False)
