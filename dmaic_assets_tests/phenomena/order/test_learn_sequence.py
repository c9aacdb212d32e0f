"""Order within a file and numbers without gaps: learnt, judged, and told with their cause."""

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import Proposal
from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FileJudgement
from dmaic_assets.phenomena.order.learn_sequence import propose_sequences
from dmaic_assets.rules.budget import settle
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets.rules.yaml.file import parse_rules, save_rules
from dmaic_assets_tests.rules.frames import context, rule
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, given_of, history_of

ROWS = 60


def file_of(number: int) -> pl.DataFrame:
    """Ids by tens over all files, a time that falls, and a figure in no order."""
    ids = [10 * (number * ROWS + i) for i in range(ROWS)]
    mixed = [(i * 37 + number) % ROWS for i in range(ROWS)]
    return pl.DataFrame({"id": ids, "falls": [-0.5 * i for i in ids], "mixed": mixed})


def learnt_from(frames: Sequence[pl.DataFrame]) -> list[Rule]:
    history = History([facts_of(frame) for frame in frames])
    proposals = propose_sequences(given_of(history))
    return settle([p for p in proposals if isinstance(p, Proposal)], budget=0.01)


def judgement(frame: pl.DataFrame, one: Rule, *, is_in_memory: bool = True) -> FileJudgement:
    compiled = compile_rules(RuleSet("s", (one,)), context(frame))
    return evaluate(compiled, frame.lazy(), is_in_memory=is_in_memory).files[0].judgement


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return {found.id: found for found in learnt_from([file_of(n) for n in range(8)])}


def test_sorted_columns_and_numbers_without_gaps_are_learnt(rules: dict[str, Rule]) -> None:
    assert set(rules) == {
        "id.row_order",
        "id.in_sequence",
        "falls.row_order",
        "falls.in_sequence",
        "id.number_step",
        "id.number_step:every",
        "mixed.number_step",
        "mixed.number_step:every",
    }
    assert rules["falls.row_order"].parameters == {"direction": "descending"}
    assert rules["id.number_step:every"].parameters == {"step": 10}
    assert rules["mixed.number_step:every"].parameters == {"step": 1}


def test_only_lost_rows_stop_a_file_and_the_budget_pays_for_it(rules: dict[str, Rule]) -> None:
    stopping = {r.id: r.evidence["stop_rate"] for r in rules.values() if r.severity == "critical"}

    assert set(stopping) == {"id.number_step", "mixed.number_step"}
    assert 0 < sum(float(str(rate)) for rate in stopping.values()) <= 0.01


@pytest.mark.parametrize("is_in_memory", [True, False])
@pytest.mark.parametrize(
    ("rule_id", "change", "cause"),
    [
        ("id.row_order", lambda f: f, None),
        ("id.row_order", lambda f: f.reverse(), "rows in reverse order"),
        ("id.row_order", lambda f: f.sort("mixed"), "rows in another order"),
        ("falls.row_order", lambda f: f.sort("mixed"), "rows in another order"),
        ("id.number_step", lambda f: f.reverse(), None),
        ("id.number_step", lambda f: f.gather_every(5), "another step between numbers"),
        ("id.number_step", lambda f: f.filter(pl.col("mixed") % 4 != 0), "lost rows"),
        ("id.number_step", lambda f: pl.concat([f, f.head(9)]), "duplicated delivery"),
        ("id.number_step:every", lambda f: f.filter(pl.col("mixed") != 30), "lost rows"),
    ],
)
def test_what_was_done_to_a_file_is_told(
    rules: dict[str, Rule],
    rule_id: str,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    cause: str | None,
    is_in_memory: bool,
) -> None:
    judged = judgement(change(file_of(9)), rules[rule_id], is_in_memory=is_in_memory)

    assert judged.is_violated is (cause is not None)
    assert (judged.cause or "").startswith(cause or "")


def test_the_first_value_out_of_order_and_the_first_gap_are_named() -> None:
    frame = pl.DataFrame({"id": [1, 2, 5, 3, None, 9]})

    order = judgement(frame, rule("row_order", "id"))
    step = judgement(frame, rule("number_step", "id", step=1, max=0.1))

    assert order.seen == "1 of 4 places out of order, first 3 after 5"
    # The missing value accounts for one of the two gaps.
    assert step.seen == "gaps: 1, repeats: 0, at 4 places, first gap from 3 to 5"


@pytest.mark.parametrize("values", [[], [None, None], [7], [7, 7]])
def test_files_with_hardly_any_values_are_in_order(values: list[int | None]) -> None:
    frame = pl.DataFrame({"id": pl.Series(values, dtype=pl.Int64)})

    assert not judgement(frame, rule("row_order", "id")).is_violated


def test_one_file_in_another_order_or_with_many_gaps_is_reason_enough_to_learn_nothing() -> None:
    files = [file_of(n).drop("falls", "mixed") for n in range(8)]
    files[3] = files[3].reverse()
    assert all(found.kind != "row_order" for found in learnt_from(files))

    files[5] = files[5].filter(pl.col("id") % 70 != 0)
    assert learnt_from(files) == []


def test_numbers_that_always_lost_a_few_may_lose_about_as_many() -> None:
    files = [file_of(n).select(id=pl.col("id") // 10) for n in range(9)]
    gaps = [frame.filter(pl.col("id") % 40 != 7) for frame in files]
    found = {r.id: r for r in learnt_from(gaps[:8])}["id.number_step"]

    assert not judgement(gaps[8], found).is_violated
    assert judgement(files[8].filter(pl.col("id") % 4 != 0), found).is_violated


def test_later_days_of_a_feed_break_nothing_and_the_rules_survive_their_file(
    tmp_path: Path,
) -> None:
    history = History(history_of(12))
    proposals = propose_sequences(given_of(history))
    found = settle([p for p in proposals if isinstance(p, Proposal)], budget=0.01)
    path = tmp_path / "orders.yaml"
    save_rules(RuleSet("orders", tuple(found)), path)
    read = parse_rules(path.read_text(encoding="utf-8"), subject="orders.yaml", source="orders")

    assert {r.id for r in found} >= {"id.row_order", "at.row_order", "id.number_step"}
    assert read.rules == tuple(found)
    of_files = [r for r in read.rules if r.kind != "in_sequence"]
    for day in range(12, 24):
        frame = day_of_orders(day)
        assert not any(judgement(frame, r).is_violated for r in of_files)


@given(st.lists(st.one_of(st.none(), st.integers(-20, 20)), max_size=12))
def test_order_is_what_sorting_gives(values: list[int | None]) -> None:
    frame = pl.DataFrame({"id": pl.Series(values, dtype=pl.Int64)})
    known = [v for v in values if v is not None]

    for direction in ("ascending", "descending"):
        spelled: Json = direction
        judged = judgement(frame, rule("row_order", "id", direction=spelled))
        assert judged.is_violated is (known != sorted(known, reverse=direction == "descending"))
