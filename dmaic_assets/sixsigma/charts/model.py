"""What a control chart is as data: options, exclusions, frozen limits, the chart itself.

What belongs here: frozen values and how limits are frozen under a hash. Making charts stands in
`charts_measures`, `charts_counts`, `charts_memory` and `charts_multivariate`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, takes
from dmaic_assets.sixsigma.charts.constants import ConstantsMode
from dmaic_assets.sixsigma.charts.estimators import IndividualsMethod, SigmaEstimate, SubgroupMethod
from dmaic_assets.sixsigma.charts.runs_rules import NELSON, RuleName, RuleOptions, Signals

Floats: TypeAlias = NDArray[np.float64]
ChartKind: TypeAlias = Literal[
    "xbar", "r", "s", "i", "mr", "p", "np", "c", "u", "laney_p", "laney_u", "g", "t"
]
LimitsKind: TypeAlias = Literal["auto", "sigma", "probability"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A point that limits are not estimated from, with its assignable cause."""

    point: int
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise BadInputError(
                f"exclusion of point {self.point}",
                "it has no reason",
                "Name the assignable cause; a point is never left out without one.",
            )


@dataclass(frozen=True, slots=True)
class FrozenLimits:
    """What phase I settled and phase II is judged by.

    `center` and `sigma` are those of the process per unit (the pooled share of an np chart, the
    sigma of single values of an xbar chart), so that they give limits for any subgroup size.
    """

    kind: ChartKind
    center: float
    sigma: SigmaEstimate
    n_points: int
    excluded: tuple[Exclusion, ...] = ()
    frozen_on: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of everything above, floats to their last bit, the date left out."""
        facts = {
            "kind": self.kind,
            "center": self.center.hex(),
            "sigma": self.sigma.value.hex(),
            "method": self.sigma.method,
            "constants": self.sigma.constants,
            "n_points": self.n_points,
            "excluded": [[e.point, e.reason] for e in self.excluded],
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """How a chart is made.

    Attributes:
        nsigmas: Distance of the limits in standard errors.
        constants: Exact constants or those of printed tables.
        limits: `sigma` puts them at nsigmas, `probability` at the binomial, Poisson or geometric
            quantiles of the same tail, `auto` takes probability for proportions and counts whose
            smallest expected count is below 25 and sigma otherwise.
        sigma_method: Estimator within subgroups; the kind's own when None.
        individuals_method: Estimator of single values.
        screened: Whether moving ranges beyond their own limit are left out of sigma.
        rules: Runs rules to apply; the kind's own when None (rule 1 alone for spread charts,
            whose distribution has no symmetric zones).
        rule_options: Conventions of the rules.
        excluded: Points that limits are not estimated from.
        baseline: Frozen limits of phase I; estimates from the data when None.
        spread_center: Centre line of R and S charts with varying n: `expected` follows each n,
            `weighted` is one line at the mean weighted by sizes, as qcc draws it.
    """

    nsigmas: float = 3.0
    constants: ConstantsMode = "exact"
    limits: LimitsKind = "auto"
    sigma_method: SubgroupMethod | None = None
    individuals_method: IndividualsMethod = "mr"
    screened: bool = False
    rules: tuple[RuleName, ...] | None = None
    rule_options: RuleOptions = field(default_factory=RuleOptions)
    excluded: tuple[Exclusion, ...] = ()
    baseline: FrozenLimits | None = None
    spread_center: Literal["expected", "weighted"] = "expected"

    def rules_for(self, kind: ChartKind) -> tuple[RuleName, ...]:
        """The rules to apply to a chart of this kind."""
        if self.rules is not None:
            return self.rules
        return ("nelson1",) if kind in ("r", "s", "mr", "g", "t") else NELSON


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A Shewhart chart: one entry per point in every array, NaN where a subgroup is missing.

    `center`, `lcl` and `ucl` are those of the plotted statistic at each point; `standard_error`
    its sd there, which the zones of the rules use; `limits` is what to freeze for phase II.
    """

    kind: ChartKind
    statistics: Floats
    sizes: Floats
    center: Floats
    standard_error: Floats
    lcl: Floats
    ucl: Floats
    signals: Signals
    limits: FrozenLimits

    @property
    def beyond_limits(self) -> list[int]:
        """0-based points strictly outside the limits."""
        with np.errstate(invalid="ignore"):
            outside = (self.statistics > self.ucl) | (self.statistics < self.lcl)
        return [int(i) for i in np.flatnonzero(outside)]


@takes(n_points=NOT_NEGATIVE)
def kept_points(n_points: int, excluded: Sequence[Exclusion]) -> NDArray[np.bool_]:
    """Flags the points that limits are estimated from.

    Raises:
        BadInputError: An exclusion names a point that is not there.
    """
    kept = np.ones(n_points, np.bool_)
    for exclusion in excluded:
        if not 0 <= exclusion.point < n_points:
            raise BadInputError(
                "excluded points",
                f"point {exclusion.point} is not one of {n_points}",
                "Name points by their 0-based place.",
            )
        kept[exclusion.point] = False
    return kept
