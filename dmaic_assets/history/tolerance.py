"""How far a figure of the next file may lie from history before that is unusual.

What belongs here: intervals from the variation *between* files, with few files. A figure's
interval is a prediction interval for one more file (Student's t), made wider when

* the files are not independent (a lag-1 autocorrelation leaves fewer effective observations),
* history itself has had larger jumps than a normal one would (the worst leave-one-out
  deviation, times `REPLAY_MARGIN`, is always inside), and
* there is a trend, which may go on for as long as it has been seen;

and it reaches no further than `FURTHEST` times the worst deviation seen (or `LEAST_CAP`), plus an
allowance for few files: a tail that many files have not shown is not assumed.

Source: Hahn & Meeker, Statistical Intervals (1991), section 4.7, for the prediction interval
x̄ ± t(1-α/2, n-1) s √(1+1/n); Bayley & Hammersley (1946) for the effective number of
autocorrelated observations.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.model import Json

Floats = npt.NDArray[np.float64]
Scale: TypeAlias = Literal["plain", "log", "logit", "arcsine"]

# Times the worst file of history that is always inside: the next worst of as many is rarely
# larger.
REPLAY_MARGIN = 1.4
# Times the worst deviation seen beyond which no tail is assumed.
FURTHEST = 2.0
# Standard deviations that the cap leaves in any case: 1 in 2,000 of a normal figure.
LEAST_CAP = 3.5
# What few files have not shown: reaches are wider by so many files over those that there are.
FEW_FILES = 4.0
# Files from which an interval can be given at all.
FEWEST = 2
# Share of all variance below which what the others vary by is no difference of sums any more, but
# computed from themselves: a difference keeps 16 digits less these 6.
_FEW_DIGITS = 1e-6


@dataclass(frozen=True, slots=True)
class ToleranceInterval:
    """Where one more file's figure is expected, on the figure's own scale.

    `worst` is the largest deviation of a file of history from the others, in units of the
    interval's standard deviation; `multiplier` how many of these units the interval spans.
    `files` counts the observations, `effective` those left after autocorrelation.
    """

    low: float
    high: float
    centre: float
    spread: float
    multiplier: float
    worst: float
    files: int
    effective: float


def interval(
    values: Floats, alpha: float, *, scale: Scale = "plain", floor: float = 0.0, weight: float = 0.5
) -> ToleranceInterval:
    """Predicts where the figure of one more file lies, but for a share `alpha` of files.

    Args:
        values: The figure per file, in arrival order; at least `FEWEST` of them, finite.
        alpha: The share of files that may fall outside, both sides together.
        scale: Where the figure varies evenly: "log" for positive amounts, "logit" for shares
            that conditions drive, "arcsine" for shares that chance drives.
        floor: The least standard deviation, on that scale: below it a change does not matter.
        weight: For log: what is added to keep 0 finite.
    """
    x = _forward(values, scale, weight)
    n = len(x)
    rest = _centred(x)
    trend = _trend(rest)
    if trend:
        rest = _centred(x - trend * np.arange(n))
    effective = _effective(rest)
    spread = max(math.sqrt(rest.total / (n - 1)) if n > 1 else 0.0, floor, 1e-12)
    below, above, worst = _multipliers(rest, alpha, floor, effective)
    centre = rest.mean
    drift = np.array([0.0, trend * (n - 1), trend * 2 * (n - 1), trend * 4 * (n - 1)])
    low, high = centre + drift.min() - below * spread, centre + drift.max() + above * spread
    low, high, centre = _backward(
        np.array([low, high, centre + trend * (n - 1)]), scale, weight
    ).tolist()
    return ToleranceInterval(low, high, centre, spread, max(below, above), worst, n, effective)


def level_ahead(values: Floats, alpha: float, *, files: int, floor: float) -> ToleranceInterval:
    """Predicts the level of any of the next files, where levels move from file to file.

    The mean step may go on for `files` files, or cease at once; around that line the level varies
    as it did around the line of history. So one bound holds for a walk, a season and a counter.

    Args:
        values: The level per file, in arrival order; at least 3 of them, finite.
        alpha: The share of files that may fall outside, both sides together.
        files: How many files ahead the prediction has to hold.
        floor: The least standard deviation: below it a change does not matter.
    """
    step = float(np.diff(values).mean())
    found = interval(values - step * np.arange(len(values)), alpha, floor=floor)
    reach = found.multiplier * found.spread
    ends = (float(values[-1]), float(values[-1]) + step * files)
    low = min(float(values.min()), *ends) - reach
    high = max(float(values.max()), *ends) + reach
    return replace(found, low=low, high=high, centre=ends[0])


@dataclass(frozen=True, slots=True)
class _Centred:
    """Figures less their mean, their squares, and what these add up to."""

    x: Floats
    mean: float
    squares: Floats
    total: float
    is_constant: bool


def _centred(values: Floats) -> _Centred:
    mean = float(np.add.reduce(values)) / len(values)
    x = values - mean
    squares = x * x
    low, high = float(np.minimum.reduce(values)), float(np.maximum.reduce(values))
    is_constant = high - low <= 1e-12 * max(1.0, high, -low)
    return _Centred(x, mean, squares, float(np.add.reduce(squares)), is_constant)


def _multipliers(
    of: _Centred, alpha: float, floor: float, effective: float
) -> tuple[float, float, float]:
    """How many standard deviations the interval spans below and above, and the worst seen."""
    from scipy import special

    t = float(-special.stdtrit(max(1.0, effective - 1), alpha / 2))
    reach = math.sqrt(1 + 1 / effective)
    deviations = _leave_one_out(of, floor)
    ends: list[float] = []
    worst = 0.0
    furthest = (-deviations.min(initial=0.0), deviations.max(initial=0.0))
    for seen in map(float, furthest):
        worst = max(worst, seen)
        cap = max(LEAST_CAP, FURTHEST * seen) * (1 + FEW_FILES / effective)
        ends.append(max(min(t, cap), REPLAY_MARGIN * seen) * reach)
    return ends[0], ends[1], worst


def evidence_of(found: ToleranceInterval) -> dict[str, Json]:
    """What an interval rests on, as the evidence of a rule."""
    return {
        "files": found.files,
        "effective_files": round(found.effective, 1),
        "usual": float(f"{found.centre:.6g}"),
        "multiplier": round(found.multiplier, 2),
        "worst_of_history": round(found.worst, 2),
    }


def rare_upper(successes: float, trials: float, *, confidence: float = 0.5) -> float:
    """Bounds a rate from above, having seen `successes` in `trials` (Clopper-Pearson).

    At the default confidence it is a median estimate: 0 of n gives about 0.7 / n.
    """
    from scipy import special

    if trials <= 0:
        return 1.0
    return float(special.betaincinv(successes + 1, max(trials - successes, 1e-9), confidence))


def _forward(values: Floats, scale: Scale, weight: float) -> Floats:
    if scale == "log":
        return np.log(np.maximum(values, 0) + weight)
    if scale == "logit":
        clipped = np.clip(values, 1e-9, 1 - 1e-9)
        return np.log(clipped / (1 - clipped))
    if scale == "arcsine":
        return np.arcsin(np.sqrt(np.clip(values, 0, 1)))
    return values.astype(np.float64)


def _backward(values: Floats, scale: Scale, weight: float) -> Floats:
    if scale == "log":
        return np.exp(np.clip(values, -700, 700)) - weight
    if scale == "logit":
        return 1 / (1 + np.exp(-np.clip(values, -700, 700)))
    if scale == "arcsine":
        return np.sin(np.clip(values, 0, np.pi / 2)) ** 2
    return values


def _trend(of: _Centred) -> float:
    """The slope per file when it explains most of the variation and is no accident, else 0."""
    from scipy import special

    n = len(of.x)
    if n < 8 or of.is_constant:
        return 0.0
    order = np.arange(n) - (n - 1) / 2
    steps = n * (n * n - 1) / 12  # The sum of the squares of `order`.
    slope = float(np.add.reduce(order * of.x)) / steps
    explains = (slope**2 * steps) / of.total
    if explains <= 0.5:
        return 0.0
    statistic = math.sqrt(explains * (n - 2) / max(1 - explains, 1e-12))
    is_no_accident = float(2 * special.stdtr(n - 2, -statistic)) < 1e-4
    return slope if is_no_accident else 0.0


def _effective(of: _Centred) -> float:
    n = len(of.x)
    if n < 8 or of.is_constant:
        return float(n)
    r = float(np.add.reduce(of.x[1:] * of.x[:-1])) / of.total
    r = max(0.0, min(0.9, r - 1 / math.sqrt(n)))
    return max(3.0, n * (1 - r) / (1 + r))


def _leave_one_out(of: _Centred, floor: float) -> Floats:
    """How far each value lies from the mean of the others, in their standard deviations."""
    # Squares of values far from 0 would leave no digits of their spread: these are centred.
    x, n = of.x, len(of.x)
    if n < 3:
        return np.zeros(0)
    mean = (float(np.add.reduce(x)) - x) / (n - 1)
    others = (of.total - of.squares) / (n - 1) - mean * mean
    variance = np.maximum(others, 0) * (n - 1) / max(1, n - 2)
    for i in np.flatnonzero(variance < _FEW_DIGITS * of.total / n):
        variance[i] = np.delete(x, i).var(ddof=1)
    spread = np.maximum(np.sqrt(variance), max(floor, 1e-12))
    return (x - mean) / spread / math.sqrt(1 + 1 / (n - 1))
