"""Explained variance of factors, held against SciPy and statsmodels, and the ranking by it."""

import numpy as np
import pytest
from scipy import stats

from dmaic_assets.process.analyze.explained_variance import explained_variance
from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.analyze.value_differences import differences_text, value_difference
from dmaic_assets.process.analyze.variance_ranking import rank_by_variance
from dmaic_assets.process.measure.column_values import ColumnValues
from dmaic_assets_tests.process.analyze.made import factor_of


def coded(name: str, levels: int, codes: np.ndarray) -> Factor:
    return Factor(name, tuple(f"{name}{i}" for i in range(levels)), codes.astype(np.int32))


def drawn(seed: int) -> tuple[list[Factor], np.ndarray]:
    rng = np.random.default_rng(seed)
    factors = [coded(f"f{k}_", k, rng.integers(0, k, 2_000)) for k in (2, 5, 12)]
    return factors, rng.random(2_000) < np.where(factors[1].codes == 2, 0.3, 0.05)


@pytest.mark.parametrize("seed", range(5))
def test_the_f_test_is_that_of_scipy(seed: int) -> None:
    factors, defective = drawn(seed)
    flags = defective.astype(float)

    for found in explained_variance(factors, defective):
        codes = next(f.codes for f in factors if f.name == found.factor)
        f, p = stats.f_oneway(*(flags[codes == level] for level in range(found.levels)))
        assert found.f == pytest.approx(f, rel=1e-9)
        assert found.p == pytest.approx(p, rel=1e-7)


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    factors, defective = drawn(9)

    found = explained_variance(factors, defective)

    expected = multitest.multipletests([v.p for v in found], method="holm")[1]
    assert [v.p_adjusted for v in found] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "defective", "omega", "p"),
    [
        ("aabb", [1, 1, 0, 0], 1.0, 0.0),
        ("aabb", [1, 0, 1, 0], pytest.approx(-1 / 3), 1.0),
        ("aabb", [0, 0, 0, 0], 0.0, 1.0),
    ],
)
def test_a_factor_that_tells_all_or_nothing(
    values: str, defective: list[int], omega: float, p: float
) -> None:
    (found,) = explained_variance([factor_of("c", list(values))], np.array(defective, dtype=bool))

    assert (found.omega_squared, found.p) == (omega, p)


def test_ranking_by_variance_names_the_worst_level_of_each_factor() -> None:
    factors, defective = drawn(3)

    ranking = rank_by_variance(factors, defective, limit=3)

    assert ranking.causes[0].group == (("f5_", "f5_2"),)
    omegas = [v.omega_squared for v in explained_variance(factors, defective)]
    assert [c.score for c in (*ranking.causes, *ranking.suspects)] == omegas
    assert all(c.p_adjusted > 0.05 for c in ranking.suspects)


def test_ranking_by_variance_of_nothing_finds_nothing() -> None:
    factors, _ = drawn(1)

    assert rank_by_variance(factors, np.zeros(2_000, dtype=bool)).causes == ()


def test_files_whose_values_differ_are_named() -> None:
    rng = np.random.default_rng(4)
    files = {f"{n}.csv": rng.normal(0, 1, 80) for n in range(11)}
    files["5.csv"] = rng.normal(3, 2, 80)
    files["constant.csv"] = np.zeros(80)

    found = value_difference(ColumnValues("a", files, None))

    assert found is not None
    assert (found.files, found.compared) == (11, 8)
    assert found.p < 1e-10
    assert found.omega_low < found.omega_squared < found.omega_high
    assert {"5.csv"} <= set.intersection(*({c.first, c.second} for c in found.pairs))
    assert "5.csv" in differences_text([found])


def test_the_test_of_values_is_welchs() -> None:
    rng = np.random.default_rng(5)
    files = {"a": rng.normal(0, 1, 30), "b": rng.normal(0.3, 3, 50)}

    found = value_difference(ColumnValues("a", files, None))

    expected = stats.ttest_ind(files["a"], files["b"], equal_var=False)
    assert found is not None
    assert found.f == pytest.approx(expected.statistic**2)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.pairs == ()


@pytest.mark.parametrize("files", [{}, {"a": np.arange(9.0)}, {"a": np.ones(5), "b": np.ones(5)}])
def test_one_file_differs_from_nothing(files: dict[str, np.ndarray]) -> None:
    assert value_difference(ColumnValues("a", files, None)) is None
    assert differences_text([]) == ""
