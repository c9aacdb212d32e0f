"""Columns as whole numbers: the same as ranking and counting by hand, whatever the values are."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from dmaic_assets.history.codes import (
    Codes,
    combine,
    counts_of,
    densely,
    distinct,
    encode,
    first_rows,
    held_of,
)

COLUMNS = (
    pl.Series([3, None, -1, 3, 9]),
    pl.Series([0.5, float("nan"), None, -0.0, 0.0]),
    pl.Series(["b", "a", None, "b", "b", "a", "ä", "b"]),
    pl.Series(["b", "a", None, "c", "B"]),
    pl.Series([True, None, False, True]),
    pl.Series([date(2024, 2, 1), None, date(2023, 1, 1), date(2024, 2, 1)]),
    pl.Series([None, None], dtype=pl.String),
    pl.Series([None, None], dtype=pl.Null),
    pl.Series([], dtype=pl.Int64),
)


@pytest.mark.parametrize("series", COLUMNS, ids=[str(c.dtype) for c in COLUMNS])
def test_a_code_is_the_place_of_a_value_among_the_different_ones(series: pl.Series) -> None:
    clean = series.fill_nan(None) if series.dtype.is_float() else series
    kinds = sorted(set(clean.drop_nulls().to_list()))

    codes = encode(series)

    assert codes.values.tolist() == [-1 if v is None else kinds.index(v) for v in clean.to_list()]
    assert codes.size == len(kinds)


def test_the_rows_of_each_value_are_counted_in_each_part() -> None:
    codes = Codes(np.array([2, 2, -1, 0, 2, 0]), 4)
    held = held_of(codes, np.array([0, 0, 0, 1, 2, 2]), 3)

    assert list(zip(held.value, held.part, held.rows, strict=True)) == [
        (0, 1, 1),
        (0, 2, 1),
        (2, 0, 2),
        (2, 2, 1),
    ]
    assert held.held_by.tolist() == [2, 0, 2, 0]
    assert held.first.tolist() == [1, 3, 0, 3]
    assert held.value_rows.tolist() == [2, 0, 3, 0]
    assert held.values_of_part.tolist() == [1, 1, 2]


@pytest.mark.parametrize("end", [7, 1_000_000])
def test_codes_are_renamed_in_their_order_by_a_table_or_by_sorting(end: int) -> None:
    dense, size = densely(np.array([6, -1, 2, 6]), end)

    assert (dense.tolist(), size) == ([1, -1, 0, 1], 2)


def test_a_pair_of_values_has_a_code_where_both_are_known() -> None:
    pairs = combine(Codes(np.array([1, 0, 1, -1]), 2), Codes(np.array([0, 0, 0, 1]), 2))

    assert (pairs.values.tolist(), pairs.size) == ([1, 0, 1, -1], 2)


def test_each_value_has_its_first_row() -> None:
    assert first_rows(Codes(np.array([2, -1, 0, 2, 1, 0]), 3)).tolist() == [2, 4, 0]
    assert first_rows(Codes(np.array([-1, -1]), 0)).tolist() == []


def test_texts_of_many_kinds_are_numbered_in_their_order() -> None:
    texts = pl.Series([f"{n * 7919 % 5003:04d}" if n % 9 else None for n in range(9_000)])
    kinds = sorted(set(texts.drop_nulls().to_list()))
    place = {kind: at for at, kind in enumerate(kinds)}

    codes = encode(texts)

    assert codes.values.tolist() == [-1 if t is None else place[t] for t in texts.to_list()]
    assert codes.size == len(kinds)


def test_texts_of_more_kinds_than_are_listed_are_told_apart() -> None:
    names = [f"{n * 7919 % 30011:05d}" if n % 9 else None for n in range(40_000)]

    codes = encode(pl.Series(names))

    kinds = {name for name in names if name is not None}
    assert codes.size == len(kinds) > 20_000
    assert [c < 0 for c in codes.values] == [name is None for name in names]
    there = [pair for pair in zip(names, codes.values, strict=True) if pair[0] is not None]
    assert len(set(there)) == len({code for _, code in there}) == len(kinds)


def test_different_values_and_how_often_each_occurs() -> None:
    values = np.array([5, 1, 5, 5])

    assert distinct(values).tolist() == [1, 5]
    assert counts_of(values).tolist() == [1, 3]
    assert distinct(values[:0]).tolist() == counts_of(values[:0]).tolist() == []
