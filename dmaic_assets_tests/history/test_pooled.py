"""The rows of several files in one table: in order of arrival, under one type that holds them."""

from datetime import date, datetime

import polars as pl
import pytest

from dmaic_assets.history.baseline import PART, History
from dmaic_assets_tests.rules.orders import facts_of

DAYS = pl.DataFrame({"at": [date(2024, 3, 1), date(2024, 3, 2)]})
TIMES = pl.DataFrame({"at": [datetime(2024, 3, 3, 11, 30)]})


def pooled(*frames: pl.DataFrame) -> pl.DataFrame:
    return History([facts_of(f, f"{n:064x}") for n, f in enumerate(frames)]).pooled


@pytest.mark.parametrize("frames", [(DAYS, DAYS, TIMES), (DAYS, TIMES, DAYS), (TIMES, DAYS, DAYS)])
def test_days_and_times_of_day_are_both_kept_as_text(frames: tuple[pl.DataFrame, ...]) -> None:
    found = pooled(*frames).get_column("at")

    assert found.dtype == pl.String
    assert found.str.starts_with("2024-03-03 11:30").sum() == 1
    assert found.null_count() == 0


def test_rows_keep_their_order_and_part_where_columns_come_and_go() -> None:
    plain = pl.DataFrame({"n": [1, 2], "name": ["a", "b"]})
    wide = plain.with_columns(extra=pl.Series([1.5, 2.5]))
    found = pooled(plain, plain, wide, plain.rename({"name": "title"}), plain)

    assert found.get_column(PART).to_list() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert found.get_column("n").to_list() == [1, 2] * 5
    assert found.get_column("extra").to_list() == [None] * 4 + [1.5, 2.5] + [None] * 4
    assert found.get_column("title").drop_nulls().to_list() == ["a", "b"]
