"""Learns between which bounds a number lies, with a margin for the next file.

What belongs here: bounds for all rows. `domain` asks for them column by column, beside the list of
values; bounds given another column are in `learn_by`.
"""

from typing import TypeGuard

import numpy as np

from dmaic_assets.history.baseline import GREATEST, Floats, History
from dmaic_assets.history.column_kinds import ColumnKind, part_quantiles
from dmaic_assets.history.proposal import SET_APART, Proposal, Proposals
from dmaic_assets.history.tolerance import interval
from dmaic_assets.model import Json

# Share of clean files whose end may break the fitted bound, before the margin is added.
RANGE_ALPHA = 1e-3
# Share of clean files of which the ends of all numbers together may break a bound: as many as may
# have more than 1 % of their rows set apart.
RANGES_ALPHA = 0.02
# Share of the median up to which the least number comes close to 0.
COUNT_LIMIT = 0.25
# Share of the values that come so close were all up to the median even; below it they thin out.
THIN = 0.5
# Times the median up to which the greatest number is when a tail reaches as far above as below it:
# the middle of an even figure that begins at 0 is half of its end; a quarter more is an accident.
SKEWED = 2.5
# Times the distance from the median to history's end that is added to the end.
MARGIN = 0.5
# Greatest bound: whole numbers beyond it are none in 64 bits.
FURTHEST = 9e18
# Powers of ten beyond the greatest number of history that no bound passes.
DECADES = 2
# Times the greatest amount of history that is always inside.
AMOUNT_MARGIN = 1.5


def range_of(history: History, kind: ColumnKind, numbers: int) -> Proposals:
    """Proposes the bounds of one of so many numbers, with a margin for one more file."""
    x = history.numbers(kind.column)
    lows, highs = part_quantiles(history, x, (0.0, 1.0))
    lows, highs = _exact_ends(history, kind.column, lows, highs)
    known = ~np.isnan(lows)
    if not known.any() or np.isnan(x).all():
        return []
    alpha = min(RANGE_ALPHA, RANGES_ALPHA / (2 * numbers))
    ends = _margins(history, x, (lows[known], highs[known]), alpha)
    low, high = np.clip(ends, -FURTHEST, FURTHEST)
    is_whole = history.dtype(kind.column).is_integer()
    bounds: dict[str, Json] = {
        "min": int(np.floor(low)) if is_whole else _rounded(float(low), np.floor),
        "max": int(np.ceil(high)) if is_whole else _rounded(float(high), np.ceil),
    }
    evidence: dict[str, Json] = {
        "least": _plain(float(lows[known].min()), is_whole=is_whole),
        "greatest": _plain(float(highs[known].max()), is_whole=is_whole),
        "files": history.files,
        "rows": int((~np.isnan(x)).sum()),
    }
    rule = Proposal(
        "range", (kind.column,), "medium", bounds, evidence, tolerance=SET_APART, row_rate=1e-4
    )
    return [rule]


def _margins(
    history: History, x: Floats, seen: tuple[Floats, Floats], alpha: float
) -> tuple[float, float]:
    """Where the least and greatest value of one more file may lie, given those of history's."""
    lows, highs = seen
    least, greatest = float(lows.min()), float(highs.max())
    values = x[~np.isnan(x)]
    q25, q50, q75 = np.quantile(values, [0.25, 0.5, 0.75])
    spread = max(float(q75 - q25), (greatest - least) * 0.1, abs(float(q50)) * 1e-3, 1e-9)
    low = _end(lows, alpha, spread, side="low")
    high = _end(highs, alpha, spread, side="high")
    part = 1.0 if history.is_cut else MARGIN
    low = min(low, least - part * max(spread, float(q50) - least))
    high = max(high, greatest + part * max(spread, greatest - float(q50)))
    if least >= 0 and _is_amount(values, least, float(q50)):
        low = low if _thins_out(values, float(q50), greatest) else max(low, 0.0)
        high = max(high, AMOUNT_MARGIN * greatest)
    return min(low, least), max(high, greatest)


def _end(ends: Floats, alpha: float, spread: float, *, side: str) -> float:
    """Extrapolates the files' least or greatest values."""
    if len(ends) < 2:
        return float(ends[0]) + (-2 if side == "low" else 2) * spread
    is_far = side == "high" and float(ends.min()) > 0
    found = interval(
        ends, alpha, scale="log" if is_far else "plain", floor=0.0 if is_far else 0.02 * spread
    )
    if side == "low":
        return found.low
    # Few files of which one reaches far make the logarithm's interval boundless; what is a
    # hundred times as great as anything seen is of another kind whatever the files say.
    return min(found.high, 10**DECADES * float(ends.max())) if is_far else found.high


def _is_amount(values: Floats, least: float, middle: float) -> bool:
    """Whether 0 is a natural limit: values come close to it and never pass it."""
    return least <= COUNT_LIMIT * max(middle, 0.0) or bool((values == 0).any())


def _thins_out(values: Floats, middle: float, greatest: float) -> bool:
    """Whether values come near 0 as the last of a tail, which may go on below it: temperatures.

    Amounts crowd at 0 or, where they do not, reach further above their middle than below it.
    """
    near = float((values <= COUNT_LIMIT * middle).mean())
    return near < THIN * COUNT_LIMIT / 2 and greatest <= SKEWED * middle


def _exact_ends(history: History, name: str, lows: Floats, highs: Floats) -> tuple[Floats, Floats]:
    """Replaces the sample's ends by the exact ones of the profiles, file by file."""
    if history.is_cut or history.parts != history.files:
        return lows, highs
    lows, highs = lows.copy(), highs.copy()
    for i, facts in enumerate(history.facts):
        column = facts.profile.column(name)
        if column and _is_usable(column.minimum):
            lows[i] = np.fmin(lows[i], column.minimum)
        if column and _is_usable(column.maximum):
            highs[i] = np.fmax(highs[i], column.maximum)
    return lows, highs


def _is_usable(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and abs(value) < GREATEST


def _rounded(value: float, direction: np.ufunc) -> float:
    """Rounds outward to four significant digits."""
    if value == 0 or not np.isfinite(value):
        return float(value)
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 3)
    return float(f"{float(direction(value / unit)) * unit:.6g}")


def _plain(value: float, *, is_whole: bool) -> Json:
    return int(value) if is_whole else float(f"{value:.6g}")
