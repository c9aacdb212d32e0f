"""The one producer of ticks: what a play tells of its moments becomes `metrics.v1`.

File, Prometheus text and JSON are made of the ticks that leave here, so that they say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from dmaic_assets.hashmaps.controller import Decision
from dmaic_assets.hashmaps.forecast import forecast
from dmaic_assets.hashmaps.kernels.replay import BUCKETS, Histogram
from dmaic_assets.hashmaps.kernels.table import LIVE, MASK, USED
from dmaic_assets.hashmaps.metrics.tick import BUCKETS_MS, Event, Percentiles, Tick
from dmaic_assets.hashmaps.metrics.watchdog import Watchdog
from dmaic_assets.hashmaps.probes import expected_probes, probe_lengths
from dmaic_assets.hashmaps.trial.latency import latency_of, middle_of
from dmaic_assets.hashmaps.trial.play import Moment
from dmaic_assets.hashmaps.workload.workload import OPS

# Seconds without an operation after which a play counts as idle: the source document's.
IDLE_S = 5.0
_NS = 1e-9
# Names of events for the controller's actions; `switch` and `compaction` are the source document's.
_TYPES = {
    "migrate": "switch",
    "direct": "switch",
    "compact": "compaction",
    "grow": "growth",
    "reseed": "reseed",
    "freeze": "freeze",
    "thaw": "thaw",
}


@dataclass
class Recorder:
    """Makes a tick of each moment and hands it on; `events` keeps all that happened."""

    watchdog: Watchdog
    hand_on: Callable[[Tick], None]
    total: int
    events: tuple[Event, ...] = ()
    last: Tick | None = None
    _decisions: int = field(init=False, default=0)
    _noted: tuple[Event, ...] = field(init=False, default=())
    _rate: float | None = field(init=False, default=None)

    def record(self, moment: Moment) -> None:
        """Makes the tick of a moment: at the start, now and then, and at the end of a play."""
        t = moment.wall_ns * _NS
        events = self._events_of(moment, t)
        self.events = (*self.events, *events)
        tick = self.watchdog.look(replace(tick_of(moment, t, self._grown(moment)), events=events))
        self.last = tick
        self.hand_on(tick)

    def note(self, what: str, reason: str, before: str = "", after: str = "") -> None:
        """Adds what somebody did from outside to the next tick, at the time of the last one."""
        t, at = (self.last.t, self.last.ops) if self.last else (0.0, 0)
        self._noted = (*self._noted, Event(what, t, at, before, after, reason))

    def _grown(self, moment: Moment) -> float | None:
        """Keys that an operation has added since the last tick."""
        if self.last is not None and (asked := moment.operations - self.last.ops):
            self._rate = (len(moment.held) - self.last.entries) / asked
        return self._rate

    def _events_of(self, moment: Moment, t: float) -> tuple[Event, ...]:
        """What has happened since the last tick, in the order of its time."""
        at, kind = moment.operations, moment.held.kind_name
        told: list[Event] = []
        if self.last is None:
            told.append(Event("start", t, at, after=kind))
        elif t - self.last.t >= IDLE_S:
            reason = f"no operation for {t - self.last.t:.1f} s"
            told.append(Event("idle", self.last.t + IDLE_S, self.last.ops, reason=reason))
            told.append(Event("resume", t, self.last.ops))
        told += self._noted
        self._noted = ()
        told += [_event(decision, t) for decision in moment.events[self._decisions :]]
        self._decisions = len(moment.events)
        if at == self.total and all(event.type != "complete" for event in self.events):
            told.append(Event("complete", t, at, after=kind))
        return tuple(told)


def _event(decision: Decision, t: float) -> Event:
    return Event(
        _TYPES[decision.action],
        t,
        decision.operation,
        decision.kind,
        decision.after,
        decision.reason,
        decision.predicted,
        decision.realised,
    )


def tick_of(moment: Moment, t: float, rate: float | None = None) -> Tick:
    """What is known of a map at a moment, without alerts and events.

    `rate` is how many keys an operation has lately added; the forecast goes by it.
    """
    held, ahead = moment.held, forecast(moment.held, rate)
    counts, lengths = held.counts, probe_lengths(held)
    places, used = int(counts[MASK]) + 1, int(counts[USED])
    actions = [decision.action for decision in moment.events]
    mean = float(lengths.mean()) if lengths.size else 0.0
    found, times = np.unique(lengths, return_counts=True)
    rows = dict(zip(OPS, moment.histogram, strict=True))
    whole = moment.histogram.sum(axis=0)
    latency = {"overall": whole, **rows}
    return Tick(
        t=t,
        backend=held.kind_name,
        ops=moment.operations,
        ops_by_type=moment.counts,
        entries=len(held),
        places=places,
        load_factor=min(used / places, 1.0),
        entries_per_place=len(held) / places,
        tombstone_ratio=(used - int(counts[LIVE])) / places,
        empties=max(1 - used / places, 0.0),
        bytes=held.bytes,
        migrations=sum(action in ("migrate", "direct", "reseed") for action in actions),
        compactions=actions.count("compact"),
        migrating=held.is_migrating,
        migrated=held.migrated,
        avg_probe_estimate=mean,
        probe_ratio=mean / expected_probes(held.counted_kind, held.load),
        max_group_len=int(lengths.max(initial=0)),
        probe_hist=tuple(zip(found.tolist(), times.tolist(), strict=True)),
        latency_ms={k: _percentiles(h, moment.ns_per_cycle) for k, h in latency.items()},
        latency_hist_ms=_cumulative(whole, moment.ns_per_cycle),
        latency_sum_ms=float(whole @ _middles()) * moment.ns_per_cycle / 1e6,
        timed=int(whole.sum()),
        frozen=held.inline is not None or held.frozen is not None,
        keys_to_growth=ahead.keys_to_growth,
        ops_to_growth=ahead.ops_to_growth,
        deletes_to_compact=ahead.deletes_to_compact,
    )


def _percentiles(histogram: Histogram, ns_per_cycle: float) -> Percentiles | None:
    found = latency_of(histogram, ns_per_cycle)
    if found is None:
        return None
    told = {"p50": found.p50, "p90": found.p90, "p99": found.p99, "p999": found.p999}
    return {name: value / 1e6 for name, value in told.items()}


@cache
def _middles() -> npt.NDArray[np.float64]:
    """The cycles that each bucket stands for."""
    return np.array([middle_of(bucket) for bucket in range(BUCKETS)])


def _cumulative(histogram: Histogram, ns_per_cycle: float) -> tuple[tuple[float, int], ...]:
    """How many of the timed operations took at most so many milliseconds, bound by bound."""
    reached = np.append(0, np.cumsum(histogram))
    bounds = np.array(BUCKETS_MS) * 1e6 / ns_per_cycle
    counts = reached[np.searchsorted(_middles(), bounds, side="right")]
    return tuple(zip(BUCKETS_MS, counts.tolist(), strict=True))
