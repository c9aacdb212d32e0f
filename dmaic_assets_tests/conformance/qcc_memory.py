"""Reference cases of R qcc that are no Shewhart charts: EWMA, CUSUM and Hotelling's T2.

What belongs here: what such a case is compared with. Shewhart cases stand in `qcc`.
"""

from typing import cast

import numpy as np

from dmaic_assets.sixsigma.charts.estimators import (
    sigma_of_individuals,
    sigma_within,
    subgroup_means,
    subgroup_sizes,
)
from dmaic_assets.sixsigma.charts.memory import cusum_chart, ewma_chart
from dmaic_assets.sixsigma.charts.multivariate import t2_baseline, t2_chart
from dmaic_assets_tests.conformance.case import Check, check_equal
from dmaic_assets_tests.conformance.qcc_case import (
    AskedCase,
    Case,
    Floats,
    check_vector,
    first_points,
    individuals_method,
    listed,
    subgroup_method,
)


def ewma_checks(asked: AskedCase) -> list[Check]:
    """Compares smoothed values, limits and signals of an EWMA case."""
    statistics, errors, center, sigma = _plotted(asked)
    case = asked.case
    chart = ewma_chart(
        statistics,
        center=center,
        sigma=errors,
        smoothing=asked.number("lambda") or 0.2,
        width=asked.number("nsigmas") or 3.0,
    )
    checks = _process_checks(case, center, sigma)
    checks += [check_vector(k, chart.smoothed, case) for k in ("y", "smoothed") if k in case]
    checks += [check_vector(k, getattr(chart, k), case) for k in ("lcl", "ucl") if k in case]
    if "statistics" in case:
        checks.append(check_vector("statistics", statistics, case))
    ours = [int(i) + 1 for i in np.flatnonzero(chart.signals)]
    for key in ("beyond_limits", "violations"):
        if key in case and not isinstance(case[key], dict):
            checks.append(check_equal(key, listed(case[key]), ours))
    return checks


def cusum_checks(asked: AskedCase) -> list[Check]:
    """Compares both sums and the points beyond the decision interval."""
    statistics, errors, center, sigma = _plotted(asked)
    case = asked.case
    shift = asked.number("se.shift", "se_shift")
    chart = cusum_chart(
        statistics,
        center=center,
        sigma=errors,
        reference=(1.0 if shift is None else shift) / 2,
        decision=asked.number("decision.interval", "decision_interval") or 5.0,
        head_start=asked.number("head.start", "head_start") or 0.0,
    )
    checks = _process_checks(case, center, sigma)
    for key, ours in (("pos", chart.upper), ("neg", chart.lower), ("statistics", statistics)):
        if key in case:
            checks.append(check_vector(key, ours, case))
    violations = cast("Case", case.get("violations") or {})
    for key, flags in (("lower", chart.signals_down), ("upper", chart.signals_up)):
        if key in violations:
            ours = [int(i) + 1 for i in np.flatnonzero(flags)]
            checks.append(check_equal(f"violations.{key}", listed(violations[key]), ours))
    return checks


def _process_checks(case: Case, center: float, sigma: float) -> list[Check]:
    ours = (("center", center), ("std_dev", sigma))
    return [check_vector(key, np.array([value]), case) for key, value in ours if key in case]


def t2_checks(asked: AskedCase) -> list[Check]:
    """Compares distances, mean, covariance and limits of a T2 case."""
    case, values = asked.case, asked.data.values
    if str(case["type"]) == "T2.single" and values.shape[2] == 1:
        values = values.transpose(0, 2, 1)
    first = asked.data.first_phase or len(values)
    confidence = asked.number("confidence.level", "confidence_level")
    chart = t2_chart(values, baseline=t2_baseline(values[:first]), confidence=confidence)
    checks = [check_vector("statistics", first_points(case["statistics"], chart.statistics), case)]
    checks += [check_vector("center", chart.baseline.center, case)] if "center" in case else []
    checks += [check_vector("cov", chart.baseline.covariance, case)] if "cov" in case else []
    if "lcl" in case:
        checks.append(check_vector("lcl", np.zeros(1), case))
    for key, ours in (("ucl", chart.ucl), ("ucl_pred", chart.phase_two_ucl)):
        if key in case:
            checks.append(check_vector(key, np.array([ours]), case))
    if "beyond_limits" in case:
        ours = [int(i) + 1 for i in np.flatnonzero(chart.signals)]
        checks.append(check_equal("beyond_limits", listed(case["beyond_limits"]), ours))
    return checks


def _plotted(asked: AskedCase) -> tuple[Floats, Floats, float, float]:
    """Statistics, their standard errors, centre and sigma of a chart with memory."""
    values = asked.data.values[:, :, 0]
    first = asked.data.first_phase or len(values)
    center, sigma = asked.given()
    sizes = subgroup_sizes(values)
    statistics = subgroup_means(values)
    if center is None:
        weights = sizes[:first]
        center = float((weights * statistics[:first]).sum() / weights.sum())
    if sigma is None:
        method = asked.args.get("std.dev")
        label = method if isinstance(method, str) else asked.name
        if sizes.max() > 1:
            named = subgroup_method(label) or "uwave_r"
            sigma = sigma_within(values[:first], method=named, mode=asked.mode).value
        else:
            single = individuals_method(label)
            sigma = sigma_of_individuals(statistics[:first], method=single, mode=asked.mode).value
    return statistics, sigma / np.sqrt(sizes), center, sigma
