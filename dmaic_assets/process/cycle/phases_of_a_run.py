"""The phases of one run: every source through define, measure, analyze, improve and control.

What belongs here: order, inputs of each phase, and what the ledger is told. The run itself was
opened, and its files judged, before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmaic_assets.model import PHASES, Json, PhaseName
from dmaic_assets.phase_values.analyze import AnalyzeValue
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.process.analyze.run_causes import RunCauses, rank_run_causes
from dmaic_assets.process.control.chart_fleet import ChartFleet
from dmaic_assets.process.cycle.phase_alerts import tell_of_phases
from dmaic_assets.process.cycle.phase_memo import PhaseResult, take_phase
from dmaic_assets.process.cycle.phase_records import Taken, record_results, record_run_metrics
from dmaic_assets.process.cycle.source_work import SourceWork
from dmaic_assets.process.evidence import evidence_version
from dmaic_assets.process.improve.promotions import apply_promotions
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True)
class CycleResult:
    """What the phases of one run came to, by source in name order and by phase in theirs.

    `elapsed_s` tells how long each phase took over all sources, known ones included.
    """

    run_id: str
    results: tuple[PhaseResult, ...]
    metrics: dict[str, float | None] = field(default_factory=dict)
    elapsed_s: dict[PhaseName, float] = field(default_factory=dict)

    @property
    def computed(self) -> int:
        """How many phases were computed; the others were known."""
        return sum(not result.is_memoized for result in self.results)

    def of(self, source: str, phase: PhaseName) -> PhaseResult | None:
        """One phase of one source, or None when it did not run."""
        found = (r for r in self.results if (r.source, r.phase) == (source, phase))
        return next(found, None)

    def causes(self) -> RunCauses:
        """Where the defects of all sources together are."""
        values = [(r.source, r.output.value) for r in self.results]
        measured = {source: v for source, v in values if isinstance(v, MeasureValue)}
        analyzed = {source: v for source, v in values if isinstance(v, AnalyzeValue)}
        return rank_run_causes(measured, analyzed)


def work_phases(
    platform: Platform,
    run_id: str,
    sources: Sequence[str],
    *,
    until: PhaseName = "control",
    recompute: bool = False,
    on_result: Callable[[PhaseResult], None] | None = None,
) -> CycleResult:
    """Takes every source through the enabled phases up to `until`, phase by phase.

    Args:
        platform: The stores.
        run_id: The run that the phases belong to.
        sources: Which sources; one without a judged file is passed over.
        until: The last phase wanted; all enabled ones before it are included.
        recompute: Compute what is known again.
        on_result: Told each result as soon as it is there.

    Raises:
        DmaicError: A phase refuses, or a store does; phases before it are recorded.
    """
    wanted: list[PhaseName] = [
        p for p in PHASES[: PHASES.index(until) + 1] if _is_enabled(platform, p)
    ]
    versions = {s: evidence_version(platform, s) for s in sorted(sources)}
    works = _works(platform, versions)
    results: list[PhaseResult] = []
    elapsed_s: dict[PhaseName, float] = {}
    for seq, phase in enumerate(wanted, start=1):
        started = platform.clock()
        found: list[PhaseResult] = []
        try:
            for source, work in works.items():
                before: dict[PhaseName, str] = {
                    r.phase: r.version for r in results if r.source == source
                }
                found.append(
                    _take(platform, run_id, phase, work, (versions[source], before), recompute)
                )
                if on_result is not None:
                    on_result(found[-1])
        except BaseException:
            record_results(platform, run_id, Taken(phase, seq, started, "failed"), found)
            raise
        record_results(platform, run_id, Taken(phase, seq, started, "succeeded"), found)
        elapsed_s[phase] = (platform.clock() - started).total_seconds()
        results.extend(found)
    metrics = record_run_metrics(platform, run_id)
    tell_of_phases(platform, run_id, results)
    return CycleResult(run_id, tuple(sorted(results, key=_order)), metrics, elapsed_s)


def _works(platform: Platform, versions: Mapping[str, str]) -> dict[str, SourceWork]:
    """The work of every source that has evidence, by the version of it."""
    empty, fleet, hidden = sha256_json([]), ChartFleet(platform), HiddenColumns(platform)
    there = (source for source, known in versions.items() if known != empty)
    return {source: SourceWork(platform, source, fleet, hidden) for source in there}


def _is_enabled(platform: Platform, phase: PhaseName) -> bool:
    return phase in platform.settings.dmaic.phases.enabled


def _take(
    platform: Platform,
    run_id: str,
    phase: PhaseName,
    work: SourceWork,
    known: tuple[str, dict[PhaseName, str]],
    recompute: bool,  # noqa: FBT001 - called once, above
) -> PhaseResult:
    evidence, before = known
    own: dict[str, Json] = {**work.inputs_of(phase)}
    inputs: dict[str, Json] = {"evidence": evidence, "before": {**before}, **own}
    params = platform.settings.dmaic.phases.of(phase).model_dump(mode="json")
    result = take_phase(
        platform,
        run_id,
        phase,
        work.source,
        lambda: work.output(phase),
        params=params,
        inputs=inputs,
        recompute=recompute,
    )
    measured: dict[str, float] = work.clocked(phase)
    value = result.output.value
    if isinstance(value, ImproveValue):
        # A known output may name changes that are there already; they do not count again.
        measured["promoted"] = float(apply_promotions(platform, work.source, value))
    if not measured:
        return result
    metrics = {**result.output.metrics, **measured}
    return replace(result, output=replace(result.output, metrics=metrics))


def _order(result: PhaseResult) -> tuple[str, int]:
    return result.source, PHASES.index(result.phase)
