"""Numbers that other columns determine but for little, and files that cover all values."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

GRADES = tuple("ABCDEFGHIJKLMNOPQRSTUVWX")


def loans(number: int) -> pl.DataFrame:
    """A file of loans: the rate follows from the grade but for a little, the index from two."""
    rng = np.random.default_rng([7, number])
    places = rng.permutation(np.arange(240) % len(GRADES))
    weight, height = rng.uniform(50, 110, 240).round(1), rng.uniform(1.5, 2.0, 240).round(2)
    return pl.DataFrame(
        {
            "grade": [GRADES[i] for i in places],
            "rate": (5 + places + rng.uniform(-0.2, 0.2, 240)).round(2),
            "weight": weight,
            "height": height,
            "index": (weight / height**2 * rng.uniform(0.995, 1.005, 240)).round(3),
            "noise": rng.normal(0, 1, 240).round(3),
        }
    )


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return learnt([facts_of(loans(i), f"{i:064x}") for i in range(20)])


def of_kind(rules: RuleSet, kind: str) -> list[Rule]:
    return [rule for rule in rules.rules if rule.kind == kind]


def test_a_number_that_another_column_nearly_determines_has_a_range_by_it(rules: RuleSet) -> None:
    (found,) = of_kind(rules, "range_by")

    assert found.columns == ("grade", "rate")
    assert found.evidence["cases"] == len(GRADES)


def test_a_power_law_is_found_through_rounding(rules: RuleSet) -> None:
    (found,) = of_kind(rules, "derived")

    assert found.columns == ("index", "weight", "height")
    assert found.parameters["exponents"] == [1, -2]


def test_later_clean_files_keep_nearly_all_rows(rules: RuleSet) -> None:
    lost = [len(judged(loans(i), rules).quarantined_rows) for i in range(20, 40)]

    assert sum(lost) <= 0.002 * 240 * 20


def test_rates_of_other_grades_are_set_apart(rules: RuleSet) -> None:
    frame = loans(50)
    moved = [*frame["rate"][6:12], *frame["rate"][6:]]

    found = judged(frame.with_columns(rate=pl.Series(moved)), rules)

    assert found.quarantined_rows.to_list()
    assert set(found.quarantined_rows.to_list()) <= set(range(6))


def test_a_file_that_lacks_half_of_the_values_is_held(rules: RuleSet) -> None:
    (covered,) = of_kind(rules, "distinct_count")
    half = loans(51).filter(pl.col("grade") < "M")

    verdict = judged(pl.concat([half, half.with_columns(noise=-pl.col("noise"))]), rules).verdict

    assert covered.columns == ("grade",)
    assert verdict.decision == "reject"
    assert covered.id in {v.rule for v in verdict.violations}


def test_a_closed_alphabet_is_preferred_to_open_forms() -> None:
    plain = ["Oslo", "Rome", "Kyiv", "Cork", "Bonn", "Lyon", "Gent", "Brno", "Graz"] * 30
    odd = {3: "Wilkes-Barre", 7: "St. Ives"}
    files = [pl.DataFrame({"city": [*plain, odd.get(i, "Linz")]}) for i in range(40)]

    rules = learnt([facts_of(frame, f"{i:064x}") for i, frame in enumerate(files)])

    (shape,) = of_kind(rules, "shape")
    assert shape.severity == "high"
    assert shape.parameters["pattern"] == "[^0-9]*"
