"""Repairs of numbers in another unit: brought back by a factor, exact in decimal arithmetic.

What belongs here: which numbers are moved. The factor and the bound are proposed in `propose`.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, ValueFunction, number
from dmaic_assets.phenomena.notation.repair import PLAIN, canonical


def scaler(parameters: Mapping[str, Json]) -> ValueFunction:
    """Multiplies numbers beyond a bound by `factor`, if that takes them within it.

    `above` bounds the numbers that are too large, `below` those that are too small (by absolute
    value); exactly one of them is given.
    """
    factor = Decimal(repr(number(parameters, "factor", 1.0)))
    above, below = number(parameters, "above", -1.0), number(parameters, "below", -1.0)

    def is_beyond(size: Decimal) -> bool:
        return size > Decimal(repr(above)) if above > 0 else 0 < size < Decimal(repr(below))

    def scale(value: str) -> str:
        text = value.strip()
        if not PLAIN.fullmatch(text):
            return value
        try:
            amount = Decimal(text)
            scaled = amount * factor
        except InvalidOperation:
            return value
        is_moved = is_beyond(abs(amount)) and not is_beyond(abs(scaled))
        return canonical(scaled) if is_moved else value

    return scale


def bound_complaint(repair: Repair) -> str | None:
    """Complains of a repair that has no bound, or two."""
    has_one = ("above" in repair.parameters) != ("below" in repair.parameters)
    return None if has_one else "exactly one of above and below is needed"
