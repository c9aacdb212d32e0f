"""Ranks the causes of defects: levels of factors, and pairs of levels, one after the other.

Each candidate group is scored by the log-likelihood ratio of its own defect rate against the rate
expected of its rows (a binomial scan over subgroups), less the price of having looked at that many
groups (Bonferroni). Ranking by the best level instead of by explained variance keeps many-valued
columns from winning by their number of levels. The best group is taken into the model, what is
expected is raised on its rows, and the search goes on: so a column that only travels with a cause
does not follow it in the list, and a pair counts only for what its parts do not explain.

Sources: Kulldorff, "A spatial scan statistic" (1997), for the ratio; `sixsigma.md` fact 7 for why
explained variance is no ranking.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dmaic_assets.errors import InvariantError
from dmaic_assets.phase_values.analyze import Cause
from dmaic_assets.process.analyze.cause_intervals import GroupCounts, contribution_of, lift_of
from dmaic_assets.process.analyze.factors import (
    Bools,
    Factor,
    Floats,
    Grouping,
    pair_groupings,
    single_groupings,
)


@dataclass(frozen=True, slots=True)
class CauseRanking:
    """Causes, strongest first, out of `tested` groups; `explained` is their joint share.

    `suspects` are the next groups by score, which the number of defects cannot tell from chance.
    """

    rows: int
    defects: int
    tested: int
    causes: tuple[Cause, ...]
    suspects: tuple[Cause, ...] = ()

    @property
    def explained(self) -> float:
        """The share of all defects that the causes have beyond expectation, at most 1."""
        return min(1.0, sum(cause.contribution for cause in self.causes))


@dataclass(frozen=True, slots=True)
class _Best:
    score: float
    ratio: float
    grouping: Grouping
    cell: int
    tested: int


def rank_causes(
    factors: Sequence[Factor],
    defective: Bools,
    *,
    limit: int = 5,
    alpha: float = 0.05,
    with_pairs: bool = True,
) -> CauseRanking:
    """Finds the groups of rows in which defects concentrate, strongest first.

    Args:
        factors: What each of the n rows is known by; without factors nothing is found.
        defective: Which of the n rows are defective.
        limit: How many causes and suspects at most.
        alpha: A group whose adjusted p-value exceeds this is a suspect, no cause.
        with_pairs: Whether pairs of levels are searched beside single ones.

    Raises:
        InvariantError: A factor has another number of rows than `defective`.
    """
    for factor in factors:
        if len(factor) != len(defective):
            raise InvariantError(
                factor.name,
                f"has {len(factor)} rows where {len(defective)} were judged",
                "Build all factors from the same table.",
            )
    total = int(defective.sum())
    if not total or total == len(defective):
        return CauseRanking(len(defective), total, 0, ())
    singles = single_groupings(factors)
    pairs = list(pair_groupings(factors)) if with_pairs else []
    search = _Search(singles, pairs, defective.astype(np.float64))
    found: list[Cause] = []
    while len(found) < limit and (cause := search.next_cause()) is not None:
        found.append(cause)
    # Once a group is no better than chance, nothing after it is told from chance either.
    split = next((i for i, c in enumerate(found) if c.p_adjusted > alpha), len(found))
    return CauseRanking(
        len(defective), total, search.tested, tuple(found[:split]), tuple(found[split:])
    )


class _Search:
    """The state of one ranking: which defects are expected of each row so far.

    Rows of found causes keep the rate of their cause; all others share one rate. So what a cell
    is expected to have follows from its counts of rows, without looking at every row again.
    """

    def __init__(
        self, singles: Sequence[Grouping], pairs: Sequence[Grouping], defects: Floats
    ) -> None:
        self._classes = [list(singles), list(pairs)]
        self._defects = defects
        self._expected = np.full(len(defects), defects.mean())
        bad = np.flatnonzero(defects)
        self._observed = [[g.count(bad) for g in groups] for groups in self._classes]
        self._counts = [int(sum(g.tested.sum() for g in groups)) for groups in self._classes]
        self._taken: dict[int, list[int]] = {}
        self._explained = np.zeros(len(defects), dtype=np.bool_)
        self._base = float(defects.mean())

    @property
    def tested(self) -> int:
        """How many groups were looked at."""
        return sum(self._counts)

    def next_cause(self) -> Cause | None:
        """Takes the best remaining group into the model; None when no group has any excess."""
        found = [best for index in (0, 1) if (best := self._best_of(index)) is not None]
        best = max(found, key=lambda b: b.score, default=None)
        if best is None:
            return None
        inside = best.grouping.cells() == best.cell
        cause = _cause(best, inside, self._defects, (self._expected, self._explained))
        self._raise_expected(inside)
        self._explained |= inside
        self._taken.setdefault(id(best.grouping), []).append(best.cell)
        return cause

    def _best_of(self, index: int) -> _Best | None:
        best: _Best | None = None
        tested = self._counts[index]
        known = np.flatnonzero(self._explained)
        beyond = self._expected[known] - self._base
        for grouping, observed in zip(self._classes[index], self._observed[index], strict=True):
            expected = grouping.rows * self._base
            if len(known):
                more = np.bincount(grouping.cells(known), beyond, minlength=len(expected))
                expected = expected + more
            ratios = excess_ratios(observed, expected, grouping.rows, grouping.tested)
            ratios[self._taken.get(id(grouping), [])] = 0.0
            cell = int(ratios.argmax())
            ratio = float(ratios[cell])
            score = ratio - math.log(max(tested, 1))
            if ratio > 0 and (best is None or score > best.score):
                best = _Best(score, ratio, grouping, cell, tested)
        return best

    def _raise_expected(self, inside: Bools) -> None:
        """Gives the group's rows their own rate, and the rows of no cause what is left."""
        expected, defects = self._expected, self._defects
        expected[inside] *= defects[inside].sum() / expected[inside].sum()
        rest = ~inside & ~self._explained
        left = expected[rest].sum()
        if left > 0:
            expected[rest] *= defects[rest].sum() / left
        np.clip(expected, 1e-12, 1.0, out=expected)
        self._base = float(expected[rest][0]) if rest.any() else 1e-12


def excess_ratios(observed: Floats, expected: Floats, rows: Floats, tested: Bools) -> Floats:
    """The log-likelihood ratio of each cell that has more defects than expected; 0 elsewhere."""
    excess = tested & (observed > expected) & (expected > 0)
    ratios = np.zeros_like(observed)
    d, e, n = observed[excess], np.minimum(expected[excess], rows[excess]), rows[excess]
    clean, left = n - d, np.maximum(n - e, 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = np.where(clean > 0, clean * np.log(np.maximum(clean, 1e-12) / left), 0.0)
    ratios[excess] = np.maximum(d * np.log(d / e) + tail, 0.0)
    return ratios


def _adjusted(best: _Best) -> float:
    # The one-sided p-value of a likelihood ratio; its logarithm, since it underflows.
    log_p = float(stats.norm.logsf(math.sqrt(2 * best.ratio))) + math.log(max(best.tested, 1))
    return math.exp(min(0.0, log_p))


def _cause(best: _Best, inside: Bools, defects: Floats, known: tuple[Floats, Bools]) -> Cause:
    expected, explained = known
    rows, total = int(inside.sum()), float(defects.sum())
    own = float(defects[inside].sum())
    fresh, others = inside & ~explained, ~inside & ~explained
    counts = GroupCounts(
        defects=float(defects[fresh].sum()),
        rows=float(fresh.sum()),
        other_defects=float(defects[others].sum()),
        other_rows=float(others.sum()),
    )
    lift = lift_of(counts)
    shared = float(expected[inside & explained].sum())
    excess = own - float(expected[inside].sum())
    share = contribution_of(excess, total, counts, shared=shared)
    return Cause(
        group=best.grouping.labels(best.cell),
        rows=rows,
        defects=int(own),
        rate=own / rows,
        lift=lift.value,
        lift_low=lift.low,
        lift_high=lift.high,
        contribution=share.value,
        contribution_low=share.low,
        contribution_high=share.high,
        score=best.score,
        p_adjusted=_adjusted(best),
    )
