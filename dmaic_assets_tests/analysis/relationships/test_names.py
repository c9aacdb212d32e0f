"""Names: how they are cut into words, and how well one points at another."""

import pytest

from dmaic_assets.analysis.relationships.names import (
    ROLE,
    name_evidence,
    names_of,
    table_words,
    words_of,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CustomerTypeID", ("customer", "type", "id")),
        ("custkey", ("cust", "key")),
        ("sales_PONumber", ("sale", "po", "number")),
        ("Categories", ("category",)),
        ("addresses", ("address",)),
        ("status", ("status",)),
        ("paid", ("paid",)),
        ("Order Details", ("order", "detail")),
    ],
)
def test_a_name_is_cut_into_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_what_all_columns_begin_with_may_be_left_out() -> None:
    names = names_of(["o_orderkey", "o_custkey", "o_total"])

    assert names["o_custkey"].forms == (("o", "cust", "key"), ("cust", "key"))
    assert table_words(["dim_date", "dim_shop", "dim_item"])["dim_date"] == ("date",)


@pytest.mark.parametrize(
    ("column", "key", "table", "is_strong"),
    [
        ("customer_id", "id", "customers", True),
        ("bill_customer_id", "id", "customers", True),
        ("emp_no", "emp_no", "employees", True),
        ("cust_id", "id", "customers", True),
        ("cdemo_sk", "cd_demo_sk", "customer_demographics", True),
        ("home_team_id", "id", "teams", True),
        ("id", "id", "teams", False),
        ("customer_type", "id", "customers", False),
        ("track_number", "id", "tracks", False),
        ("quantity", "product_id", "products", False),
    ],
)
def test_a_name_points_at_a_key(column: str, key: str, table: str, is_strong: bool) -> None:
    names = names_of([column, key])

    found = name_evidence(names[column], names[key], words_of(table))

    assert (found >= ROLE * 0.85) == is_strong
