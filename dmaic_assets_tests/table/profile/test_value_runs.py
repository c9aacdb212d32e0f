import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dmaic_assets.table.profile.value_runs import BINS, QUANTILES, histogram, quantiles, runs_of

FLOATS = hnp.arrays(
    np.float64,
    st.integers(1, 60),
    elements=st.one_of(
        st.integers(-5, 5).map(float), st.floats(-1e9, 1e9), st.floats(-1e308, 1e308)
    ),
)
INTEGERS = st.sampled_from([np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint64]).flatmap(
    lambda dtype: hnp.arrays(dtype, st.integers(1, 40))
)


@settings(max_examples=50, deadline=None)
@given(st.one_of(FLOATS, INTEGERS))
def test_runs_are_the_unique_values_with_their_counts(values):
    expected, counts = np.unique(values, return_counts=True)

    runs = runs_of(values.copy())

    found = np.ones(len(expected), np.int64) if runs.counts is None else runs.counts
    assert runs.values.tolist() == expected.tolist()
    assert found.tolist() == counts.tolist()
    assert runs.total == len(values)
    assert runs.once == int((counts == 1).sum())


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_runs_reach_both_ends_of_the_integer_type(dtype):
    ends = np.iinfo(dtype)

    for values in (
        [ends.min, ends.min + 1, ends.min],
        [ends.max, ends.max - 2],
        [ends.min, ends.max],
    ):
        runs = runs_of(np.array(values, dtype=dtype))

        assert runs.values.tolist() == sorted(set(values))


def test_many_different_integers_are_sorted_instead_of_tabulated():
    values = np.arange(0, 3_000_000_000, 1_000_003, dtype=np.int64)[::-1].copy()

    runs = runs_of(values)

    assert runs.counts is None
    assert runs.distinct == 3000
    assert runs.values[0] == 0


@settings(max_examples=50, deadline=None)
@given(FLOATS)
def test_quantiles_are_numpys_linear_ones(values):
    runs = runs_of(values.copy())

    found = quantiles(runs)

    with np.errstate(all="ignore"):
        expected = np.quantile(values, list(QUANTILES.values()), method="linear")
    for ours, theirs in zip(found.values(), expected, strict=True):
        assert np.isfinite(ours)
        if np.isfinite(theirs):
            assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-300)


def test_quantiles_of_no_values_are_none():
    assert quantiles(runs_of(np.array([], dtype=np.float64))) == {}


@settings(max_examples=50, deadline=None)
@given(FLOATS)
def test_every_value_is_in_exactly_one_bin(values):
    runs = runs_of(values.copy())

    found = histogram(runs.values, runs.counts)

    assert sum(found.counts) == len(values)
    assert found.edges[0] == values.min()
    assert found.edges[-1] == values.max()
    assert list(found.edges) == sorted(found.edges)
    assert len(found.counts) == (1 if runs.distinct == 1 else BINS)


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.int64, st.integers(2, 50), elements=st.integers(-300, 300)))
def test_the_histogram_is_numpys(values):
    runs = runs_of(values.copy())
    if runs.distinct == 1:
        return

    found = histogram(runs.values.astype(float), runs.counts)

    expected, edges = np.histogram(values.astype(float), bins=np.array(found.edges))
    assert found.counts == tuple(expected.tolist())
    assert np.allclose(edges, np.histogram_bin_edges(values, bins=BINS))


def test_the_greatest_value_is_in_the_last_bin():
    found = histogram(np.arange(21.0), None)

    assert found.counts == (1,) * 19 + (2,)


def test_one_distinct_value_makes_one_bin_without_width():
    found = histogram(np.array([4.0]), np.array([7]))

    assert found.edges == (4.0, 4.0)
    assert found.counts == (7,)


def test_the_most_frequent_values_come_first_and_ties_by_the_lower_value():
    runs = runs_of(np.array([9, 9, 3, 3, 1, 5, 5, 5, 2]))

    found = [(int(runs.values[position]), count) for position, count in runs.top(4)]

    assert found == [(5, 3), (3, 2), (9, 2), (1, 1)]


@settings(max_examples=30, deadline=None)
@given(
    hnp.arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 25)),
    st.integers(1, 12),
)
def test_the_top_is_the_head_of_the_full_ranking(values, most):
    unique, counts = np.unique(values, return_counts=True)
    ranking = sorted(
        zip(unique.tolist(), counts.tolist(), strict=True), key=lambda p: (-p[1], p[0])
    )

    runs = runs_of(values.copy())

    assert [(int(runs.values[i]), n) for i, n in runs.top(most)] == ranking[:most]


@settings(max_examples=30, deadline=None)
@given(FLOATS, st.floats(-10, 10))
def test_rows_below_a_bound_are_counted(values, bound):
    runs = runs_of(values.copy())

    assert runs.count_below(bound) == int((values < bound).sum())
    assert runs.count_below(bound, is_included=True) == int((values <= bound).sum())
