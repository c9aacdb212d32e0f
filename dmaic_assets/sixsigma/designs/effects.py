"""Effects of a two-level experiment, with intervals from replicates or by Lenth's method.

What belongs here: main effects and interactions of what a design can tell apart. What does not:
designs (`factorial`, `fractional`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import at_least, takes
from dmaic_assets.sixsigma.charts.estimators import subgroup_means
from dmaic_assets.sixsigma.designs.fractional import TwoLevelDesign, Word, word_order
from dmaic_assets.sixsigma.tests.descriptive import deviations_of, mean_of
from dmaic_assets.sixsigma.tests.proportions import Interval, check_level

ErrorSource: TypeAlias = Literal["replicates", "left-out effects", "lenth"]


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean response at high minus mean response at low of one effect.

    `aliases` are other effects that the same figure contains. `is_active` tells that the
    interval excludes 0.
    """

    word: tuple[str, ...]
    value: float
    interval: Interval
    aliases: tuple[tuple[str, ...], ...]

    @property
    def is_active(self) -> bool:
        """Whether the interval excludes 0."""
        return not self.interval.holds(0.0)


@dataclass(frozen=True, slots=True)
class Effects:
    """All effects, largest first, the mean response, and what the intervals rest on.

    `error` is the standard error of an effect (Lenth's PSE without any other source) with `df`
    degrees of freedom; `simultaneous_margin` is how large an effect has to be when all are looked
    at at once.
    """

    mean: float
    effects: tuple[Effect, ...]
    error: float
    df: float
    error_source: ErrorSource
    margin: float
    simultaneous_margin: float


@takes(longest=at_least(1))
def estimate_effects(
    design: TwoLevelDesign,
    responses: Sequence[Sequence[float]],
    *,
    longest: int = 2,
    level: float = 0.95,
) -> Effects:
    """Estimates main effects and interactions of up to `longest` factors.

    The error comes from replicates where there are any, together with the effects that are left
    out; without either it is Lenth's pseudo standard error of the estimates themselves.

    Args:
        design: A regular two-level design.
        responses: One list of replicates per run, in standard order, all of the same length.
        longest: Longest interaction to estimate; longer ones are taken for error.
        level: Confidence of each interval.

    Raises:
        BadInputError: Runs or replicates are missing, or a response is not finite.

    Sources: Box, Hunter & Hunter 2005; Lenth 1989.
    """
    check_level(level)
    values = _checked(design, responses)
    means = subgroup_means(values)
    words = estimable_words(design, longest=longest)
    columns = np.stack([design.column(sorted(word)) for word in words], axis=1).astype(np.float64)
    estimates = columns.T @ deviations_of(means) * 2 / len(means)
    error, df, source = _error(values, means, columns, estimates)
    margin = _student(0.5 + level / 2, df) * error
    simultaneous = _student((1 + level ** (1 / len(words))) / 2, df) * error
    method = "lenth" if source == "lenth" else "t"
    effects = [
        Effect(
            word=tuple(sorted(word)),
            value=float(value),
            interval=Interval(float(value) - margin, float(value) + margin, level, method),
            aliases=tuple(tuple(sorted(alias)) for alias in design.aliases(word)),
        )
        for word, value in zip(words, estimates, strict=True)
    ]
    return Effects(
        mean=mean_of(means),
        effects=tuple(sorted(effects, key=lambda effect: -abs(effect.value))),
        error=error,
        df=df,
        error_source=source,
        margin=margin,
        simultaneous_margin=simultaneous,
    )


def estimable_words(design: TwoLevelDesign, *, longest: int) -> list[Word]:
    """One word per column that a design can tell apart: the shortest of its aliases, by length."""
    seen: set[Word] = set()
    words: list[Word] = []
    candidates = (
        frozenset(names)
        for size in range(1, longest + 1)
        for names in combinations(design.factors, size)
    )
    for word in candidates:
        mixed = {word, *(word ^ other for other in design.defining)}
        if not mixed & seen and frozenset[str]() not in mixed:
            words.append(word)
        seen |= mixed
    return sorted(words, key=word_order)


def lenth_error(estimates: Sequence[float]) -> float:
    """Lenth's pseudo standard error of m estimates, most of which are taken to be noise.

    s0 = 1.5 median |e|; PSE = 1.5 median of those |e| that are below 2.5 s0. It is used with m/3
    degrees of freedom.

    Raises:
        BadInputError: There is no estimate.

    Source: Lenth, Technometrics 1989.
    """
    if not estimates:
        raise BadInputError("Lenth's PSE", "no estimate", "Estimate an effect first.")
    sizes = np.abs(np.asarray(estimates, dtype=np.float64))
    first = 1.5 * float(np.median(sizes))
    small = sizes[sizes < 2.5 * first]
    return 1.5 * float(np.median(small)) if small.size else 0.0


def _error(
    values: NDArray[np.float64],
    means: NDArray[np.float64],
    columns: NDArray[np.float64],
    estimates: NDArray[np.float64],
) -> tuple[float, float, ErrorSource]:
    runs, replicates = values.shape
    fitted = mean_of(means) + columns @ estimates / 2
    pure = float(np.square(values - means[:, None]).sum())
    pure_df = runs * (replicates - 1)
    lack = replicates * float(np.square(means - fitted).sum())
    lack_df = runs - 1 - columns.shape[1]
    df = pure_df + lack_df
    if df == 0:
        listed: list[float] = estimates.tolist()
        return lenth_error(listed), len(listed) / 3, "lenth"
    # An effect is the difference of two means of half of the runs each.
    error = math.sqrt((pure + lack) / df) * 2 / math.sqrt(runs * replicates)
    return error, float(df), "replicates" if pure_df else "left-out effects"


def _student(probability: float, df: float) -> float:
    from scipy import special

    return float(special.stdtrit(df, probability))


def _checked(design: TwoLevelDesign, responses: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    runs = design.coded.shape[0]
    sizes = {len(replicates) for replicates in responses}
    if len(responses) != runs or len(sizes) != 1 or 0 in sizes:
        culprit = f"{len(responses)} runs with {sorted(sizes)} replicates"
        fix = f"Give {runs} runs in standard order, each with as many responses."
        raise BadInputError("responses", culprit, fix)
    values = np.asarray(responses, dtype=np.float64)
    if not np.isfinite(values).all():
        raise BadInputError("responses", "one is no finite number", "Repeat that run.")
    return values
