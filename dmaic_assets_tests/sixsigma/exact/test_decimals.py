from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.oracle.exact_decimals import (
    fraction_of,
    rounded,
    scaled_integers,
    square_root,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-12.50", Fraction(-25, 2)),
        (".5", Fraction(1, 2)),
        ("7.", Fraction(7)),
        ("1E-3", Fraction(1, 1000)),
        ("2.5D+2", Fraction(250)),
        (" +3 ", Fraction(3)),
    ],
)
def test_a_decimal_text_is_read_without_loss(text: str, value: Fraction) -> None:
    assert fraction_of(text) == value


@pytest.mark.parametrize("text", ["", ".", "nan", "inf", "1,5", "0x10", "1e99999", "--1"])
def test_what_is_no_decimal_number_is_refused_by_position(text: str) -> None:
    with pytest.raises(BadInputError, match="number 1"):
        scaled_integers(["1", text])


@settings(deadline=None)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=7), min_size=1))
def test_scaled_integers_give_every_number_back(numbers: list[Decimal]) -> None:
    column = scaled_integers([str(number) for number in numbers])

    assert [Fraction(n, 10**column.scale) for n in column.numerators] == [
        Fraction(number) for number in numbers
    ]


@settings(deadline=None)
@given(st.integers(0, 10**60), st.integers(1, 10**60))
def test_a_square_root_is_right_to_its_last_digit(p: int, q: int) -> None:
    value = Fraction(p, q)

    root = Fraction(square_root(value, digits=20))

    half_unit = root * Fraction(1, 10**19)
    assert max(root - half_unit, Fraction(0)) ** 2 <= value <= (root + half_unit) ** 2


def test_rounding_is_correct_where_doubles_are_not() -> None:
    assert rounded(Fraction(1, 3), digits=25) == Decimal("0.3333333333333333333333333")
    assert square_root(Fraction(2), digits=30) == Decimal("1.41421356237309504880168872421")


def test_a_negative_square_is_refused() -> None:
    with pytest.raises(BadInputError):
        square_root(Fraction(-1), digits=5)
