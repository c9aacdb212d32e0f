"""Crossed gauge R&R by analysis of variance: every operator measures every part.

What belongs here: the two-way table with interaction, the decision to pool it, and the variance
components. What does not: other designs (`nested`) and methods (`ranges`).
"""

from typing import Literal, TypeAlias

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import NOT_NEGATIVE, at_least, table, takes
from dmaic_assets.sixsigma.msa.components import (
    AnovaRow,
    GaugeResult,
    Scale,
    Variances,
    components_of,
    distinct_categories,
)
from dmaic_assets.sixsigma.msa.study import Floats, GaugeStudy

ErrorTerm: TypeAlias = Literal["interaction", "repeatability"]

# p-value above which the interaction is pooled with the repeatability (AIAG MSA, 4th edition).
POOL_ABOVE = 0.25


def crossed_gauge(
    study: GaugeStudy,
    *,
    error_term: ErrorTerm = "interaction",
    pool_above: float = POOL_ABOVE,
    scale: Scale | None = None,
) -> GaugeResult:
    """Analyses a crossed study with parts and operators as random effects.

    Args:
        study: At least two parts, operators and trials.
        error_term: What part and operator are tested against in the full table: the interaction
            (AIAG's appendix, and Minitab) or repeatability (AIAG's worked example).
        pool_above: The interaction is pooled into repeatability when its p is above this: 0.25
            (AIAG), 0.05 (as in Minitab's documentation), 1 never pools.
        scale: Spread, tolerance and factor of ndc; six standard deviations without one.

    Returns:
        Tables, components (with "part:operator" unless pooled), ndc, and notes on what was set
        to 0.

    Raises:
        BadInputError: There are fewer than two operators.

    Source: AIAG, Measurement Systems Analysis, 4th edition, appendix A; expected mean squares of
    the balanced two-way random model.
    """
    scale = scale or Scale()
    if len(study.operators) < 2:
        fix = "Let at least two operators measure."
        raise BadInputError("a crossed gauge study", "one operator", fix)
    full = _full_table(study.values, error_term)
    interaction = full[2]
    # A gauge that repeats exactly gives no test: an interaction is then all there is to see.
    is_pooled = interaction.p is not None and interaction.p > pool_above
    reduced = _pooled_table(full) if is_pooled else ()
    variances = _pooled_variances(reduced, study) if is_pooled else _full_variances(full, study)
    components, notes = components_of(variances, scale)
    return GaugeResult(
        method="anova-crossed",
        table=full,
        pooled_table=reduced,
        is_pooled=is_pooled,
        components=components,
        ndc=distinct_categories(components, scale),
        multiplier=scale.multiplier,
        notes=tuple(notes),
    )


@takes(values=table(3))
def sums_of_squares(values: Floats) -> tuple[float, float, float, float]:
    """Sums of squares of part, operator, interaction and repeatability of a balanced cube."""
    parts, operators, trials = values.shape
    # Differences to the first value, trial and operator: a common offset costs no digits, and
    # trials or operators that agree exactly come to exactly 0.
    shifted = values - values[0, 0, 0]
    trial = shifted - shifted[:, :, :1]
    cell = shifted[:, :, 0] + trial.mean(axis=2)
    relative = cell - cell[:, :1]
    part = cell[:, 0] + relative.mean(axis=1)
    operator = relative.mean(axis=0) - relative.mean()
    crossed = relative - relative.mean(axis=1)[:, None] - operator[None, :]
    within = trial - trial.mean(axis=2)[:, :, None]
    return (
        operators * trials * float(np.square(part - part.mean()).sum()),
        parts * trials * float(operator @ operator),
        trials * float(np.square(crossed).sum()),
        float(np.square(within).sum()),
    )


def _full_table(values: Floats, error_term: ErrorTerm) -> tuple[AnovaRow, ...]:
    parts, operators, trials = values.shape
    degrees = (
        parts - 1,
        operators - 1,
        (parts - 1) * (operators - 1),
        parts * operators * (trials - 1),
    )
    squares = sums_of_squares(values)
    errors = (2, 2, 3) if error_term == "interaction" else (3, 3, 3)
    names = ("part", "operator", "part:operator")
    tested = tuple(
        tested_row(name, (df, ss), (degrees[error], squares[error]))
        for name, df, ss, error in zip(names, degrees, squares, errors, strict=False)
    )
    return (*tested, *closing_rows(degrees, squares))


def _pooled_table(full: tuple[AnovaRow, ...]) -> tuple[AnovaRow, ...]:
    part, operator, interaction, repeatability, _ = full
    error = (interaction.df + repeatability.df, interaction.ss + repeatability.ss)
    degrees = (part.df, operator.df, error[0])
    squares = (part.ss, operator.ss, error[1])
    tested = tuple(tested_row(row.source, (row.df, row.ss), error) for row in (part, operator))
    return (*tested, *closing_rows(degrees, squares))


@takes(effect=NOT_NEGATIVE, error=NOT_NEGATIVE)
def tested_row(source: str, effect: tuple[int, float], error: tuple[int, float]) -> AnovaRow:
    """Builds a row with its F test; F and p are None against an error of exactly 0."""
    from scipy import special

    df, ss = effect
    if min(df, error[0]) < 1:
        raise BadInputError(source, "no degrees of freedom", "Measure more often.")
    ms, error_ms = ss / df, error[1] / error[0]
    if error_ms == 0:
        return AnovaRow(source, df, ss, ms)
    f = ms / error_ms
    return AnovaRow(source, df, ss, ms, f, float(special.fdtrc(df, error[0], f)))


@takes(degrees=at_least(1), squares=NOT_NEGATIVE)
def closing_rows(degrees: tuple[int, ...], squares: tuple[float, ...]) -> tuple[AnovaRow, AnovaRow]:
    """Builds the rows of repeatability, which is the last entry, and of the total."""
    df, ss = degrees[-1], squares[-1]
    return (
        AnovaRow("repeatability", df, ss, ss / df),
        AnovaRow("total", sum(degrees), sum(squares), None),
    )


def _full_variances(table: tuple[AnovaRow, ...], study: GaugeStudy) -> Variances:
    part, operator, interaction, error = (row.ss / row.df for row in table[:4])
    parts, operators, trials = study.values.shape
    return Variances(
        repeatability=error,
        operator=(operator - interaction) / (parts * trials),
        part=(part - interaction) / (operators * trials),
        interaction=(interaction - error) / trials,
    )


def _pooled_variances(table: tuple[AnovaRow, ...], study: GaugeStudy) -> Variances:
    part, operator, error = (row.ss / row.df for row in table[:3])
    parts, operators, trials = study.values.shape
    return Variances(
        repeatability=error,
        operator=(operator - error) / (parts * trials),
        part=(part - error) / (operators * trials),
    )
