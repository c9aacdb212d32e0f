"""What numbers a function takes, declared above it and checked before it runs.

What belongs here: domains of arguments and the one check of all public functions. Shapes and facts
that need more than one look stay with the function that knows them.
"""

import inspect
import math
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

from dmaic_assets.errors import BadInputError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers that an argument may hold: between two bounds, which belong to it unless open.

    `least` is how many entries a series or mapping has at least (an array then has no empty axis),
    `axes` how many axes an array
    has (any when None). NaN is allowed only where it stands for a gap, infinity never.
    """

    floor: float = -math.inf
    ceiling: float = math.inf
    is_open: bool = False
    least: int = 0
    axes: int | None = None
    has_gaps: bool = False

    def fault_of(self, value: object) -> str | None:
        """What is wrong with a value, or None; what holds no numbers is never wrong."""
        if isinstance(value, int | float):
            return None if self._holds(value) else f"holds {value:g}"
        if isinstance(value, Sized) and not isinstance(value, str) and len(value) < self.least:
            return f"holds {len(value)} of at least {self.least}"
        if isinstance(value, Mapping):
            return next((f for f in map(self._of_numbers, value.values()) if f), None)
        if isinstance(value, np.ndarray) and self.axes not in (None, value.ndim):
            return f"has {value.ndim} axes, not {self.axes}"
        if isinstance(value, np.ndarray) and (self.axes or self.least) and 0 in value.shape:
            return f"is empty, of shape {value.shape}"
        if isinstance(value, list | tuple) and self.axes == 2:
            widths = {len(row) for row in value}
            if len(widths) != 1 or 0 in widths:
                return f"has rows of {sorted(widths)} values"
        return self._of_numbers(value)

    def _holds(self, number: float) -> bool:
        if isinstance(number, bool) or (self.has_gaps and math.isnan(number)):
            return True
        if self.is_open:
            return self.floor < number < self.ceiling and math.isfinite(number)
        return self.floor <= number <= self.ceiling and math.isfinite(number)

    def _of_numbers(self, value: object) -> str | None:
        if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple):
            return next((f for f in map(self._of_numbers, value) if f), None)
        numbers = _numbers(value)
        if not numbers.size:
            return None
        lowest, highest = numbers.min(), numbers.max()
        if self.has_gaps and np.isnan(lowest):
            numbers = numbers[~np.isnan(numbers)]
            if not numbers.size:
                return None
            lowest, highest = numbers.min(), numbers.max()
        if self._holds(lowest) and self._holds(highest):
            return None
        wrong = ~np.isfinite(numbers)
        wrong |= (numbers < self.floor) | (numbers > self.ceiling)
        if self.is_open:
            wrong |= (numbers == self.floor) | (numbers == self.ceiling)
        return f"holds {numbers[wrong][0]:g}" if wrong.any() else None

    @property
    def words(self) -> str:
        """The bounds as a reader is told them."""
        if math.isinf(self.floor) and math.isinf(self.ceiling):
            return "finite numbers"
        kind = "strictly between" if self.is_open else "between"
        if math.isinf(self.ceiling):
            return f"numbers {'above' if self.is_open else 'of at least'} {self.floor:g}"
        return f"numbers {kind} {self.floor:g} and {self.ceiling:g}"


FINITE = Domain()
POSITIVE = Domain(0.0, is_open=True)
NOT_NEGATIVE = Domain(0.0)
SHARE = Domain(0.0, 1.0)
INSIDE = Domain(0.0, 1.0, is_open=True)
GAPS = Domain(has_gaps=True)


def at_least(low: float) -> Domain:
    """Numbers from `low` on."""
    return Domain(low)


def series(least: int = 1, *, low: float = -math.inf, has_gaps: bool = False) -> Domain:
    """One series of so many values at least."""
    return Domain(low, least=least, axes=1, has_gaps=has_gaps)


def table(axes: int = 2, *, has_gaps: bool = False) -> Domain:
    """An array of so many axes, none of them empty."""
    return Domain(axes=axes, has_gaps=has_gaps)


def takes(
    alike: tuple[str, ...] = (), /, **domains: Domain
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuses arguments outside their domains; every other number must be finite.

    Args:
        alike: Arguments whose shapes must be equal.
        **domains: Domain by argument.

    Raises:
        BadInputError: From the function, before it runs: the culprit names argument and number.
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        names = tuple(inspect.signature(function).parameters)
        subject = function.__name__.replace("_", " ")

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            given: dict[str, object] = {**dict(zip(names, args, strict=False)), **kwargs}
            for name, value in given.items():
                domain = domains.get(name, FINITE)
                fault = domain.fault_of(value)
                if fault:
                    raise BadInputError(subject, f"{name} {fault}", f"Give {domain.words}.")
            shapes = {np.asarray(given[name]).shape for name in alike if name in given}
            if len(shapes) > 1:
                raise BadInputError(subject, f"shapes {sorted(shapes)}", "Give one each.")
            return function(*args, **kwargs)

        return checked

    return decorated


def _numbers(value: object) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """The numbers of a scalar, a list or an array, flat; none of anything else."""
    if isinstance(value, bool | str) or value is None:
        return np.empty(0)
    if isinstance(value, int | float):
        return np.array([float(value)])
    if isinstance(value, np.ndarray):
        return value.ravel() if value.dtype.kind == "f" else np.empty(0)
    if isinstance(value, list | tuple):
        kept = [float(item) for item in value if isinstance(item, int | float)]
        return np.array(kept)
    return np.empty(0)
