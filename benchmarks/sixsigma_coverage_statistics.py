"""Coverage of the intervals of the statistics: means, effects, shares, correlations, regression.

Each line simulates one interval at 95 % and tells how often it held the truth. Intervals of counts
that condition on a total (rate ratio) hold it more often by design.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterator

import numpy as np

from dmaic_assets.sixsigma.anova import one_way_anova
from dmaic_assets.sixsigma.contingency import rate_ratio, share_difference
from dmaic_assets.sixsigma.correlations import kendall, pearson, spearman
from dmaic_assets.sixsigma.effects import Effect, cohen_d, glass_delta, hedges_g, rank_biserial
from dmaic_assets.sixsigma.effects_explained import cramers_v, explained_variance
from dmaic_assets.sixsigma.posthoc import Comparison, games_howell, tukey_kramer
from dmaic_assets.sixsigma.regression import linear_regression
from dmaic_assets.sixsigma.transforms import box_cox
from dmaic_assets.sixsigma.ttests import mean_test, paired_t_test, t_test, variance_ratio_test

GAP = 0.01
APART = 0.6
Simulation = Callable[[np.random.Generator], bool]


def _two(
    rng: np.random.Generator,
    *,
    sds: tuple[float, float] = (1, 1),
    sizes: tuple[int, int] = (20, 30),
) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(APART * sds[1], sds[0], sizes[0]), rng.normal(0, sds[1], sizes[1])


def _holds(effect: Effect, truth: float) -> bool:
    return effect.lower <= truth <= effect.upper


def _welch(rng: np.random.Generator) -> bool:
    test = t_test(*_two(rng, sds=(3, 1)))
    return test.lower <= APART <= test.upper


def _student(rng: np.random.Generator) -> bool:
    test = t_test(*_two(rng), equal_variances=True)
    return test.lower <= APART <= test.upper


def _paired(rng: np.random.Generator) -> bool:
    common = rng.normal(0, 4, 12)
    test = paired_t_test(common + rng.normal(1, 1, 12), common)
    return test.lower <= 1 <= test.upper


def _mean(rng: np.random.Generator) -> bool:
    test = mean_test(rng.normal(5, 2, 15))
    return test.lower <= 5 <= test.upper


def _variances(rng: np.random.Generator) -> bool:
    test = variance_ratio_test(*_two(rng, sds=(2, 1)))
    return test.lower <= 4 <= test.upper


def _average_d(rng: np.random.Generator) -> bool:
    x, y = _two(rng, sds=(2, 1), sizes=(40, 40))
    return _holds(cohen_d(x, y, standardizer="average"), APART / math.sqrt(2.5))


def _dominance(rng: np.random.Generator) -> bool:
    chance = 0.5 * (1 + math.erf(APART / 2))
    return _holds(rank_biserial(*_two(rng)), 2 * chance - 1)


def _explained(rng: np.random.Generator) -> bool:
    centers = np.array([0.0, 0.3, 0.9, 0.4])
    table = one_way_anova({str(i): rng.normal(c, 1, 15) for i, c in enumerate(centers)})
    found = explained_variance(table)
    share = float(centers.var())
    return found.lower <= share / (1 + share) <= found.upper


def _cramer(rng: np.random.Generator) -> bool:
    shares = np.array([[0.22, 0.08, 0.1], [0.1, 0.3, 0.2]])
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    truth = math.sqrt(float(((shares - expected) ** 2 / expected).sum()))
    return _holds(cramers_v(rng.multinomial(500, shares.ravel()).reshape(2, 3).tolist()), truth)


def _all_hold(comparisons: tuple[Comparison, ...], means: list[float]) -> bool:
    return all(
        c.lower <= means[int(c.second)] - means[int(c.first)] <= c.upper for c in comparisons
    )


def _tukey(rng: np.random.Generator) -> bool:
    means = [0.0, 1.0, 2.0]
    return _all_hold(
        tukey_kramer({str(i): rng.normal(m, 1, 12) for i, m in enumerate(means)}), means
    )


def _games(rng: np.random.Generator) -> bool:
    means = [0.0, 1.0, 2.0]
    groups = {str(i): rng.normal(m, 1 + m, 15) for i, m in enumerate(means)}
    return _all_hold(games_howell(groups), means)


def _shares(rng: np.random.Generator) -> bool:
    counts = int(rng.binomial(400, 0.3)), int(rng.binomial(500, 0.2))
    test = share_difference(counts, (400, 500), is_corrected=False)
    return test.lower <= 0.1 <= test.upper


def _rates(rng: np.random.Generator) -> bool:
    test = rate_ratio((int(rng.poisson(60)), int(rng.poisson(40))), (30.0, 40.0))
    return test.lower <= 2 <= test.upper


def _correlation(kind: str) -> Simulation:
    test = {"pearson": pearson, "spearman": spearman, "kendall": kendall}[kind]
    rho = 0.6
    truth = {
        "pearson": rho,
        "spearman": 6 / math.pi * math.asin(rho / 2),
        "kendall": 2 / math.pi * math.asin(rho),
    }[kind]

    def simulate(rng: np.random.Generator) -> bool:
        x = rng.normal(size=60)
        found = test(x, rho * x + math.sqrt(1 - rho**2) * rng.normal(size=60))
        return found.lower <= truth <= found.upper

    return simulate


def _slope(rng: np.random.Generator) -> bool:
    x = rng.normal(size=25)
    fit = linear_regression(1 + 2 * x + rng.normal(0, 3, 25), {"x": x})
    low, high = fit.intervals()[1]
    return bool(low <= 2 <= high)


def _power(rng: np.random.Generator) -> bool:
    found = box_cox((1 + 0.5 * rng.normal(8, 1, 80)) ** 2)
    return found.lower <= 0.5 <= found.upper


def simulations() -> Iterator[tuple[str, Simulation, bool]]:
    """Name, simulation, and whether the interval is one that promises at least its level."""
    yield "mean", _mean, False
    yield "difference of means, student", _student, False
    yield "difference of means, welch", _welch, False
    yield "difference of pairs", _paired, False
    yield "ratio of variances", _variances, False
    yield "cohen d", lambda rng: _holds(cohen_d(*_two(rng)), APART), False
    yield "cohen d, average variance", _average_d, False
    yield "hedges g", lambda rng: _holds(hedges_g(*_two(rng)), APART), False
    yield "glass delta", lambda rng: _holds(glass_delta(*_two(rng)), APART), False
    yield "rank-biserial", _dominance, False
    yield "variance explained", _explained, False
    yield "cramer v", _cramer, False
    yield "tukey-kramer, all pairs", _tukey, False
    yield "games-howell, all pairs", _games, False
    yield "difference of shares", _shares, False
    yield "ratio of rates", _rates, True
    for kind in ("pearson", "spearman", "kendall"):
        yield f"correlation, {kind}", _correlation(kind), False
    yield "slope", _slope, False
    yield "power of box-cox", _power, False


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a name")
    options = parser.parse_args(arguments)
    is_right = True
    for place, (name, simulate, is_exact) in enumerate(simulations()):
        if options.only not in name:
            continue
        rng = np.random.default_rng([options.seed, place])
        held = sum(simulate(rng) for _ in range(options.simulations)) / options.simulations
        is_met = held >= 0.95 - GAP and (is_exact or held <= 0.95 + GAP)
        is_right &= is_met
        promise = "at least 95 %" if is_exact else "95 % within 1 %"
        verdict = "ok" if is_met else "MISSED"
        print(f"{name:32} {100 * held:6.2f} %  {promise:16} {verdict}", flush=True)
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
