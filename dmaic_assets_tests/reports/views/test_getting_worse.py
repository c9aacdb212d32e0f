"""Getting worse is said rarely where nothing changed, and of what changed."""

import random
from datetime import UTC, datetime

import pytest

from dmaic_assets.reports.views.getting_worse import worse_scores, worse_sigma
from dmaic_assets.store.ledger.record.metrics import RunValue

AT = datetime(2026, 1, 1, tzinfo=UTC)


def course(*values: float) -> list[RunValue]:
    return [RunValue(f"run{at}", AT, value) for at, value in enumerate(values)]


def test_scores_that_only_vary_are_said_to_fall_once_in_a_hundred_looks() -> None:
    draw = random.Random(7)
    looks = [[draw.uniform(0.5, 1.0) for _ in range(10)] for _ in range(5000)]

    assert sum(worse_scores(scores) is not None for scores in looks) / 5000 < 0.0125


@pytest.mark.parametrize(
    ("scores", "is_worse"),
    [
        ([1.0] * 7 + [0.9] * 3, True),
        ([1.0] * 6 + [0.9] * 3, False),
        ([1.0] * 7 + [0.999] * 3, False),
        ([1.0] * 6 + [0.8] + [0.9] * 3, False),
        ([], False),
    ],
)
def test_three_files_below_all_before_are_worse(scores: list[float], *, is_worse: bool) -> None:
    assert (worse_scores(scores) is not None) == is_worse


@pytest.mark.parametrize(
    ("levels", "errors", "said"),
    [
        ((4.0, 3.0), (0.1, 0.1), "the sigma level fell from 4.00 to 3.00 in run run1"),
        # A run that measures the same again does not make it well.
        ((4.0, 3.0, 3.0), (0.1, 0.1, 0.1), "the sigma level fell from 4.00 to 3.00 in run run1"),
        ((4.0, 3.0), (0.5, 0.5), None),
        ((4.0, 3.95), (0.01, 0.01), None),
        ((3.0, 4.0), (0.1, 0.1), None),
        ((4.0,), (0.1,), None),
        ((4.0, 3.0), (0.1,), None),
    ],
)
def test_a_sigma_level_fell_where_it_is_beyond_its_errors(
    levels: tuple[float, ...], errors: tuple[float, ...], said: str | None
) -> None:
    assert worse_sigma(course(*levels), course(*errors)) == said
