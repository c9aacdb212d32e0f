import polars as pl
import pytest

from benchmarks import synthetic
from benchmarks.synthetic import synthetic_frame, write_csv


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(synthetic, "BLOCK_ROWS", 500)


def test_the_same_seed_gives_the_same_table_and_a_shorter_one_is_its_head():
    whole = synthetic_frame(1200)

    assert whole.equals(synthetic_frame(1200))
    assert whole.head(700).equals(synthetic_frame(700))
    assert not whole.equals(synthetic_frame(1200, seed=1))


def test_the_table_has_twenty_columns_of_mixed_types():
    frame = synthetic_frame(1000)

    assert frame.shape == (1000, 20)
    assert set(frame.dtypes) == {
        pl.Int64, pl.Int32, pl.Float64, pl.String, pl.Boolean, pl.Date, pl.Datetime("us"),
    }  # fmt: skip
    assert frame["order_id"].is_unique().all()
    assert frame["comment"].null_count() > 0


def test_no_rows_still_have_the_columns():
    assert synthetic_frame(0).shape == (0, 20)


def test_the_csv_holds_the_same_rows(tmp_path):
    target = tmp_path / "orders.csv"

    write_csv(target, 1200)

    read = pl.read_csv(target, schema=synthetic_frame(0).schema)
    assert read.equals(synthetic_frame(1200))
