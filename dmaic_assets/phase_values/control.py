"""What Control gives: charts, alarms, the alarm budget, and the control plan.

What belongs here: the shape of the value. When a point is an alarm, the phase decides.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.sixsigma.defects.reliability import Mtbf
from dmaic_assets.sixsigma.defects.reliability_trend import TrendTest

ChartKind: TypeAlias = Literal["limit", "budget"]
ChartState: TypeAlias = Literal["in control", "signals"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the charts of one source may take of the budget; `false_alarm_rate` is per point.

    `alarms_per_month` is asked of all `fleet_charts`, `expected_per_month` of the `charts` here.
    """

    alarms_per_month: float
    fleet_charts: int
    points_per_month: float
    charts: int
    false_alarm_rate: float
    per_chart_per_month: float
    expected_per_month: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """One point beyond its limit: which CTQ and file, what was seen, and who is to answer.

    `id` stays the same whatever is measured later; `acknowledged` holds the assignable cause once
    somebody told it.
    """

    id: str
    ctq: str
    file: str
    sha256: str
    share: float
    limit: float
    owner: str
    words: str
    acknowledged: str


@dataclass(frozen=True, slots=True)
class ChartCourse:
    """The chart of one CTQ: `points` files by SHA-256, with a share and a limit in [0, 1] each.

    The first `baseline` points are those that the limits come from; `signals` are the places,
    from 0, of points beyond their limit. `reason` says why the chart learnt nothing.
    """

    ctq: str
    chart: ChartKind
    reason: str
    files: tuple[str, ...]
    points: int
    baseline: int
    shares: tuple[float, ...]
    units: tuple[int, ...]
    limits: tuple[float, ...]
    signals: tuple[int, ...]
    state: ChartState


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of the control plan, as people read it."""

    what: str
    limit: str
    cadence: str
    owner: str
    reaction: str


@dataclass(frozen=True, slots=True)
class ControlValue:
    """The charts of a source and what they signal; `trend` is None with too few held files."""

    source: str
    charts: tuple[ChartCourse, ...]
    alarms: tuple[Alarm, ...]
    mtbf: Mtbf
    trend: TrendTest | None
    plan: tuple[PlanLine, ...]
    budget: Allowance | None = None

    @property
    def open_alarms(self) -> tuple[Alarm, ...]:
        """The alarms that nobody has answered yet."""
        return tuple(alarm for alarm in self.alarms if not alarm.acknowledged)
