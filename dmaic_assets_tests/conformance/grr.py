"""Reference cases of gauge studies, linearity, capability and yields of the R packages' kind.

What belongs here: which case is which, and its data. The comparisons of gauge studies stand in
`grr_checks`.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from dmaic_assets.model import Json
from dmaic_assets.sixsigma.msa.bias import linearity_of
from dmaic_assets.sixsigma.msa.crossed import crossed_gauge
from dmaic_assets.sixsigma.msa.levels import DayAverage, level_deviations
from dmaic_assets.sixsigma.msa.nested import nested_gauge
from dmaic_assets.sixsigma.msa.study import GaugeStudy, gauge_study
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_number,
    check_rounded,
    result_of,
)
from dmaic_assets_tests.conformance.grr_checks import gauge_checks, scale_of
from dmaic_assets_tests.conformance.reading import (
    cases_of,
    find_data,
    judge,
    number,
    read_document,
)
from dmaic_assets_tests.conformance.tables import (
    Columns,
    find_column,
    numeric_columns,
    read_table,
)

GROUP = "grr"
FILES = ("ref_grr*.json",)
TOLERANCE = 1e-9
REPEATS = 6

Case: TypeAlias = Mapping[str, Json]

_ASSIGNED = re.compile(r"(\w+)=(\w+)")
_IN_BRACKETS = re.compile(r"\((\w+)\)\s*$")
_PROBE = re.compile(r"probe_?(\d+)")
_PARTS = ("part", "prototype", "sample", "piece", "item", "wafer", "specimen")
_OPERATORS = ("oper", "apprais", "inspector", "probe", "person", "tech")
_VALUES = ("value", "meas", "response", "reading", "result", "y", "x")
_REFERENCES = ("ref", "master", "true", "standard", "nominal", "x")


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs the cases of one file, each by what it holds."""
    return [
        judge(GROUP, name, lambda n=name, c=case: _run(folder, file, n, c))
        for name, case in cases_of(read_document(file)).items()
    ]


def _run(folder: Path, file: Path, name: str, case: Case) -> CaseResult:
    from dmaic_assets_tests.conformance.grr_others import OTHERS

    for key, run in OTHERS.items():
        if key in case:
            return run(folder, file, name, case)
    if "s1_repeatability" in case:
        return _levels(_data(folder, file, case), name, case)
    if "slope" in case:
        return _linearity(_data(folder, file, case), name, case)
    if "varComp" in case:
        return _gauge(_data(folder, file, case), name, case)
    return result_of(GROUP, name, [], sorted(case))


def _data(folder: Path, file: Path, case: Case) -> Columns:
    return read_table(find_data(folder, file, str(case["data"]).split()[0]))


def _gauge(table: Columns, name: str, case: Case) -> CaseResult:
    study = _study(table, str(case["data"]))
    scale = scale_of(case)
    if "nested" in str(case["data"]) or "nested" in name:
        result = nested_gauge(study.values, scale=scale)
    else:
        error_term = "interaction" if case.get("errorTerm") != "repeatability" else "repeatability"
        pool_above = number(case.get("alphaLim", 0.05))
        result = crossed_gauge(study, error_term=error_term, pool_above=pool_above, scale=scale)
    checks, unchecked = gauge_checks(case, result, tolerance=TOLERANCE)
    return result_of(GROUP, name, checks, unchecked)


def _study(table: Columns, told: str) -> GaugeStudy:
    named = {key.lower(): column for key, column in _ASSIGNED.findall(told)}
    told_or_first = [name for name in table if name.lower() not in {"", "rownames"}]
    part = named.get("part") or find_column(table, _PARTS) or told_or_first[0]
    operator = named.get("operator") or find_column(table, _OPERATORS) or told_or_first[1]
    rest = {n: c for n, c in numeric_columns(table).items() if n not in {part, operator}}
    bracketed = _IN_BRACKETS.search(told)
    if bracketed and bracketed[1] in rest:
        value = bracketed[1]
    else:
        value = named.get("y") or find_column(rest, _VALUES) or list(rest)[-1]
    return gauge_study(table[part], table[operator], [float(cell) for cell in table[value]])


def _levels(table: Columns, name: str, case: Case) -> CaseResult:
    probe = _PROBE.search(name)
    rows = [
        row
        for row in zip(
            *(table[key] for key in ("RUN", "WAFER", "PROBE", "AVERAGE", "STDDEV")), strict=True
        )
        if probe is None or float(row[2]) == float(probe[1])
    ]
    days = [
        DayAverage(item=wafer, run=run, average=float(mean), sd=float(sd), repeats=REPEATS)
        for run, wafer, _, mean, sd in rows
    ]
    ours = level_deviations(days)
    levels = (ours.repeatability, ours.day_to_day, ours.run_to_run)
    keys = ("s1_repeatability", "s2_day_to_day", "s3_run_to_run")
    checks = [
        check_number(key, number(case[key]), level.sd, tolerance=TOLERANCE)
        for key, level in zip(keys, levels, strict=True)
        if key in case
    ]
    published = case.get("published")
    if isinstance(published, dict):
        for place, level in enumerate(levels, start=1):
            answers = {f"s{place}": level.sd, f"df{place}": level.df}
            checks += _published(published, answers)
    return result_of(GROUP, name, checks)


def _linearity(table: Columns, name: str, case: Case) -> CaseResult:
    columns = numeric_columns(table)
    reference = find_column(columns, _REFERENCES) or list(columns)[-2]
    rest = {n: c for n, c in columns.items() if n != reference and "bias" not in n.lower()}
    rest = {n: c for n, c in rest.items() if "part" not in n.lower()} or rest
    value = find_column(rest, _VALUES) or list(rest)[-1]
    ours = linearity_of(_floats(columns[reference]), _floats(columns[value]))
    answers = {
        "slope": ours.slope,
        "intercept": ours.intercept,
        "r2": ours.r2,
        "s": ours.residual_sd,
        "t_slope": ours.t_slope,
        "p_slope": ours.p_slope,
        "t_intercept": ours.t_intercept,
        "p_intercept": ours.p_intercept,
    }
    checks = [
        check_number(key, number(case[key]), number(actual), tolerance=TOLERANCE)
        for key, actual in answers.items()
        if key in case
    ]
    biases = {bias.reference: bias.bias for bias in ours.biases}
    told = case.get("mean_bias")
    for key, expected in (told if isinstance(told, dict) else {}).items():
        checks.append(_bias_check(key, number(expected), biases))
    published = case.get("published")
    if isinstance(published, dict):
        checks += _published(published, answers)
    return result_of(GROUP, name, checks)


def _bias_check(key: str, expected: float, biases: Mapping[float, float]) -> Check:
    actual = biases.get(float(key), float("nan"))
    # A mean bias is what is left of two numbers of the size of the reference.
    tolerance = TOLERANCE * max(1.0, float(key) / abs(expected)) if expected else TOLERANCE
    return check_number(f"mean_bias {key}", expected, actual, tolerance=tolerance)


def _published(published: Mapping[str, Json], answers: Mapping[str, float | None]) -> list[Check]:
    return [
        check_rounded(f"published {key}", number(published[key]), number(actual))
        for key, actual in answers.items()
        if key in published
    ]


def _floats(cells: Sequence[str]) -> list[float]:
    return np.asarray(cells, dtype=np.float64).tolist()
