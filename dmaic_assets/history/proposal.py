"""What a rule family proposes: a rule before the false-alarm budget has been spread.

What belongs here: the form of a proposal. What does not: its price (`budget`) and its reasons
(the learners of `phenomena`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from dmaic_assets.model import Json, Severity

# Share of a file's rows that a row rule sets apart; beyond it the file is held: what a fifth of
# the rows have is no slip.
SET_APART = 0.20
# The tolerance of a rule that reports and never holds a file.
NEVER_BROKEN = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A file rule fitted to its part of the budget.

    `stop_rate` is the estimated share of clean files that the rule stops.
    """

    parameters: Mapping[str, Json]
    evidence: Mapping[str, Json]
    stop_rate: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule that history supports.

    `fit` is given for file rules whose bounds depend on how many false alarms they may raise;
    it takes that share. `stop_rate` is the estimated share of clean files stopped, `row_rate`
    of good rows failing. `weight` is the part of the budget that a file rule asks for, relative
    to others. `variant` tells proposals of one kind on the same columns apart.
    """

    kind: str
    columns: tuple[str, ...]
    severity: Severity
    parameters: Mapping[str, Json] = field(default_factory=dict)
    evidence: Mapping[str, Json] = field(default_factory=dict)
    tolerance: float | None = None
    stop_rate: float = 0.0
    row_rate: float = 0.0
    variant: str = ""
    weight: float = 1.0
    description: str = ""
    fit: Callable[[float], Fit | None] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that history does not support, and why: it would have fired on clean files."""

    kind: str
    columns: tuple[str, ...]
    reason: str


Proposals: TypeAlias = "list[Proposal | Refusal]"
