"""What sources say of things: whom a vote believes, and when nobody can be believed."""

import numpy as np
import polars as pl

from dmaic_assets.improve.cycle import Cycle, Improvement, improve

THINGS = 40
SOURCES = 24
CITIES = ("Bergen", "Oslo", "Bonn", "Turin", "Lyon", "Porto", "Ghent", "Basel")
COPYISTS = 10


def truth(thing: int) -> tuple[str, str]:
    return CITIES[thing % len(CITIES)], str(1000 + 617 * thing % 900)


def told(wrong: float, *, copying: bool = False, sources: int = SOURCES) -> pl.DataFrame:
    """Sources that are right but for a share of the things; the last ones may copy the first."""
    rng = np.random.default_rng(1)
    rows: list[tuple[str, ...]] = []
    said: dict[int, tuple[str, str]] = {}
    for source in range(sources):
        for thing in range(THINGS):
            is_wrong = rng.random() < (0.3 if copying and source == 0 else wrong)
            city, height = truth(thing + int(rng.integers(1, 6)) if is_wrong else thing)
            if source == 0:
                said[thing] = (city, height)
            elif copying and source >= SOURCES - COPYISTS:
                city, height = said[thing]
            rows.append((f"site {source}", f"T{thing:03}", city, height))
    return pl.DataFrame(rows, schema=["source", "thing", "city", "height"], orient="row")


def true_table(frame: pl.DataFrame) -> pl.DataFrame:
    known = {f"T{thing:03}": truth(thing) for thing in range(THINGS)}
    cities, heights = zip(*(known[t] for t in frame["thing"].to_list()), strict=True)
    return frame.with_columns(pl.Series("city", cities), pl.Series("height", heights))


def improved(frame: pl.DataFrame) -> Improvement:
    return improve(frame, Cycle("claims", "2026-01-01T00:00:00+00:00"))


def wrong_cells(frame: pl.DataFrame, right: pl.DataFrame) -> int:
    return sum(int((frame[n] != right[n]).sum()) for n in ("city", "height"))


def test_what_independent_sources_agree_on_is_written() -> None:
    frame = told(0.15)

    after = improved(frame).applied.frame

    assert wrong_cells(after, true_table(frame)) < 0.1 * wrong_cells(frame, true_table(frame))


def test_sources_that_copied_each_other_are_no_majority() -> None:
    frame = told(0.1, copying=True)
    right = true_table(frame)

    applied = improved(frame).applied

    rows = applied.cells["row"].to_list()
    names = applied.cells["column"].to_list()
    repaired = applied.cells["repaired"].to_list()
    correct = [right[n][r] == v for n, r, v in zip(names, rows, repaired, strict=True)]
    assert len(correct) > 100
    assert all(correct)


def test_numbers_that_differ_a_little_from_source_to_source_are_each_its_own() -> None:
    frame = told(0)
    rng = np.random.default_rng(2)
    prices = [str(int(h) + (int(rng.integers(1, 9)) if rng.random() < 0.2 else 0))
              for h in frame["height"].to_list()]  # fmt: skip
    frame = frame.with_columns(pl.Series("height", prices))

    found = improved(frame)

    reasons = {r.repair.id: r.reason for r in found.reports if not r.is_promoted}
    assert reasons["height.vote"] == "sources differ by little: each may be right"
    assert found.applied.frame.equals(frame)


def test_nobody_is_believed_where_independent_sources_differ_often() -> None:
    frame = told(0.25, sources=9)

    found = improved(frame)

    assert "do not copy from each other differ" in " ".join(r.reason for r in found.reports)
    assert found.applied.frame.equals(frame)


def test_a_gap_is_not_filled() -> None:
    frame = told(0.15)
    gone = pl.when(pl.arange(0, pl.len()) % 50 == 0).then(None).otherwise(pl.col("city"))
    frame = frame.with_columns(gone.alias("city"))

    after = improved(frame).applied.frame

    assert after["city"].null_count() == frame["city"].null_count()
