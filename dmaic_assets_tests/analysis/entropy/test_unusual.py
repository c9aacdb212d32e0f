"""What other analyses find unusual makes a table less sure, and is told once."""

import numpy as np
import pytest

from dmaic_assets.analysis.entropy.facts import TableFacts
from dmaic_assets.analysis.entropy.unusual import DETECTORS
from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue, Cycle
from dmaic_assets.analysis.values.slicing import MixDrift, NullsBySlice, SlicingValue
from dmaic_assets.analysis.values.statistical_quality import (
    Benford,
    ColumnQuality,
    Outliers,
    PartShift,
    StatisticalQualityValue,
)
from dmaic_assets.analysis.values.validation import CheckResult, ValidationValue
from dmaic_assets_tests.analysis.entropy.shop import ROWS, shop, studied

BY_NAME = {detector.name: detector for detector in DETECTORS}


def column(values, name):
    facts = TableFacts("orders", values)
    reading = BY_NAME[name].of_column(facts.column("price"))
    return None if reading is None else reading.score


def quality(far=0, effect=0.0, shifts=()):
    outliers = Outliers(0, 0, far, None, 900.0, "plain")
    return {
        "statistical_quality": StatisticalQualityValue(
            1000,
            {"price": ColumnQuality(Benford("", 1000, 4.0, effect), outliers, None)},
            shifts=shifts,
        )
    }


@pytest.mark.parametrize(
    ("far", "score"), [(0, 0.0), (10, 0.15), (50, 0.4), (75, 0.525), (100, 0.65), (300, 1.0)]
)
def test_outliers_weigh_by_their_share(far, score):
    assert column(quality(far), "outlier_rate") == pytest.approx(score)


def test_first_digits_drift_and_slices_have_their_scores():
    shift = PartShift("b.csv", "price", 0.3, 0.05, -0.4)
    drift = SlicingValue(1000, drifts=(MixDrift("price", np.log(2) / 2, (), ()),))
    nulls = SlicingValue(1000, nulls=(NullsBySlice("price", "shop", 0.4, "a", 0.3, 0.05),))

    assert column(quality(effect=0.1), "benford") == pytest.approx(0.2)
    assert column(quality(), "drift") is None
    assert column(quality(shifts=(shift,)), "drift") == pytest.approx(0.4)
    assert column({**quality(), "slicing": drift}, "drift") == pytest.approx(0.5)
    assert column({"slicing": nulls}, "slice_variance") == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("statuses", "health"), [((), 0.8), (("passed",), 0.88), (("passed", "failed"), 0.68)]
)
def test_a_cycle_is_as_healthy_as_its_cases_and_its_checks(statuses, health):
    counts = {"cases": 100, "completed": 80, "abandoned": 5, "stalled": 0, "skipped": 0}
    cycle = Cycle(
        table="orders",
        kind=None,
        form="status",
        case_column=None,
        stage_column="status",
        columns=("status",),
        stages=(),
        **counts,
        out_of_order=0,
        reworked=0,
        cycle_median_s=None,
        cycle_mean_s=None,
        cycle_p90_s=None,
        health="good",
        confidence=0.5,
        ends=(),
    )
    checks = tuple(
        CheckResult(
            f"c{i}", "sign", "error", ("orders",), (), status, "rows", 9, status == "failed"
        )
        for i, status in enumerate((*statuses, "skipped"))
    )
    known = {
        "business_cycles": BusinessCyclesValue((cycle,)),
        "validation": ValidationValue(checks, (), (), ()),
    }
    reading = BY_NAME["cycle_health"].of_table(TableFacts("orders", known))

    assert reading.score == pytest.approx((1 - health) * 0.5)


def test_columns_that_lack_the_same_are_one_finding():
    frames = shop()
    prices = frames["orders"]["price_eur"].to_numpy() + np.random.default_rng(2).normal(0, 9, ROWS)
    frames["orders"] = frames["orders"].rename({"price_eur": "price"}).with_columns(cost=prices)
    found = [f for f in studied(frames).findings if f.weight != "info"]

    assert [(f.metric, f.columns, f.weight) for f in found] == [
        ("uncertainty_unit", ("price", "cost"), "low")
    ]
