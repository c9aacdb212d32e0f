"""What links between sources mean for learning: which columns are keys, and what budget is left."""

from collections.abc import Sequence

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.reference.learn import ORPHAN_PART, ORPHANS

REFERENCE = "reference"
# Share of the budget that rules other than those on orphans keep.
LEAST_LEFT = 0.5


def foreign_keys(links: Sequence[Rule], written: RuleSet | None) -> dict[str, str]:
    """Names the columns that hold another source's keys, as learnt or as people wrote.

    Returns:
        Column to "source.column"; a link that is switched off is none.
    """
    said = {rule.id: rule for rule in written.rules} if written is not None else {}
    rules = {rule.id: rule for rule in links} | said
    return {
        rule.columns[0]: str(rule.parameters[REFERENCE])
        for rule in rules.values()
        if REFERENCE in rule.parameters and rule.is_enabled and len(rule.columns) == 1
    }


def budget_beside(links: Sequence[Rule], budget: float) -> float:
    """The share of clean files that other rules may stop: rules on orphans take their part."""
    taken = ORPHAN_PART * sum(rule.kind == ORPHANS for rule in links)
    return budget * max(LEAST_LEFT, 1.0 - taken)
