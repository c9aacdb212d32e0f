"""Reference cases of R qcc: Shewhart charts, EWMA, CUSUM and T2 with both sets of constants.

What belongs here: what a case of `ref_qcc*.json` asks for and how our chart is compared with it.
Reading data files stands in `chart_data`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from dmaic_assets.sixsigma.charts.constants import ConstantsMode
from dmaic_assets.sixsigma.charts.counts import g_chart
from dmaic_assets.sixsigma.charts.estimators import SigmaEstimate
from dmaic_assets.sixsigma.charts.model import ChartKind, ChartOptions, ControlChart, FrozenLimits
from dmaic_assets.sixsigma.charts.phases import control_chart
from dmaic_assets.sixsigma.charts.runs_rules import (
    NELSON,
    WESTERN_ELECTRIC,
    RuleName,
    RuleOptions,
    Signals,
)
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_equal,
    not_run,
    result_of,
)
from dmaic_assets_tests.conformance.chart_data import ChartData, find_chart_data, read_chart_data
from dmaic_assets_tests.conformance.qcc_case import (
    NEW_STATISTICS,
    AskedCase,
    Case,
    Floats,
    check_vector,
    first_points,
    has_new,
    individuals_method,
    listed,
    subgroup_method,
)
from dmaic_assets_tests.conformance.qcc_memory import cusum_checks, ewma_checks, t2_checks
from dmaic_assets_tests.conformance.reading import (
    MissingDataError,
    cases_of,
    judge,
    read_document,
)

GROUP = "control charts (qcc)"
FILES = ("ref_qcc*.json",)

_KINDS: dict[str, ChartKind] = {
    "xbar": "xbar",
    "R": "r",
    "S": "s",
    "xbar.one": "i",
    "I": "i",
    "MR": "mr",
    "p": "p",
    "np": "np",
    "c": "c",
    "u": "u",
    "g": "g",
}
_RULES: tuple[RuleName, ...] = NELSON + WESTERN_ELECTRIC
_INPUTS = {
    *{"type", "data", "args", "sizes", "lambda", "nsigmas", "se_shift", "decision_interval"},
    *{"head_start", "note", "confidence_level", "x", "std_dev_method", "source", "newdata"},
}


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs every case of one file against our charts.

    Args:
        folder: The reference folder, in which cases name their data.
        file: A file of the qcc format.

    Returns:
        One result per case, in file order; not_run where its data are not there.
    """
    document = read_document(file)
    cases = cases_of(document)
    mode: ConstantsMode = "table3" if "rounded" in json.dumps(document.get("meta")) else "exact"

    def answer(name: str, case: Case) -> CaseResult:
        if not _is_known(str(case["type"])):
            return not_run(GROUP, name, f"no chart of type {case['type']}")
        data = _data_of(folder, file, cases, case)
        return _run_case(AskedCase(name, case, data, mode))

    return [
        judge(GROUP, name, lambda name=name, case=case: answer(name, case))
        for name, case in cases.items()
    ]


def _run_case(asked: AskedCase) -> CaseResult:
    kind, case = str(asked.case["type"]), asked.case
    if kind.startswith("T2"):
        checks = t2_checks(asked)
    elif kind in ("ewma", "cusum"):
        checks = ewma_checks(asked) if kind == "ewma" else cusum_checks(asked)
    else:
        checks = _shewhart_checks(asked, _KINDS[kind])
    checked = {check.name.split(" ")[0].split(".")[0] for check in checks} | _given_keys(asked)
    unchecked = sorted(key for key in case if key not in _INPUTS and key not in checked)
    rules = cast("Case", case.get("rules") or {})
    unchecked += sorted(f"rules.{rule}" for rule in rules if rule not in _RULES)
    return result_of(GROUP, asked.name, checks, unchecked)


def _is_known(kind: str) -> bool:
    return kind in _KINDS or kind in ("ewma", "cusum") or kind.startswith("T2")


def _given_keys(asked: AskedCase) -> set[str]:
    """The centre and sigma that a case gives are input, of which nothing can be compared."""
    given = zip(("center", "std_dev"), asked.given(), strict=True)
    return {key for key, value in given if value is not None}


def _data_of(folder: Path, file: Path, cases: Mapping[str, Case], case: Case) -> ChartData:
    """The case's data from its file; charts of single values carry them as statistics too."""
    kind, text = str(case["type"]), str(case.get("data", ""))
    try:
        return read_chart_data(find_chart_data(folder, file, text), kind=kind)
    except MissingDataError as missing:
        for other in (case, *cases.values()):
            same = re.split(r"[\s(,;\[]", str(other.get("data", "")))[0] == missing.subject
            if same and other.get("type") == "xbar.one" and kind in ("xbar.one", "ewma", "cusum"):
                series = np.array(listed(other["statistics"]), np.float64)
                return ChartData(series[:, None, None], None, None)
        raise


def _shewhart_checks(asked: AskedCase, kind: ChartKind) -> list[Check]:
    chart = _chart(asked, kind)
    case = asked.case
    center, spread = asked.given()
    checks = [check_vector("statistics", first_points(case["statistics"], chart.statistics), case)]
    total = len(np.atleast_1d(np.array(case["statistics"])))
    later = [key for key in NEW_STATISTICS if key in case]
    checks += [check_vector(key, chart.statistics[total:], case) for key in later]
    if center is None and "center" in case:
        checks.append(check_vector("center", chart.center, case))
    if spread is None and "std_dev" in case:
        sigma = chart.standard_error if kind == "np" else np.array([chart.limits.sigma.value])
        checks.append(check_vector("std_dev", sigma, case))
    checks += [check_vector(k, getattr(chart, k), case) for k in ("lcl", "ucl") if k in case]
    if "beyond_limits" in case:
        ours = [point + 1 for point in chart.beyond_limits]
        checks.append(check_equal("beyond_limits", listed(case["beyond_limits"]), ours))
    return checks + _rule_checks(case, chart.signals)


def _chart(asked: AskedCase, kind: ChartKind) -> ControlChart:
    """Limits from the points of phase I, or those given; every point that the case lists."""
    values = asked.data.values[:, :, 0]
    sizes = _sizes(asked, len(values))
    series = values if kind in ("xbar", "r", "s") else values[:, 0]
    if kind in ("p", "np") and sizes is not None and (series < 1).all():
        series = np.rint(series * sizes)
    options = _options(asked, kind)
    count = len(listed(asked.case["statistics"]))
    first = asked.data.first_phase or min(count, len(series))
    shown = len(series) if has_new(asked.case) else max(count, first)
    if kind == "g":
        return g_chart(series, options, smallest=1)  # qcc counts trials up to the event
    phase_one = control_chart(
        kind, series[:first], sizes=None if sizes is None else sizes[:first], options=options
    )
    given = _given_limits(asked, kind, phase_one)
    if given is None and shown <= first:
        return phase_one
    options = replace(options, baseline=given or phase_one.limits)
    return control_chart(
        kind, series[:shown], sizes=None if sizes is None else sizes[:shown], options=options
    )


def _given_limits(asked: AskedCase, kind: ChartKind, chart: ControlChart) -> FrozenLimits | None:
    center, sigma = asked.given()
    if center is None and sigma is None:
        return None
    frozen = chart.limits
    return FrozenLimits(
        kind,
        frozen.center if center is None else center,
        frozen.sigma if sigma is None else SigmaEstimate(sigma, "given", asked.mode),
        frozen.n_points,
    )


def _options(asked: AskedCase, kind: ChartKind) -> ChartOptions:
    method = asked.args.get("std.dev", asked.case.get("std_dev_method"))
    label = method if isinstance(method, str) else asked.name
    nsigmas = asked.number("nsigmas")
    confidence = asked.number("confidence.level", "confidence_level")
    if confidence is not None:
        from scipy.stats import norm

        nsigmas = float(norm.isf((1 - confidence) / 2))
    counts = kind in ("p", "np", "c", "u", "g")
    return ChartOptions(
        nsigmas=3.0 if nsigmas is None else nsigmas,
        constants=asked.mode,
        limits="probability" if confidence is not None and counts else "sigma",
        sigma_method=subgroup_method(label),
        individuals_method=individuals_method(label),
        rules=_RULES,
        rule_options=RuleOptions(partial_windows=False, window_zones="last"),
        spread_center="weighted",
    )


def _sizes(asked: AskedCase, points: int) -> Floats | None:
    if asked.data.sizes is not None:
        return asked.data.sizes
    given = np.atleast_1d(np.array(asked.case.get("sizes", 1), np.float64))
    if given.size == points:
        return given
    return np.full(points, given[0]) if given.size == 1 else None


def _rule_checks(case: Case, signals: Signals) -> list[Check]:
    wanted = cast("Case", case.get("rules") or {})
    return [
        check_equal(
            f"rules.{rule}", listed(wanted[rule]), [point + 1 for point in signals.points(rule)]
        )
        for rule in _RULES
        if rule in wanted
    ]
