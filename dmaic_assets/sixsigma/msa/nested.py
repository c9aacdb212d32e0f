"""Nested gauge R&R: every operator measures parts of their own, as when measuring destroys.

What belongs here: the nested table and its variance components.
"""

import numpy as np

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.msa.components import (
    GaugeResult,
    Scale,
    Variances,
    components_of,
    distinct_categories,
)
from dmaic_assets.sixsigma.msa.crossed import closing_rows, tested_row
from dmaic_assets.sixsigma.msa.study import Floats, checked_cube


def nested_gauge(values: Floats, *, scale: Scale | None = None) -> GaugeResult:
    """Analyses parts nested in operators: `values[part, operator, trial]`.

    Part 1 of one operator is another part than part 1 of the next; otherwise the shape is that of
    a crossed study. The operator is tested against parts, parts against repeatability.

    Raises:
        BadInputError: There are fewer than two operators, parts or trials, or values that are not
            finite.

    Source: expected mean squares of the balanced nested random model.
    """
    scale = scale or Scale()
    cube = checked_cube(np.asarray(values, dtype=np.float64))
    parts, operators, trials = cube.shape
    if operators < 2:
        fix = "Let at least two operators measure."
        raise BadInputError("a nested gauge study", "one operator", fix)
    degrees = (operators - 1, operators * (parts - 1), parts * operators * (trials - 1))
    squares = _sums_of_squares(cube)
    operator, part, error = (ss / df for ss, df in zip(squares, degrees, strict=True))
    variances = Variances(
        repeatability=error,
        operator=(operator - part) / (parts * trials),
        part=(part - error) / trials,
    )
    components, notes = components_of(variances, scale)
    table = (
        tested_row("operator", (degrees[0], squares[0]), (degrees[1], squares[1])),
        tested_row("part(operator)", (degrees[1], squares[1]), (degrees[2], squares[2])),
        *closing_rows(degrees, squares),
    )
    return GaugeResult(
        method="anova-nested",
        table=table,
        pooled_table=(),
        is_pooled=False,
        components=components,
        ndc=distinct_categories(components, scale),
        multiplier=scale.multiplier,
        notes=tuple(notes),
    )


def _sums_of_squares(cube: Floats) -> tuple[float, float, float]:
    parts, _, trials = cube.shape
    shifted = cube - cube[0, 0, 0]
    trial = shifted - shifted[:, :, :1]
    cell = shifted[:, :, 0] + trial.mean(axis=2)
    operator = cell.mean(axis=0)
    return (
        parts * trials * float(np.square(operator - operator.mean()).sum()),
        trials * float(np.square(cell - operator[None, :]).sum()),
        float(np.square(trial - trial.mean(axis=2)[:, :, None]).sum()),
    )
