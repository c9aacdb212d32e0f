"""What running one reference case gives, and the comparisons that every group uses.

What belongs here: the case result and how a value is compared. Which statistic answers which
case is told by the group modules; reading folders and the scorecard stand beside them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

CaseStatus: TypeAlias = Literal["passed", "failed", "not_run"]


@dataclass(frozen=True, slots=True)
class Check:
    """One expected value against ours.

    `difference` is relative for numbers (absolute where the expected value is 0), and 0 or 1 for
    values that are equal or not. `digits` is the log relative error, for certified values only.
    """

    name: str
    expected: str
    actual: str
    difference: float
    tolerance: float
    digits: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the difference is within its tolerance (a difference of NaN never is)."""
        return self.difference <= self.tolerance


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One reference case: passed when every check is met, not_run when `reason` says why.

    `unchecked` names expected values of the case that no statistic of ours answers.
    """

    group: str
    case: str
    status: CaseStatus
    checks: tuple[Check, ...] = ()
    reason: str = ""
    unchecked: tuple[str, ...] = field(default=())

    @property
    def worst(self) -> Check | None:
        """The check that is furthest off in units of its tolerance, or None without checks."""
        return max(self.checks, key=_excess, default=None)

    @property
    def digits(self) -> float | None:
        """The smallest number of correct digits among the certified values, if there are any."""
        return min((c.digits for c in self.checks if c.digits is not None), default=None)


def _excess(check: Check) -> float:
    if math.isnan(check.difference):
        return math.inf
    return check.difference / check.tolerance if check.tolerance else check.difference * math.inf


def result_of(
    group: str, case: str, checks: Sequence[Check], unchecked: Sequence[str] = ()
) -> CaseResult:
    """Judges a case by its checks; one without any checks is not_run."""
    if not checks:
        return CaseResult(group, case, "not_run", (), "nothing in it to check", tuple(unchecked))
    status: CaseStatus = "passed" if all(c.is_met for c in checks) else "failed"
    return CaseResult(group, case, status, tuple(checks), "", tuple(unchecked))


def not_run(group: str, case: str, reason: str) -> CaseResult:
    """Tells that a case could not be run, and why (an input file that is not there, mostly)."""
    return CaseResult(group, case, "not_run", (), reason)


def relative_difference(expected: float, actual: float) -> float:
    """|actual - expected| / |expected|, or the absolute difference where expected is 0."""
    if expected == actual:
        return 0.0
    difference = abs(actual - expected)
    return difference / abs(expected) if expected else difference


def check_number(name: str, expected: float, actual: float, *, tolerance: float) -> Check:
    """Compares two numbers within a relative tolerance."""
    difference = relative_difference(expected, actual)
    return Check(name, repr(expected), repr(actual), difference, tolerance)


def check_equal(name: str, expected: object, actual: object) -> Check:
    """Compares two values that must be equal (lists of points, decisions, names)."""
    return Check(name, repr(expected), repr(actual), 0.0 if expected == actual else 1.0, 0.0)


def check_rounded(name: str, expected: float, actual: float) -> Check:
    """Compares with a value as it was printed: equal within half a unit of its last decimal."""
    decimals = len(repr(expected).partition(".")[2]) if isinstance(expected, float) else 0
    difference = abs(actual - expected)
    # The printed value may itself have been rounded from a binary fraction.
    is_equal = difference <= 0.5 * 10.0**-decimals * (1 + 1e-9)
    return Check(name, repr(expected), repr(actual), 0.0 if is_equal else difference, 0.0)
