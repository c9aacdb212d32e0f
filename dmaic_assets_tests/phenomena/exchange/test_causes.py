"""Values that stand in another column: numbers of a neighbour, rows shifted by a cell."""

import numpy as np
import polars as pl

from dmaic_assets.phenomena.exchange.causes import exchanged_with, shifted_rows, side_by_side

PASSING = pl.DataFrame({"age": range(20, 70), "pay": range(2000, 2500, 10), "day": [1, 2] * 25})


def test_numbers_of_a_neighbour_that_holds_theirs() -> None:
    exchanged = pl.DataFrame({"age": [2100, 2050, 2400], "pay": [33, 61, 47], "day": [1, 2, 1]})
    only_high = pl.DataFrame({"age": [2100, 2050, 2400], "pay": [2033, 2061, 2047], "day": [1] * 3})

    assert exchanged_with("age", exchanged, PASSING) == "pay"
    assert exchanged_with("age", only_high, PASSING) is None


def test_a_gap_with_wrong_values_behind_it_is_a_shifted_row() -> None:
    bad = np.array([True, False, True, False])
    behind = np.array([True, False, False, True])

    found = shifted_rows({"b": behind, "a": bad}, {"a"}, ["a", "b"], 4)

    assert found.tolist() == [True, False, False, False]
    assert not shifted_rows({"b": behind, "a": bad}, set(), ["a", "b"], 4).any()


def test_three_wrong_types_side_by_side() -> None:
    wrong = np.array([True, False])

    assert side_by_side(dict.fromkeys("abc", wrong), list("abc"), 2).tolist() == [True, False]
    assert not side_by_side(dict.fromkeys("ab", wrong), list("abc"), 2).any()
