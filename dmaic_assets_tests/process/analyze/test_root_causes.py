"""Root causes: the group that was made defective comes first, and decoys do not."""

import numpy as np
import pytest

from dmaic_assets.errors import InvariantError
from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.analyze.root_causes import rank_causes
from dmaic_assets_tests.process.analyze.made import factor_of


def coded(name: str, levels: int, codes: np.ndarray) -> Factor:
    return Factor(name, tuple(f"{name}{i}" for i in range(levels)), codes.astype(np.int32))


def factors(rng: np.random.Generator, rows: int) -> list[Factor]:
    """Small factors and decoys of many levels, all independent."""
    return [coded(f"f{k}_", k, rng.integers(0, k, rows)) for k in (2, 3, 5, 8, 24, 50)]


def test_the_level_that_was_made_defective_comes_first() -> None:
    rng = np.random.default_rng(1)
    found = factors(rng, 20_000)
    rate = np.where(found[2].codes == 3, 0.06, 0.02)

    ranking = rank_causes(found, rng.random(20_000) < rate)

    assert ranking.causes[0].group == (("f5_", "f5_3"),)
    assert ranking.causes[0].lift_low < 3 < ranking.causes[0].lift_high
    assert ranking.causes[0].contribution == pytest.approx(0.286, abs=0.06)


def test_a_pair_of_levels_comes_before_its_parts() -> None:
    rng = np.random.default_rng(2)
    found = factors(rng, 50_000)
    inside = (found[1].codes == 0) & (found[3].codes == 4)

    ranking = rank_causes(found, rng.random(50_000) < np.where(inside, 0.2, 0.02))

    assert ranking.causes[0].group == (("f3_", "f3_0"), ("f8_", "f8_4"))
    assert len(ranking.causes) == 1, "what the pair explains is no further cause"


def test_pure_chance_has_no_cause() -> None:
    rng = np.random.default_rng(3)
    hits = sum(
        bool(rank_causes(factors(rng, 2_000), rng.random(2_000) < 0.03).causes) for _ in range(60)
    )

    assert hits <= 7, "alpha is 0.05 per search"


def test_a_column_that_travels_with_the_cause_does_not_follow_it() -> None:
    rng = np.random.default_rng(4)
    cause = rng.integers(0, 4, 20_000)
    twin = np.where(rng.random(20_000) < 0.9, cause, rng.integers(0, 4, 20_000))
    found = [coded("cause", 4, cause), coded("twin", 4, twin), *factors(rng, 20_000)]

    ranking = rank_causes(found, rng.random(20_000) < np.where(cause == 1, 0.2, 0.02))

    assert [[name for name, _ in c.group] for c in ranking.causes] == [["cause"]]


def test_groups_that_chance_explains_are_suspects() -> None:
    rng = np.random.default_rng(5)

    ranking = rank_causes(factors(rng, 500), rng.random(500) < 0.02)

    assert not ranking.causes
    assert ranking.suspects
    assert all(s.p_adjusted > 0.05 for s in ranking.suspects)


def test_missing_values_are_a_level() -> None:
    values = ["a", None, "a", "b"] * 100
    defective = np.array([v is None for v in values])

    ranking = rank_causes([factor_of("c", values)], defective)

    assert ranking.causes[0].group == (("c", "(missing)"),)
    assert ranking.causes[0].contribution == pytest.approx(0.75)


@pytest.mark.parametrize("defective", [np.zeros(10, dtype=bool), np.ones(10, dtype=bool)])
def test_without_contrast_there_is_nothing_to_find(defective: np.ndarray) -> None:
    assert rank_causes([factor_of("c", list("ababababab"))], defective).causes == ()


def test_the_order_of_factors_and_rows_does_not_matter() -> None:
    rng = np.random.default_rng(6)
    found = factors(rng, 5_000)
    defective = rng.random(5_000) < np.where(found[0].codes == 1, 0.1, 0.02)
    order = rng.permutation(5_000)
    shuffled = [Factor(f.name, f.levels, f.codes[order]) for f in reversed(found)]

    first = rank_causes(found, defective).causes
    second = rank_causes(shuffled, defective[order]).causes

    assert [c.group for c in first] == [c.group for c in second]


def test_factors_of_another_table_are_refused() -> None:
    with pytest.raises(InvariantError, match="has 3 rows where 2 were judged"):
        rank_causes([factor_of("c", list("aba"))], np.array([True, False]))
