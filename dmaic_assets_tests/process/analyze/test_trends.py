"""Trends within groups: seen where they are, told as hidden or compensated, and none by chance."""

from collections.abc import Mapping

import numpy as np
import pytest

from dmaic_assets.phase_values.analyze import SliceTrend
from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.analyze.trends import later_files, slice_trends
from dmaic_assets_tests.process.analyze.made import factor_of

ROWS = 1_000


def trends(shares: Mapping[str, tuple[float, float]]) -> dict[str, SliceTrend]:
    """Levels with 1,000 earlier and 1,000 later rows, of which these shares are defective."""
    names: list[str] = []
    defective: list[bool] = []
    late: list[bool] = []
    for level, pair in shares.items():
        for is_late, share in zip((False, True), pair, strict=True):
            names += [level] * ROWS
            late += [is_late] * ROWS
            defective += [n < share * ROWS for n in range(ROWS)]
    found = slice_trends(
        [factor_of("region", names)], np.array(defective), np.array(late), alpha=0.05
    )
    return {t.level: t for t in found}


def test_groups_that_move_apart_compensate_each_other() -> None:
    found = trends({"a": (0.2, 0.26), "b": (0.2, 0.14)})

    assert {level: t.course for level, t in found.items()} == dict.fromkeys("ab", "compensating")
    assert found["a"].change == pytest.approx(0.3)
    assert found["b"].change == pytest.approx(-0.3)
    assert found["a"].words == (
        "region = a is defective 30 % more often in later files (20 % to 26 %);"
        " other values make up for it."
    )


def test_one_group_that_grows_in_a_large_whole_is_hidden() -> None:
    still = dict.fromkeys("bcdefgh", (0.2, 0.2))

    found = trends({"a": (0.1, 0.16), **still})

    assert {level: t.course for level, t in found.items()} == {"a": "hidden"}


def test_what_the_whole_shows_is_a_trend() -> None:
    found = trends({"a": (0.1, 0.2), "b": (0.1, 0.2)})

    assert {level: t.course for level, t in found.items()} == dict.fromkeys("ab", "trend")
    assert found["a"].words.endswith("(10 % to 20 %).")


def test_small_moves_and_groups_of_few_rows_say_nothing() -> None:
    assert trends({"a": (0.2, 0.23), "b": (0.2, 0.2)}) == {}
    few = slice_trends(
        [factor_of("region", ["a"] * 40 + ["b"] * 40)],
        np.arange(80) % 40 >= 20,
        np.arange(80) % 40 >= 20,
        alpha=0.05,
    )
    assert few == ()


def test_a_share_of_none_has_a_finite_change() -> None:
    found = trends({"a": (0.0, 0.1), "b": (0.1, 0.1)})

    assert found["a"].change == pytest.approx(199.0)
    assert found["a"].share_before == 0.0
    assert "is defective in later files only (0 % to 10 %)" in found["a"].words


def test_a_share_that_doubles_is_told_in_times() -> None:
    assert (
        "4 times as often in later files" in trends({"a": (0.05, 0.2), "b": (0.1, 0.1)})["a"].words
    )


def test_by_chance_hardly_any_trend_is_found() -> None:
    rng = np.random.default_rng(7)
    late = np.arange(4_000) >= 2_000
    false = 0
    for _ in range(60):
        factors = [
            Factor(f"f{k}", tuple(map(str, range(k))), rng.integers(0, k, 4_000).astype(np.int32))
            for k in (2, 5, 12)
        ]
        false += bool(slice_trends(factors, rng.random(4_000) < 0.1, late, alpha=0.05))

    assert false <= 7, "5 % of 60, with what chance adds in 99 of 100 cases"


def test_the_later_half_of_the_files_is_late_in_arrival_order() -> None:
    file = factor_of("file", ["d", "c", "b", "a", "b"])

    late = later_files(["d", "c", "b", "a"], file)

    assert late is not None
    assert late.tolist() == [False, False, True, True, True]
    assert later_files(["d", "c", "b"], factor_of("file", ["d", "c", "b"])) is None
