"""Control chart constants of a normal sample of n: d2, d3, d4, c4 and the factors made of them.

What belongs here: the moments of range and standard deviation in units of sigma, in two modes.
`exact` is computed by quadrature; `table3` is what books and the R package qcc print and use.
Estimating sigma from data stands in `estimators`.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import Domain, at_least, takes
from dmaic_assets.sixsigma.roots import root_between

ConstantsMode: TypeAlias = Literal["exact", "table3"]

# The 7-digit d3 that qcc ships for n = 2..50. It is not the exact value rounded (it is off by up to
# 1e-5), so it cannot be computed; a test holds it against the exact one at that distance.
_QCC_D3: tuple[float, ...] = (
    *(0.8525033, 0.8883697, 0.8798108, 0.8640855, 0.8480442, 0.8332108, 0.8198378, 0.8078413),
    *(0.7970584, 0.7873230, 0.7784873, 0.7704257, 0.7630330, 0.7562217, 0.7499188, 0.7440627),
    *(0.7386021, 0.7334929, 0.7286980, 0.7241851, 0.7199267, 0.7158987, 0.7120802, 0.7084528),
    *(0.7050004, 0.7017086, 0.6985648, 0.6955576, 0.6926770, 0.6899137, 0.6872596, 0.6847074),
    *(0.6822502, 0.6798821, 0.6775973, 0.6753910, 0.6732584, 0.6711952, 0.6691976, 0.6672619),
    *(0.6653848, 0.6635632, 0.6617943, 0.6600754, 0.6584041, 0.6567780, 0.6551950, 0.6536532),
    0.6521506,
)


@dataclass(frozen=True, slots=True)
class Constants:
    """Moments and factors for samples of `n`: names as in Montgomery's appendix VI.

    d2 and d3 are mean and sd of R/sigma, c4 and c5 those of s/sigma. The factors give limits at
    three standard errors; a lower one is 0 where it would be negative.
    """

    n: int
    mode: ConstantsMode
    d2: float
    d3: float
    c4: float

    @property
    def c5(self) -> float:
        """The sd of s/sigma, sqrt(1 - c4^2)."""
        return math.sqrt(1.0 - self.c4 * self.c4)

    @property
    def factors(self) -> dict[str, float]:
        """A, A2, A3, B3-B6, D1-D4 and E2 by name."""
        root, d2, d3, c4, c5 = math.sqrt(self.n), self.d2, self.d3, self.c4, self.c5
        return {
            "A": 3 / root,
            "A2": 3 / (d2 * root),
            "A3": 3 / (c4 * root),
            "B3": max(0.0, 1 - 3 * c5 / c4),
            "B4": 1 + 3 * c5 / c4,
            "B5": max(0.0, c4 - 3 * c5),
            "B6": c4 + 3 * c5,
            "D1": max(0.0, d2 - 3 * d3),
            "D2": d2 + 3 * d3,
            "D3": max(0.0, 1 - 3 * d3 / d2),
            "D4": 1 + 3 * d3 / d2,
            "E2": 3 / d2,
        }


@lru_cache(maxsize=512)
def constants(n: int, mode: ConstantsMode = "exact") -> Constants:
    """Computes the constants of samples of `n`.

    Args:
        n: Sample size, 2 or more.
        mode: `exact` by quadrature (relative error below 1e-13), or `table3`: d2 rounded to three
            decimals and qcc's 7-digit d3 (exact beyond n = 50), c4 exact as in qcc.

    Returns:
        The constants; equal arguments give the same object.

    Raises:
        BadInputError: `n` is below 2, where a sample has no range.
    """
    if n < 2:
        raise BadInputError("sample size", f"{n} has no range", "Use samples of 2 or more.")
    d2, d3 = range_moments(n)
    if mode == "table3":
        d2 = round(d2, 3)
        d3 = _QCC_D3[n - 2] if n <= 50 else d3
    return Constants(n, mode, d2, d3, c4(n))


@takes(n=Domain(1.0, is_open=True))
def c4(n: float) -> float:
    """E[s]/sigma of a normal sample of n: sqrt(2/(n-1)) Gamma(n/2)/Gamma((n-1)/2)."""
    return math.sqrt(2.0 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


@lru_cache(maxsize=512)
def range_moments(n: int) -> tuple[float, float]:
    """Mean and sd of the range of n independent standard normal values (d2, d3).

    E[W^k] = k Int w^(k-1) (1 - F(w)) dw with the distribution of the range
    F(w) = n Int phi(x) (Phi(x+w) - Phi(x))^(n-1) dx (Tippett 1925). Both integrands are analytic
    and vanish with all derivatives, so the trapezoid rule converges geometrically in x; in w
    Gauss-Legendre is used on [0, 20], beyond which 1 - F is below 1e-40.
    """
    import numpy as np
    from scipy.special import ndtr

    nodes, weights = np.polynomial.legendre.leggauss(160)
    width = 20.0
    w = (nodes + 1.0) * width / 2
    step = 1 / 32
    x = np.arange(-12.0, 12.0 + step, step)
    # The left end of the range is at x: differences of Phi lose digits right of 0, so both tails
    # are reflected to the left.
    right = ndtr(x[None, :] + w[:, None])
    inside = np.where(x[None, :] > 0, ndtr(-x)[None, :] - ndtr(-x[None, :] - w[:, None]), 0.0)
    inside = np.where(x[None, :] > 0, inside, right - ndtr(x)[None, :])
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    cdf = n * step * (inside ** (n - 1) @ density)
    survival = np.clip(1.0 - cdf, 0.0, 1.0)
    first = float(weights @ survival) * width / 2
    second = float(weights @ (2 * w * survival)) * width / 2
    return first, math.sqrt(second - first * first)


@takes(n=at_least(2))
@lru_cache(maxsize=512)
def range_median(n: int) -> float:
    """d4, the median of R/sigma, which turns a median range into sigma (0.953873 for n = 2)."""
    if n == 2:
        return math.sqrt(2.0) * 0.6744897501960817
    import numpy as np
    from scipy.special import ndtr

    x = np.arange(-12.0, 12.0, 1 / 32)
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi) / 32

    def above_half(w: float) -> float:
        return float(n * ((ndtr(x + w) - ndtr(x)) ** (n - 1) @ density)) - 0.5

    return root_between(above_half, 1e-6, 12.0, tolerance=1e-14)


@takes(subgroups=at_least(1))
def d2_star(subgroups: int, n: int, mode: ConstantsMode = "exact") -> float:
    """sqrt(d2^2 + d3^2/g), which makes (Rbar/d2*)^2 unbiased for sigma^2 over g ranges."""
    c = constants(n, mode)
    return math.sqrt(c.d2 * c.d2 + c.d3 * c.d3 / subgroups)


def printed_factors(n: int) -> dict[str, float]:
    """The constants and factors of samples of `n` rounded to three decimals, as books print them.

    Books round each factor from the exact constants; E2 and A2 of n = 2 are known to be printed as
    2.660 and 1.880 from rounded d2, and so they are here.
    """
    exact, table = constants(n), constants(n, "table3")
    named = {"d2": exact.d2, "d3": exact.d3, "c4": exact.c4, **exact.factors}
    named |= {name: table.factors[name] for name in ("A2", "E2")}
    return {name: round(value, 3) for name, value in named.items()}
