"""Gaps and repeats between the periods of files are told; going back in time is high."""

from datetime import date

import polars as pl
import pytest

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import Proposal
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.cadence.learn import propose_steps
from dmaic_assets.phenomena.cadence.rule import TimeStepKind
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets_tests.rules.orders import facts_of, given_of

DAY_S = 86_400


def day_file(day: int) -> pl.DataFrame:
    day_of = pl.lit(date(2026, 1, 1)).dt.offset_by(f"{day}d")
    return pl.DataFrame({"n": range(30)}).with_columns(on=day_of)


@pytest.fixture(scope="module")
def rule() -> Rule:
    """Learnt from twelve files of a day each."""
    found, _ = propose_steps(given_of(History([facts_of(day_file(day)) for day in range(12)])))
    assert isinstance(found, Proposal)
    return Rule("on.time_step", found.kind, found.columns, "low", "learnt", found.parameters)


@pytest.mark.parametrize(
    ("day", "is_violated", "cause"),
    [
        (12, False, None),
        (11, True, "duplicated delivery"),
        (3, True, "wrong period"),
        (20, True, "missing delivery"),
    ],
)
def test_a_period_that_repeats_or_is_left_out_is_told(
    rule: Rule, day: int, is_violated: bool, cause: str | None
) -> None:
    frame = day_file(day)
    ctx = FrameContext(dict(frame.schema), frame.height)
    kind = TimeStepKind()

    judged = kind.judge(rule, frame.select(kind.measure(rule, ctx)).row(0, named=True), ctx)

    assert (judged.is_violated, judged.cause) == (is_violated, cause)


def test_a_file_in_the_middle_goes_on_from_the_one_before_it(rule: Rule) -> None:
    earlier = [facts_of(day_file(day)) for day in range(5)]

    then = TimeStepKind().as_of(rule, earlier)

    assert then is not None
    assert float(str(then.parameters["last"])) == float(str(rule.parameters["last"])) - 7 * DAY_S
    assert TimeStepKind().as_of(rule, []) is None


def test_a_source_whose_periods_do_not_go_on_gets_no_such_rule() -> None:
    facts = [facts_of(day_file(day % 3)) for day in range(12)]

    assert propose_steps(given_of(History(facts))) == []


def test_a_declared_time_column_is_the_only_one_that_counts() -> None:
    files = [day_file(day).with_columns(due=pl.col("on").dt.offset_by("14d")) for day in range(12)]
    facts = [facts_of(frame) for frame in files]

    every = propose_steps(given_of(History(facts)))
    declared = propose_steps(given_of(History(facts, time_column="due")))

    assert {found.columns for found in every} == {("on",), ("due",)}
    assert {found.columns for found in declared} == {("due",)}
