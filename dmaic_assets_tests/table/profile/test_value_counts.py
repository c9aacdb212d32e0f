from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.profile.column_batches import column_in_memory
from dmaic_assets.table.profile.suspects import find_suspects, part_of
from dmaic_assets.table.profile.value_counts import Budget, count_values, tabulate_few, top_of

# So small that a few rows take every way through the module.
TIGHT = Budget(probe_rows=2, table_share=8, max_table=4, max_compared=3)
TEXTS = st.lists(st.none() | st.text(alphabet="abé", max_size=3), max_size=60)


def counted(texts, *, budget, batch_rows=7):
    column = column_in_memory(pl.Series("x", texts, dtype=pl.String))
    return count_values(replace(column, batch_rows=batch_rows), budget=budget)


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.sampled_from([TIGHT, Budget()]), st.integers(1, 70))
def test_counts_are_exact_whatever_the_budget(texts, budget, batch_rows):
    expected = Counter(text for text in texts if text is not None)
    ranking = sorted(expected.items(), key=lambda pair: (-pair[1], pair[0].encode()))

    found = counted(texts, budget=budget, batch_rows=batch_rows)

    assert found.distinct == len(expected)
    assert found.once == sum(count == 1 for count in expected.values())
    assert found.top.rows() == ranking[:10]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=2), max_size=60))
def test_binary_is_counted_like_text(values):
    expected = Counter(values)

    found = count_values(column_in_memory(pl.Series(values, dtype=pl.Binary)), budget=TIGHT)

    assert found.distinct == len(expected)
    assert found.once == sum(count == 1 for count in expected.values())


def test_values_that_share_a_hash_are_told_apart(monkeypatch):
    def colliding(self, *_):
        return pl.Series(np.zeros(len(self), dtype=np.uint64))

    monkeypatch.setattr(pl.Series, "hash", colliding)
    texts = [str(number % 30) for number in range(45)]

    found = counted(texts, budget=replace(TIGHT, max_table=0))

    assert (found.distinct, found.once) == (30, 15)


def test_many_different_values_keep_no_table():
    found = counted([str(number) for number in range(50)], budget=TIGHT)

    assert found.table is None
    assert found.distinct == found.once == 50
    assert found.top["value"].to_list() == sorted(str(number) for number in range(50))[:10]


def test_a_table_is_given_up_when_it_grows_too_long():
    column = column_in_memory(pl.Series(["a", "b", "c"]))

    assert tabulate_few(column, most=2) is None
    assert tabulate_few(column, most=3).height == 3


def test_ties_at_the_bar_go_to_the_lower_value():
    table = pl.DataFrame({"value": ["c", "b", "a", "z"], "count": [2, 2, 2, 5]})

    assert top_of(table, 3).rows() == [("z", 5), ("a", 2), ("b", 2)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=60))
def test_every_hash_that_occurs_twice_is_suspect(values):
    hashes = np.array(values, dtype=np.uint64)
    counts = Counter(values)

    suspects = find_suspects(hashes.copy())

    assert suspects.distinct == len(counts)
    assert suspects.rows == sum(count for count in counts.values() if count > 1)
    mask = suspects.mask(hashes)
    assert all(mask[i] for i, value in enumerate(values) if counts[value] > 1)


@pytest.mark.parametrize("parts", [1, 3, 7])
def test_parts_share_the_hashes_out_without_overlap(parts):
    hashes = np.random.default_rng(3).integers(0, 2**63, 1000).astype(np.uint64)

    masks = np.stack([part_of(hashes, part, parts) for part in range(parts)])

    assert (masks.sum(axis=0) == 1).all()
