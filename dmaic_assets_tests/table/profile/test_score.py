from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.model import ColumnProfile, ValueCount
from dmaic_assets.table.profile.score import column_score, is_identifier, table_score

COLUMN = ColumnProfile(
    column="amount", type="integer", physical="Int64", rows=200, null_count=0, null_tokens=(),
    distinct_count=200, once_count=200,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"column": "order_id"}, 1.0),
        ({"column": "order_id", "distinct_count": 190}, 0.6 + 0.4 * 0.95),
        ({"column": "width", "distinct_count": 190}, 0.6 + 0.4 * 0.55),
        ({"type": "decimal"}, 0.6 + 0.4 * 0.5),
        ({"type": "decimal", "distinct_count": 100}, 1.0),
        ({"type": "decimal", "null_count": 100, "distinct_count": 50}, 0.3 + 0.4),
        ({"rows": 0, "distinct_count": 0}, 0.8),
        ({"null_count": 200, "distinct_count": 0}, 0.4 * 0.5),
    ],
)
def test_the_score_follows_the_formula(changes, expected):
    assert column_score(replace(COLUMN, **changes)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({}, True),
        ({"rows": 99, "distinct_count": 99}, False),
        ({"null_count": 1, "distinct_count": 199}, False),
        ({"type": "decimal"}, False),
        ({"type": "text", "shapes": (ValueCount("A9", 200),)}, True),
        ({"type": "text", "shapes": (ValueCount("Aa aa", 200),)}, False),
        ({"column": "grid", "distinct_count": 190}, False),
        ({"column": "row id", "distinct_count": 190}, True),
        ({"column": "row id", "distinct_count": 180}, False),
    ],
)
def test_identifiers_are_told_by_values_or_whole_words(changes, is_known):
    assert is_identifier(replace(COLUMN, **changes)) is is_known


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 300), st.data())
def test_scores_stay_between_0_and_1(rows, data):
    nulls = data.draw(st.integers(0, rows))
    distinct = data.draw(st.integers(0, rows - nulls))
    name = data.draw(st.sampled_from(["id", "x"]))
    column = replace(COLUMN, column=name, rows=rows, null_count=nulls, distinct_count=distinct)

    assert 0.0 <= column_score(column) <= 1.0


def test_a_tables_score_is_the_mean_of_its_columns():
    assert table_score([replace(COLUMN, score=1.0), replace(COLUMN, score=0.5)]) == 0.75
    assert table_score([]) == 0.0
