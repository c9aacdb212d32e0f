"""What the ledger says in figures, metric by metric; read in a few statements for all sources.

What belongs here: where each figure comes from. Names and help are in `definitions`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata

from dmaic_assets.process.control.alarm_list import standing_alarms
from dmaic_assets.store.ledger.record.listing import count_runs, count_verdicts
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets.store.ledger.record.standings import source_counts
from dmaic_assets.store.ledger.tasks.slo import service_levels
from dmaic_assets.store.ledger.tasks.tasks import count_states, live_tasks, waiting_since
from dmaic_assets.web.live.progress import read_progress
from dmaic_assets.web.metrics import definitions as told
from dmaic_assets.web.metrics.definitions import Definition
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.state.freshness import freshness_of

# Runs among which the newest finished one is looked for: those beside it are at work.
_RECENT = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure of a metric, with the values of its labels in their order."""

    definition: Definition
    labels: tuple[str, ...]
    value: float


def read_samples(platform: Platform) -> Iterator[Sample]:
    """Reads all figures of a project.

    Raises:
        StoreError: The ledger refuses.
    """
    version = metadata.version("dmaic-assets")
    yield Sample(told.BUILD, (version,), 1)
    yield from _of_sources(platform)
    yield from _of_runs(platform)
    yield from _of_tasks(platform)


def _of_sources(platform: Platform) -> Iterator[Sample]:
    found = source_counts(platform.ledger)
    for counts in found:
        source = counts.source
        for name, value in (
            ("accepted", counts.whole),
            ("quarantine", counts.split),
            ("rejected", counts.held),
            ("landed", counts.waiting),
        ):
            yield Sample(told.FILES, (source, name), value)
        yield Sample(told.ROWS, (source, "accepted"), counts.accepted)
        yield Sample(told.ROWS, (source, "quarantined"), counts.quarantined)
        if counts.score is not None:
            yield Sample(told.SCORE, (source,), counts.score)
        yield Sample(told.LAST_FILE, (source,), counts.newest_at.timestamp())
    names = [counts.source for counts in found]
    for (source, decision), count in count_verdicts(platform.ledger).items():
        yield Sample(told.VERDICTS, (source, decision), count)
    now = platform.clock()
    for fresh in freshness_of(platform, names):
        yield Sample(told.OVERDUE, (fresh.source,), fresh.overdue_s(now))
    yield from _of_alarms(platform, names)


def _of_alarms(platform: Platform, sources: Sequence[str]) -> Iterator[Sample]:
    found = Counter(alarm.source for alarm in standing_alarms(platform) if alarm.is_open)
    for source in dict.fromkeys((*sources, *found)):
        yield Sample(told.ALARMS, (source,), found[source])


def _of_runs(platform: Platform) -> Iterator[Sample]:
    for status, count in count_runs(platform.ledger).items():
        yield Sample(told.RUNS, (status,), count)
    recent = list_runs(platform.ledger, _RECENT)
    finished = next((run for run in recent if run.elapsed_s is not None), None)
    if finished is not None:
        yield Sample(told.LAST_RUN, (), finished.started_at.timestamp())
        yield Sample(told.RUN_SECONDS, (), finished.elapsed_s or 0.0)
    running = read_progress(platform.ledger)
    for state, value in (
        ("done", sum(run.done for run in running)),
        ("open", sum(run.total - run.done for run in running)),
    ):
        yield Sample(told.RUNNING, (state,), value)


def _of_tasks(platform: Platform) -> Iterator[Sample]:
    ledger, now = platform.ledger, platform.clock()
    for state, count in count_states(ledger).items():
        yield Sample(told.TASKS, (state,), count)
    since = waiting_since(ledger)
    waited_s = 0.0 if since is None else (now - since).total_seconds()
    yield Sample(told.WAITING, (), max(0.0, waited_s))
    live = live_tasks(ledger)
    expired = sum(task.lease_until is not None and task.lease_until < now for task in live)
    yield Sample(told.LEASES, (), len(live))
    yield Sample(told.EXPIRED, (), expired)
    for level in service_levels(ledger):
        if level.value is not None:
            yield Sample(told.LEVEL, (level.objective.name,), level.value)
        yield Sample(told.BUDGET, (level.objective.name,), level.budget_left)
