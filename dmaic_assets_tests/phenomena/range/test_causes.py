"""What failing numbers show: zeros, placeholders, another sign or scale, outliers."""

import polars as pl
import pytest

from dmaic_assets.phenomena.range.causes import odd_numbers_cause, one_number_cause

LENGTHS = pl.Series([float(v) for v in range(20, 60)])
ANGLES = pl.Series([float(v) for v in range(-90, 91, 5)])


@pytest.mark.parametrize(
    ("failing", "cause"),
    [
        ([0.0, 0.0, 0.0, None], "zeros in place of values"),
        ([-999.0, -999.0, -999.0], "placeholder -999 in place of values"),
        ([-1.0, -1.0], "placeholder -1 in place of values"),
        ([9999.0] * 9 + [71.0], "placeholder 9999 in place of values"),
        ([71.0, 71.0, 71.0], None),
        ([-999.0], "placeholder -999 in place of values"),
        ([-1.0], None),
        ([-999.0, 71.0, 80.0], None),
    ],
)
def test_one_number_that_stands_for_none(failing: list[float | None], cause: str | None) -> None:
    assert one_number_cause(pl.Series(failing, dtype=pl.Float64), LENGTHS) == cause


def test_a_zero_that_other_rows_have_as_often_is_a_value() -> None:
    assert one_number_cause(pl.Series([0.0, 0.0]), pl.Series([0.0] * 30 + [4.0] * 10)) is None


@pytest.mark.parametrize(
    ("failing", "share", "cause"),
    [
        ([-25.0, -40.0], 0.02, "sign change"),
        ([2500.0, 4000.0, 5100.0], 0.02, "change of scale (about 100 times)"),
        ([2500.0], 0.01, "outlier"),
        ([61.0, 62.0], 0.02, None),
        ([v * 28.35 for v in range(20, 60)], 0.2, "unit change (ounces to grams)"),
    ],
)
def test_numbers_that_are_right_but_for_sign_or_scale(
    failing: list[float], share: float, cause: str | None
) -> None:
    assert odd_numbers_cause(pl.Series(failing), LENGTHS, share) == cause


def test_what_lies_on_both_sides_of_zero_has_no_unit() -> None:
    failing = pl.Series([float(v) * 2.2046 for v in range(60, 91)])

    assert odd_numbers_cause(failing, ANGLES, 0.2) is None
