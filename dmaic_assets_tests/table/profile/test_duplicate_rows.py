import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.profile.column_batches import Rows
from dmaic_assets.table.profile.duplicate_rows import count_duplicate_rows
from dmaic_assets.table.profile.profile import profile_frame

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 2),
        st.none() | st.sampled_from(["a", "b", "ä long text, not inlined"]),
        st.none() | st.sampled_from([0.0, 1.5, float("nan")]),
        st.none() | st.booleans(),
        st.integers(0, 1),
        st.integers(0, 1),
    ),
    max_size=40,
)


def copies(frame, *, batch_rows=5, max_cells=12):
    columns = profile_frame(frame).columns
    rows = Rows(frame.lazy(), frame.schema, frame.height, batch_rows)
    return count_duplicate_rows(rows, columns, max_cells=max_cells)


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_copies_are_the_rows_beyond_the_different_ones(rows):
    frame = pl.DataFrame(
        rows,
        schema={
            "a": pl.Int64, "b": pl.String, "c": pl.Float64, "d": pl.Boolean, "e": pl.Int8,
            "f": pl.Int8,
        },
        orient="row",
    )  # fmt: skip
    different = {tuple("nan" if value != value else value for value in row) for row in rows}

    assert copies(frame) == len(rows) - len(different)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.integers(0, 3), max_size=20))
def test_one_column_needs_no_comparison(values):
    frame = pl.DataFrame({"only": pl.Series(values, dtype=pl.Int64)})

    assert copies(frame) == len(values) - len(set(values))


@pytest.mark.parametrize("ids", [[1, 2, 3, 4], [1, 2, 3, None]])
def test_a_unique_column_rules_copies_out(ids):
    frame = pl.DataFrame({"id": ids, "name": ["x"] * 4})

    assert copies(frame) == 0


def test_two_rows_without_id_can_be_copies():
    frame = pl.DataFrame({"id": [1, 2, None, None], "name": ["x"] * 4})

    assert copies(frame) == 1


def test_nested_columns_take_part():
    frame = pl.DataFrame({"tags": [["a"], ["a"], ["b"]], "place": [{"x": 1}, {"x": 1}, {"x": 1}]})

    assert copies(frame) == 1


def test_rows_alike_in_their_first_columns_are_compared_in_full():
    frame = pl.DataFrame({f"c{i}": [1, 1, 1, 1] for i in range(6)} | {"last": [1, 2, 2, 1]})

    assert copies(frame) == 2
