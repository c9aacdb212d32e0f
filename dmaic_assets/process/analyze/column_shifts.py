"""How columns themselves change: values from earlier to later files, and what is missing where.

What belongs here: the distribution of each factor over time (R53), and which other value goes with
a missing one (R55). Defects play no part; where they come from is `root_causes`'.
"""

import math
from collections.abc import Sequence

import numpy as np

from dmaic_assets.phase_values.analyze import DistributionShift, MissingBySlice
from dmaic_assets.process.analyze.factor_table import MISSING
from dmaic_assets.process.analyze.factors import Bools, Factor, Floats
from dmaic_assets.sixsigma.tests.effects_explained import cramers_v

# Natural logarithms: the divergence of two distributions without a common value is ln 2.
LEAST_DIVERGENCE = 0.1
# Cramér's V, lower bound: a small effect (Cohen 1988, .1) is told, a smaller one is not.
LEAST_ASSOCIATION = 0.1
# Levels of a factor that are compared: as many as `factor_table` keeps.
MOST_LEVELS = 200
# Levels per row from which a factor only names rows.
NEARLY_UNIQUE = 0.99
# Factors and levels named, the strongest.
MOST_TOLD = 5
# Rows on either side that show a distribution rather than single values.
_LEAST_ROWS = 30
# Missing and present values at least: fewer may go together by chance.
_LEAST_MISSING = 5


def distribution_shifts(factors: Sequence[Factor], is_late: Bools) -> tuple[DistributionShift, ...]:
    """Compares the values of later rows with those of earlier ones.

    Factors of more than `MOST_LEVELS` levels, and those whose values hardly ever repeat, are left
    out; so is everything when either side has fewer than 30 rows.

    Returns:
        The factors with a divergence above `LEAST_DIVERGENCE`, the largest first.

    Source: Lin, "Divergence measures based on the Shannon entropy" (1991).
    """
    early_rows, late_rows = int((~is_late).sum()), int(is_late.sum())
    if min(early_rows, late_rows) < _LEAST_ROWS:
        return ()
    found: list[DistributionShift] = []
    for factor in filter(_is_usable, factors):
        early, late = (
            np.bincount(factor.codes[rows], minlength=len(factor.levels)).astype(np.float64)
            for rows in (~is_late, is_late)
        )
        divergence = jensen_shannon(early, late)
        if divergence > LEAST_DIVERGENCE:
            new, vanished = _levels(factor, late, early), _levels(factor, early, late)
            found.append(DistributionShift(factor.name, divergence, new, vanished))
    return tuple(sorted(found, key=lambda s: (-s.divergence, s.factor)))


def missing_by_slice(factors: Sequence[Factor]) -> tuple[MissingBySlice, ...]:
    """Finds which other value goes with a missing one.

    Returns:
        For each factor with missing values the strongest association of at least
        `LEAST_ASSOCIATION` at its lower bound, the strongest first, at most `MOST_TOLD`.
    """
    usable = [factor for factor in factors if _is_usable(factor)]
    found: list[MissingBySlice] = []
    for factor in factors:
        if MISSING not in factor.levels:
            continue
        missing = factor.codes == factor.levels.index(MISSING)
        if min(int(missing.sum()), int((~missing).sum())) < _LEAST_MISSING:
            continue
        candidates = [
            told
            for other in usable
            if other.name != factor.name and (told := _association(factor.name, missing, other))
        ]
        if candidates:
            found.append(max(candidates, key=lambda m: (m.association, m.by)))
    return tuple(sorted(found, key=lambda m: (-m.association, m.factor))[:MOST_TOLD])


def jensen_shannon(first: Floats, second: Floats) -> float:
    """The divergence of two distributions given by counts, in [0, ln 2]."""
    p, q = first / first.sum(), second / second.sum()
    middle = (p + q) / 2
    return max(0.0, (_entropy_to(p, middle) + _entropy_to(q, middle)) / 2)


def _entropy_to(p: Floats, middle: Floats) -> float:
    there = p > 0
    return float((p[there] * np.log(p[there] / middle[there])).sum())


def _levels(factor: Factor, there: Floats, other: Floats) -> tuple[str, ...]:
    places = np.flatnonzero((there > 0) & (other == 0))
    return tuple(factor.levels[i] for i in sorted(places, key=lambda i: (-there[i], i)))


def _association(name: str, missing: Bools, other: Factor) -> MissingBySlice | None:
    width = len(other.levels)
    gone = np.bincount(other.codes[missing], minlength=width).astype(np.float64)
    there = np.bincount(other.codes[~missing], minlength=width).astype(np.float64)
    kept = gone + there >= _LEAST_MISSING
    # A column that is missing with another says nothing of the rows.
    if MISSING in other.levels:
        kept[other.levels.index(MISSING)] = False
    if int(kept.sum()) < 2 or not gone[kept].any() or not there[kept].any():
        return None
    effect = cramers_v(np.stack([gone[kept], there[kept]]).tolist())
    if not effect.lower >= LEAST_ASSOCIATION or math.isnan(effect.value):
        return None
    shares = np.where(kept, gone / np.maximum(gone + there, 1), -1.0)
    worst = int(shares.argmax())
    overall = float(missing.mean())
    return MissingBySlice(
        name,
        other.name,
        effect.value,
        effect.lower,
        effect.upper,
        other.levels[worst],
        float(shares[worst]),
        overall,
    )


def _is_usable(factor: Factor) -> bool:
    levels = len(factor.levels)
    return 1 < levels <= MOST_LEVELS and levels < NEARLY_UNIQUE * len(factor)
