"""How much of the defects a factor explains as a whole: ANOVA of a yes/no response.

What belongs here: the classical figures beside the scan of `root_causes`. Ranking by them favours
factors of many levels, which is why they are shown with their degrees of freedom and omega
squared, and are the ranking only where somebody asks for it.
"""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from dmaic_assets.phase_values.analyze import FactorVariance
from dmaic_assets.process.analyze.factors import Bools, Factor, Floats, single_groupings
from dmaic_assets.sixsigma.tests.multiplicity import adjust_p_values


def explained_variance(factors: Sequence[Factor], defective: Bools) -> tuple[FactorVariance, ...]:
    """Tests each factor alone, largest effect first (equal ones by name).

    Source: one-way ANOVA; for a 0/1 response SSB = sum d_l^2 / n_l - D^2 / N, SST = D - D^2 / N.
    """
    bad = np.flatnonzero(defective)
    found = [
        (grouping.factors[0].name, *_test(grouping.rows, grouping.count(bad)))
        for grouping in single_groupings(factors)
    ]
    adjusted = adjust_p_values([p for *_, p, _ in found]).tolist()
    results = [
        FactorVariance(name, levels, f, p, q, omega)
        for (name, levels, f, p, omega), q in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(results, key=lambda r: (-r.omega_squared, r.factor)))


def _test(rows: Floats, defects: Floats) -> tuple[int, float | None, float, float]:
    used = rows > 0
    n, d = rows[used], defects[used]
    total, count, levels = float(n.sum()), float(d.sum()), int(used.sum())
    sst = count - count * count / total
    ssb = float((d * d / n).sum()) - count * count / total
    within = total - levels
    msw = max(sst - ssb, 0.0) / within if within > 0 else 0.0
    if levels < 2 or sst <= 0 or msw <= 0:
        return levels, None if ssb > 0 else 0.0, 0.0 if ssb > 0 else 1.0, float(ssb > 0)
    f = ssb / (levels - 1) / msw
    p = float(stats.f.sf(f, levels - 1, within))
    return levels, f, p, (ssb - (levels - 1) * msw) / (sst + msw)
