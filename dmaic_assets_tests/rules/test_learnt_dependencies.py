"""What two columns share because both describe one thing is no rule between them."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets_tests.rules.orders import facts_of, learnt

FILES = 20
PATIENTS = 6
VISITS = 10
KINDS = ("aura", "none", "mixed")


def diary(file: int) -> pl.DataFrame:
    """Visits of six patients, mixed; no two patients of a file have one age, of all files many."""
    rng = np.random.default_rng([4, file])
    ages = rng.choice(np.arange(20, 80), PATIENTS, replace=False).tolist()
    first = file * PATIENTS
    rows = [
        {"patient": f"p{first + n:04}", "age": age, "kind": KINDS[(first + n) % len(KINDS)]}
        for n, age in enumerate(ages)
        for _ in range(VISITS)
    ]
    pain = pl.Series(rng.integers(0, 9, PATIENTS * VISITS), dtype=pl.Int64)
    mixed = pl.DataFrame(rows).sample(fraction=1.0, shuffle=True, seed=file)
    return mixed.with_columns(pain=pain)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(diary(n), f"{n:064x}") for n in range(FILES)])


def dependencies(rules: RuleSet) -> set[tuple[str, ...]]:
    kinds = {"functional_dependency", "mapping"}
    return {rule.columns for rule in rules.rules if rule.kind in kinds}


def test_what_a_patient_gives_is_learnt_of_the_patient_alone(rules: RuleSet) -> None:
    found = dependencies(rules)

    assert ("patient", "kind") in found
    assert ("patient", "age") in found
    assert ("age", "kind") not in found


def test_rows_that_stand_together_are_one_observation() -> None:
    """Two batches a file, each with its place: forty agreements are fewer than rows make them."""

    def batches(file: int, *, is_shuffled: bool) -> pl.DataFrame:
        rows = [
            {"batch": f"b{(file * 7 + n) % 9}", "place": ("north", "south")[(file * 7 + n) % 9 % 2]}
            for n in (0, 1)
            for _ in range(40)
        ]
        frame = pl.DataFrame(rows)
        return frame.sample(fraction=1.0, shuffle=True, seed=file) if is_shuffled else frame

    together, mixed = (
        learnt([facts_of(batches(n, is_shuffled=s), f"{n:064x}") for n in range(FILES)])
        for s in (False, True)
    )

    assert dependencies(together) == set()
    assert ("batch", "place") in dependencies(mixed)


def lands(year: int) -> pl.DataFrame:
    """Forty countries, each once, in another order every year, some of them away."""
    rng = np.random.default_rng([5, year])
    there = rng.permutation(40)[: 38 - year % 3]
    return pl.DataFrame(
        {
            "country": [f"Land {n:02}" for n in there],
            "iso": [f"L{n:02}" for n in there],
            "region": [("north", "south", "east")[n % 3] for n in there],
            "people": rng.integers(1_000, 90_000, len(there)),
        }
    )


def test_keys_that_come_again_in_other_files_give_what_describes_them() -> None:
    found = learnt([facts_of(lands(n), f"{n:064x}") for n in range(12)])

    assert {("country", "iso"), ("iso", "region")} <= dependencies(found)
    assert not any("people" in columns for columns in dependencies(found))


def test_the_finest_of_many_columns_is_asked_too() -> None:
    """Thirty flags are not asked instead of the one column of many values."""

    def forms(file: int) -> pl.DataFrame:
        rng = np.random.default_rng([6, file])
        names = rng.integers(0, 30, 60)
        flags = {f"flag_{i}": rng.integers(0, 2, 60) for i in range(30)}
        side = {"name": [f"name {n}" for n in names], "side": [("a", "b")[n % 2] for n in names]}
        return pl.DataFrame(side | flags)

    found = learnt([facts_of(forms(n), f"{n:064x}") for n in range(8)])

    assert ("name", "side") in dependencies(found)
