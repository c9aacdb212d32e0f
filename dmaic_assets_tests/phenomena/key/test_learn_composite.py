"""Keys of two and three columns: truly held, minimal, and never a later day's accident."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import Rule
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt


def lines(number: int) -> pl.DataFrame:
    """Sixty orders of one to four lines; numbers of orders go on."""
    rng = np.random.default_rng([3, number])
    sizes = rng.integers(1, 5, 60)
    return pl.DataFrame(
        {
            "order_no": np.repeat(np.arange(60) + 100 * number, sizes),
            "line": np.concatenate([np.arange(n) + 1 for n in sizes]),
            "good": rng.choice(list("ABCDEFG"), sizes.sum()),
        }
    )


def shelves(number: int) -> pl.DataFrame:
    """Every shelf of every hall, each day anew."""
    hall, shelf = np.divmod(np.random.default_rng(number).permutation(120), 12)
    return pl.DataFrame({"hall": hall, "shelf": shelf, "state": np.arange(120) % 3})


def cells(number: int) -> pl.DataFrame:
    """Every combination of three columns once, under the day's own prefix."""
    n = np.random.default_rng(number).permutation(216)
    return pl.DataFrame(
        {
            "x": [f"{number}:{v}" for v in n // 36],
            "y": [f"y{v}" for v in n // 6 % 6],
            "z": [f"z{v}" for v in n % 6],
        }
    )


def keys_of(frames: list[pl.DataFrame]) -> list[Rule]:
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])
    return [r for r in rules.rules if r.kind == "unique"]


def test_two_columns_that_never_repeat_are_a_key() -> None:
    (key,) = keys_of([lines(i) for i in range(9)])

    assert (key.columns, key.severity) == (("order_no", "line"), "critical")
    assert key.evidence["repeated"] == 0


def test_three_columns_are_a_key_where_no_two_are() -> None:
    (key,) = keys_of([cells(i) for i in range(9)])

    assert (key.columns, key.severity) == (("x", "y", "z"), "critical")


def test_a_combination_that_comes_again_in_other_files_only_reports() -> None:
    frames = [shelves(i) for i in range(9)]
    (key,) = keys_of(frames)

    twice = pl.concat([shelves(20), shelves(20).head(2).with_columns(state=7 + pl.col("state"))])
    rules = learnt([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])
    found = judged(twice, rules).verdict

    assert (key.columns, key.severity) == (("hall", "shelf"), "low")
    assert [v.rows_failed for v in found.violations if v.rule == key.id] == [4]
    assert not any(v.is_broken for v in found.violations if v.rule == key.id)


@pytest.mark.parametrize("files", [3, 7])
def test_few_files_show_no_composite_key(files: int) -> None:
    assert keys_of([lines(i) for i in range(files)]) == []


def test_one_repeated_combination_refutes_a_key() -> None:
    frames = [lines(i) for i in range(9)]
    frames[4] = pl.concat([frames[4], frames[4].head(1).with_columns(good=pl.lit("Z"))])

    assert keys_of(frames) == []
