"""Numbers that grow from file to file: the next level and the width are still expected."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS, FILES = 60, 24
LEVEL = pl.col("level")


def river(day: int, *, seed: int = 3) -> pl.DataFrame:
    """A level that rises through spring, seen every few minutes; and a counter of turns."""
    rng = np.random.default_rng([seed, day])
    rising = 180 + 9 * day + 25 * np.sin(day / 4)
    turns = 400 * day + np.sort(rng.integers(0, 400, ROWS))
    return pl.DataFrame(
        {
            "row": np.arange(ROWS) + day * ROWS,
            "level": (rising + rng.normal(0, 8, ROWS)).round(1),
            "turns": turns,
            "load": rng.gamma(4.0, 6.0, ROWS).round(2),
        }
    )


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(river(day), f"{day:064x}") for day in range(FILES)])


def broken(frame: pl.DataFrame, rules: RuleSet) -> list[str]:
    return [v.rule for v in judged(frame, rules).verdict.violations if v.is_broken]


def test_the_next_files_pass_as_many_as_history_is_made_of(rules: RuleSet) -> None:
    later = [broken(river(day), rules) for day in range(FILES, FILES + 60)]

    assert [names for names in later if names] == []


@pytest.mark.parametrize(
    "damaged",
    [
        pl.lit(-999.0),
        pl.lit(402.5),
        LEVEL * 0.3048,
        LEVEL * 100,
        LEVEL.mean() + (LEVEL - LEVEL.mean()) * 3,
    ],
    ids=["placeholder", "stuck", "metres for feet", "hundredfold", "noise"],
)
def test_another_level_or_width_holds_the_file(damaged: pl.Expr, rules: RuleSet) -> None:
    frame = river(FILES).with_columns(damaged.alias("level"))

    assert "level.distribution" in broken(frame, rules)


def test_a_stuck_value_is_named(rules: RuleSet) -> None:
    frame = river(FILES).with_columns(level=pl.lit(402.5))
    found = judged(frame, rules).verdict.violations

    assert "stuck value" in {v.cause for v in found if v.rule == "level.distribution"}


def test_numbers_of_rows_get_no_level(rules: RuleSet) -> None:
    assert "row.distribution" not in {rule.id for rule in rules.rules}


def test_a_level_that_moves_as_ever_is_no_drift(rules: RuleSet) -> None:
    assert [note for note in rules.notes if "level" in note and note.startswith("drift")] == []
