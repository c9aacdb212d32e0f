"""Charts of literal histories: which chart, which limit, which points signal."""

import numpy as np
import pytest
from scipy import stats

from dmaic_assets.dmaic.control import cadence_hours
from dmaic_assets.dmaic.control_charts import AlarmBudget, CtqChart, ctq_charts
from dmaic_assets.dmaic.ctq import Ctq
from dmaic_assets.dmaic.defects import Count, FileDefects

LIMIT = 0.01
BUDGET = AlarmBudget(alarms_per_month=1.0, points_per_month=30.0, baseline_points=30)
ID = "amount.validity"


def ctq(key: str = ID, unit="row") -> Ctq:
    return Ctq(key, key, "validity", unit, key.partition(".")[0], (), LIMIT)


def history(defective: list[int], units: int = 1000) -> list[FileDefects]:
    return [
        FileDefects(f"sha{i}", f"{i}.csv", units, bad, {ID: Count(units, bad)})
        for i, bad in enumerate(defective)
    ]


def chart(files: list[FileDefects], excluded: frozenset[str] = frozenset()) -> CtqChart:
    found = ctq_charts(
        [ctq()], files, BUDGET, excluded={ID: excluded}, rng=np.random.default_rng(5)
    )
    return found[0]


def drawn(count: int, share: float, seed: int = 3) -> list[int]:
    return np.random.default_rng(seed).binomial(1000, share, count).tolist()


def test_a_short_history_is_held_against_the_quantile_that_the_budget_allows():
    found = chart(history([10, 30]))

    allowed = stats.binom.isf(1 / 30, 1000, LIMIT) / 1000
    assert (found.kind, found.baseline) == ("limit", 0)
    assert found.limits == pytest.approx((allowed, allowed))
    assert found.signals == (1,)


def test_a_history_without_a_defect_learns_no_chart():
    assert chart(history([0] * 40)).kind == "limit"


def test_more_charts_have_wider_limits_each():
    files = [
        FileDefects("a", "a", 1000, 1, {"x.validity": Count(1000, 1), ID: Count(1000, 1)}),
    ]

    both = ctq_charts(
        [ctq(), ctq("x.validity")], files, BUDGET, excluded={}, rng=np.random.default_rng(5)
    )

    assert both[0].limits[0] > chart(history([1])).limits[0]


def test_ctqs_of_whole_files_have_no_chart():
    found = ctq_charts(
        [ctq("file.schema", "file")],
        history([1]),
        BUDGET,
        excluded={},
        rng=np.random.default_rng(5),
    )

    assert found == ()


def test_a_shift_after_the_baseline_is_seen_within_ten_points():
    found = chart(history(drawn(30, 0.005) + drawn(10, 0.02, seed=4)))

    assert (found.kind, found.baseline) == ("budget", 30)
    assert any(30 <= place < 40 for place in found.signals)


def test_fewer_defects_than_before_are_no_alarm():
    found = chart(history(drawn(30, 0.008) + [0] * 10))

    assert all(place < 30 for place in found.signals)


def test_an_answered_accident_leaves_the_baseline_and_narrows_the_limits():
    files = history([*drawn(29, 0.005), 400, *drawn(5, 0.005, seed=4)])

    with_it = chart(files)
    without = chart(files, frozenset({"sha29"}))

    assert without.limits[-1] < with_it.limits[-1]


def test_the_same_history_draws_the_same_chart():
    files = history(drawn(40, 0.005))

    assert chart(files) == chart(files)


@pytest.mark.parametrize(
    ("every", "hours"), [("12h", 12.0), ("1d", 24.0), ("2w", 336.0), ("often", 24.0)]
)
def test_a_cadence_is_read_as_hours(every, hours):
    assert cadence_hours(every) == hours
