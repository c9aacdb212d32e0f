"""What happened to numbers that fail a rule, told by the numbers themselves.

What belongs here: failing numbers beside those of the same column that pass. Whether another column
or rule explains them better is the gate's to weigh. What the evidence does not support is None.
"""

import polars as pl

from dmaic_assets.phenomena.scale.causes import UNIT_FACTORS, unit_of

ZEROS = "zeros in place of values"
# Says how far a number lies, not that it is wrong.
OUTLIER = "outlier"
# Share of the failing numbers that must be one number, or that must be cured by one change.
_MOST = 0.8
# A placeholder of so many nines is one even if it is there once.
_SURE = 999.0
# A number this much rarer among those that pass is no value of the column.
_RARER = 4.0
# Failing rows from which on they are too many for slips of single numbers.
_MANY = 0.1
# Numbers that must be cured by one power of ten: one number nearly always is by some.
_FEWEST_SCALED = 3
# Powers of ten that a number is wrong by when a decimal point or a factor slipped.
_SLIPS = (10.0, 100.0, 1000.0)


def one_number_cause(failing: pl.Series, passing: pl.Series) -> str | None:
    """Says when nearly all failing numbers are one that stands for no value: 0, -1, -999, 9999."""
    known = failing.drop_nulls()
    if not len(known):
        return None
    top = known.mode().sort()[0]
    if len(known) == 1 and not (is_placeholder(float(top)) and abs(top) >= _SURE):
        return None
    share = float(str((known == top).mean()))
    usual = float(str((passing.drop_nulls() == top).mean() or 0.0))
    if share < _MOST or usual * _RARER > share:
        return None
    if top == 0:
        return ZEROS
    return f"placeholder {top:g} in place of values" if is_placeholder(float(top)) else None


def is_placeholder(number: float) -> bool:
    """Whether a number is one that people write where they have none."""
    digits = f"{abs(number):g}"
    return number == -1 or (len(digits) > 1 and set(digits.replace(".", "")) == {"9"})


def odd_numbers_cause(failing: pl.Series, passing: pl.Series, share: float) -> str | None:
    """Says when failing numbers are right but for their sign or scale, or beyond all others.

    Args:
        failing: Numbers that fail a rule about this column alone.
        passing: Numbers of the same column that pass.
        share: The share of the file's rows that fail.
    """
    bad = failing.drop_nulls().drop_nans().cast(pl.Float64)
    good = passing.drop_nulls().drop_nans().cast(pl.Float64)
    if not len(bad) or len(good) < 2 or not good.is_finite().all():
        return None
    low, high = float(str(good.min())), float(str(good.max()))
    if _cured(bad, 1.0, low, high):
        return None  # they are as others are: not their size is wrong
    if low >= 0 and _cured(bad, -1.0, low, high):
        return "sign change"
    if low < 0 < high:
        return _beyond(bad, low, high)  # no quantity with a zero of its own: nothing to scale
    factor = float(str(bad.median())) / float(str(good.median() or 1.0))
    if share < _MANY:
        slips = [f for s in _SLIPS for f in (s, 1 / s) if _cured(bad, f, low, high)]
        if slips and factor > 0 and len(bad) >= _FEWEST_SCALED:
            best = min(slips, key=lambda slip: abs(slip / factor - 1))
            return f"change of scale (about {best:g} times)"
        return _beyond(bad, low, high)
    units = {str(unit_of(f)): f for known in UNIT_FACTORS.values() for f in (known, 1 / known)}
    fitting = [(abs(f / factor - 1), n) for n, f in units.items() if _cured(bad, f, low, high)]
    if factor <= 0 or not fitting:
        return _beyond(bad, low, high)
    away, name = min(fitting)
    is_met = away < 0.5
    return f"unit change ({name})" if is_met else f"change of scale (about {factor:.3g} times)"


def _cured(bad: pl.Series, factor: float, low: float, high: float) -> bool:
    """Whether the numbers lie among the passing ones once the factor is undone."""
    return float(str((bad / factor).is_between(low, high).mean())) >= _MOST


def _beyond(bad: pl.Series, low: float, high: float) -> str | None:
    """An outlier lies beyond all others by as much as these are apart."""
    width = high - low
    far = (bad > high + width) | (bad < low - width)
    return OUTLIER if float(str(far.mean())) >= _MOST else None
