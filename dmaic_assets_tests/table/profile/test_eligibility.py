from dataclasses import replace

import pytest

from dmaic_assets.model import ColumnProfile
from dmaic_assets.table.profile.eligibility import (
    WARNING_CODES,
    eligibility_warnings,
    is_key_name,
    is_own_key_name,
    name_words,
)

FINE = ColumnProfile(
    column="amount", type="decimal", physical="Float64", rows=1000, null_count=0, null_tokens=(),
    distinct_count=500, once_count=100,
)  # fmt: skip


def codes(**changes):
    failed = changes.pop("failed_casts", 0)
    found = eligibility_warnings(replace(FINE, **changes), failed_casts=failed)
    return [warning.partition(":")[0] for warning in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"rows": 0, "distinct_count": 0}, []),
        ({"null_count": 1000, "distinct_count": 0}, ["all_null"]),
        ({"null_count": 501, "distinct_count": 400}, ["mostly_null"]),
        ({"null_count": 500, "distinct_count": 400}, []),
        ({"distinct_count": 1}, ["single_value"]),
        ({"distinct_count": 3}, ["near_constant"]),
        ({"distinct_count": 2, "type": "boolean"}, []),
        ({"distinct_count": 4}, []),
        ({"distinct_count": 3, "rows": 300}, []),
        ({"column": "id", "distinct_count": 1000}, []),
        ({"column": "id"}, ["key_with_duplicates"]),
        ({"column": "ID", "null_count": 2, "distinct_count": 998}, ["key_with_nulls"]),
        ({"column": "customer_id"}, []),
        ({"column": "customer_id", "null_count": 1}, ["key_with_nulls"]),
        ({"column": "orderKey", "null_count": 1}, ["key_with_nulls"]),
        ({"column": "paid"}, []),
        ({"nonfinite_count": 3}, ["nonfinite"]),
        ({"failed_casts": 1, "null_count": 1}, ["failed_casts"]),
    ],
)
def test_each_condition_has_its_warning(changes, expected):
    assert codes(**changes) == expected


def test_every_warning_has_a_known_code_and_a_sentence():
    found = eligibility_warnings(
        replace(FINE, column="id", null_count=600, distinct_count=2, nonfinite_count=1),
        failed_casts=2,
    )

    assert {warning.partition(": ")[0] for warning in found} <= set(WARNING_CODES)
    assert all(warning.partition(": ")[2] for warning in found)
    assert "failed_casts: 2 values do not read as decimal; null here" in found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customerID_2", ("customer", "id")),
        ("OrderId", ("order", "id")),
        ("HTTPStatusCode", ("http", "status", "code")),
        ("größe in cm", ("größe", "in", "cm")),
        ("", ()),
        ("😀 42", ()),
    ],
)
def test_names_are_split_into_words(name, words):
    assert name_words(name) == words


@pytest.mark.parametrize("name", ["id", "order_id", "orderKey", "UUID", "Customer Id", "user-id"])
def test_names_of_keys_end_in_a_word_for_a_key(name):
    assert is_key_name(name)


@pytest.mark.parametrize("name", ["width", "paid", "video", "identity", "monkey", "grid", "valid"])
def test_a_syllable_makes_no_key(name):
    assert not is_key_name(name)


def test_only_a_lone_word_names_the_tables_own_key():
    assert is_own_key_name("Id")
    assert not is_own_key_name("customer_id")
