"""Names the likely cause of a violation, where the evidence allows it.

What belongs here: from measured differences to a name out of a fixed list. A cause that the
evidence does not support is None; nothing is guessed.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from dmaic_assets.phenomena.typo.nearness import is_one_edit

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
_WITH_UNIT = re.compile(r"([^\W\d]{1,4}|[$€£¥%])?\s?[+-]?\d[\d.,]*\s?([^\W\d]{1,8}|[$€£¥%°]{1,2})?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([, ]\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
_DATE = re.compile(r"(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]?\d{2}[./-]?\d{2})([ T].*)?")
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"0\d+")
LEADING_ZEROS = "leading zeros (codes, no numbers)"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOSE = 0.06
_ALIKE = 0.4
_LARGE = 2.0
_LARGE_AWAY = 0.4
_SMALL_AWAY = 0.1
SHIFT = "shift of the distribution"
_SAME = 0.15
_FEWEST_RATIOS = 2
_SWAPPED = 0.7


def shift_cause(
    usual: Mapping[str, float],
    seen: Mapping[str, object],
    bounds: Mapping[str, Sequence[float | None]] = MappingProxyType({}),
) -> str | None:
    """Names what moved the statistics of a number column away from history.

    A unit is named when dividing by its factor puts every statistic back into its bounds, or when
    all statistics moved by nearly the factor. Files differ, so that two units may do so: then both
    are named.

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
    fitting = _fitting_units(middle, seen, bounds)
    if fitting:
        return f"unit change ({' or '.join(fitting)})"
    name = unit_of(middle) if differ <= _SAME else None
    if name:
        return f"unit change ({name})"
    # Between half and double, files differ by themselves.
    is_scaled = differ <= _SAME or (differ <= _ALIKE and not 1 / _LARGE < middle < _LARGE)
    return f"change of scale (about {middle:.3g} times)" if is_scaled else SHIFT


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


def value_cause(new: Sequence[str], known: Sequence[str]) -> str | None:
    """Names what happened to text values that are not among the known ones.

    Returns:
        "encoding", "case change", "whitespace", "typo" or "new category"; None without values.
    """
    if not new:
        return None
    values = [v for v in new if v]
    if any("\ufffd" in v or "Ã" in v or "â€" in v for v in values):
        return "encoding"
    folded = {k.casefold() for k in known}
    if _most(v.casefold() in folded for v in values):
        return "case change"
    stripped = {k.strip().casefold() for k in known}
    if _most(v.strip().casefold() in stripped for v in values):
        return "whitespace"
    near = [any(is_one_edit(v, k) for k in known[:200]) for v in values[:20]]
    return "typo" if _most(near) else "new category"


def list_cause(column: str, new: Sequence[str], lists: Mapping[str, Collection[str]]) -> str | None:
    """Names what happened to values that are not in their column's list.

    Args:
        column: The column.
        new: Its values that are not listed.
        lists: The lists of this and other columns of the table.

    Returns:
        "swapped columns (...)" when most values are of another column's list, else as
        `value_cause`.
    """
    if not new:
        return None
    for other, values in lists.items():
        known = set(values)
        if other != column and sum(v in known for v in new) >= _SWAPPED * len(new):
            return f"swapped columns ({column} and {other})"
    return value_cause(new, list(lists.get(column, ())))


def text_cause(texts: Sequence[str]) -> str | None:
    """Names what is wrong with texts that should be numbers: most are written another way.

    Returns:
        "leading zeros (codes, no numbers)" when all are digits and some begin with 0, "decimal
        comma", "thousands marks or decimal comma", "unit in a number (...)" with the most
        frequent unit, or None.
    """
    digits = [text.strip() for text in texts]
    if all(_DIGITS.fullmatch(text) for text in digits) and any(map(_CODE.fullmatch, digits)):
        return LEADING_ZEROS
    if _most(bool(_THOUSANDS.fullmatch(text.strip())) for text in texts):
        return "thousands marks or decimal comma"
    if _most(bool(_COMMA.fullmatch(text.strip())) for text in texts):
        return "decimal comma"
    matches = [_WITH_UNIT.fullmatch(text.strip()) for text in texts]
    units = [m.group(1) or m.group(2) for m in matches if m and (m.group(1) or m.group(2))]
    if len(units) * 2 <= len(texts):
        return None
    return f"unit in a number ({max(sorted(set(units)), key=units.count)})"


def time_cause(texts: Sequence[str]) -> str | None:
    """Names what is wrong with texts that should be dates or times: most are, written otherwise.

    Returns:
        "impossible date" when they are ISO dates of days that no calendar has, "date format", or
        None.
    """
    days = [text.strip()[:10] for text in texts]
    if _most(bool(_ISO.fullmatch(day)) and not _is_day(day) for day in days):
        return "impossible date"
    return "date format" if _most(bool(_DATE.fullmatch(text.strip())) for text in texts) else None


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _most(flags: "list[bool] | object") -> bool:
    listed = list(flags)  # pyright: ignore[reportArgumentType] - an iterable of flags
    return bool(listed) and sum(listed) * 2 > len(listed)


def _ratios(usual: Mapping[str, float], seen: Mapping[str, object]) -> list[float]:
    found: list[float] = []
    for key, before in usual.items():
        now = seen.get(key)
        if key.endswith("share") or not isinstance(now, int | float) or abs(before) < 1e-9:
            continue
        found.append(float(now) / before)
    return found
