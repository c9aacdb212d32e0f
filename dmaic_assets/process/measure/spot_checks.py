"""The sampling plan of a source: what a person who checks rows by hand has to look at.

What belongs here: plans for the CTQs that matter most. The gate itself looks at every row; a plan
is for whoever compares rows with the world, which no rule can.
"""

from collections.abc import Sequence

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.phase_values.measure import PlanPoint, SamplingPlan, SpotCheck
from dmaic_assets.process.define.ctq import of_unit
from dmaic_assets.sixsigma.defects.sampling_plans import (
    design_plan,
    operating_characteristic,
    sample_size_without_defects,
)

# Share of wrong rows that the smallest spot check without a find excludes: one in 100.
_PLANNED_SHARE = 0.01
# Plans listed: more than a person follows.
_MOST_PLANS = 5
# A share so many times the limit is to be found; closer ones need samples that nobody looks at.
_REJECTED = 5.0
# Share: five times more is half of the rows, which needs no plan to be seen.
_MOST_LIMIT = 0.1
# Share: a smaller one asks for more rows than anybody looks at.
_LEAST_LIMIT = 1e-4


def sampling_plan(ctqs: Sequence[Ctq], *, rows: int) -> SamplingPlan:
    """Plans spot checks of a source.

    A plan's good share is the CTQ's limit, its bad one five times that; good lots are rejected in
    at most 5 % of cases and bad ones accepted in at most 10 %.

    Args:
        ctqs: What Define fixed; those of rows with a limit in [0.0001, 0.1] get a plan, critical
            ones and those of the smallest limit first. Nobody looks at the rows that a smaller
            limit asks for.
        rows: Rows of the source.
    """
    wanted = [c for c in of_unit(ctqs, "row") if _LEAST_LIMIT <= c.upper_limit <= _MOST_LIMIT]
    wanted.sort(key=lambda c: (not c.is_critical, c.upper_limit, c.id))
    return SamplingPlan(
        inspection="every row of every file",
        rows=rows,
        rows_for_a_spot_check=sample_size_without_defects(_PLANNED_SHARE),
        share_that_it_excludes=_PLANNED_SHARE,
        plans=tuple(_plan(ctq) for ctq in wanted[:_MOST_PLANS]),
    )


def plan_words(plan: SpotCheck) -> str:
    """One plan in a sentence."""
    return (
        f"{plan.ctq}: look at {plan.sample_size:,} rows and accept with at most"
        f" {plan.acceptance} defective (tells {100 * plan.aql:.3g} % from {100 * plan.ltpd:.3g} %)."
    )


def _plan(ctq: Ctq) -> SpotCheck:
    good, bad = ctq.upper_limit, _REJECTED * ctq.upper_limit
    found = design_plan(good, bad)
    shares = [0.0, good, (good + bad) / 2, bad]
    accepted = operating_characteristic(found.plan, shares)
    return SpotCheck(
        ctq=ctq.id,
        sample_size=found.plan.sample_size,
        acceptance=found.plan.acceptance,
        aql=good,
        ltpd=bad,
        producer_risk=round(found.producer_risk, 6),
        consumer_risk=round(found.consumer_risk, 6),
        operating_characteristic=tuple(
            PlanPoint(share, round(p, 6)) for share, p in zip(shares, accepted, strict=True)
        ),
    )
