"""Which columns may be foreign keys, and what history must bear out."""

import polars as pl
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.phenomena.reference.learn import (
    Candidate,
    SourceColumn,
    best_of,
    candidates_of,
    inclusion_rule,
    keys_by_name,
    orphan_rule,
)
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets_tests.rules.frames import rule


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

    (best,) = best_of([one for one in rules if one is not None])

    assert best.parameters == {"reference": "markets.country"}


ORDERS = Candidate(used("orders", "customer_id"), key("customers", "id"))


def test_a_small_steady_share_of_orphans_is_tolerated_as_far_as_files_differ() -> None:
    counts = [(400, k) for k in (28, 33, 25, 36, 30, 31, 27, 34)]

    found = orphan_rule(ORDERS, counts, keys=50, alpha=0.0005)

    assert found is not None
    assert (found.kind, found.columns) == ("orphan_share", ("customer_id",))
    assert 0.09 < float(str(found.parameters["max"])) < 0.25
    assert (found.evidence["column_kind"], found.evidence["files"]) == ("foreign key", 8)


@pytest.mark.parametrize(
    "counts",
    [
        [(400, 30)] * 3,
        [(400, 30)] * 8 + [(400, 81)],
        [(400, 0)] * 8,
        [(10, 1)] * 20,
    ],
    ids=["too few files", "too many orphans once", "no orphan", "too few rows"],
)
def test_without_evidence_of_a_small_share_there_is_no_such_rule(
    counts: list[tuple[int, int]],
) -> None:
    assert orphan_rule(ORDERS, counts, keys=50, alpha=0.0005) is None


def test_a_reference_without_orphans_comes_before_one_with_some() -> None:
    whole = inclusion_rule(
        ORDERS, pl.Series(["1", "2"]), pl.Series([str(n) for n in range(99)]), rows=900, files=4
    )
    other = Candidate(ORDERS.column, key("clients", "id"))
    partly = orphan_rule(other, [(400, 30), (400, 20)] * 4, keys=9, alpha=0.0005)
    assert whole is not None
    assert partly is not None

    (best,) = best_of([partly, whole])

    assert best.kind == "inclusion"


def test_a_file_is_judged_by_its_share_of_orphans() -> None:
    one = rule("orphan_share", "k", reference="shops.id", max=0.25, least=3)
    keys = {"shops.id": pl.Series([1, 2, 3])}

    def violated(values: list[int | None], references: dict[str, pl.Series]) -> list[bool]:
        frame = pl.DataFrame({"k": pl.Series(values, dtype=pl.Int64)})
        ctx = FrameContext(dict(frame.schema), frame.height, references=references)
        found = evaluate(compile_rules(RuleSet("s", (one,)), ctx), frame.lazy())
        return [result.judgement.is_violated for result in found.files]

    assert violated([1, 2, 3, 9, None, None], keys) == [False]
    assert violated([1, 2, 8, 9, None], keys) == [True]
    assert violated([8, 9, None], keys) == [False]
    assert violated([8, 9, 8, 9], {}) == []
