"""Likely causes by name, and silence where the evidence does not carry one."""

import pytest

from dmaic_assets.phenomena.contract.causes import (
    list_cause,
    shift_cause,
    text_cause,
    time_cause,
    unit_of,
    value_cause,
)


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


WIDE = {"q25": (80.0, 125.0), "q50": (160.0, 250.0), "q75": (250.0, 600.0)}


@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        ((1.5, 1.609, 1.9), "unit change (miles to kilometres)"),
        ((2.3, 2.37, 2.4), "unit change (inches to centimetres or kilograms to pounds)"),
        ((54.0, 60.0, 70.0), "unit change (minutes to seconds or hours to minutes)"),
        ((1.4, 1.0, 1.7), "shift of the distribution"),
        ((0.61, 0.7, 0.78), "shift of the distribution"),
        ((6.0, 6.1, 6.2), "change of scale (about 6.1 times)"),
    ],
)
def test_a_unit_is_named_when_undoing_it_puts_all_statistics_back(
    factor: tuple[float, ...], cause: str
) -> None:
    usual = {"q25": 100.0, "q50": 200.0, "q75": 400.0}

    seen = {k: v * f for (k, v), f in zip(usual.items(), factor, strict=True)}

    assert shift_cause(usual, seen, WIDE) == cause


@pytest.mark.parametrize(
    ("new", "cause"),
    [
        (["NORTH"], "case change"),
        (["north "], "whitespace"),
        (["nrth", "nortth"], "typo"),
        (["CafÃ©"], "encoding"),
        (["harbour"], "new category"),
        ([], None),
    ],
)
def test_new_values_tell_what_happened_to_them(new: list[str], cause: str | None) -> None:
    assert value_cause(new, ["north", "south"]) == cause


@pytest.mark.parametrize(
    ("texts", "cause"),
    [
        (["-6 min", "14 min", "x"], "unit in a number (min)"),
        (["€ 12,50", "€7"], "unit in a number (€)"),
        (["12%", "7 %"], "unit in a number (%)"),
        (["unknown?", "n/a"], None),
        (["12", "2013-01-04"], None),
        (["01067", "10115", "04103"], "leading zeros (codes, no numbers)"),
        (["10115", "20095"], None),
        (["0", "7"], None),
        (["01067", "unknown"], None),
        (["12,5", "-1.200,75", "x"], "decimal comma"),
        (["1,200.5", "n/a"], None),
        ([], None),
    ],
)
def test_numbers_that_are_written_another_way_are_told(texts: list[str], cause: str | None) -> None:
    assert text_cause(texts) == cause


@pytest.mark.parametrize(
    ("texts", "cause"),
    [
        (["05.02.2021", "1/2/21", "x"], "date format"),
        (["20210205", "2021/02/05 10:55"], "date format"),
        (["unknown?", "n/a"], None),
    ],
)
def test_dates_that_are_written_another_way_are_told(texts: list[str], cause: str | None) -> None:
    assert time_cause(texts) == cause


def test_values_of_another_columns_list_are_swapped_columns() -> None:
    lists = {"origin": ["EWR", "JFK"], "dest": ["ATL", "LAX", "ORD"]}

    assert list_cause("origin", ["ATL", "LAX"], lists) == "swapped columns (origin and dest)"
    assert list_cause("origin", ["ewr"], lists) == "case change"
    assert list_cause("origin", ["QQQ"], lists) == "new category"
    assert list_cause("origin", [], lists) is None
