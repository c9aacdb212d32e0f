"""Missing values among the rows that have another value: learnt, told, and judged."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets_tests.rules.frames import context, rule
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt


def catches(day: int, rows: int = 120) -> pl.DataFrame:
    """Empty traps are many on some days; of a caught animal the sex is now and then unknown."""
    rng = np.random.default_rng(day)
    is_empty = rng.random(rows) < rng.uniform(0.05, 0.45)
    is_unknown = is_empty | (rng.random(rows) < 0.03)
    animals, sexes = rng.choice(["mouse", "vole", "rat"], rows), rng.choice(["f", "m"], rows)
    frame = pl.DataFrame({"trap": np.arange(rows), "animal": animals, "sex": sexes})
    return frame.with_columns(
        animal=pl.when(pl.Series(~is_empty)).then("animal"),
        sex=pl.when(pl.Series(~is_unknown)).then("sex"),
    )


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(catches(day)) for day in range(20)])


def test_the_share_among_rows_with_another_value_is_bounded_closely(rules: RuleSet) -> None:
    (one,) = [r for r in rules.rules if r.kind == "null_share_given"]

    assert one.columns == ("sex", "animal")
    assert 0.05 < float(str(one.parameters["max"])) < 0.2
    assert all(judged(catches(d), rules).verdict.decision == "accept" for d in range(20, 26))


def test_lost_values_stop_a_file_whose_share_of_all_rows_is_usual(rules: RuleSet) -> None:
    day = next(catches(d) for d in range(20, 60) if catches(d)["animal"].null_count() < 12)
    lost = day.with_columns(sex=pl.when(pl.int_range(pl.len()) % 3 != 0).then("sex"))

    verdict = judged(lost, rules).verdict

    broken = [(v.kind, v.cause) for v in verdict.violations if v.is_broken]
    assert ("null_share_given", "null flood") in broken
    assert "null_share" not in {kind for kind, _ in broken}


@pytest.mark.parametrize(
    ("a", "b", "is_violated", "seen"),
    [
        ([None, 1, 1, 1], [1, 1, 1, 1], False, "missing in 25.00% of 4 rows with b"),
        ([None, None, 1, 1], [1, 1, 1, None], True, "missing in 66.67% of 3 rows with b"),
        ([None, None, 1, 1], [None, None, 1, 1], False, "missing in 0.00% of 2 rows with b"),
        ([None, None], [1, None], False, "1 rows with b: not judged"),
    ],
)
def test_only_rows_with_the_second_column_count(
    a: list[int | None], b: list[int | None], is_violated: bool, seen: str
) -> None:
    frame = pl.DataFrame({"a": a, "b": b}, schema={"a": pl.Int64, "b": pl.Int64})

    one = rule("null_share_given", "a", "b", max=0.3, least=2)
    found = evaluate(compile_rules(RuleSet("s", (one,)), context(frame)), frame.lazy())

    judgement = found.files[0].judgement
    assert (judgement.is_violated, judgement.seen) == (is_violated, seen)
