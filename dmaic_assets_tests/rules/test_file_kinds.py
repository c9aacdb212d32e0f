"""What each file kind says of a file: columns and amounts."""

from typing import Any

import polars as pl
import pytest

from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FileJudgement
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets_tests.rules.frames import context, positions, rule

FRAME = pl.DataFrame({"a": [1.0, None, float("nan"), 4.0], "b": ["x", "y", None, "z"]})


def judged(frame: pl.DataFrame, one: Rule, **given: Any) -> FileJudgement:
    compiled = compile_rules(RuleSet("s", (one,)), context(frame, **given))
    (result,) = evaluate(compiled, frame.lazy()).files
    return result.judgement


@pytest.mark.parametrize(
    ("one", "is_violated", "seen"),
    [
        (rule("columns_present", "a", "b"), False, "all present"),
        (rule("columns_present", "b", "c", "d"), True, "missing: c, d"),
        (rule("columns_added", "a", "b", "c"), False, "none new"),
        (rule("columns_added", "a"), True, "new: b"),
        (rule("column_order", "a", "b"), False, "same order"),
        (rule("column_order", "a", "c", "b"), False, "same order"),
        (rule("column_order", "b", "a"), True, "a, b in place of b, a"),
    ],
)
def test_columns_are_compared_by_name_and_order(one: Rule, is_violated: bool, seen: str) -> None:
    judgement = judged(FRAME, one)

    assert (judgement.is_violated, judgement.seen) == (is_violated, seen)


@pytest.mark.parametrize(
    ("known", "cause"),
    [
        (("a", "c"), "renamed column (c to b)"),
        (("b", "c"), "missing column (c)"),
        (("a", "c", "d"), "missing columns (c, d)"),
    ],
)
def test_a_new_column_in_the_place_of_a_missing_one_is_that_one_renamed(
    known: tuple[str, ...], cause: str | None
) -> None:
    assert judged(FRAME, rule("columns_present", *known)).cause == cause


@pytest.mark.parametrize(
    ("parameters", "is_violated"),
    [
        ({"min": 6}, False),
        ({"min": 7}, True),
        ({"max": 6}, False),
        ({"max": 5}, True),
        ({"min": 6, "max": 6}, False),
    ],
)
def test_row_count_counts_malformed_rows_too(
    parameters: dict[str, Json], is_violated: bool
) -> None:
    judgement = judged(FRAME, rule("row_count", **parameters), malformed_count=2)

    assert (judgement.is_violated, judgement.seen) == (is_violated, "6 rows")


@pytest.mark.parametrize(
    ("column", "parameters", "is_violated", "seen"),
    [
        ("a", {"max": 0.5}, False, "missing in 50.00% of rows (2 of 4)"),
        ("a", {"max": 0.49}, True, "missing in 50.00% of rows (2 of 4)"),
        ("b", {"max": 0.25}, False, "missing in 25.00% of rows (1 of 4)"),
        ("b", {"min": 0.3}, True, "missing in 25.00% of rows (1 of 4)"),
    ],
)
def test_null_share_counts_null_and_nan(
    column: str, parameters: dict[str, Json], is_violated: bool, seen: str
) -> None:
    judgement = judged(FRAME, rule("null_share", column, **parameters))

    assert (judgement.is_violated, judgement.seen) == (is_violated, seen)


def test_null_share_passes_over_failed_casts() -> None:
    judgement = judged(FRAME, rule("null_share", "a", max=0.25), failed_casts={"a": positions(1)})

    assert not judgement.is_violated


@pytest.mark.parametrize("one", [rule("null_share", "a", min=0.5), rule("null_share", "a", max=0)])
def test_no_rows_means_no_missing_share(one: Rule) -> None:
    assert not judged(FRAME.head(0), one).is_violated
