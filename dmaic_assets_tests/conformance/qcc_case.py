"""One qcc case as asked: its data, arguments and given values, and how vectors are compared.

What belongs here: what the Shewhart cases of `qcc` and the others of `qcc_memory` share.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.sixsigma.charts.constants import ConstantsMode
from dmaic_assets.sixsigma.charts.estimators import IndividualsMethod, SubgroupMethod
from dmaic_assets_tests.conformance.case import Check, check_equal
from dmaic_assets_tests.conformance.chart_data import ChartData

Floats: TypeAlias = NDArray[np.float64]
Case: TypeAlias = Mapping[str, Any]  # Any: the reference files are JSON of another program

TOLERANCE = 1e-9
NEW_STATISTICS = ("newstats", "new_statistics", "statistics_new", "new_stats")

_METHODS: dict[str, SubgroupMethod] = {
    "UWAVE-R": "uwave_r",
    "UWAVE-SD": "uwave_sd",
    "MVLUE-R": "mvlue_r",
    "MVLUE-SD": "mvlue_sd",
    "RMSDF": "pooled",
}


@dataclass(frozen=True, slots=True)
class AskedCase:
    """A case with its data: what a chart is to be made of."""

    name: str
    case: Case
    data: ChartData
    mode: ConstantsMode

    @property
    def args(self) -> Case:
        """The arguments that R was called with."""
        return cast("Case", self.case.get("args") or {})

    def number(self, *keys: str) -> float | None:
        """The first of several spellings that is a number, among arguments, then the case."""
        for place in (self.args, self.case):
            for key in keys:
                value = place.get(key)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    return float(value)
        return None

    def given(self) -> tuple[float | None, float | None]:
        """Centre and sigma when the case gives them and does not want them estimated."""
        center, sigma = self.args.get("center"), self.args.get("std.dev", self.args.get("std_dev"))
        text = str(self.case.get("data", ""))
        if re.search(r"\bgiven\b|\bknown\b", f"{text} {self.name.replace('_', ' ')}"):
            center = self.case["center"] if center is None else center
            sigma = self.case["std_dev"] if sigma is None else sigma
        known = isinstance(sigma, int | float)
        return (None if center is None else float(center)), (float(sigma) if known else None)


def subgroup_method(label: str) -> SubgroupMethod | None:
    """The estimator that an argument or a case's name spells, with dashes or underscores."""
    spelled = label.upper().replace("_", "-")
    for name, method in _METHODS.items():
        if re.search(rf"(^|-){name}($|-)", spelled):
            return method
    return "uwave_sd" if re.search(r"-SD($|-)", spelled) else None


def individuals_method(label: str) -> IndividualsMethod:
    """The sd where the label says so, moving ranges otherwise."""
    return "sd" if re.search(r"(^|-)SD($|-)", label.upper().replace("_", "-")) else "mr"


def has_new(case: Case) -> bool:
    """Whether the case has points of phase II."""
    return any(key in case for key in (*NEW_STATISTICS, "newdata"))


def first_points(expected: object, ours: Floats) -> Floats:
    """As many of our points as the case lists; phase II points have a key of their own."""
    return ours[: len(listed(expected))]


def listed(value: object) -> list[object]:
    """R writes a vector of one as a number."""
    return list(cast("Sequence[object]", value)) if isinstance(value, list) else [value]


def check_vector(name: str, ours: Floats, case: Case) -> Check:
    """Compares element by element, small ones against a thousandth of the largest."""
    expected = np.asarray(case[name], np.float64)
    actual = np.asarray(ours, np.float64)
    if expected.size == 1:
        expected = np.full(actual.shape, expected.reshape(-1)[0])
    elif actual.size == 1:
        actual = np.full(expected.shape, actual.reshape(-1)[0])
    if expected.shape != actual.shape:
        return check_equal(f"{name} (shape)", list(expected.shape), list(actual.shape))
    scale = np.maximum(np.abs(expected), 1e-3 * float(np.abs(expected).max(initial=0.0)))
    away = np.abs(actual - expected) / np.where(scale > 0, scale, 1.0)
    worst = int(np.argmax(away)) if away.size else 0
    if not away.size:
        return check_equal(name, [], [])
    shown = repr(float(expected.reshape(-1)[worst])), repr(float(actual.reshape(-1)[worst]))
    return Check(name, *shown, float(away.reshape(-1)[worst]), TOLERANCE)
