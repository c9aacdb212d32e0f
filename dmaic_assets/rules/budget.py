"""Spreads the false-alarm budget of a source over its rules, and prices every rule.

The budget is the share of clean files that all learnt rules together may stop. File rules stop a
file by themselves, so they share it, each by its weight: an upper bound by Boole's inequality
(rules that fire together only make it safer). Row rules set rows
apart and stop nothing until the gate's shares are passed; what they cost is the share of good
rows, and it is written beside them. See docs/adr/0010-false-alarm-budget.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from dmaic_assets.history.proposal import Proposal
from dmaic_assets.history.tolerance import rare_upper
from dmaic_assets.model import Json, Rule, Severity
from dmaic_assets.phenomena.registry import KINDS

# Columns up to which a rule is named by them.
_MOST_NAMED = 4
# Share of clean files that the highest criticality may stop.
_MOST_STOPPED = 0.25
# How much dearer a bad file that passes is than in a source of medium criticality.
_COST: Mapping[Severity, float] = {"critical": 4.0, "high": 2.0, "medium": 1.0, "low": 0.5}


def budget_for(budget: float, criticality: Severity) -> float:
    """Scales the budget by what a fault in the source costs.

    Where a bad file that passes costs more, more false alarms are worth paying for: the best
    threshold moves with the ratio of the two costs.

    Args:
        budget: The share of clean files that may be stopped in a source of medium criticality.
        criticality: The source's.

    Returns:
        Four times, twice, once or half the budget, from critical to low; at most a quarter of
        files, or the budget itself where it is more.
    """
    return min(budget * _COST[criticality], max(budget, _MOST_STOPPED))


def settle(proposals: Sequence[Proposal], *, budget: float, rows: int = 0) -> list[Rule]:
    """Turns proposals into rules, each file rule fitted to its part of the budget.

    Every rule gets its price: a file rule the share of clean files that it stops, a row rule the
    share of good rows that it sets apart (estimated from never having done so when its family
    has no better figure).

    Args:
        proposals: What the families propose.
        budget: The share of clean files that may be stopped, in (0, 1).
        rows: Rows of history; 0 when unknown.

    Returns:
        Rules in the order of the proposals; a file rule that cannot be fitted is left out.
    """
    fitted = [p for p in proposals if p.fit is not None]
    unit = budget / max(1.0, sum(p.weight for p in fitted))
    rules: list[Rule] = []
    for proposal in proposals:
        is_fixed = proposal.fit is None
        rule = _fixed(proposal, rows) if is_fixed else _fitted(proposal, unit * proposal.weight)
        if rule is not None:
            rules.append(rule)
    return _named(rules)


def total_stop_rate(rules: Iterable[Rule]) -> float:
    """Adds up the estimated shares of clean files that each rule stops."""
    rates = (rule.evidence.get("stop_rate") for rule in rules)
    return sum(float(rate) for rate in rates if isinstance(rate, int | float))


def _fixed(proposal: Proposal, rows: int) -> Rule:
    rates: dict[str, Json] = {}
    is_row_rule = KINDS[proposal.kind].scope == "row"
    row_rate = proposal.row_rate or (rare_upper(0, rows) if is_row_rule and rows else 0.0)
    if row_rate:
        rates["good_rows_lost"] = float(f"{row_rate:.2g}")
    if proposal.stop_rate or not is_row_rule:
        rates["stop_rate"] = float(f"{proposal.stop_rate:.2g}")
    return _rule(proposal, proposal.parameters, {**proposal.evidence, **rates})


def _fitted(proposal: Proposal, alpha: float) -> Rule | None:
    # Squares of numbers of about 1e300 are beyond the floats: no bound comes of them.
    with np.errstate(over="ignore", invalid="ignore"):
        fit = proposal.fit(alpha) if proposal.fit else None
    if fit is None or not (_is_finite(fit.parameters) and _is_finite(fit.evidence)):
        return None
    evidence = {**proposal.evidence, **fit.evidence, "stop_rate": float(f"{fit.stop_rate:.2g}")}
    return _rule(proposal, fit.parameters, evidence)


def _is_finite(value: object) -> bool:
    """Whether every number in it can be written down."""
    if isinstance(value, Mapping):
        return all(map(_is_finite, cast("Mapping[str, object]", value).values()))
    if isinstance(value, list | tuple):
        return all(map(_is_finite, cast("Sequence[object]", value)))
    return not isinstance(value, float) or math.isfinite(value)


def _rule(proposal: Proposal, parameters: Mapping[str, Json], evidence: Mapping[str, Json]) -> Rule:
    return Rule(
        id=_identifier(proposal),
        kind=proposal.kind,
        columns=proposal.columns,
        severity=proposal.severity,
        origin="learnt",
        parameters=dict(parameters),
        tolerance=proposal.tolerance,
        evidence=evidence,
        description=proposal.description,
    )


def _identifier(proposal: Proposal) -> str:
    """Names a rule as a rule written by hand is named by default: columns, then kind."""
    shown = proposal.columns if len(proposal.columns) <= _MOST_NAMED else ()
    name = f"{'+'.join(shown) or 'file'}.{proposal.kind}"
    return f"{name}:{proposal.variant}" if proposal.variant else name


def _named(rules: Sequence[Rule]) -> list[Rule]:
    """Makes ids unique by a number, in order."""
    seen: dict[str, int] = {}
    named: list[Rule] = []
    for rule in rules:
        seen[rule.id] = seen.get(rule.id, 0) + 1
        count = seen[rule.id]
        named.append(rule if count == 1 else replace(rule, id=f"{rule.id}:{count}"))
    return named
