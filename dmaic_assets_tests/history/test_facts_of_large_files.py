"""Facts of a file that need not fit in memory: the same rows and the same sketch, streamed."""

from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.history.facts import FileFacts, collect_facts, numbers_of, rows_of, sample_of
from dmaic_assets.table.profile.profile import profile_frame

ROWS = 5_000


def facts_of(frame: pl.DataFrame | pl.LazyFrame) -> FileFacts:
    return collect_facts(frame, profile_frame(frame), (), file_sha256="0" * 64)


@pytest.fixture
def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {"n": [i % 977 for i in range(ROWS)], "text": [f"t{i % 7}" for i in range(ROWS)]}
    )


def test_a_sample_has_the_rows_at_even_steps(
    frame: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dmaic_assets.history.facts.NUMBER_ROWS", 1_000)
    monkeypatch.setattr("dmaic_assets.history.facts.SAMPLE_ROWS", 100)
    frame.write_parquet(tmp_path / "rows.parquet", row_group_size=512)

    scanned = facts_of(pl.scan_parquet(tmp_path / "rows.parquet"))

    assert sample_of(scanned).equals(frame.gather_every(50))
    assert numbers_of(scanned, "n")["count"] == ROWS / 5
    assert scanned.extras == facts_of(frame).extras


def test_a_sketch_counts_different_rows_and_keeps_the_smallest_hashes(frame: pl.DataFrame) -> None:
    once, twice = rows_of(facts_of(frame)), rows_of(facts_of(pl.concat([frame, frame])))

    assert once is not None
    assert once == twice
    assert once.rows == frame.unique().height
    assert list(once.hashes) == sorted(set(once.hashes))
