"""Tables are scored by dimension and graded; what matters most comes first, once."""

import polars as pl
import pytest

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.quality_summary.analyze import grade_of
from dmaic_assets.analysis.quality_summary.dimensions import Known, dimension_scores, kept
from dmaic_assets.analysis.quality_summary.matters import first_of, ranked
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.correlations import CorrelationsValue, FunctionalDependency
from dmaic_assets.analysis.values.validation import (
    CheckResult,
    FilterResult,
    RuleResult,
    ValidationValue,
)
from dmaic_assets.analysis.working import work_analyses
from dmaic_assets_tests.analysis.entropy.shop import NOW, shop


def summary(frames):
    tables = {n: table_of_frame(n, f) for n, f in frames.items()}
    outcomes = work_analyses(Study(tables, NOW), ["quality_summary"])
    return next(o for piece, o in outcomes.items() if piece.analysis == "quality_summary")


@pytest.fixture(scope="module")
def damaged():
    frames = shop()
    orders = frames["orders"].with_columns(
        pl.when(pl.col("order_id") % 2 == 0).then(None).otherwise(pl.col("status")).alias("status"),
        pl.when(pl.col("order_id") % 10 == 0)
        .then(pl.col("customer_id") + 90_000)
        .otherwise(pl.col("customer_id"))
        .alias("customer_id"),
    )
    frames["orders"] = pl.concat([orders, orders[:100]])
    return summary(frames)


def test_a_clean_table_is_graded_a_and_asks_nothing():
    outcome = summary(shop())

    assert {t.grade for t in outcome.value.tables.values()} == {"A"}
    assert [f for f in outcome.findings if f.weight != "info"] == []
    for table in outcome.value.tables.values():
        told = {d: s.score for d, s in table.dimensions.items()}
        assert told["completeness"] == told["validity"] == told["uniqueness"] == 1.0


def test_every_dimension_is_what_was_damaged(damaged):
    told = damaged.value.tables["orders"].dimensions

    # Halfway between a tenth of all cells and half of one column.
    assert told["completeness"].score == pytest.approx(1 - (0.5 / 5 + 0.5) / 2)
    assert "status" in told["completeness"].text
    assert told["uniqueness"].score == pytest.approx(kept(0.2))
    assert told["consistency"].score < 1
    assert "customers" in told["consistency"].text


def test_half_of_the_cells_missing_is_no_a():
    half = pl.int_range(pl.len()) % 2 == 0
    frame = shop()["orders"].with_columns(pl.when(half).then(pl.exclude("order_id")))

    table = summary({"orders": frame}).value.tables["orders"]

    assert table.dimensions["completeness"].score == pytest.approx(1 - (0.4 + 0.5) / 2)
    assert table.grade not in ("A", None)


@pytest.mark.parametrize("unit", ["rows", "groups"])
def test_a_broken_check_is_not_drowned_by_promises_that_are_kept(unit):
    checks = tuple(
        CheckResult(name, "balance", "error", ("t",), (), "failed", unit, 100, failed)
        for name, failed in (("worst", 30), *((f"kept_{i}", 0) for i in range(50)))
    )

    told = dimension_scores(Known("t", [ValidationValue(checks, (), (), ())]))["consistency"]

    assert told.score == pytest.approx(kept(0.3))
    assert told.text == f"30.0 % of the {unit} break the check worst"


def test_accuracy_is_what_nothing_contradicts_and_none_where_nothing_could():
    frames = shop()
    wrong = pl.col("order_id") % 10 == 0
    customer = pl.when(wrong).then(pl.col("customer_id") + 90_000).otherwise("customer_id")
    damaged = {**frames, "orders": frames["orders"].with_columns(customer)}

    before, after = (summary(f).value.tables for f in (frames, damaged))

    assert before["orders"].dimensions["accuracy"].score == 1.0
    assert after["orders"].dimensions["accuracy"].score == pytest.approx(kept(0.1))
    assert "that customers does not know" in after["orders"].dimensions["accuracy"].text
    assert before["customers"].dimensions["accuracy"].score is None
    assert "not measured" in before["customers"].dimensions["accuracy"].text


def test_what_should_have_no_exception_is_graded_by_the_root_of_its_share():
    assert [round(kept(share), 2) for share in (0, 0.01, 0.05, 0.25, 1)] == [1, 0.9, 0.78, 0.5, 0]


def test_a_column_that_most_rows_leave_empty_is_not_lacking():
    frame = shop()["orders"]
    sparse = pl.when(pl.int_range(pl.len()) % 50 == 0).then(pl.lit("gift")).alias("wrapping")

    table = summary({"orders": frame.with_columns(sparse)}).value.tables["orders"]

    assert table.grade == "A"
    assert table.dimensions["completeness"].score == pytest.approx(1 - 0.98 / 6 / 2)


def test_a_habit_of_the_data_is_graded_by_the_share_of_its_exceptions():
    rule = FunctionalDependency(("city",), "tz", 0.04)
    known = Known("t", [CorrelationsValue(100, None, dependencies=(rule,))])

    assert dimension_scores(known)["consistency"].score == pytest.approx(0.96)


def test_rules_of_a_declared_filter_are_promises():
    broken = RuleResult("known_customer", "exclude", 100, 9)
    for is_declared, score in ((True, kept(0.09)), (False, None)):
        one = FilterResult("f", "t", "failed", 100, rules=(broken,), is_declared=is_declared)
        told = dimension_scores(Known("t", [ValidationValue((), (one,), (), ())]))
        assert told["consistency"].score == score


def test_periods_that_did_not_come_lower_timeliness():
    frames = shop()
    day = pl.col("ordered_on")
    frames["orders"] = frames["orders"].filter(~day.dt.day().is_between(10, 14))

    full, gone = (summary(f).value.tables["orders"].dimensions for f in (shop(), frames))

    assert full["timeliness"].score == 1.0
    assert gone["timeliness"].score == pytest.approx(1 - 5 * 3 / 100, abs=0.02)
    assert "the newest is of 2025-04-10" in full["timeliness"].text


def test_a_dimension_that_nothing_tells_has_a_reason_and_no_score():
    table = summary({"t": pl.DataFrame({"a": pl.Series([], dtype=pl.Int64)})}).value.tables["t"]

    assert (table.score, table.grade) == (None, None)
    assert all(d.score is None and d.text for d in table.dimensions.values())


def test_what_matters_most_comes_first_and_a_subject_once(damaged):
    matters = damaged.value.tables["orders"].matters

    weights = ["high", "medium", "low"]
    order = [weights.index(m.weight) for m in matters]
    assert order == sorted(order)
    subjects = [m.columns for m in matters if m.columns]
    assert len(subjects) == len(set(subjects))
    assert len(damaged.value.matters) <= 10


def test_among_equals_the_larger_share_matters_more():
    said = [Finding("t", (c,), "m", v, "1", f"t.{c}.", "low") for c, v in (("a", 0.1), ("b", 0.9))]

    found = first_of(ranked({"x": {"t": tuple(said)}}))

    assert [m.columns for m in found] == [("b",), ("a",)]


@pytest.mark.parametrize(
    ("score", "grade"),
    [(1, "A"), (0.9, "A"), (0.899, "B"), (0.8, "B"), (0.6, "C"), (0.4, "D"), (0.399, "F")],
)
def test_grades_have_sharp_bounds(score, grade):
    assert grade_of(score) == grade
