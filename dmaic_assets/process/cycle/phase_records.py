"""What the ledger keeps of a phase of a run: hashes and metrics of every source that it took up.

What belongs here: recording, and putting sources together that were taken up at different times.
The job takes all sources of a run through a phase at once; the UI materializes one of them again,
which must not make the ledger forget the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from dmaic_assets.model import Json, PhaseName
from dmaic_assets.process.cycle.phase_memo import PhaseResult
from dmaic_assets.process.recursion.metric_rules import over_sources
from dmaic_assets.process.recursion.recursion import ALL, RUN
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.store.ledger.record.runs import (
    PhaseRecord,
    PhaseStatus,
    list_phases,
    record_phase,
)
from dmaic_assets.work.run.platform import Platform

# What happened in a run, other than how things stand: taken up twice in a run, it adds up.
_ADDED = ("promoted",)


@dataclass(frozen=True, slots=True)
class Taken:
    """A phase of a run: its name and place, when it began, and how it ended."""

    phase: PhaseName
    seq: int
    started: datetime
    status: PhaseStatus


@dataclass(frozen=True, slots=True)
class PhaseMetrics:
    """What a phase of a run came to: over all its sources, and for each by its name."""

    all: Mapping[str, float | None] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, int | float | None]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_memoized: Mapping[str, bool] = field(default_factory=dict)


def phase_metrics(record: PhaseRecord) -> PhaseMetrics:
    """Reads what is recorded of a phase.

    Raises:
        InvariantError: It is not what `record_results` wrote; names the place.
    """
    return from_json(PhaseMetrics, {**record.metrics})


def record_results(
    platform: Platform, run_id: str, taken: Taken, found: Sequence[PhaseResult]
) -> None:
    """Records results of a phase beside those of the run's other sources, and their total."""
    before = next((p for p in list_phases(platform.ledger, run_id) if p.phase == taken.phase), None)
    known = phase_metrics(before) if before is not None else PhaseMetrics()
    sources = {**known.sources, **{r.source: _own(known, r) for r in found}}
    for result in found:
        record_metrics(platform.ledger, run_id, taken.phase, result.source, sources[result.source])
    total = over_sources(list(sources.values()))
    record_metrics(platform.ledger, run_id, taken.phase, ALL, total)
    metrics = PhaseMetrics(
        total,
        sources,
        {**known.inputs, **{r.source: r.key for r in found}},
        {**known.outputs, **{r.source: tuple(a.sha256 for a in r.artifacts) for r in found}},
        {**known.is_memoized, **{r.source: r.is_memoized for r in found}},
    )
    record_phase(
        platform.ledger,
        PhaseRecord(
            run_id=run_id,
            phase=taken.phase,
            seq=taken.seq,
            status=taken.status,
            inputs_hash=sha256_json(metrics.inputs),
            outputs_hash=sha256_json(metrics.outputs),
            metrics=cast("dict[str, Json]", to_json(metrics)),
            started_at=taken.started,
            finished_at=platform.clock(),
        ),
    )


def record_run_metrics(platform: Platform, run_id: str) -> dict[str, float | None]:
    """Puts the metrics of all phases and sources of a run together, and records them."""
    by_source: dict[str, dict[str, float | None]] = {}
    for phase in list_phases(platform.ledger, run_id):
        for source, metrics in phase_metrics(phase).sources.items():
            by_source.setdefault(source, {}).update(metrics)
    total = over_sources([by_source[source] for source in sorted(by_source)])
    record_metrics(platform.ledger, run_id, RUN, ALL, total)
    return total


def _own(known: PhaseMetrics, result: PhaseResult) -> dict[str, float | None]:
    """A result's metrics, and what happened when its source was taken up in the run before."""
    own = {**result.output.metrics}
    earlier = known.sources.get(result.source, {})
    for name in _ADDED:
        now, then = own.get(name), earlier.get(name)
        if now is not None and then is not None:
            own[name] = float(now + then)
    return own
