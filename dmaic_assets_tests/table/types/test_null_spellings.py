from dataclasses import replace

import polars as pl

from dmaic_assets.model import ValueCount
from dmaic_assets.table.profile.column_batches import column_in_memory
from dmaic_assets.table.types.null_spellings import MAX_SPELLINGS, count_null_tokens


def spellings(raw, typed, failed=(), *, batch_rows=2):
    columns = [
        replace(column_in_memory(series), batch_rows=batch_rows)
        for series in (pl.Series("x", raw, dtype=pl.String), pl.Series("x", typed, dtype=pl.Int64))
    ]
    return count_null_tokens(*columns, pl.Series(failed, dtype=pl.String))


def test_nulls_are_counted_by_their_spelling():
    raw = ["1", "NA", None, " NA ", "-", "", "NA"]

    found = spellings(raw, [1, None, None, None, None, None, None])

    assert found[0] == ValueCount("NA", 3)
    assert set(found[1:]) == {ValueCount(None, 1), ValueCount("", 1), ValueCount("-", 1)}


def test_values_that_failed_their_cast_are_no_spelling():
    assert spellings(["x", "NA", None], [None] * 3, ["x"]) == (
        ValueCount(None, 1),
        ValueCount("NA", 1),
    )


def test_a_column_without_nulls_spells_none():
    assert spellings(["1", "2"], [1, 2]) == ()
    assert spellings([], []) == ()


def test_only_the_most_frequent_spellings_are_told():
    raw = [f"n{number}" for number in range(30)] + ["often"] * 2

    found = spellings(raw, [None] * len(raw))

    assert len(found) == MAX_SPELLINGS
    assert found[0] == ValueCount("often", 2)
