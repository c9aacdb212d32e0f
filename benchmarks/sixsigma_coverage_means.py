"""Coverage of the intervals of means, variances, coefficients, biases and effects of designs."""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from scipy import interpolate

from benchmarks.coverage import Generator, Held, Simulation, each, main_of
from dmaic_assets.sixsigma.designs.effects import estimate_effects
from dmaic_assets.sixsigma.designs.fractional import two_level_design
from dmaic_assets.sixsigma.msa.bias import Bias, bias_of, linearity_of, type1_study
from dmaic_assets.sixsigma.regression.linear import linear_regression
from dmaic_assets.sixsigma.tests import posthoc
from dmaic_assets.sixsigma.tests.posthoc import Comparison, games_howell, tukey_kramer
from dmaic_assets.sixsigma.tests.studentized_range import studentized_range_quantile
from dmaic_assets.sixsigma.tests.ttests import mean_test, paired_t_test, t_test, variance_ratio_test

TTESTS = "sixsigma.tests.ttests."
APART = 0.6
MEANS = (0.0, 1.0, 2.0)
Grouped = Callable[[dict[str, np.ndarray]], tuple[Comparison, ...]]


def _mean(size: int) -> Held:
    def holds(rng: Generator) -> bool:
        test = mean_test(rng.normal(5, 2, size))
        return test.lower <= 5 <= test.upper

    return each(holds)


def _paired(size: int) -> Held:
    def holds(rng: Generator) -> bool:
        common = rng.normal(0, 4, size)
        test = paired_t_test(common + rng.normal(1, 1, size), common)
        return test.lower <= 1 <= test.upper

    return each(holds)


def _difference(sizes: tuple[int, int], sd: float, *, is_student: bool) -> Held:
    def holds(rng: Generator) -> bool:
        x, y = rng.normal(APART, sd, sizes[0]), rng.normal(0, 1, sizes[1])
        test = t_test(x, y, equal_variances=is_student)
        return test.lower <= APART <= test.upper

    return each(holds)


def _variances(sizes: tuple[int, int]) -> Held:
    def holds(rng: Generator) -> bool:
        test = variance_ratio_test(rng.normal(0, 2, sizes[0]), rng.normal(0, 1, sizes[1]))
        return test.lower <= 4 <= test.upper

    return each(holds)


def _all_pairs(compare: Grouped, size: int, sds: tuple[float, ...]) -> Held:
    """All pairs at once; p-values, which cost the most and bound nothing, are left out."""

    def holds(rng: Generator) -> bool:
        groups = {
            str(i): rng.normal(m, sd, size)
            for i, (m, sd) in enumerate(zip(MEANS, sds, strict=True))
        }
        return all(
            c.lower <= MEANS[int(c.second)] - MEANS[int(c.first)] <= c.upper
            for c in compare(groups)
        )

    def held(rng: Generator, draws: int) -> float:
        kept = posthoc.studentized_range_tail, posthoc.studentized_range_quantile
        posthoc.studentized_range_tail = lambda *_: 1.0
        posthoc.studentized_range_quantile = _interpolated(size)
        try:
            return each(holds)(rng, draws)
        finally:
            posthoc.studentized_range_tail, posthoc.studentized_range_quantile = kept

    return held


def _interpolated(size: int) -> Callable[[float, int, float], float]:
    """Quantiles of the studentized range by a spline over 1 / df, which errs by less than 1e-6."""
    inverse = np.linspace(1 / (3 * size), 1 / (size - 1), 40)
    exact = [studentized_range_quantile(0.95, len(MEANS), 1 / x) for x in inverse.tolist()]
    spline = interpolate.CubicSpline(inverse, exact)
    return lambda *given: float(spline(1 / given[2]))


def _slope(size: int) -> Held:
    def holds(rng: Generator) -> bool:
        x = rng.normal(size=size)
        fit = linear_regression(1 + 2 * x + rng.normal(0, 3, size), {"x": x})
        low, high = fit.intervals()[1]
        return bool(low <= 2 <= high)

    return each(holds)


def _bias(measure: Callable[[list[float]], Bias], size: int) -> Held:
    return each(lambda rng: measure(rng.normal(0.3, 1, size).tolist()).interval.holds(0.3))


def _of_linearity(values: list[float]) -> Bias:
    references = [0.0] * (len(values) // 2) + [5.0] * (len(values) - len(values) // 2)
    return linearity_of(
        references, [v + r for v, r in zip(values, references, strict=True)]
    ).biases[1]


def _effect(replicates: int) -> Held:
    """One of seven effects of a 2^3 is 1.5, the others are nothing."""
    design = two_level_design("ABC")
    truth = (1.5 * design.column("B") / 2)[:, None]

    def holds(rng: Generator) -> bool:
        responses = truth + rng.normal(0, 1, (8, replicates))
        effects = estimate_effects(design, responses.tolist(), longest=3 if replicates == 1 else 2)
        return next(e for e in effects.effects if e.word == ("B",)).interval.holds(1.5)

    return each(holds)


def simulations() -> Iterator[Simulation]:
    """All simulations of this section."""
    for size in (5, 30):
        yield Simulation("mean", f"n {size}", (TTESTS + "mean_test",), _mean(size))
        yield Simulation("mean of pairs", f"n {size}", (TTESTS + "paired_t_test",), _paired(size))
    for sizes in ((6, 8), (20, 30)):
        setting = f"n {sizes[0]} and {sizes[1]}"
        of = (TTESTS + "t_test",)
        student = _difference(sizes, 1.0, is_student=True)
        yield Simulation("difference of means", f"{setting}, student", of, student)
        for sd in (1.0, 3.0):
            welch = _difference(sizes, sd, is_student=False)
            yield Simulation("difference of means", f"{setting}, welch, sd {sd:g}", of, welch)
        of = (TTESTS + "variance_ratio_test",)
        yield Simulation("ratio of variances", setting, of, _variances(sizes))
    for size in (6, 20):
        of = ("sixsigma.tests.posthoc.tukey_kramer",)
        held = _all_pairs(tukey_kramer, size, (1, 1, 1))
        yield Simulation("Tukey-Kramer, all pairs", f"3 groups of {size}", of, held)
        of = ("sixsigma.tests.posthoc.games_howell",)
        held = _all_pairs(games_howell, size, (1, 2, 3))
        yield Simulation("Games-Howell, all pairs", f"3 groups of {size}, sd 1 to 3", of, held)
    for size in (8, 50):
        of = ("sixsigma.regression.linear.Regression.intervals",)
        yield Simulation("slope", f"n {size}", of, _slope(size))
    of = ("sixsigma.msa.bias.bias_of", "sixsigma.msa.bias.type1_study")
    held = _bias(lambda values: type1_study(values, 0.0, tolerance=9.0).bias, 10)
    yield Simulation("bias of a gauge", "n 10", of, held)
    yield Simulation("bias of a gauge", "n 50", of, _bias(lambda values: bias_of(values, 0.0), 50))
    of = ("sixsigma.msa.bias.linearity_of",)
    yield Simulation("bias at a reference", "n 12", of, _bias(_of_linearity, 24))
    of = ("sixsigma.designs.effects.estimate_effects",)
    yield Simulation("effect of a design", "2^3, replicated", of, _effect(2))
    yield Simulation("effect of a design", "2^3, Lenth", of, _effect(1), "at least 95 %")


def main(arguments: list[str] | None = None) -> int:
    """Prints the table of this section."""
    return main_of(simulations, arguments)


if __name__ == "__main__":
    sys.exit(main())
