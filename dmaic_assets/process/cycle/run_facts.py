"""What the reports are made from, read back from the ledger and the artifacts of a run.

What belongs here: reading. A report needs no phase to be computed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dmaic_assets.model import PHASES, ArtifactRef
from dmaic_assets.process.cycle.phase import AnyOutput, read_output
from dmaic_assets.process.cycle.phase_records import phase_metrics
from dmaic_assets.process.recursion.metric_rules import deltas, over_runs
from dmaic_assets.process.recursion.recursion import run_metrics
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.reports.summary import PhaseSummary, RunFigures
from dmaic_assets.store.artifacts import get_json, is_json, list_artifacts
from dmaic_assets.store.codec import mapping
from dmaic_assets.store.ledger.record.runs import (
    RunRecord,
    get_run,
    list_phases,
    list_runs,
    recursion_runs,
)
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class RunOutputs:
    """The phase outputs of a run, and for each phase the artifact of each source."""

    run_id: str
    sources: tuple[SourceFacts, ...]
    outputs: Mapping[str, Mapping[str, ArtifactRef]]


def newest_dmaic_run(platform: Platform) -> str | None:
    """Finds the newest finished run that has phases; None when there is none."""
    runs = (r.run_id for r in list_runs(platform.ledger, None) if r.finished_at)
    return next((run_id for run_id in runs if list_phases(platform.ledger, run_id)), None)


def run_outputs(platform: Platform, run_id: str) -> RunOutputs:
    """Reads what the phases of a run gave, sources in name order.

    Raises:
        StoreError: An artifact is gone.
        InvariantError: An artifact was changed.
    """
    root = platform.paths.artifacts
    refs: dict[str, dict[str, ArtifactRef]] = {}
    found: dict[str, dict[str, AnyOutput]] = {}
    for phase in PHASES:
        for _, source, ref in list_artifacts(platform.ledger, run_id, phase=phase):
            document = mapping(get_json(root, ref)) if is_json(ref) else {}
            # Documents for people are recorded under the phase too.
            if {"value", "metrics"} <= document.keys():
                refs.setdefault(phase, {})[source] = ref
                found.setdefault(source, {})[phase] = read_output(phase, {**document})
    sources = tuple(
        SourceFacts(
            source,
            {phase: output.value for phase, output in outputs.items()},
            {phase: output.metrics for phase, output in outputs.items()},
        )
        for source, outputs in sorted(found.items())
    )
    return RunOutputs(run_id, sources, refs)


def run_figures(platform: Platform, run_id: str) -> RunFigures:
    """Reads the metrics of a run, of its recursion up to it, and how far they moved."""
    record = get_run(platform.ledger, run_id)
    chain = [run_metrics(platform, run.run_id) for run in _chain(platform, record)]
    found = [(p, phase_metrics(p)) for p in list_phases(platform.ledger, run_id)]
    phases = tuple(
        PhaseSummary(
            p.phase,
            p.status,
            p.inputs_hash,
            p.outputs_hash,
            {name: value for name, value in m.all.items() if value is not None},
            m.sources,
        )
        for p, m in found
    )
    moved = deltas(chain[-2], chain[-1]) if len(chain) > 1 else {}
    return RunFigures(run_id, phases, chain[-1], over_runs(chain), moved)


def _chain(platform: Platform, record: RunRecord) -> list[RunRecord]:
    if record.recursion_id is None or record.iteration is None:
        return [record]
    runs = recursion_runs(platform.ledger, record.recursion_id)
    return [r for r in runs if r.iteration is not None and r.iteration <= record.iteration]
