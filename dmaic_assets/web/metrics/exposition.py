"""The text of `/metrics`: figures of the ledger, of this server, and of plays of hash maps.

What belongs here: the way from samples to families of the library.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from dmaic_assets.hashmaps.metrics.prometheus import families_of
from dmaic_assets.hashmaps.metrics.tick_file import newest_ticks
from dmaic_assets.settings.project import Paths
from dmaic_assets.web.answers import AnswerCache
from dmaic_assets.web.api.trials import play_files
from dmaic_assets.web.jobs.runner import JobRunner
from dmaic_assets.web.live.events import EventStream
from dmaic_assets.web.metrics import definitions as told
from dmaic_assets.web.metrics.reading import Sample, read_samples
from dmaic_assets.web.project import Project

# Plays whose newest tick is told, the first by name: each has about 80 series.
_MOST_PLAYS = 50
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class RequestMetrics:
    """Counts what this server answers."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        name = told.REQUESTS.name.removesuffix("_total")
        self._requests = Counter(
            name, told.REQUESTS.help, told.REQUESTS.labels, registry=self.registry
        )
        self._seconds = Histogram(
            told.SECONDS.name,
            told.SECONDS.help,
            buckets=told.BUCKETS_S,
            registry=self.registry,
        )

    def count(self, method: str, status: int, seconds: float | None) -> None:
        """Notes an answer; `seconds` is None for a stream, which takes as long as it is heard."""
        self._requests.labels(method, str(status)).inc()
        if seconds is not None:
            self._seconds.observe(seconds)


@dataclass(frozen=True, slots=True)
class Exposition:
    """Answers `/metrics`."""

    project: Project
    cache: AnswerCache
    jobs: JobRunner
    events: EventStream
    requests: RequestMetrics

    def answer(self, _request: Request) -> Response:
        """The text of all metrics; what the ledger says is read when it has changed.

        Raises:
            StoreError: The ledger refuses.
        """
        moment = self.project.moment()
        of_project = self.cache.get("metrics", moment, self._of_project)
        own = _text(lambda: families(self._own()))
        plays = _text(lambda: _plays(self.project.platform.paths))
        body = of_project + own + generate_latest(self.requests.registry) + plays
        return Response(body, 200, {"Cache-Control": "no-store"}, _TYPE)

    def _of_project(self) -> bytes:
        return _text(lambda: families(read_samples(self.project.platform)))

    def _own(self) -> Iterator[Sample]:
        states = [job.state for job in self.jobs.all_jobs()]
        for state in ("pending", "running", "completed", "failed", "cancelled"):
            yield Sample(told.JOBS, (state,), states.count(state))
        yield Sample(told.LISTENERS, (), self.events.listeners)
        yield Sample(told.KEPT, (), self.cache.size_bytes)


def families(samples: Iterable[Sample]) -> Iterator[Metric]:
    """Lays samples out as families, in the order of their definitions."""
    by_name: dict[str, list[Sample]] = {}
    for sample in samples:
        by_name.setdefault(sample.definition.name, []).append(sample)
    for found in by_name.values():
        definition = found[0].definition
        family = Metric(definition.name.removesuffix("_total"), definition.help, definition.kind)
        for sample in found:
            labels = dict(zip(definition.labels, sample.labels, strict=True))
            family.add_sample(definition.name, labels, sample.value)
        yield family


def _plays(paths: Paths) -> Iterator[Metric]:
    """The newest tick of each play; series of one name stand together, as the format wants."""
    merged: dict[str, Metric] = {}
    for name, path in itertools.islice(sorted(play_files(paths).items()), _MOST_PLAYS):
        for tick in newest_ticks(path, 1):
            for family in families_of(tick, name):
                known = merged.setdefault(family.name, family)
                if known is not family:
                    known.samples.extend(family.samples)
    yield from merged.values()


def _text(collect: Callable[[], Iterator[Metric]]) -> bytes:
    class _Given(Collector):
        def collect(self) -> Iterator[Metric]:
            return collect()

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given())
    return generate_latest(registry)
