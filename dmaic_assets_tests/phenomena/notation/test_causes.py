"""Texts that should be numbers or times are named by how they are written."""

import pytest

from dmaic_assets.phenomena.notation.causes import text_cause, time_cause


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
