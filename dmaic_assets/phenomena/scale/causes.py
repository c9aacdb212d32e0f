"""Names the change of unit, or another change of scale, that moved the numbers of a column.

What belongs here: the factors between units, and what statistics say of them. A cause that the
evidence does not support is None; nothing is guessed.
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

# Factors between common units of one quantity, and what they are called.
UNIT_FACTORS: Mapping[str, float] = {
    "miles to kilometres": 1.609344,
    "inches to centimetres": 2.54,
    "feet to metres": 0.3048,
    "yards to metres": 0.9144,
    "pounds to kilograms": 0.45359237,
    "ounces to grams": 28.349523125,
    "gallons to litres": 3.785411784,
    "knots to km/h": 1.852,
    "minutes to seconds or hours to minutes": 60.0,
    "hours to seconds": 3600.0,
    "days to hours": 24.0,
    "years to months or feet to inches": 12.0,
    "shares to percent or units to cents": 100.0,
    "tens": 10.0,
    "thousands": 1000.0,
    "millions": 1_000_000.0,
}
# Relative distance from a known factor within which it is named.
_CLOSE = 0.06
# Relative spread of the quantiles' ratios up to which they move together.
_ALIKE = 0.4
# Factor between whose inverse and itself files differ by themselves.
_LARGE = 2.0
# Distance, in logarithms, from a large factor within which it is named.
_LARGE_AWAY = 0.4
# The same for a factor that files could differ by.
_SMALL_AWAY = 0.1
SHIFT = "shift of the distribution"
# Relative spread of the ratios up to which one factor explains all quantiles.
_SAME = 0.15
# Quantiles that must be comparable.
_FEWEST_RATIOS = 2


def shift_cause(
    usual: Mapping[str, float],
    seen: Mapping[str, object],
    bounds: Mapping[str, Sequence[float | None]] = MappingProxyType({}),
) -> str | None:
    """Names what moved the statistics of a number column away from history.

    A unit is named of a quantity with one sign whose statistics all moved alike, when dividing by
    its factor puts every one back into its bounds, or when all moved by nearly the factor. Files
    differ, so that two units may do so: then both are named.

    Args:
        usual: Statistics of a number column as history has them.
        seen: The same statistics of the judged file.
        bounds: Where history expects each statistic, [low, high]; None for no bound.

    Returns:
        "unit change (...)", "change of scale (...)", "sign change", "shift of the
        distribution" or None.
    """
    ratios = _ratios(usual, seen)
    if len(ratios) < _FEWEST_RATIOS:
        return None
    middle = sorted(ratios)[len(ratios) // 2]
    differ = (max(ratios) - min(ratios)) / max(abs(middle), 1e-9)
    if differ <= _ALIKE and abs(middle + 1) < _CLOSE:
        return "sign change"
    if not _is_ratio_quantity(usual):
        return SHIFT
    fitting = _fitting_units(middle, seen, bounds) if differ <= _ALIKE else []
    if fitting:
        return f"unit change ({' or '.join(fitting)})"
    name = unit_of(middle) if differ <= _SAME else None
    if name:
        return f"unit change ({name})"
    # Between half and double, files differ by themselves.
    is_scaled = differ <= _SAME or (differ <= _ALIKE and not 1 / _LARGE < middle < _LARGE)
    is_scaled = is_scaled or _is_all_scaled(ratios, seen, bounds)
    return f"change of scale (about {middle:.3g} times)" if is_scaled else SHIFT


def _is_all_scaled(
    ratios: Sequence[float],
    seen: Mapping[str, object],
    bounds: Mapping[str, Sequence[float | None]],
) -> bool:
    """Whether every statistic has more than doubled or halved, and one factor brings all back.

    History may differ in its own quantiles, so that their ratios are not alike.
    """
    is_large = min(ratios) > _LARGE or 0 < min(ratios) <= max(ratios) < 1 / _LARGE
    middle = sorted(ratios)[len(ratios) // 2]
    return is_large and bool(bounds) and _are_inside(seen, bounds, middle)


def _is_ratio_quantity(usual: Mapping[str, float]) -> bool:
    """Whether all statistics have one sign: what lies on both sides of zero has no unit to change.

    An angle, a difference or a temperature in degrees is multiplied by no unit.
    """
    values = [v for key, v in usual.items() if key != "width" and not key.endswith("share")]
    return all(v >= 0 for v in values) or all(v <= 0 for v in values)


def _fitting_units(
    middle: float, seen: Mapping[str, object], bounds: Mapping[str, Sequence[float | None]]
) -> list[str]:
    """The one or two units nearest to the change that, undone, puts all statistics in bounds."""
    if middle <= 0 or not bounds:
        return []
    found: list[tuple[float, str]] = []
    for known in UNIT_FACTORS.values():
        for factor in (known, 1 / known):
            away = abs(math.log(middle / factor))
            # Files differ by small factors themselves: there the factor has to be met.
            most = _LARGE_AWAY if not 1 / _LARGE < factor < _LARGE else _SMALL_AWAY
            if away < most and _are_inside(seen, bounds, factor):
                found.append((away, str(unit_of(factor))))
    found.sort()
    is_clear = len(found) > 1 and found[0][0] * 2 < found[1][0]
    return [name for _, name in found[: 1 if is_clear else 2]]


def _are_inside(
    seen: Mapping[str, object], bounds: Mapping[str, Sequence[float | None]], factor: float
) -> bool:
    for key, (low, high) in bounds.items():
        now = seen.get(key)
        if not isinstance(now, int | float):
            continue
        undone = now if key.endswith("share") else now / factor
        if (low is not None and undone < low) or (high is not None and undone > high):
            return False
    return True


def unit_of(factor: float) -> str | None:
    """Names the unit change that multiplies values by `factor`; None when none is near."""
    if factor <= 0:
        return None
    for name, known in UNIT_FACTORS.items():
        if abs(factor / known - 1) < _CLOSE:
            return name
        if abs(factor * known - 1) < _CLOSE:
            return _reversed(name) if " to " in name else f"1/{name}"
    return None


def _reversed(name: str) -> str:
    """The way back of every change that a name lists: "a to b or c to d" is "b to a or d to c"."""
    ways = name.split(" or ")
    return " or ".join(" to ".join(reversed(way.split(" to "))) for way in ways)


def _ratios(usual: Mapping[str, float], seen: Mapping[str, object]) -> list[float]:
    found: list[float] = []
    for key, before in usual.items():
        now = seen.get(key)
        if key.endswith("share") or not isinstance(now, int | float) or abs(before) < 1e-9:
            continue
        found.append(float(now) / before)
    return found
