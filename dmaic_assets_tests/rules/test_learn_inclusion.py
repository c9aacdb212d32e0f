"""Which columns may be foreign keys, and what history must bear out."""

import polars as pl
import pytest

from dmaic_assets.rules.learn_inclusion import (
    Candidate,
    SourceColumn,
    best_of,
    candidates_of,
    inclusion_rule,
    keys_by_name,
)


def key(source: str, column: str, kind: str = "integer") -> SourceColumn:
    return SourceColumn(source, column, kind, rows=50, nulls=0, distinct=50)


def used(source: str, column: str, kind: str = "integer") -> SourceColumn:
    return SourceColumn(source, column, kind, rows=900, nulls=0, distinct=40)


@pytest.mark.parametrize(
    ("column", "other", "is_candidate"),
    [
        (used("orders", "customer_id"), key("customers", "id"), True),
        (used("orders", "CustomerId"), key("customers", "CustomerId"), True),
        (used("orders", "ship_country_code"), key("countries", "code"), True),
        (used("flights", "carrier", "text"), key("airlines", "carrier", "text"), True),
        (used("orders", "customer"), key("customers", "id"), True),
        (used("orders", "id"), key("customers", "id"), False),
        (used("orders", "customer_id", "text"), key("customers", "id"), False),
        (used("orders", "pieces"), key("customers", "id"), False),
        (used("orders", "customer_id"), used("customers", "id"), False),
        (key("orders", "order_id"), key("payments", "order_id"), False),
        (key("payments", "order_id"), key("orders", "order_id"), True),
    ],
)
def test_names_and_types_must_speak_for_a_foreign_key(
    column: SourceColumn, other: SourceColumn, is_candidate: bool
) -> None:
    found = list(candidates_of(column.source, [column], keys_by_name([column, other])))

    assert bool(found) is is_candidate


def test_one_unknown_value_refutes_a_foreign_key() -> None:
    candidate = Candidate(used("orders", "customer_id"), key("customers", "id"))
    keys = pl.Series(["1", "2", "3"])

    held = inclusion_rule(candidate, pl.Series(["1", "2", None]), keys, rows=900, files=4)
    refuted = inclusion_rule(candidate, pl.Series(["1", "2", "9"]), keys, rows=900, files=4)

    assert held is not None
    assert held.parameters == {"reference": "customers.id"}
    assert refuted is None


def test_of_two_sources_with_the_key_the_smaller_one_is_named() -> None:
    column = used("orders", "country", "text")
    values = pl.Series(["DE", "FR"])
    rules = [
        inclusion_rule(
            Candidate(column, key(source, "country", "text")), values, keys, rows=900, files=4
        )
        for source, keys in (
            ("nations", pl.Series(["DE", "FR", "IT"])),
            ("markets", pl.Series(["DE", "FR"])),
        )
    ]

    (best,) = best_of([rule for rule in rules if rule is not None])

    assert best.parameters == {"reference": "markets.country"}
