"""Chart cases among the hypothesis references: p, u, Laney p' and u', g, t, i as qicharts2 draws.

What belongs here: the cases that carry `chart`; all others of the file are another group's.
qicharts2 uses d2 = 1.128, leaves moving ranges beyond their own limit out, and draws the median in
the middle of a g chart.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from dmaic_assets.sixsigma.charts.counts import g_chart
from dmaic_assets.sixsigma.charts.model import ChartKind, ChartOptions, ControlChart
from dmaic_assets.sixsigma.charts.phases import control_chart
from dmaic_assets_tests.conformance.case import CaseResult, not_run, result_of
from dmaic_assets_tests.conformance.qcc_case import check_vector
from dmaic_assets_tests.conformance.reading import cases_of, judge, read_document

GROUP = "control charts (qicharts2)"
FILES = ("ref_hypothesis*.json",)

Case = Mapping[str, Any]  # Any: the reference files are JSON of another program

_KINDS: dict[str, ChartKind] = {
    "p": "p",
    "u": "u",
    "c": "c",
    "np": "np",
    "pp": "laney_p",
    "up": "laney_u",
    "g": "g",
    "t": "t",
    "i": "i",
    "mr": "mr",
}


def is_chart_case(case: Mapping[str, object]) -> bool:
    """Whether a case of the hypothesis file is a chart's, and so answered here."""
    return "chart" in case and "y" in case


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs the chart cases of one file, in its order."""
    del folder
    return [
        judge(GROUP, name, lambda name=name, case=case: chart_case(name, cast("Case", case)))
        for name, case in cases_of(read_document(file)).items()
        if is_chart_case(case)
    ]


def chart_case(name: str, case: Case) -> CaseResult:
    """Compares centre and limits of one chart case."""
    if case["chart"] not in _KINDS:
        return not_run(GROUP, name, f"no chart of type {case['chart']}")
    chart = _chart(_KINDS[case["chart"]], case)
    ours = {"cl": chart.center, "lcl": chart.lcl, "ucl": chart.ucl}
    checks = [check_vector(key, value, case) for key, value in ours.items() if key in case]
    rest = sorted(set(case) - set(ours) - {"y", "n", "chart", "data", "note"})
    return result_of(GROUP, name, checks, rest)


def _chart(kind: ChartKind, case: Case) -> ControlChart:
    y = np.array(case["y"], np.float64)
    options = ChartOptions(constants="table3", limits="sigma", screened=True)
    if kind == "g":
        return g_chart(y, options, center_line="median")
    sizes = None if case.get("n") is None else np.array(case["n"], np.float64)
    return control_chart(kind, y, sizes=sizes, options=options)
