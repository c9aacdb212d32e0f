"""Dependencies and keys are exactly those that trying every set of columns gives."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.analysis.dependencies import functional, keys
from dmaic_assets.analysis.dependencies.codes import first_of
from dmaic_assets.analysis.dependencies.search import Dependencies, Dependency, dependencies_of

Names = tuple[str, ...]


def minimal(names: Names, most: int, holds: Callable[[Names], bool]) -> set[Names]:
    """The sets of names that hold and have no smaller one in them, by trying all."""
    found: set[Names] = set()
    for size in range(most + 1):
        for one in combinations(names, size):
            if holds(one) and not any(set(smaller) <= set(one) for smaller in found):
                found.add(one)
    return found


def by_trying(frame: pl.DataFrame, most: int) -> tuple[set[tuple[Names, str]], set[Names]]:
    rows = frame.to_dicts()
    names = tuple(frame.columns)

    def determines(lhs: Names, rhs: str) -> bool:
        both = {tuple(row[c] for c in (*lhs, rhs)) for row in rows}
        return len(both) == len({tuple(row[c] for c in lhs) for row in rows})

    pairs = {
        (lhs, rhs)
        for rhs in names
        for lhs in minimal(
            tuple(c for c in names if c != rhs),
            most,
            lambda lhs, rhs=rhs: not rows or determines(lhs, rhs),
        )
    }
    unique = minimal(
        names,
        len(names),
        lambda key: bool(key) and len({tuple(r[c] for c in key) for r in rows}) == len(rows),
    )
    return pairs, unique


def as_sets(found: Dependencies) -> tuple[set[tuple[Names, str]], set[Names]]:
    assert len(set(found.functional)) == len(found.functional)
    return {(d.lhs, d.rhs) for d in found.functional}, set(found.keys)


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    width, height = draw(st.integers(1, 6)), draw(st.integers(0, 24))
    values = st.one_of(st.none(), st.integers(0, draw(st.integers(0, 5))))
    column = st.lists(values, min_size=height, max_size=height)
    return pl.DataFrame({f"c{at}": pl.Series(draw(column), dtype=pl.Int64) for at in range(width)})


@settings(max_examples=150)
@given(tables(), st.integers(0, 3))
def test_small_tables_give_what_trying_every_set_gives(frame: pl.DataFrame, most: int) -> None:
    found = dependencies_of(frame, most)

    assert as_sets(found) == by_trying(frame, most)
    assert (found.most_lhs, found.most_key_columns) == (most, None)


def test_a_table_of_mixed_columns_and_planted_dependencies_gives_them_all() -> None:
    random = np.random.default_rng(7)
    city = random.integers(0, 40, 3000)
    day, hour = random.integers(0, 30, 3000), random.integers(0, 24, 3000)
    frame = pl.DataFrame(
        {
            "id": np.arange(3000),
            "city": [f"city {c}" for c in city],
            "country": [f"country {c % 7}" if c % 5 else None for c in city],
            "day": day,
            "hour": hour,
            "time": day * 24.0 + hour,
            "unit": ["m"] * 3000,
        }
    )

    found = dependencies_of(frame, 2)

    assert as_sets(found) == by_trying(frame, 2)
    assert Dependency((), "unit") in found.functional
    assert Dependency(("day", "hour"), "time") in found.functional
    assert found.keys == (("id",),)


def test_one_dissenting_row_of_many_is_seen() -> None:
    base = pl.DataFrame({"a": [n % 500 for n in range(100_000)]})
    frame = base.with_columns(b=pl.col("a") % 10, row=pl.int_range(pl.len()))
    spoilt = frame.with_columns(b=pl.when(pl.col("row") == 77_777).then(3).otherwise("b"))

    assert Dependency(("a",), "b") in dependencies_of(frame, 1).functional
    assert Dependency(("a",), "b") not in dependencies_of(spoilt, 1).functional


def test_a_null_is_a_value_equal_to_itself_and_so_is_nan() -> None:
    frame = pl.DataFrame({"a": [None, None, 1.0, float("nan"), float("nan")], "b": [1, 1, 2, 3, 3]})

    found = dependencies_of(frame, 1)

    assert as_sets(found) == ({(("a",), "b"), (("b",), "a")}, set())


def test_more_columns_than_a_word_has_bits_are_told_apart() -> None:
    # Those with one value cost no search, and have the others lie on both sides of bit 64.
    random = np.random.default_rng(3)
    wide = {f"c{at}": random.integers(0, 2, 400) if at > 54 else [0] * 400 for at in range(70)}
    frame = pl.DataFrame({**wide, "last": wide["c68"] * 2 + wide["c69"]})

    found = dependencies_of(frame, 2)

    assert {(d.lhs, d.rhs) for d in found.functional} == {
        (("last",), "c68"),
        (("last",), "c69"),
        (("c68", "c69"), "last"),
        *(((), f"c{at}") for at in range(55)),
    }


def test_where_there_is_too_much_to_look_at_smaller_sets_are_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keys, "_STEPS", 400)
    monkeypatch.setattr(functional, "_STEPS", 600)
    random = np.random.default_rng(5)
    frame = pl.DataFrame({f"c{at}": random.integers(0, 9, 200) for at in range(14)})

    found = dependencies_of(frame, 4)

    assert found.most_key_columns is not None
    assert found.most_lhs < 4
    assert as_sets(found)[0] == by_trying(frame, found.most_lhs)[0]
    assert all(len(key) <= found.most_key_columns for key in found.keys)


def test_rows_that_meet_in_a_slot_are_still_grouped_exactly() -> None:
    keys_ = np.random.default_rng(1).integers(0, 5000, 20_000).astype(np.uint64) << np.uint64(40)

    first = first_of(keys_)

    assert (keys_[first] == keys_).all()
    assert len(np.unique(first)) == len(np.unique(keys_))
