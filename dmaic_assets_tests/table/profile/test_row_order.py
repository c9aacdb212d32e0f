from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.profile.column_batches import column_in_memory
from dmaic_assets.table.profile.row_order import order_of_column, order_of_numbers

CASES = [
    ([1, 2, 2, 3], "ascending"),
    ([3, 2, 2, 1], "descending"),
    ([1, 3, 2], "no"),
    ([5, 5, 5], "no"),
    ([5], "no"),
    ([], "no"),
]


@pytest.mark.parametrize(("values", "order"), CASES)
def test_order_of_known_values(values, order):
    column = column_in_memory(pl.Series(values, dtype=pl.Int64).cast(pl.String))

    assert order_of_numbers(np.array(values, dtype=np.int64)) == order
    assert order_of_column(column) == order


def test_a_disorder_far_behind_the_head_is_seen():
    values = np.arange(5000)
    values[4000] = 0

    assert order_of_numbers(values) == "no"
    assert order_of_column(column_in_memory(pl.Series(values))) == "no"


def test_nan_is_in_no_order():
    assert order_of_numbers(np.array([1.0, 2.0, np.nan])) == "no"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.integers(0, 4), max_size=12), st.integers(1, 5))
def test_batches_do_not_change_the_order(values, batch_rows):
    column = column_in_memory(pl.Series(values, dtype=pl.Int64))
    known = np.array([value for value in values if value is not None], dtype=np.int64)

    assert order_of_column(replace(column, batch_rows=batch_rows)) == order_of_numbers(known)


def test_text_is_ordered_by_code_points():
    assert order_of_column(column_in_memory(pl.Series(["Z", "a", "ä"]))) == "ascending"
