"""Charts of literal histories: which chart, which limit, which points signal."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.control.chart_fleet import AlarmBudget
from dmaic_assets.process.control.charts import CtqChart, ctq_charts
from dmaic_assets.process.measure.defects import Count, FileDefects
from dmaic_assets.settings.phases import ControlSettings

LIMIT = 0.01
BUDGET = AlarmBudget(ControlSettings(alarms_per_month=1.0, baseline_points=30))
ID = "amount.validity"


def ctq(key: str = ID, unit="row") -> Ctq:
    return Ctq(key, key, "validity", unit, key.partition(".")[0], (), LIMIT)


def history(defective: list[int], units: int = 1000) -> list[FileDefects]:
    return [
        FileDefects(f"sha{i}", f"{i}.csv", units, bad, {ID: Count(units, bad)})
        for i, bad in enumerate(defective)
    ]


def chart(files: list[FileDefects], excluded: frozenset[str] = frozenset()) -> CtqChart:
    found = ctq_charts([ctq()], files, BUDGET, excluded={ID: excluded})
    return found[0]


def drawn(count: int, share: float, seed: int = 3) -> list[int]:
    return np.random.default_rng(seed).binomial(1000, share, count).tolist()


def test_a_short_history_is_held_against_the_quantile_that_the_budget_allows():
    found = chart(history([10, 30]))

    allowed = stats.binom.isf(BUDGET.rate(1), 1000, LIMIT) / 1000
    assert (found.kind, found.baseline) == ("limit", 0)
    assert found.limits == pytest.approx((allowed, allowed))
    assert found.signals == (1,)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (history([1] * 7), "7 of 10 files that a baseline needs"),
        (history([0] * 40), "no defect in a baseline of 30 files"),
        (history([0] * 40, units=0), "0 of 10 files that a baseline needs"),
    ],
)
def test_a_chart_that_learns_nothing_says_why(files, reason):
    found = chart(files)

    assert (found.kind, found.reason, found.signals) == ("limit", reason, ())


@pytest.mark.parametrize("defective", [0, 5, 1000], ids=["none", "some", "all"])
def test_a_constant_history_alarms_nowhere_while_it_stays_so(defective):
    found = chart(history([defective] * 50))

    assert [s for s in found.signals if s >= 30] == []


def test_a_file_without_rows_is_no_point():
    files = history(drawn(60, 0.01))
    gaps = [replace(f, counts={ID: Count(0, 0)}) if n % 5 == 0 else f for n, f in enumerate(files)]
    found = chart(gaps)

    assert found.kind == "budget"
    assert not set(found.signals) & set(range(0, 60, 5))
    assert [found.limits[n] for n in range(30, 60, 5)] == [1.0] * 6


def test_files_of_very_unlike_size_have_limits_of_their_own():
    rng = np.random.default_rng(8)
    units = np.where(np.arange(60) % 2, 50, 1_000_000)
    files = [
        FileDefects(f"s{n}", f"{n}.csv", int(u), int(k), {ID: Count(int(u), int(k))})
        for n, (u, k) in enumerate(zip(units, rng.binomial(units, 0.01), strict=True))
    ]

    limits = np.array(chart(files).limits[30:])
    assert (limits[1::2] >= 0.02).all()
    assert (limits[0::2] < 0.012).all()


def test_more_charts_have_wider_limits_each():
    files = [
        FileDefects("a", "a", 1000, 1, {"x.validity": Count(1000, 1), ID: Count(1000, 1)}),
    ]

    both = ctq_charts([ctq(), ctq("x.validity")], files, BUDGET, excluded={})

    assert both[0].limits[0] > chart(history([1])).limits[0]


def test_ctqs_of_whole_files_have_no_chart():
    found = ctq_charts(
        [ctq("file.schema", "file")],
        history([1]),
        BUDGET,
        excluded={},
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


def test_a_larger_fleet_leaves_each_chart_wider_limits():
    files = history([10, 12])
    few, many = (
        ctq_charts(
            [ctq()],
            files,
            AlarmBudget(BUDGET.settings, fleet_charts=charts),
            excluded={},
        )[0]
        for charts in (1, 256)
    )

    assert many.limits[0] > few.limits[0]


def test_a_point_signals_exactly_when_its_share_is_beyond_its_limit():
    found = chart(history(drawn(30, 0.005) + drawn(60, 0.008, 10)))

    beyond = [i for i, share in enumerate(found.shares) if share > found.limits[i]]
    assert beyond[:-1]
    assert list(found.signals) == beyond


def test_a_weekly_season_in_the_names_of_files_is_no_alarm():
    rng = np.random.default_rng(6)
    days = [date(2026, 1, 5) + timedelta(days=n) for n in range(84)]
    shares = [0.03 if day.weekday() >= 5 else 0.005 for day in days]
    counts = rng.binomial(4000, shares).tolist()
    plain = history(counts, units=4000)
    dated = [replace(file, name=f"{day}.csv") for file, day in zip(plain, days, strict=True)]

    found = chart(dated)

    later = list(zip(days, found.limits, strict=True))[30:]
    assert [s for s in found.signals if s >= 30] == []
    assert all((limit > 0.02) == (day.weekday() >= 5) for day, limit in later)
