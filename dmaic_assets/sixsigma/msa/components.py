"""Components of variation of a gauge study, however they were estimated.

What belongs here: shares of variance, of study variation and of tolerance, and the number of
distinct categories. What does not: estimating (`crossed`, `nested`, `ranges`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError

Source: TypeAlias = Literal[
    "gauge", "repeatability", "reproducibility", "operator", "part:operator", "part", "total"
]
Method: TypeAlias = Literal["anova-crossed", "anova-nested", "xbar-r"]

# AIAG's factor of the number of distinct categories; the exact one is sqrt(2).
NDC_FACTOR = 1.41
ACCEPTABLE, MARGINAL = 0.10, 0.30


@dataclass(frozen=True, slots=True)
class AnovaRow:
    """One line of an ANOVA table; F and p are None for error and total, ms for total."""

    source: str
    df: int
    ss: float
    ms: float | None
    f: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One source of variation, in units of the measurement.

    `contribution` is its share of the total variance, `study_share` its share of the total
    standard deviation (contribution = study_share^2), `tolerance_share` its spread against the
    tolerance (may exceed 1; None without one). `is_truncated` tells that the estimate was
    negative and was set to 0.
    """

    source: Source
    variance: float
    sd: float
    study_variation: float
    contribution: float
    study_share: float
    tolerance_share: float | None
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class GaugeResult:
    """What a gauge study comes to.

    `table` is the ANOVA with all its terms (empty for ranges); `pooled_table` the one without the
    interaction when `is_pooled`. `ndc` is None when the gauge adds no variation at all.
    """

    method: Method
    table: tuple[AnovaRow, ...]
    pooled_table: tuple[AnovaRow, ...]
    is_pooled: bool
    components: tuple[Component, ...]
    ndc: int | None
    multiplier: float
    notes: tuple[str, ...]

    def __getitem__(self, source: Source) -> Component:
        """Returns the component of a source.

        Raises:
            KeyError: The study has no such component.
        """
        for component in self.components:
            if component.source == source:
                return component
        raise KeyError(source)

    @property
    def verdict(self) -> Literal["acceptable", "marginal", "unacceptable"]:
        """AIAG's bands of the gauge's share of study variation: below 10 %, to 30 %, above."""
        share = self["gauge"].study_share
        if share < ACCEPTABLE:
            return "acceptable"
        return "marginal" if share <= MARGINAL else "unacceptable"


@dataclass(frozen=True, slots=True)
class Scale:
    """What variation is compared with.

    `multiplier` standard deviations are the spread (6, or 5.15 in older manuals); `tolerance` is
    upper minus lower specification limit, or None; `ndc_factor` is 1.41 or sqrt(2).
    """

    multiplier: float = 6.0
    tolerance: float | None = None
    ndc_factor: float = NDC_FACTOR

    def __post_init__(self) -> None:
        """Refuses a scale that nothing can be compared with."""
        given = [n for n in (self.multiplier, self.tolerance, self.ndc_factor) if n is not None]
        if not all(0 < number < math.inf for number in given):
            raise BadInputError("a gauge study", repr(self), "Give a tolerance above 0, or none.")


@dataclass(frozen=True, slots=True)
class Variances:
    """Estimated variances before truncation; `interaction` is None where there is no such term."""

    repeatability: float
    operator: float
    part: float
    interaction: float | None = None


def components_of(variances: Variances, scale: Scale) -> tuple[tuple[Component, ...], list[str]]:
    """Builds all components and the notes about negative estimates, which are set to 0."""
    operator, part = max(0.0, variances.operator), max(0.0, variances.part)
    interaction = None if variances.interaction is None else max(0.0, variances.interaction)
    reproducibility = operator + (interaction or 0.0)
    gauge = variances.repeatability + reproducibility
    total = gauge + part
    named: list[tuple[Source, float, float | None]] = [
        ("gauge", gauge, None),
        ("repeatability", variances.repeatability, None),
        ("reproducibility", reproducibility, None),
        ("operator", operator, variances.operator),
        ("part:operator", interaction or 0.0, variances.interaction),
        ("part", part, variances.part),
        ("total", total, None),
    ]
    components = tuple(
        _component(source, variance, total, scale, is_truncated=raw is not None and raw < 0)
        for source, variance, raw in named
        if source != "part:operator" or interaction is not None
    )
    notes = [
        f"{source} variance estimated as {raw:.6g}, set to 0"
        for source, _, raw in named
        if raw is not None and raw < 0
    ]
    return components, notes


def distinct_categories(components: Sequence[Component], scale: Scale) -> int | None:
    """Ndc = floor(factor * part sd / gauge sd), at least 1; None when the gauge adds nothing."""
    sd = {component.source: component.sd for component in components}
    if sd["gauge"] == 0:
        return None
    return max(1, math.floor(scale.ndc_factor * sd["part"] / sd["gauge"]))


def _component(
    source: Source, variance: float, total: float, scale: Scale, *, is_truncated: bool
) -> Component:
    sd = math.sqrt(variance)
    study = scale.multiplier * sd
    contribution = variance / total if total > 0 else 0.0
    return Component(
        source=source,
        variance=variance,
        sd=sd,
        study_variation=study,
        contribution=contribution,
        study_share=math.sqrt(contribution),
        tolerance_share=None if scale.tolerance is None else study / scale.tolerance,
        is_truncated=is_truncated,
    )
