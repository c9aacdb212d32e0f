"""The alarm budget: promised rate, shifts seen, and series told apart from noise."""

import numpy as np
import pytest

from benchmarks.alarm_calibration import autoregression
from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.alarms.budget import design_fleet, watch_fleet
from dmaic_assets.sixsigma.alarms.fit import CORRELATIONS, fit_series
from dmaic_assets.sixsigma.alarms.series import FleetSeries, score_scale, scores
from dmaic_assets.sixsigma.alarms.watch import GUARD, refit_ages

DAYS = np.arange(400) % 7


def fleet(charts, points, rng, *, shift=0.0, later=120):
    """Independent measures: baselines and the points after them."""
    x = rng.normal(50, 4, (charts, points + later))
    x[:, points:] += 4 * shift
    names = [f"s{place}" for place in range(charts)]
    before = [
        FleetSeries(n, "measure", row[:points], None, DAYS[:points])
        for n, row in zip(names, x, strict=True)
    ]
    after = [
        FleetSeries(n, "measure", row[points:], None, DAYS[points : points + later])
        for n, row in zip(names, x, strict=True)
    ]
    return before, after


def test_the_realised_rate_is_the_budget():
    rng = np.random.default_rng(7)
    before, after = fleet(400, 40, rng, later=250)

    design = design_fleet(before, alarms_per_month=48)
    alarms = np.array([chart.alarms.mean() for chart in watch_fleet(design, after)])
    error = alarms.std() / 20

    assert design.rate == 48 / (400 * 30)
    assert abs(alarms.mean() - design.rate) < 0.15 * design.rate + 3 * error


def test_a_shift_of_one_and_a_half_sigma_is_seen_within_ten_points():
    rng = np.random.default_rng(8)
    before, after = fleet(200, 60, rng, shift=1.5, later=40)

    design = design_fleet(before, alarms_per_month=6)
    first = [
        int(c.alarms.argmax()) + 1 if c.alarms.any() else 99 for c in watch_fleet(design, after)
    ]
    assert np.median(first) <= 10


def test_the_same_fleet_gives_the_same_design():
    before, after = fleet(20, 30, np.random.default_rng(9))

    one, two = (design_fleet(before, alarms_per_month=1) for _ in range(2))
    assert one.digest == two.digest
    assert np.array_equal(
        watch_fleet(one, after)[3].limit, watch_fleet(two, after)[3].limit, equal_nan=True
    )


def test_later_points_change_no_earlier_alarm():
    rng = np.random.default_rng(10)
    before, after = fleet(30, 30, rng, shift=1.0)
    design = design_fleet(before, alarms_per_month=5)
    part = [FleetSeries(s.name, s.kind, s.values[:50], None, s.seasons[:50]) for s in after]

    for short, long in zip(watch_fleet(design, part), watch_fleet(design, after), strict=True):
        assert np.array_equal(short.alarms, long.alarms[:50])


def test_a_shift_that_stays_goes_on_alarming_and_never_becomes_the_baseline():
    rng = np.random.default_rng(20)
    before, after = fleet(15, 30, rng, shift=6.0, later=200)
    design = design_fleet(before, alarms_per_month=1)

    for chart in watch_fleet(design, after):
        assert np.isfinite(chart.limit).all()
        assert chart.alarms[:10].any() and chart.alarms[150:].any()


def test_a_missing_point_never_alarms():
    rng = np.random.default_rng(11)
    before, after = fleet(15, 30, rng)
    design = design_fleet(before, alarms_per_month=1)
    after[0].values[5] = np.nan

    watched = watch_fleet(design, after)[0]
    assert np.isnan(watched.residual[5]) and not watched.alarms[5]
    assert not np.isnan(watched.residual[6])


def test_a_weekly_season_is_removed_where_it_is_there_and_not_invented():
    rng = np.random.default_rng(12)
    noise, season = rng.normal(size=(2, 84)), np.array([0, 1, 2, 3, 2, 1, 0.0]) * 2
    table = np.vstack([noise[0] + season[DAYS[:84]], noise[1]])

    fit = fit_series(table, np.tile(DAYS[:84], (2, 1)))
    assert fit.shrunk[0] > 0.9 > 0.5 > fit.shrunk[1]
    assert fit.season[0] == pytest.approx(season - season.mean(), abs=0.7)


def test_no_chart_depends_on_the_others_of_its_fleet():
    rng = np.random.default_rng(13)
    before, after = fleet(5, 20, rng)

    together = watch_fleet(design_fleet(before, alarms_per_month=5), after)[0]
    alone = watch_fleet(design_fleet(before[:1], alarms_per_month=1), after[:1])[0]
    assert together.evidence == pytest.approx(alone.evidence)
    assert together.limit == pytest.approx(alone.limit)


@pytest.mark.parametrize("points", [20, 60])
def test_the_correlation_of_short_series_is_as_uncertain_as_it_is(points):
    rng = np.random.default_rng(21)
    prior = rng.integers(0, CORRELATIONS.size, 3000)
    x = autoregression(CORRELATIONS[prior], points, rng)

    posterior = fit_series(x, np.full(x.shape, -1)).posterior
    rank = posterior.cumsum(axis=1)[np.arange(3000), prior] - posterior[np.arange(3000), prior] / 2
    assert np.histogram(rank, [0, 0.25, 0.5, 0.75, 1])[0] / 3000 == pytest.approx(0.25, abs=0.05)


def test_correlated_series_are_told_from_independent_ones():
    rng = np.random.default_rng(14)
    x = rng.standard_normal((200, 90))
    for point in range(1, 90):
        x[:100, point] = 0.7 * x[:100, point - 1] + 0.714 * x[:100, point]

    fit = fit_series(x, np.full(x.shape, -1))
    assert fit.correlation[:100].mean() == pytest.approx(0.7, abs=0.07)
    assert fit.correlation[100:].mean() == pytest.approx(0.0, abs=0.07)


def test_a_ceiling_is_the_score_above_which_a_point_alarms():
    rng = np.random.default_rng(22)
    before, after = fleet(6, 25, rng, later=40)
    design = design_fleet(before, alarms_per_month=2)
    ceiling = np.array([c.ceiling for c in watch_fleet(design, after, ceilings=True)])

    for offset, alarms in ((1e-3, True), (-1e-3, False)):
        for series, top in zip(after, ceiling, strict=True):
            series.values[30] = top[30] + offset
        assert all(c.alarms[30] == alarms for c in watch_fleet(design, after))


def test_a_gap_in_the_baseline_leaves_the_correlation_what_it_is():
    rng = np.random.default_rng(23)
    x = autoregression(np.full(200, 0.5), 90, rng)
    days = np.full(x.shape, -1)
    gapped = x.copy()
    gapped[:, ::9] = np.nan

    whole, part = fit_series(x, days), fit_series(gapped, days)
    assert part.used[0] == 80
    assert part.correlation.mean() == pytest.approx(whole.correlation.mean(), abs=0.03)


def test_overdispersed_shares_have_scores_of_unit_spread():
    rng = np.random.default_rng(15)
    n = rng.integers(5_000, 50_000, 400)
    k = rng.binomial(n, rng.beta(0.02 * 999, 0.98 * 999, 400)).astype(float)
    series = FleetSeries("nulls", "proportion", k, n.astype(float))

    scale = score_scale(series)
    z = scores(series, scale)
    assert scale.dispersion == pytest.approx(0.001, rel=0.25)
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=0.1)


@pytest.mark.parametrize("kind", ["count", "proportion"])
def test_rare_events_have_scores_without_far_tails(kind):
    rng = np.random.default_rng(16)
    sizes = np.full(3000, 1000.0)
    counts = rng.poisson(1.0, 3000).astype(float)
    series = FleetSeries("rare", kind, counts, sizes)

    z = scores(series, score_scale(series))
    assert np.mean(np.abs(z) > 3) < 0.003
    assert z.mean() == pytest.approx(0, abs=0.1)


def test_a_share_near_one_is_scored_as_its_complement():
    sizes = np.full(30, 1000.0)
    good = np.random.default_rng(17).binomial(1000, 0.995, 30).astype(float)
    up = FleetSeries("a", "proportion", good, sizes)
    down = FleetSeries("a", "proportion", 1000 - good, sizes)

    assert scores(up, score_scale(up)) == pytest.approx(-scores(down, score_scale(down)))


@pytest.mark.parametrize("kind", ["proportion", "count"])
def test_one_event_after_none_is_no_alarm_and_many_are(kind):
    sizes = np.full(40, 500.0)
    before = FleetSeries("none", kind, np.zeros(20), sizes[:20])
    later = FleetSeries("none", kind, np.zeros(20), sizes[20:])
    later.values[3], later.values[12] = 1.0, 12.0

    design = design_fleet([before], alarms_per_month=0.03)
    (chart,) = watch_fleet(design, [later])
    assert np.flatnonzero(chart.alarms).tolist() == [12]


def test_rare_events_alarm_no_more_often_than_the_budget():
    rng = np.random.default_rng(24)
    counts = rng.poisson(np.repeat([0.05, 0.3, 1.0], 40)[:, None], (120, 170)).astype(float)
    before = [FleetSeries(f"r{n}", "count", row[:20]) for n, row in enumerate(counts)]
    after = [FleetSeries(f"r{n}", "count", row[20:]) for n, row in enumerate(counts)]

    design = design_fleet(before, alarms_per_month=36)
    found = watch_fleet(design, after)
    assert np.mean([chart.alarms.mean() for chart in found]) < 1.2 * design.rate


def test_a_constant_measure_alarms_when_it_first_moves():
    before = FleetSeries("flat", "measure", np.full(20, 7.0))
    later = FleetSeries("flat", "measure", np.array([7.0, 7.0, 7.5]))

    (chart,) = watch_fleet(design_fleet([before], alarms_per_month=0.1), [later])
    assert chart.alarms.tolist() == [False, False, True]
    assert np.isfinite(chart.evidence).all()


def test_baselines_grow_ever_more_rarely_and_wait_for_the_guard():
    ages = refit_ages(365)

    assert ages[0] == 0
    assert (np.diff(ages) >= 6).all()
    assert max(ages) + GUARD < 365


@pytest.mark.parametrize("budget", [0.0, -1.0, 1e6])
def test_a_budget_that_cannot_be_met_is_refused(budget):
    before, _ = fleet(3, 20, np.random.default_rng(18))

    with pytest.raises(BadInputError, match="alarms over 90 points a month"):
        design_fleet(before, alarms_per_month=budget)


def test_too_few_points_and_missing_sizes_are_refused_by_name():
    short = FleetSeries("short", "measure", np.arange(5.0))
    bare = FleetSeries("bare", "proportion", np.arange(20.0))

    with pytest.raises(BadInputError, match="series short: 5 points"):
        design_fleet([short], alarms_per_month=1)
    with pytest.raises(BadInputError, match="series bare: no sizes"):
        design_fleet([bare], alarms_per_month=1)
