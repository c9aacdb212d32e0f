"""Designs: all combinations, order by seed, resolution and aliases of known fractions."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.designs.factorial import full_factorial
from dmaic_assets.sixsigma.designs.fractional import best_fraction, two_level_design


def spelled(words) -> list[str]:
    return ["".join(sorted(word)) for word in words]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("abcd"),
        st.lists(st.integers(0, 9), min_size=2, max_size=4, unique=True),
        min_size=1,
    ),
    st.integers(1, 3),
    st.integers(0, 99),
)
def test_every_combination_is_run_once_per_replicate(factors, replicates, seed) -> None:
    trials = full_factorial(factors, seed=seed, replicates=replicates)

    counts = Counter(tuple(sorted(trial.settings.items())) for trial in trials)
    assert set(counts.values()) == {replicates}
    assert len(counts) == np.prod([len(levels) for levels in factors.values()])
    assert trials == full_factorial(factors, seed=seed, replicates=replicates)


def test_the_order_is_random_and_the_standard_order_is_kept_beside_it() -> None:
    trials = full_factorial({"a": (0, 1), "b": (0, 1, 2), "c": "xy"}, seed=1)

    assert sorted(trial.standard for trial in trials) == list(range(12))
    assert [trial.standard for trial in trials] != list(range(12))
    assert trials != full_factorial({"a": (0, 1), "b": (0, 1, 2), "c": "xy"}, seed=2)
    second = next(trial for trial in trials if trial.standard == 1)
    assert second.settings == {"a": 1, "b": 0, "c": "x"}


@pytest.mark.parametrize(
    ("factors", "runs", "resolution", "words"),
    [
        ("ABC", 8, None, 0),
        ("ABC", 4, 3, 1),
        ("ABCD", 8, 4, 1),
        ("ABCDE", 16, 5, 1),
        ("ABCDE", 8, 3, 3),
        ("ABCDEF", 16, 4, 3),
        ("ABCDEFG", 8, 3, 15),
        ("ABCDEFG", 16, 4, 7),
        ("ABCDEFGH", 16, 4, 15),
        ("ABCDEFGH", 64, 5, 3),
    ],
)
def test_the_best_fraction_has_the_resolution_of_the_published_tables(
    factors: str, runs: int, resolution: int | None, words: int
) -> None:
    design = best_fraction(factors, runs)

    assert design.resolution == resolution
    assert len(design.defining) == words
    assert design.coded.shape == (runs, len(factors))


def test_a_half_fraction_mixes_pairs_with_pairs() -> None:
    design = two_level_design("ABCD", {"D": "ABC"})

    assert spelled(design.defining) == ["ABCD"]
    assert spelled(design.aliases("A")) == ["BCD"]
    assert spelled(design.aliases("AB")) == ["CD"]
    assert (design.column("AB") == design.column("CD")).all()


@settings(deadline=None)
@given(st.sampled_from([("ABCD", 8), ("ABCDEF", 16), ("ABCDEFG", 16), ("ABCDE", 32)]))
def test_columns_are_balanced_and_orthogonal(design_size) -> None:
    coded = best_fraction(*design_size).coded.astype(int)

    assert (coded.sum(axis=0) == 0).all()
    assert (coded.T @ coded == len(coded) * np.eye(coded.shape[1])).all()


def test_trials_are_spelled_with_their_levels() -> None:
    design = two_level_design(["t", "p"])

    trials = design.trials({"t": (10, 20), "p": ("off", "on")}, seed=3, replicates=2)

    assert len(trials) == 8
    assert {tuple(trial.settings.values()) for trial in trials if trial.standard == 1} == {
        (20, "off")
    }


@pytest.mark.parametrize(
    "work",
    [
        lambda: full_factorial({}, seed=1),
        lambda: full_factorial({"a": [1]}, seed=1),
        lambda: full_factorial({"a": [1, 1]}, seed=1),
        lambda: full_factorial({str(k): range(9) for k in range(9)}, seed=1),
        lambda: two_level_design("AAB"),
        lambda: two_level_design("ABC", {"C": "A"}),
        lambda: two_level_design("ABC", {"D": "AB"}),
        lambda: two_level_design("ABCD", {"C": "AB", "D": "AC"}),
        lambda: best_fraction("ABCD", 6),
        lambda: best_fraction("ABCD", 32),
        lambda: best_fraction("ABCDEFGH", 4),
        lambda: two_level_design("AB").trials({"A": (1, 2)}, seed=1),
    ],
)
def test_designs_that_cannot_be_are_refused(work) -> None:
    with pytest.raises(BadInputError):
        work()
