"""Numbers as their decimal strings say: integers over one power of ten, and rounding back.

What belongs here: the way from text to exact integers and from exact fractions to decimals of a
wanted number of digits. Statistics on them stand in the `certified_*` modules.
"""

import decimal
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import at_least, takes

_NUMBER = re.compile(r"([+-]?)(\d*)\.?(\d*)(?:[eEdD]([+-]?\d{1,4}))?")
# Decimal digits in a bit.
_LOG10_OF_2 = math.log10(2.0)


@dataclass(frozen=True, slots=True)
class ScaledIntegers:
    """Decimal numbers with their common denominator: value i is `numerators[i] / 10**scale`."""

    numerators: tuple[int, ...]
    scale: int

    def __len__(self) -> int:
        return len(self.numerators)


def scaled_integers(texts: Sequence[str]) -> ScaledIntegers:
    """Reads decimal strings without any loss.

    Args:
        texts: Numbers such as `-12.50`, `.5`, `1E-3` (Fortran's `1D-3` too), any length.

    Raises:
        BadInputError: A text is not a finite decimal number; it is named with its position.
    """
    parts = [_mantissa_and_exponent(text, index) for index, text in enumerate(texts)]
    lowest = min((exponent for _, exponent in parts), default=0)
    scale = max(0, -lowest)
    numerators = tuple(mantissa * 10 ** (exponent + scale) for mantissa, exponent in parts)
    return ScaledIntegers(numerators, scale)


def fraction_of(text: str) -> Fraction:
    """Reads one decimal string as a fraction.

    Raises:
        BadInputError: The text is not a finite decimal number.
    """
    mantissa, exponent = _mantissa_and_exponent(text, 0)
    return mantissa * Fraction(10) ** exponent


@takes(digits=at_least(1))
def rounded(value: Fraction, *, digits: int) -> Decimal:
    """Rounds a fraction to a number of significant digits, half to even, correctly."""
    context = decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


@takes(digits=at_least(1))
def square_root(value: Fraction, *, digits: int) -> Decimal:
    """Rounds the square root of a fraction to a number of significant digits.

    The root is cut at eight digits more than asked for before it is rounded, from integers, so
    that it is right for every size of the value.

    Raises:
        BadInputError: The value is negative.
    """
    if value < 0:
        raise BadInputError("square root", "the value is negative", "Pass a sum of squares.")
    size = value.numerator.bit_length() - value.denominator.bit_length()
    places = digits + 8 - int(size * _LOG10_OF_2) // 2
    under_root = value * Fraction(100) ** places
    root = math.isqrt(under_root.numerator // under_root.denominator)
    context = decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    return context.scaleb(context.create_decimal(root), -places)


def _mantissa_and_exponent(text: str, index: int) -> tuple[int, int]:
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise BadInputError(
            f"number {index}", f"{text!r} is not a decimal number", "Pass finite decimal numbers."
        )
    mantissa = int(match[2] + match[3])
    exponent = int(match[4] or 0) - len(match[3])
    return (-mantissa if match[1] == "-" else mantissa), exponent
