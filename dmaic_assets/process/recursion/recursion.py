"""A recursion: runs chained by their parent until a stop rule holds.

What belongs here: the state of a recursion, read from the ledger, and whether it goes on. Any
process may continue it: nothing is kept in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.phase_values.key_metrics import key_metrics
from dmaic_assets.process.recursion.metric_rules import deltas, over_runs
from dmaic_assets.process.recursion.plateau import CyclePoint, Stop, decide_stop
from dmaic_assets.settings.phases import RecursionSettings
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.store.ledger.record.runs import RunRecord, recursion_runs
from dmaic_assets.work.run.platform import Platform

# The metrics of a run over all its sources stand under these in place of a phase and a source.
RUN, ALL = "run", ""


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

    def to_json(self) -> dict[str, Json]:
        """Spells the state for scripts and reports."""
        found = [point.key for point in self.points]
        return {
            "recursion_id": self.recursion_id,
            "runs": [run.run_id for run in self.runs],
            "sigma": [key.sigma for key in found],
            "dpmo": [key.dpmo for key in found],
            "rolled_throughput_yield": [key.rolled_throughput_yield for key in found],
            "promoted": [key.promoted for key in found],
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


def run_metrics(platform: Platform, run_id: str) -> dict[str, float | None]:
    """Reads the metrics of a run over all its sources."""
    found = list_metrics(platform.ledger, run_id=run_id, phase=RUN, source=ALL)
    return {m.metric: m.value for m in found}


def _point(platform: Platform, run: RunRecord) -> CyclePoint:
    metrics = run_metrics(platform, run.run_id)
    errors = {"sigma": key_metrics(metrics).sigma_se}
    return CyclePoint(metrics, errors, run.elapsed_s or 0.0)
