"""Certified values of NIST StRD against ours: what is compared, and to how many digits.

What belongs here: the walk over the sets and the comparison in decimals, which the exact group
(`strd`) and the floating-point one (`strd_float`) share.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from dmaic_assets_tests.conformance.case import CaseResult, Check, not_run, result_of
from dmaic_assets_tests.conformance.reading import cases_of, find_data, judge, read_document
from dmaic_assets_tests.conformance.strd_files import StrdFile, read_strd

FILES: tuple[str, ...] = ("nist_strd_certified*.json",)
MOST_DIGITS = 15.0
# The F statistic of a perfect fit in doubles, whose residuals are rounding and not zero.
_NEARLY_INFINITE = 1e25
_WIDE = Context(prec=50)

# A case of the reference file is free-form JSON; each statistic below takes what it knows.
Case: TypeAlias = Mapping[str, Any]
Value: TypeAlias = Decimal | float
Values: TypeAlias = dict[str, Value | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of set is computed, and the relative difference that its digits allow."""

    compute: Callable[[Case, StrdFile], Values]
    tolerance: float


@dataclass(frozen=True, slots=True)
class _Set:
    group: str
    name: str
    case: Case


def run_sets(
    group: str, kinds: Mapping[str, Kind], folder: Path, file: Path
) -> Sequence[CaseResult]:
    """Runs every set of a file of certified values, in its order.

    Raises:
        BadInputError: The file is not a JSON object.
    """
    document = read_document(file)
    cases = cases_of(document) or cases_of({"cases": document})
    return [
        judge(group, name, partial(_run, _Set(group, name, case), kinds, folder, file))
        for name, case in cases.items()
        if "kind" in case
    ]


def _run(this: _Set, kinds: Mapping[str, Kind], folder: Path, file: Path) -> CaseResult:
    kind = str(this.case["kind"])
    if kind not in kinds:
        return not_run(this.group, this.name, f"no statistic of ours for kind {kind!r}")
    data = read_strd(find_data(folder, file, str(this.case.get("file", f"{this.name}.dat"))))
    found = kinds[kind].compute(this.case, data)
    return _compare(this, certified_values(this.case), found, kinds[kind].tolerance)


def _compare(this: _Set, wanted: Mapping[str, str], found: Values, tolerance: float) -> CaseResult:
    checks: list[Check] = []
    unchecked: list[str] = []
    for key, expected in wanted.items():
        starts = [k for k in found if k == key or k.startswith(f"{key} from ")]
        checks += [_check(k, expected, found[k], tolerance) for k in starts]
        unchecked += [] if starts else [key]
    return result_of(this.group, this.name, checks, unchecked)


def _check(name: str, expected: str, actual: Value | None, tolerance: float) -> Check:
    """Compares in decimals: a double cannot tell differences in the fifteenth digit."""
    if expected == "Infinity" or actual is None:
        is_same = expected == "Infinity" and (actual is None or actual > _NEARLY_INFINITE)
        far = 0.0 if is_same else 1.0
        return Check(name, expected, str(actual), far, tolerance, MOST_DIGITS if is_same else 0.0)
    certified, ours = Decimal(expected), Decimal(actual)
    if not ours.is_finite():
        return Check(name, expected, str(actual), 1.0, tolerance, 0.0)
    difference = _WIDE.abs(_WIDE.subtract(ours, certified))
    if certified:
        difference = _WIDE.divide(difference, abs(certified))
    digits = MOST_DIGITS if not difference else -float(_WIDE.log10(difference))
    return Check(
        name, expected, str(actual), float(difference), tolerance,
        digits=min(MOST_DIGITS, max(0.0, digits)),
    )  # fmt: skip


def certified_values(case: Case) -> dict[str, str]:
    """Collects the certified values of a case by name, as they are printed."""
    wanted: dict[str, str] = {}
    for key, value in case.items():
        if key == "params":
            for name, parts in value.items():
                wanted[name] = str(parts["estimate"])
                wanted[f"sd of {name}"] = str(parts["sd"])
        elif key not in {"kind", "difficulty", "file", "n_declared"} and value is not None:
            wanted[key] = str(value)
    return {key: text for key, text in wanted.items() if key != "df" or _is_df_meant(wanted)}


def _is_df_meant(wanted: Mapping[str, str]) -> bool:
    """Whether stated degrees of freedom are those of the certified residual standard deviation.

    NIST prints 9 for Rat43 and certifies a deviation with n - p = 11.
    """
    if "rss" not in wanted or "residual_sd" not in wanted:
        return True
    implied = float(wanted["rss"]) / float(wanted["residual_sd"]) ** 2
    return abs(implied - float(wanted["df"])) < 1e-3


def groups_of(data: StrdFile) -> dict[str, list[str]]:
    """Splits the second column by the labels of the first, in the order of appearance."""
    groups: dict[str, list[str]] = {}
    for label, text in zip(data.columns[0], data.columns[1], strict=True):
        groups.setdefault(label, []).append(text)
    return groups


def starts_of(case: Case) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields both starting points of a nonlinear set, as they are printed."""
    parameters: Mapping[str, Mapping[str, str]] = case["params"]
    for key in ("start1", "start2"):
        yield key, {name: str(parts[key]) for name, parts in parameters.items()}
