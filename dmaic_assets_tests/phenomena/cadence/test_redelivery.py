"""Files whose rows were accepted before are held, but where files repeat rows as a rule."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.history.row_sketch import (
    RowSketch,
    packed,
    share_within,
    sketch_from,
    sketch_of,
    unpacked,
)
from dmaic_assets.model import Rule
from dmaic_assets.phenomena.cadence.learn_redelivery import propose_redelivery
from dmaic_assets.phenomena.cadence.redelivery import RedeliveredKind
from dmaic_assets.phenomena.contract.rule_kind import FileJudgement, FrameContext
from dmaic_assets_tests.rules.orders import facts_of, given_of

ALPHA = 1e-3
FILES = 12


def week(number: int, rows: int = 200) -> pl.DataFrame:
    rng = np.random.default_rng(number)
    return pl.DataFrame({"pump": rng.integers(0, 9, rows), "flow": rng.normal(4, 1, rows).round(3)})


def snapshot(number: int) -> pl.DataFrame:
    return pl.concat([week(0, 400), *(week(n, 4) for n in range(1, number + 1))])


def sliding(number: int) -> pl.DataFrame:
    return pl.concat([week(number).tail(60), week(number + 1)])


def proposed(frames: list[pl.DataFrame]) -> Proposals:
    facts = [facts_of(frame, f"{at:064x}") for at, frame in enumerate(frames)]
    return propose_redelivery(given_of(History(facts)))


def rule_of(frames: list[pl.DataFrame]) -> Rule:
    (found,) = proposed(frames)
    assert isinstance(found, Proposal)
    assert found.fit is not None
    fit = found.fit(ALPHA)
    assert fit is not None
    return Rule("rows.redelivered", found.kind, found.columns, "critical", "learnt", fit.parameters)


def judged(rule: Rule, frame: pl.DataFrame) -> FileJudgement:
    kind, ctx = RedeliveredKind(), FrameContext(frame.schema, frame.height)
    kind.validate(rule)
    return kind.judge(rule, frame.select(kind.measure(rule, ctx)).row(0, named=True), ctx)


@pytest.fixture(scope="module")
def weeks() -> Rule:
    return rule_of([week(n) for n in range(FILES)])


@pytest.mark.parametrize(
    "again",
    [
        week(11),
        week(3)[9:],
        week(5).sample(fraction=1.0, shuffle=True, seed=1),
        pl.concat([week(7)[:170], week(50, 30)]),
    ],
    ids=["same rows", "less nine rows", "another order", "most of an old file"],
)
def test_rows_of_an_accepted_file_are_seen_and_the_file_is_named(
    again: pl.DataFrame, weeks: Rule
) -> None:
    found = judged(weeks, again)
    assert found.is_violated
    assert str(found.cause).startswith("delivered again (file 0000")


@pytest.mark.parametrize("number", range(20, 60))
def test_new_rows_pass(number: int, weeks: Rule) -> None:
    assert not judged(weeks, week(number)).is_violated


def test_numbers_are_the_same_rows_as_another_type(weeks: Rule) -> None:
    assert judged(weeks, week(4).with_columns(pl.col("pump").cast(pl.Float64))).is_violated


def test_snapshots_have_no_rule() -> None:
    (found,) = proposed([snapshot(n) for n in range(FILES)])
    assert not isinstance(found, Proposal)


def test_a_window_that_slides_passes_as_long_as_it_slides() -> None:
    rule = rule_of([sliding(n) for n in range(FILES)])
    assert not judged(rule, sliding(FILES)).is_violated


def test_another_way_of_hashing_is_not_judged(weeks: Rule) -> None:
    other = Rule(
        weeks.id, weeks.kind, weeks.columns, "critical", "learnt", {**weeks.parameters, "check": 1}
    )
    assert not judged(other, week(11)).is_violated


def test_facts_without_a_sketch_give_no_rule() -> None:
    assert sketch_from(None) is None


def _sketch(values: list[int]) -> RowSketch:
    frame = pl.DataFrame({"n": values})
    found = sketch_of(frame.lazy(), frame.schema)
    assert found is not None
    return found


@given(
    st.sets(st.integers(), min_size=1, max_size=32), st.sets(st.integers(), min_size=1, max_size=32)
)
def test_the_share_of_small_files_is_exact(one: set[int], other: set[int]) -> None:
    bounded = [{n % 10**9 for n in values} for values in (one, other)]
    mine, theirs = (_sketch(sorted(values)) for values in bounded)
    exact = len(bounded[0] & bounded[1]) / len(bounded[0])
    assert share_within(mine, theirs) == pytest.approx(exact)


@given(st.lists(st.integers(0, 2**48 - 1)))
def test_hashes_are_read_back(hashes: list[int]) -> None:
    assert unpacked(packed(hashes)) == tuple(hashes)


def test_of_two_files_alike_only_the_later_one_is_a_copy() -> None:
    frames = [week(n) for n in range(FILES)]
    facts = [facts_of(frame, f"{at:02x}" * 32) for at, frame in enumerate(frames)]
    (found,) = propose_redelivery(given_of(History(facts)))
    assert isinstance(found, Proposal)
    assert found.fit is not None
    fit = found.fit(ALPHA)
    assert fit is not None
    rule = Rule("rows.redelivered", found.kind, found.columns, "critical", "learnt", fit.parameters)

    kind = RedeliveredKind()
    then, later = kind.as_of(rule, facts[:3]), kind.as_of(rule, facts[:4])

    assert kind.as_of(rule, []) is None
    assert then is not None
    assert later is not None
    assert not judged(then, week(3)).is_violated
    assert judged(later, week(3)).is_violated
