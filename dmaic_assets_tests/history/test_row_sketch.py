"""The sketch of a file's rows has their smallest different hashes, however often rows recur."""

import polars as pl
import pytest

from dmaic_assets.history.row_sketch import SKETCH_ROWS, row_hash, sketch_of


@pytest.mark.parametrize(
    "values",
    [
        list(range(10)),
        list(range(1_000)),
        [n // 500 for n in range(5_000)],
        [0] * 3_000,
        [n // 100 for n in range(5_000)] * 2,
    ],
)
def test_a_sketch_has_the_smallest_different_hashes(values: list[int]) -> None:
    frame = pl.DataFrame({"a": values, "b": [str(v) for v in values]})
    hashes = set(frame.select(row_hash(("a", "b"), frame.schema)).to_series().to_list())
    sketch = sketch_of(frame.lazy(), frame.schema)
    assert sketch is not None
    assert sketch.rows == len(hashes)
    assert sketch.hashes == tuple(sorted(hashes)[:SKETCH_ROWS])


def test_a_table_without_rows_has_no_sketch() -> None:
    assert sketch_of(pl.LazyFrame(schema={"a": pl.Int64}), {"a": pl.Int64()}) is None
