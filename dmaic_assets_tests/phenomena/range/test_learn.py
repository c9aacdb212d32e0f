"""Bounds of numbers: what one more file may bring, for all numbers of a table together."""

import numpy as np
import polars as pl

from dmaic_assets_tests.rules.orders import facts_of, learnt

ROWS = 30


def images(number: int, *, others: int) -> pl.DataFrame:
    """A file of measures, the first of them skewed."""
    rng = np.random.default_rng([5, number])
    light = np.exp(rng.normal(3, 1, ROWS)).round(3)
    rest = {f"m{n}": rng.normal(50, 9, ROWS).round(3) for n in range(others)}
    return pl.DataFrame({"light": light, **rest})


def greatest(*, others: int) -> float:
    files = [facts_of(images(n, others=others), f"{n:064x}") for n in range(30)]
    (rule,) = (r for r in learnt(files).rules if r.kind == "range" and r.columns == ("light",))
    return float(str(rule.parameters["max"]))


def test_the_more_numbers_a_table_has_the_wider_is_each_bound() -> None:
    alone, among_many = greatest(others=1), greatest(others=40)

    assert alone < among_many < 3 * alone


def least(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    files = [
        facts_of(pl.DataFrame({"x": some.round(1)}), f"{n:064x}")
        for n, some in enumerate(values.reshape(-1, ROWS))
    ]
    (rule,) = (r for r in learnt(files).rules if r.kind == "range")
    return float(str(rule.parameters["min"]))


def test_0_ends_amounts_and_not_a_tail_that_comes_near_it() -> None:
    rng = np.random.default_rng(4)
    degrees = np.abs(rng.normal(15, 5, 12 * ROWS)) + 0.2

    assert least(degrees) < 0
    assert least(rng.uniform(0, 30, 12 * ROWS)) == 0
    assert least(rng.lognormal(3, 1, 12 * ROWS)) == 0
