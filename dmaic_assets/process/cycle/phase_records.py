"""What the ledger keeps of a phase of a run: hashes and metrics of every source that it took up.

What belongs here: recording, and putting sources together that were taken up at different times.
The job takes all sources of a run through a phase at once; the UI materializes one of them again,
which must not make the ledger forget the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dmaic_assets.model import Json, PhaseName
from dmaic_assets.process.cycle.phase_memo import PhaseResult
from dmaic_assets.process.recursion.metric_rules import over_sources
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.store.ledger.record.runs import (
    PhaseRecord,
    PhaseStatus,
    list_phases,
    record_phase,
)
from dmaic_assets.work.run.platform import Platform

ALL = ""
RUN = "run"
# What happened in a run, other than how things stand: taken up twice in a run, it adds up.
_ADDED = ("promoted",)


@dataclass(frozen=True, slots=True)
class Taken:
    """A phase of a run: its name and place, when it began, and how it ended."""

    phase: PhaseName
    seq: int
    started: datetime
    status: PhaseStatus


def record_results(
    platform: Platform, run_id: str, taken: Taken, found: Sequence[PhaseResult]
) -> None:
    """Records results of a phase beside those of the run's other sources, and their total."""
    before = next((p for p in list_phases(platform.ledger, run_id) if p.phase == taken.phase), None)
    known = before.metrics if before is not None else {}
    metrics = _metrics_of(known, found)
    inputs: dict[str, Json] = {r.source: r.key for r in found}
    outputs: dict[str, Json] = {r.source: [a.sha256 for a in r.artifacts] for r in found}
    memoized: dict[str, Json] = {r.source: r.is_memoized for r in found}
    sources: dict[str, Json] = {
        "sources": metrics,
        "inputs": {**_mapping(known, "inputs"), **inputs},
        "outputs": {**_mapping(known, "outputs"), **outputs},
        "is_memoized": {**_mapping(known, "is_memoized"), **memoized},
    }
    for result in found:
        own = _numbers(metrics[result.source])
        record_metrics(platform.ledger, run_id, taken.phase, result.source, own)
    total = over_sources([_numbers(m) for m in metrics.values()])
    record_metrics(platform.ledger, run_id, taken.phase, ALL, total)
    record_phase(
        platform.ledger,
        PhaseRecord(
            run_id=run_id,
            phase=taken.phase,
            seq=taken.seq,
            status=taken.status,
            inputs_hash=sha256_json(sources["inputs"]),
            outputs_hash=sha256_json(sources["outputs"]),
            metrics={"all": {**total}, **sources},
            started_at=taken.started,
            finished_at=platform.clock(),
        ),
    )


def record_run_metrics(platform: Platform, run_id: str) -> dict[str, float | None]:
    """Puts the metrics of all phases and sources of a run together, and records them."""
    by_source: dict[str, dict[str, float | None]] = {}
    for phase in list_phases(platform.ledger, run_id):
        for source, metrics in _mapping(phase.metrics, "sources").items():
            by_source.setdefault(source, {}).update(_numbers(metrics))
    total = over_sources([by_source[source] for source in sorted(by_source)])
    record_metrics(platform.ledger, run_id, RUN, ALL, total)
    return total


def _metrics_of(known: Mapping[str, Json], found: Sequence[PhaseResult]) -> dict[str, Json]:
    before = _mapping(known, "sources")
    fresh: dict[str, Json] = {}
    for result in found:
        own = {**result.output.metrics}
        earlier = _numbers(before.get(result.source))
        for name in _ADDED:
            if own.get(name) is not None and earlier.get(name) is not None:
                own[name] = (own[name] or 0.0) + (earlier[name] or 0.0)
        fresh[result.source] = {**own}
    return {**before, **fresh}


def _mapping(record: Mapping[str, Json], name: str) -> dict[str, Json]:
    value = record.get(name)
    return {**value} if isinstance(value, dict) else {}


def _numbers(value: Json) -> dict[str, float | None]:
    entries = value.items() if isinstance(value, dict) else ()
    return {n: float(v) if isinstance(v, int | float) else None for n, v in entries}
