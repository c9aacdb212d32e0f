"""Changes of unit are named, and silence where the evidence does not carry one."""

import pytest

from dmaic_assets.phenomena.scale.causes import shift_cause, unit_of

WIDE = {"q25": (80.0, 125.0), "q50": (160.0, 250.0), "q75": (250.0, 600.0)}


@pytest.mark.parametrize(
    ("factor", "name"),
    [
        (1.609344, "miles to kilometres"),
        (1 / 1.609344, "kilometres to miles"),
        (100, "shares to percent or units to cents"),
        (0.01, "percent to shares or cents to units"),
        (1000, "thousands"),
        (0.001, "1/thousands"),
        (1.3, None),
        (-2, None),
        (0, None),
    ],
)
def test_factors_between_units_have_names(factor: float, name: str | None) -> None:
    assert unit_of(factor) == name


def test_a_unit_change_moves_every_statistic_alike() -> None:
    usual = {"q25": 100.0, "q50": 200.0, "q75": 400.0}

    alike = {key: v * 1.61 for key, v in usual.items()}
    uneven = {"q25": 100.0, "q50": 210.0, "q75": 2000.0}

    assert shift_cause(usual, alike) == "unit change (miles to kilometres)"
    assert shift_cause(usual, uneven) == "shift of the distribution"
    assert shift_cause(usual, {k: -v for k, v in usual.items()}) == "sign change"
    assert shift_cause(usual, {}) is None


@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        ((1.5, 1.609, 1.9), "unit change (miles to kilometres)"),
        ((2.3, 2.37, 2.4), "unit change (inches to centimetres or kilograms to pounds)"),
        ((54.0, 60.0, 70.0), "unit change (minutes to seconds or hours to minutes)"),
        ((1.4, 1.0, 1.7), "shift of the distribution"),
        ((0.61, 0.7, 0.78), "shift of the distribution"),
        ((6.0, 6.1, 6.2), "change of scale (about 6.1 times)"),
        ((6.0, 6.7, 9.0), "change of scale (about 6.7 times)"),
        ((1.8, 6.7, 7.1), "shift of the distribution"),
        ((0.13, 0.14, 0.2), "change of scale (about 0.14 times)"),
        ((0.0, 0.0, 0.2), "shift of the distribution"),
    ],
)
def test_a_unit_is_named_when_undoing_it_puts_all_statistics_back(
    factor: tuple[float, ...], cause: str
) -> None:
    usual = {"q25": 100.0, "q50": 200.0, "q75": 400.0}

    seen = {k: v * f for (k, v), f in zip(usual.items(), factor, strict=True)}

    assert shift_cause(usual, seen, WIDE) == cause


def test_an_angle_is_multiplied_by_no_unit() -> None:
    usual = {"q25": -40.0, "q50": 5.0, "q75": 45.0}
    seen = {key: value * 0.4536 for key, value in usual.items()}
    bounds = {key: [min(v * 0.8, v * 1.2), max(v * 0.8, v * 1.2)] for key, v in usual.items()}

    assert shift_cause(usual, seen, bounds) == "shift of the distribution"
