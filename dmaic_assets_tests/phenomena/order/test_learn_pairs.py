"""An order between columns that keeps a distance is learnt where the next file will keep it too."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import RuleSet
from dmaic_assets_tests.rules.orders import facts_of, judged, learnt

ROWS = 120
ROW = pl.int_range(ROWS)


def kiln(day: int, *, gap: float = 30.0) -> pl.DataFrame:
    """Heat within a kiln and at its wall, which is cooler by a gap that varies."""
    rng = np.random.default_rng([8, day])
    core = rng.uniform(600, 900, ROWS)
    wall = core - gap - rng.normal(0, 4, ROWS)
    return pl.DataFrame({"core": core.round(2), "wall": wall.round(2)})


def rules_of(files: int, *, gap: float = 30.0) -> RuleSet:
    return learnt([facts_of(kiln(day, gap=gap), f"{day:064x}") for day in range(files)])


def pairs(rules: RuleSet) -> list[tuple[str, ...]]:
    return [rule.columns for rule in rules.rules if rule.kind == "column_pair"]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return rules_of(20)


def test_an_order_that_every_file_kept_with_a_distance_is_learnt(rules: RuleSet) -> None:
    assert pairs(rules) == [("wall", "core")]


def test_a_few_exchanged_rows_are_set_apart_and_no_others(rules: RuleSet) -> None:
    some = ROW % 20 == 7
    swapped = kiln(50).with_columns(
        pl.when(some).then("wall").otherwise("core").alias("core"),
        pl.when(some).then("core").otherwise("wall").alias("wall"),
    )
    found = judged(swapped, rules).verdict.violations

    assert [v.rows_failed for v in found if v.kind == "column_pair"] == [6]


def test_clean_files_keep_every_row(rules: RuleSet) -> None:
    later = [judged(kiln(day), rules).verdict for day in range(20, 60)]

    assert {v.decision for v in later} == {"accept"}


@pytest.mark.parametrize(("files", "gap"), [(20, 14.0), (1, 30.0), (3, 30.0)])
def test_a_narrow_gap_or_a_short_history_is_no_evidence(files: int, gap: float) -> None:
    assert pairs(rules_of(files, gap=gap)) == []


def prices(day: int) -> pl.DataFrame:
    """What was open is paid in a later delivery; the lowest price never passes the highest."""
    rng = np.random.default_rng([9, day])
    low = rng.uniform(10, 20, ROWS).round(2)
    due = rng.uniform(10, 90, ROWS).round(2)
    first = pl.when(ROW == 0).then(1.5).otherwise(0.0)
    return pl.DataFrame(
        {"due": due, "open": due, "low": low, "high": low + rng.gamma(0.5, 2.0, ROWS).round(2)}
    ).with_columns(fee=first, refund=first)


@pytest.mark.parametrize(("files", "severity"), [(1, "low"), (3, "low"), (4, "high"), (8, "high")])
def test_a_pair_that_its_names_do_not_speak_for_only_reports_after_few_files(
    files: int, severity: str
) -> None:
    rules = learnt([facts_of(prices(day), f"{day:064x}") for day in range(files)])

    found = {r.columns: r.severity for r in rules.rules if r.kind == "column_pair"}

    assert found == {("due", "open"): severity, ("low", "high"): "high"}
    paid = prices(50).with_columns(open=pl.when(ROW < 6).then(0.0).otherwise("open"))
    kept = judged(paid, rules).verdict.quarantined
    assert kept == (0 if severity == "low" else 6)


def test_a_tail_that_thins_out_before_0_is_no_limit() -> None:
    """Volumes of cells grow faster than areas, and small cells have nearly as much of both."""

    def cells(day: int) -> pl.DataFrame:
        rng = np.random.default_rng([12, day])
        area = np.exp(rng.normal(5.5, 0.4, ROWS))
        volume = area * (1 + rng.gamma(2.0, 0.4, ROWS) * np.exp(rng.normal(0, 1, ROWS)))
        return pl.DataFrame({"area": area.round(3), "volume": volume.round(3)})

    assert pairs(learnt([facts_of(cells(day), f"{day:064x}") for day in range(20)])) == []


def test_two_counts_that_are_mostly_0_are_in_no_order() -> None:
    """Where both are 0 no order can be broken; where one is not, nothing keeps them apart."""

    def games(day: int) -> pl.DataFrame:
        rng = np.random.default_rng([13, day])
        played = rng.random(ROWS) < 0.1
        goals = np.where(played, rng.poisson(3, ROWS) + 1, 0)
        passes = np.where(played, goals + rng.poisson(20, ROWS) + 3, 0)
        return pl.DataFrame({"goals": goals, "passes": passes})

    rules = learnt([facts_of(games(day), f"{day:064x}") for day in range(20)])

    assert pairs(rules) == []
