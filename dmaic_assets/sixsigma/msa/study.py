"""A gauge study: the same parts measured by several operators, several times each.

What belongs here: the shape of the data and its checks. What does not: any analysis of it.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import takes

Floats: TypeAlias = NDArray[np.float64]

_FIX = "Let every operator measure every part equally often, and at least twice."


@dataclass(frozen=True, slots=True)
class GaugeStudy:
    """A balanced study: `values[part, operator, trial]`, labels in order of first appearance."""

    parts: tuple[Hashable, ...]
    operators: tuple[Hashable, ...]
    values: Floats

    @property
    def trials(self) -> int:
        """How often each operator measured each part."""
        return int(self.values.shape[2])


@takes()
def gauge_study(
    parts: Sequence[Hashable], operators: Sequence[Hashable], values: Sequence[float]
) -> GaugeStudy:
    """Arranges measurements, one per entry of three parallel sequences, into a balanced study.

    Raises:
        BadInputError: Lengths differ, a value is no finite number, fewer than two parts are
            measured, or some operator measured some part more or less often than others.
    """
    if not len(parts) == len(operators) == len(values):
        culprit = f"{len(parts)} parts, {len(operators)} operators, {len(values)} values"
        raise BadInputError("a gauge study", culprit, "Give one part and operator per value.")
    part_names, operator_names = tuple(dict.fromkeys(parts)), tuple(dict.fromkeys(operators))
    counts = Counter(zip(parts, operators, strict=True))
    trials = max(counts.values(), default=0)
    for part in part_names:
        for operator in operator_names:
            seen = counts[part, operator]
            if seen != trials:
                culprit = f"operator {operator!r} measured part {part!r} {seen}, not {trials} times"
                raise BadInputError("a gauge study", culprit, _FIX)
    cube = _cube(parts, operators, values, (part_names, operator_names, trials))
    return GaugeStudy(part_names, operator_names, checked_cube(cube))


def gauge_study_of(values: Floats) -> GaugeStudy:
    """Takes an array of parts x operators x trials as a study; labels are places from 1.

    Raises:
        BadInputError: The array has another shape, or a value is no finite number.
    """
    if values.ndim != 3:
        culprit = f"an array with {values.ndim} axes"
        raise BadInputError("a gauge study", culprit, "Give parts x operators x trials.")
    parts, operators = (tuple(range(1, size + 1)) for size in values.shape[:2])
    return GaugeStudy(parts, operators, checked_cube(np.asarray(values, dtype=np.float64)))


def checked_cube(values: Floats) -> Floats:
    """Returns the cube when a gauge study can be made of it.

    Raises:
        BadInputError: There are fewer than two parts or trials, or a value is not finite.
    """
    if values.shape[0] < 2 or values.shape[1] < 1 or values.shape[2] < 2:
        shape = " x ".join(str(size) for size in values.shape)
        raise BadInputError("a gauge study", f"{shape} parts x operators x trials", _FIX)
    if not np.isfinite(values).all():
        raise BadInputError("a gauge study", "a value is no finite number", "Measure it again.")
    return values


def _cube(
    parts: Sequence[Hashable],
    operators: Sequence[Hashable],
    values: Sequence[float],
    axes: tuple[tuple[Hashable, ...], tuple[Hashable, ...], int],
) -> Floats:
    part_names, operator_names, trials = axes
    rows = {part: place for place, part in enumerate(part_names)}
    columns = {operator: place for place, operator in enumerate(operator_names)}
    cube = np.empty((len(rows), len(columns), trials))
    filled: Counter[tuple[int, int]] = Counter()
    for part, operator, value in zip(parts, operators, values, strict=True):
        cell = rows[part], columns[operator]
        cube[(*cell, filled[cell])] = value
        filled[cell] += 1
    return cube
