import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, MalformedRow, ValueCount
from dmaic_assets.table.profile import column_batches
from dmaic_assets.table.profile.column_batches import batch_rows_for
from dmaic_assets.table.profile.profile import profile_frame, profile_table
from dmaic_assets.table.text_table import ROW
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets_tests.table.text_tables import infer, staged_table, table_of, text_table

VALUES = {
    pl.Int64: st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2),
    pl.Float64: st.floats() | st.sampled_from([0.0, -0.0, 1.5]),
    pl.String: st.text(max_size=4) | st.sampled_from(["a", "B-1"]),
    pl.Boolean: st.booleans(),
    pl.Date: st.dates(),
    pl.Datetime("us"): st.datetimes(),
    pl.Binary: st.binary(max_size=2),
    pl.List(pl.Int64): st.lists(st.integers(0, 2), max_size=2),
}


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 12))
    columns = [
        pl.Series(
            f"c{place}",
            draw(st.lists(st.none() | VALUES[dtype], min_size=rows, max_size=rows)),
            dtype=dtype,
        )
        for place, dtype in enumerate(draw(st.lists(st.sampled_from(list(VALUES)), max_size=4)))
    ]
    return pl.DataFrame(columns)


@settings(max_examples=50, deadline=None)
@given(frames())
def test_the_counts_of_any_frame_add_up(frame):
    profile = profile_frame(frame)

    assert [column.column for column in profile.columns] == frame.columns
    for column in profile.columns:
        values = frame[column.column].drop_nulls()
        assert column.rows == profile.rows == frame.height
        assert column.null_count == frame.height - len(values)
        assert column.distinct_count == values.n_unique()
        assert 0 <= column.once_count <= column.distinct_count <= len(values)
        assert len(column.top_values) == min(10, column.distinct_count)
        assert sum(top.count for top in column.top_values) <= len(values)
        assert 0.0 <= column.score <= 1.0
        if column.histogram is not None:
            finite = len(values) - (column.nonfinite_count or 0)
            assert sum(column.histogram.counts) == finite
        if column.shape_count is not None and column.shape_count <= 10:
            assert sum(shape.count for shape in column.shapes) == len(values)
        facts = (
            column.mean,
            column.std,
            column.skewness,
            column.kurtosis,
            *column.quantiles.values(),
        )
        assert all(fact is None or math.isfinite(fact) for fact in facts)


@settings(max_examples=30, deadline=None)
@given(frames())
def test_a_lazy_frame_has_the_same_profile(frame):
    assert profile_frame(frame.lazy()) == profile_frame(frame)


@settings(max_examples=30, deadline=None)
@given(frames())
def test_the_order_of_rows_changes_nothing_but_the_order(frame):
    def without_order(profile):
        # Polars may turn lists that are all null into lists of nothing when it reverses them.
        return [replace(column, is_sorted="no", physical="") for column in profile.columns]

    backwards = profile_frame(frame[::-1])
    forwards = profile_frame(frame)

    assert without_order(backwards) == without_order(forwards)
    assert backwards.duplicate_rows == forwards.duplicate_rows


def mixed(rows):
    rng = np.random.default_rng(7)
    words = [f"{'Üw'[number % 2]}{number:05d}-{'x' * (number % 40)}" for number in range(rows)]
    return pl.DataFrame(
        {
            "id": np.arange(rows),
            "code": rng.permutation(np.array(words)),
            "near": [f"k{number}" for number in rng.integers(0, 4 * rows, rows)],
            "group": [("a", "bb", None)[number] for number in rng.integers(0, 3, rows)],
            "price": np.round(rng.lognormal(3, 1, rows), 2),
            "flag": rng.random(rows) < 0.1,
            "at": pl.Series(rng.integers(0, 10**9, rows) * 1_000_000).cast(pl.Datetime("us")),
        }
    )


@pytest.mark.parametrize("held_bytes", [0, 2**20])
def test_a_scan_read_in_batches_has_the_profile_of_the_frame(tmp_path, monkeypatch, held_bytes):
    monkeypatch.setattr(column_batches, "HELD_BYTES", held_bytes)
    frame = mixed(20_000)
    path = tmp_path / "staged.parquet"
    frame.write_parquet(path, row_group_size=3_000)
    huge = 2**40

    assert batch_rows_for(huge, frame.height) < frame.height / 4
    scanned = profile_frame(pl.scan_parquet(path), size_bytes=huge)

    assert scanned == profile_frame(frame, size_bytes=huge)
    assert scanned.column("code").is_unique
    assert scanned.column("near").once_count == _once(frame["near"])


def _once(values):
    return int((values.value_counts(name="n")["n"] == 1).sum())


def test_a_staged_text_table_has_the_profile_of_the_one_in_memory(tmp_path):
    columns = {
        "amount": ["1", "2", "NA", "3", None] * 1200,
        "code": [f"K-{number % 700}" for number in range(6000)],
        "on": ["2024-01-31", "2024-02-01", "-", "2023-12-31", "2024-01-31"] * 1200,
    }
    memory, staged = text_table(columns), staged_table(columns, tmp_path)
    types = infer(memory)
    # Its size makes batches short: raw and typed rows must still be read side by side.
    staged = replace(staged, file=replace(staged.file, size_bytes=2**40))
    memory = replace(memory, file=staged.file)

    found = profile_table(apply_types(staged, types))

    assert found == profile_table(apply_types(memory, types))
    assert found.column("amount").null_tokens == (ValueCount(None, 1200), ValueCount("NA", 1200))
    assert found.column("on").minimum == "2023-12-31"


def test_failed_casts_count_as_null_and_are_told():
    table = text_table({"amount": ["1", "2", "x", "NA"]})
    kind = ColumnType(
        "amount", "integer", "Int64", "integer", "override", 1.0, "told", null_tokens=("NA",)
    )

    (column,) = profile_table(apply_types(table, [kind])).columns

    assert column.type == "integer"
    assert (column.null_count, column.maximum) == (2, 2)
    assert column.null_tokens == (ValueCount("NA", 1),)
    assert "failed_casts: 1 value does not read as integer; null here" in column.warnings


def test_malformed_rows_are_noted():
    table = text_table({"a": ["1", "2"]})
    torn = replace(table, malformed=(MalformedRow(2, 4, None, "2 fields", "1,2"),))

    profile = profile_table(apply_types(torn, infer(table)))

    assert profile.rows == 2
    assert profile.notes == ("1 malformed rows are not part of the profile",)


def test_column_types_name_the_type():
    frame = pl.DataFrame({"quarter": ["2024-Q1"], "n": [1]})
    kind = ColumnType("quarter", "period", "String", "quarter", "automatic", 1.0, "all match")

    profile = profile_frame(frame, [kind])

    assert [column.type for column in profile.columns] == ["period", "integer"]
    assert profile.column("quarter").shapes == (ValueCount("9999-A9", 1),)


def test_a_table_of_the_native_kind_spells_no_nulls():
    table = table_of(pl.DataFrame({"n": [1, None], "t": ["a", None]}), is_text=False)

    columns = profile_table(apply_types(table, infer(table))).columns

    assert [(column.null_count, column.null_tokens) for column in columns] == [(1, ()), (1, ())]


@pytest.mark.parametrize(
    "frame", [pl.DataFrame(), pl.DataFrame(schema={"a": pl.Int64, "b": pl.String})]
)
def test_empty_tables_have_empty_profiles(frame):
    profile = profile_frame(frame)

    assert (profile.rows, profile.duplicate_rows) == (0, 0)
    assert [column.rows for column in profile.columns] == [0] * frame.width
    assert all(column.warnings == () for column in profile.columns)


def test_names_of_any_kind_are_kept_and_the_row_number_is_not_a_column():
    names = ["a b", 'q"uote', "'", "😀", "^regex.*$", "select", "", "value", "count", "*"]
    frame = pl.DataFrame({name: [1, 1, None] for name in names} | {ROW: [0, 1, 2]})

    for given_frame in (frame, frame.lazy()):
        profile = profile_frame(given_frame)

        assert [column.column for column in profile.columns] == names
        assert {column.distinct_count for column in profile.columns} == {1}
        assert profile.duplicate_rows == 1
        assert profile_frame(given_frame, sample_rows=2).column("*").rows == 2


def test_a_wide_table_is_worked_on_in_order():
    frame = pl.DataFrame({f"c{place}": [place, None] for place in range(1000)})

    profile = profile_frame(frame)

    assert [column.minimum for column in profile.columns] == list(range(1000))


@pytest.mark.parametrize("is_lazy", [False, True])
def test_a_sample_is_drawn_by_seed_and_said(is_lazy):
    frame = pl.DataFrame({"n": range(1000), "half": ["x", None] * 500})
    given_frame = frame.lazy() if is_lazy else frame

    profile = profile_frame(given_frame, sample_rows=100, seed=3)

    assert (profile.rows, profile.sampled_rows, profile.duplicate_rows) == (1000, 100, None)
    assert profile.column("n").rows == profile.column("n").distinct_count == 100
    assert profile.column("n").is_sorted == "ascending"
    assert "sample of 100 of 1,000 rows (seed 3)" in profile.notes[0]
    assert profile == profile_frame(frame, sample_rows=100, seed=3)
    assert profile != profile_frame(frame, sample_rows=100, seed=4)


def test_a_sample_as_large_as_the_table_is_the_table():
    frame = pl.DataFrame({"n": [1, 2]})

    assert profile_frame(frame, sample_rows=2) == profile_frame(frame)


def test_a_sampled_text_table_keeps_its_spellings():
    table = text_table({"n": ["1", "NA"] * 50})

    profile = profile_table(apply_types(table, infer(table)), sample_rows=40)

    (column,) = profile.columns
    assert column.rows == 40
    assert column.null_tokens == (ValueCount("NA", column.null_count),)


def test_a_sample_counts_the_failed_casts_of_its_own_rows():
    values = [str(number) if number % 4 else f"x{number}" for number in range(100)]
    table = text_table({"n": values})
    numbers = pl.Series(ROW, range(100, 200), dtype=pl.UInt32)
    kind = ColumnType("n", "integer", "Int64", "integer", "override", 1.0, "told")

    for given_table in (table, replace(table, row_numbers=numbers)):
        typed = apply_types(given_table, [kind])
        (column,) = profile_table(typed, sample_rows=30, seed=1).columns

        assert 0 < column.null_count < 25
        assert f"failed_casts: {column.null_count} values do not read as" in column.warnings[-1]
        assert column.null_tokens == ()


@pytest.mark.parametrize("sample_rows", [0, -5])
def test_a_sample_of_no_rows_is_refused(sample_rows):
    with pytest.raises(BadInputError, match="sample_rows"):
        profile_frame(pl.DataFrame({"n": [1]}), sample_rows=sample_rows)
