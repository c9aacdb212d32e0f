"""A recursion: runs chained by their parent until a stop rule holds.

What belongs here: the state of a recursion, read from the ledger, and whether it goes on. Any
process may continue it: nothing is kept in memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.process.recursion.metric_rules import deltas, over_runs
from dmaic_assets.process.recursion.plateau import CyclePoint, Stop, decide_stop
from dmaic_assets.settings.phases import RecursionSettings
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.store.ledger.record.runs import RunRecord, recursion_runs
from dmaic_assets.work.run.platform import Platform

RUN_PHASE = "run"


@dataclass(frozen=True, slots=True)
class RecursionState:
    """The runs of a recursion that succeeded, in order, their metrics, and whether more follow.

    `cumulative` puts each metric together by its own rule; `deltas` tells how far each moved in
    the newest run.
    """

    recursion_id: str
    runs: tuple[RunRecord, ...]
    points: tuple[CyclePoint, ...]
    stop: Stop

    @property
    def newest(self) -> RunRecord | None:
        """The newest run, or None before the first."""
        return self.runs[-1] if self.runs else None

    @property
    def cumulative(self) -> dict[str, float | None]:
        """The metrics of all runs together."""
        return over_runs([p.metrics for p in self.points])

    @property
    def deltas(self) -> dict[str, float]:
        """How far each metric moved in the newest run; empty for the first."""
        if len(self.points) < 2:
            return {}
        return deltas(self.points[-2].metrics, self.points[-1].metrics)

    def series(self, metric: str) -> tuple[float | None, ...]:
        """One metric over the runs."""
        return tuple(point.value(metric) for point in self.points)

    def to_json(self) -> dict[str, Json]:
        """Spells the state for scripts and reports."""
        return {
            "recursion_id": self.recursion_id,
            "runs": [run.run_id for run in self.runs],
            "sigma": list(self.series("sigma")),
            "dpmo": list(self.series("dpmo")),
            "rolled_throughput_yield": list(self.series("rolled_throughput_yield")),
            "promoted": list(self.series("promoted")),
            "is_stopped": self.stop.is_stop,
            "rule": self.stop.rule,
            "reason": self.stop.reason,
            "cumulative": {**self.cumulative},
            "deltas": {**self.deltas},
        }


def new_recursion_id(platform: Platform, *, suffix: str) -> str:
    """Names a recursion by the UTC second of its start and a suffix that nobody else has."""
    return f"{platform.clock():%Y%m%dT%H%M%SZ}-r{suffix}"


def recursion_state(platform: Platform, recursion_id: str) -> RecursionState:
    """Reads a recursion from the ledger and decides whether it goes on."""
    found = recursion_runs(platform.ledger, recursion_id)
    runs = tuple(r for r in found if r.status == "succeeded")
    points = tuple(_point(platform, run) for run in runs)
    return RecursionState(recursion_id, runs, points, _stop(points, platform))


def _stop(points: Sequence[CyclePoint], platform: Platform) -> Stop:
    settings: RecursionSettings = platform.settings.dmaic.recursion
    if not points:
        return Stop(False, "", "no run has finished yet")
    return decide_stop(points, settings)


def _point(platform: Platform, run: RunRecord) -> CyclePoint:
    found = list_metrics(platform.ledger, run_id=run.run_id, source="")
    metrics: Mapping[str, float | None] = {m.metric: m.value for m in found if m.phase == RUN_PHASE}
    errors = {"sigma": metrics.get("sigma_se")}
    return CyclePoint(metrics, errors, run.elapsed_s or 0.0)
