"""Ranks causes by explained variance: `phases.analyze.method: anova`.

What belongs here: the classical ranking, for who asks for it. One level per factor is told, the one
with most defects beyond expectation; pairs are not searched. The default is in `root_causes`.
"""

from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.phase_values.analyze import Cause, FactorVariance
from dmaic_assets.process.analyze.explained_variance import explained_variance
from dmaic_assets.process.analyze.factors import Bools, Factor
from dmaic_assets.process.analyze.root_causes import CauseRanking, rank_causes


def rank_by_variance(
    factors: Sequence[Factor], defective: Bools, *, limit: int = 5, alpha: float = 0.05
) -> CauseRanking:
    """Ranks factors by omega squared and names the worst level of each.

    The score of a cause is the omega squared of its factor, its adjusted p-value the Holm-adjusted
    one of the factor's F test; contributions of different factors may overlap.

    Args:
        factors: What each of the n rows is known by.
        defective: Which of the n rows are defective.
        limit: How many causes and suspects at most.
        alpha: A factor whose adjusted p-value exceeds this is a suspect, no cause.

    Raises:
        InvariantError: A factor has another number of rows than `defective`.
    """
    by_name = {factor.name: factor for factor in factors}
    variances = explained_variance(factors, defective)
    found = [
        cause
        for variance in variances[:limit]
        if (cause := _worst_level(by_name[variance.factor], defective, variance)) is not None
    ]
    return CauseRanking(
        rows=len(defective),
        defects=int(defective.sum()),
        tested=len(variances),
        causes=tuple(c for c in found if c.p_adjusted <= alpha),
        suspects=tuple(c for c in found if c.p_adjusted > alpha),
    )


def _worst_level(factor: Factor, defective: Bools, variance: FactorVariance) -> Cause | None:
    ranking = rank_causes([factor], defective, limit=1, with_pairs=False)
    first = next(iter((*ranking.causes, *ranking.suspects)), None)
    if first is None:
        return None
    return replace(first, score=variance.omega_squared, p_adjusted=variance.p_adjusted)
