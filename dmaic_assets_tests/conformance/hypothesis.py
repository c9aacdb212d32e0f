"""The hypothesis cases: tests, effect sizes, regression, power, against R and published values.

What belongs here: which answer a case gets, and how close it must be. Cases of charts in the same
file belong to the group of charts and are passed over.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeAlias

from dmaic_assets.model import Json
from dmaic_assets_tests.conformance import hypothesis_groups as groups
from dmaic_assets_tests.conformance import hypothesis_tests as tests
from dmaic_assets_tests.conformance.case import (
    CaseResult,
    Check,
    check_equal,
    check_number,
    not_run,
    result_of,
)
from dmaic_assets_tests.conformance.hypothesis_data import Source
from dmaic_assets_tests.conformance.reading import cases_of, judge, read_document

GROUP = "hypothesis"
FILES: tuple[str, ...] = ("ref_hypothesis*.json",)
TOLERANCE = 1e-9

Case: TypeAlias = Mapping[str, Json]
Answering: TypeAlias = Callable[[Source, Case], groups.Answer]

# Keys that together tell what a case is about, most telling first.
_ANSWERS: tuple[tuple[frozenset[str], Answering], ...] = (
    (frozenset({"anova"}), groups.answer_groups),
    (frozenset({"welch"}), groups.answer_two_samples),
    (frozenset({"student"}), groups.answer_two_samples),
    (frozenset({"typeII"}), groups.answer_two_way),
    (frozenset({"typeIII"}), groups.answer_two_way),
    (frozenset({"coef"}), tests.answer_regression),
    (frozenset({"matrix", "ICC"}), tests.answer_icc),
    (frozenset({"nmeans"}), tests.answer_studentized_range),
    (frozenset({"p", "holm"}), tests.answer_adjusted),
    (frozenset({"lambda"}), tests.answer_box_cox),
    (frozenset({"shapiro_W"}), tests.answer_normality),
    (frozenset({"W", "x"}), tests.answer_normality),
    (frozenset({"V"}), tests.answer_signed_rank),
    (frozenset({"ratio", "args"}), tests.answer_two_rates),
    (frozenset({"n", "args"}), tests.answer_size),
)
# Cases whose keys do not tell, by their name.
_NAMED: tuple[tuple[str, Answering], ...] = (
    (r"paired", tests.answer_paired_t),
    (r"fisher", tests.answer_fisher),
    (r"prop2?(_|$|\d)", tests.answer_two_shares),
    (r"binom", tests.answer_share),
    (r"kappa|chisq", tests.answer_table),
)
_INPUTS = {"data", "args", "table", "matrix", "x", "nmeans", "q"}


@dataclass(frozen=True, slots=True)
class _Limit:
    """How far the reference itself can be trusted, and whether that is an absolute distance."""

    path: str
    distance: float
    is_absolute: bool = False


# Where the reference stops short of 1e-9. R's ptukey is good to about 1e-9 (1e-7 at few degrees of
# freedom) and its qtukey to 1e-4; effectsize finds noncentralities with a general optimizer;
# rstatix rounds p-values to three places; uniroot stops at 1e-4 in n, optimize at 1e-4 in lambda.
_LIMITS: tuple[_Limit, ...] = (
    _Limit(r"^games_howell\[\d+\]/p\.adj$", 5.1e-4, is_absolute=True),
    _Limit(r"^(tukey|games_howell)\w*.*/p$", 1e-8, is_absolute=True),
    _Limit(r"^(tukey|games_howell)\w*.*(/lwr|/upr|/ci\[\d\]|/conf\.low|/conf\.high)$", 1e-4),
    _Limit(r"^(cohens_d|cohens_d_welch|hedges_g|glass_delta)/CI_(low|high)$", 1e-4),
    _Limit(r"^lambda$", 1e-4),
)
_SIZE_LIMIT = _Limit(r"^n$", 1e-5)
_RANGE_LIMIT = _Limit(r"^(p\[\d+\]|qtukey\w+)$", 1e-6)


def run_cases(folder: Path, file: Path) -> Sequence[CaseResult]:
    """Runs every case of a file that is not a chart, in its order.

    Args:
        folder: Where input files lie, at any depth.
        file: The reference file.

    Raises:
        BadInputError: The file is not a JSON object.
    """
    return [
        judge(GROUP, name, partial(_run, Source(folder, file, name), case))
        for name, case in cases_of(read_document(file)).items()
        if "chart" not in case
    ]


def _run(source: Source, case: Case) -> CaseResult:
    answering = _answering(source.name, case)
    if answering is None:
        return not_run(GROUP, source.name, "no statistic of ours for these keys")
    found = dict(_leaves(groups.asked(answering(source, case), case)))
    checks: list[Check] = []
    unchecked: list[str] = []
    for path, expected in _leaves(_expected(case)):
        if path not in found:
            unchecked.append(path)
        elif expected is not None or found[path] is not None:
            checks.append(_check(path, expected, found[path], _limits_of(case)))
    return result_of(GROUP, source.name, checks, unchecked)


def _answering(name: str, case: Case) -> Answering | None:
    for keys, answering in _ANSWERS:
        if keys <= case.keys():
            return answering
    if "table" in case and ("kappa" in case or "chi2" in case):
        return tests.answer_table
    return next((a for pattern, a in _NAMED if re.search(pattern, name.lower())), None)


def _expected(case: Case) -> dict[str, Json]:
    """Leaves the input out; of adjusted p-values, `p` and of the studentized range, `df`."""
    inputs = set(_INPUTS)
    if "holm" in case:
        inputs.add("p")
    if "nmeans" in case:
        inputs.add("df")
    return {key: value for key, value in case.items() if key not in inputs}


def _leaves(tree: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, f"{path}/{key}" if path else str(key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _leaves(value, f"{path}[{index}]")
    else:
        yield path, tree


def _limits_of(case: Case) -> tuple[_Limit, ...]:
    if "nmeans" in case:
        return (_RANGE_LIMIT,)
    return (_SIZE_LIMIT,) if set(case) == {"args", "n"} else _LIMITS


def _check(path: str, expected: object, actual: object, limits: Sequence[_Limit]) -> Check:
    if not isinstance(expected, int | float) or not isinstance(actual, int | float):
        return check_equal(path, expected, actual)
    if "published" in path and isinstance(expected, float):
        return _check_absolute(path, expected, actual, _half_unit(expected))
    limit = next((limit for limit in limits if re.search(limit.path, path)), None)
    if limit is not None and limit.is_absolute:
        return _check_absolute(path, expected, actual, limit.distance)
    tolerance = TOLERANCE if limit is None else limit.distance
    return check_number(path, float(expected), float(actual), tolerance=tolerance)


def _check_absolute(path: str, expected: float, actual: float, tolerance: float) -> Check:
    return Check(path, repr(expected), repr(actual), abs(actual - expected), tolerance)


def _half_unit(printed: float) -> float:
    """Half a unit of the last place of a number as it is printed, and a little."""
    exponent = Decimal(repr(printed)).as_tuple().exponent
    return 0.5001 * 10.0 ** (exponent if isinstance(exponent, int) else 0)
