"""Bad rows that pass because the rule that others of them fail cannot tell them.

A map judges the rows whose determinant it knows. When enough of those fail, the others have to be
expected to be wrong as often, and setting the failing rows apart would not clean the file. Nor
would it where rows in another unit look like rows in the usual one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.model import SEVERITIES, Thresholds
from dmaic_assets.phenomena.contract.passes import Frame
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, is_missing
from dmaic_assets.phenomena.mapping.known_cases import known_cases
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.phenomena.scale.rule import SCALE_MIX, factor_cause, logarithms, mixture_in
from dmaic_assets.table.spelled_numbers import percent

# Share of a file's rows that may be wrong without being told; beyond it the file is held.
MOST_UNSEEN = 0.01
# Fewer failing rows than these say nothing of the others.
FEWEST_FAILING = 8


def with_unseen(
    outcomes: Sequence[Outcome], frame: Frame, ctx: FrameContext, thresholds: Thresholds
) -> list[Outcome]:
    """Estimates for each violated map or mixture the share of wrong rows that it cannot tell.

    Args:
        outcomes: What the rules came to.
        frame: The typed rows.
        ctx: The frame's context.
        thresholds: They tell from which severity on rows are set apart; milder rules are passed
            over.

    Returns:
        The same outcomes; those with more than `MOST_UNSEEN` are broken and carry the share.
    """
    lowest = SEVERITIES.index(thresholds.quarantine_from)
    asked: dict[str, pl.Expr] = {}
    for outcome in outcomes:
        known = known_cases(outcome.rule)
        is_asked = outcome.mask is not None and outcome.rows_failed >= FEWEST_FAILING
        if known is not None and is_asked and SEVERITIES.index(outcome.rule.severity) <= lowest:
            there = ~is_missing(outcome.rule.columns[-1], ctx)
            judged = there & known.fill_null(value=False)
            asked[outcome.rule.id] = pl.struct(
                there.sum().alias("all"), judged.sum().alias("judged")
            )
    counts = frame.select(asked).row(0, named=True) if asked else {}
    flagged = [_flagged(o, counts[o.rule.id], ctx) if o.rule.id in counts else o for o in outcomes]
    return [_of_mixture(o, frame, ctx) if o.rule.kind == SCALE_MIX else o for o in flagged]


def missed_unseen(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Says in words why a file with wrong rows that no rule can find is held; none when it is not.

    One reason per determining columns: several maps from one key cannot judge the same rows.
    """
    found: dict[tuple[str, ...], Outcome] = {}
    for outcome in outcomes:
        key = outcome.rule.columns[:-1] or outcome.rule.columns
        if outcome.unseen_share > max(MOST_UNSEEN, found[key].unseen_share if key in found else 0):
            found[key] = outcome
    return tuple(_reason(outcome) for outcome in found.values())


def _reason(outcome: Outcome) -> str:
    share, most = percent(outcome.unseen_share), f"at most {percent(MOST_UNSEEN)} may be"
    if outcome.rule.kind == SCALE_MIX:
        return f"about {share} of the rows cannot be told apart by {outcome.rule.id}; {most}"
    return (
        f"about {share} of the rows are wrong as well and cannot be told: "
        f"{outcome.rule.id} knows no case like theirs; {most}"
    )


def _of_mixture(outcome: Outcome, frame: Frame, ctx: FrameContext) -> Outcome:
    """Names the unit that rows came in, and holds the file where too few of them can be told."""
    if outcome.mask is None or KINDS[outcome.rule.kind].obstacle(outcome.rule, ctx) is not None:
        return outcome
    logs = frame.select({"logs": logarithms(outcome.rule)}).to_series()
    found = mixture_in(outcome.rule, logs)
    judged = (len(logs) - logs.null_count()) / max(1, ctx.row_count)
    if found is None:
        return outcome
    share = found.untold * judged
    told = replace(outcome, cause=factor_cause(found))
    return told if share <= MOST_UNSEEN else replace(told, is_broken=True, unseen_share=share)


def _flagged(outcome: Outcome, counts: Mapping[str, int], ctx: FrameContext) -> Outcome:
    rate = outcome.rows_failed / max(1, counts["judged"])
    share = rate * (counts["all"] - counts["judged"]) / max(1, ctx.row_count)
    if share <= MOST_UNSEEN:
        return outcome
    return replace(outcome, is_broken=True, unseen_share=share)
