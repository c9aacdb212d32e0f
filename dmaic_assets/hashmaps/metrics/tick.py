"""What one tick of `metrics.v1` says: a map as it was after so many operations of a play.

Counts are since the play began and never fall. Fields may be added, never renamed or taken away.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TypeAlias

SCHEMA = "metrics.v1"
# Upper bounds of the buckets of latencies, in milliseconds: those that the source document has, and
# finer ones from 20 ns on, which is where operations of compiled maps are.
BUCKETS_MS = (
    *(0.00002, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025),
    *(0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0),
)
Percentiles: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `t` seconds: what a controller did, or that a play paused.

    `predicted_ns` and `realised_ns` are what an operation was, and is, less than before.
    """

    type: str
    t: float
    ops: int
    before: str = ""
    after: str = ""
    reason: str = ""
    predicted_ns: float | None = None
    realised_ns: float | None = None

    def document(self) -> dict[str, object]:
        """The event with the names that the schema has."""
        told = asdict(self)
        told["from"], told["to"] = told.pop("before"), told.pop("after")
        return told


@dataclass(frozen=True, slots=True)
class Alert:
    """A value that has reached its limit."""

    metric: str
    value: float
    threshold: float
    severity: str
    backend: str
    message: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A map after `ops` operations, `t` seconds after the play began.

    Shares lie in [0, 1]; `entries_per_place` may be above 1 where places have chains. What searches
    look at (`avg_probe_estimate`, `probe_ratio` to that of random keys, `max_group_len`,
    `probe_hist`) is of a sample of entries. Percentiles are None until an operation was timed.
    What comes next (`keys_to_growth` and the two after it) is a `Forecast`.
    """

    t: float
    backend: str
    ops: int
    ops_by_type: Mapping[str, int]
    entries: int
    places: int
    load_factor: float
    entries_per_place: float
    tombstone_ratio: float
    empties: float
    bytes: int
    migrations: int
    compactions: int
    migrating: bool
    migrated: int
    avg_probe_estimate: float
    probe_ratio: float
    max_group_len: int
    probe_hist: tuple[tuple[int, int], ...]
    latency_ms: Mapping[str, Percentiles | None]
    latency_hist_ms: tuple[tuple[float, int], ...]
    latency_sum_ms: float
    timed: int
    frozen: bool = False
    keys_to_growth: int = 0
    ops_to_growth: int | None = None
    deletes_to_compact: int | None = None
    events: tuple[Event, ...] = ()
    alerts: tuple[Alert, ...] = ()

    @property
    def latency_ns(self) -> dict[str, float] | None:
        """The percentiles of all operations in nanoseconds."""
        whole = self.latency_ms["overall"]
        return {name: round(ms * 1e6, 3) for name, ms in whole.items()} if whole else None

    def document(self) -> dict[str, object]:
        """The tick as `metrics.v1` has it; what has no value yet is null."""
        told: dict[str, object] = {"schema": SCHEMA}
        told.update((field.name, getattr(self, field.name)) for field in fields(self))
        for name, op in (("puts", "put"), ("gets", "get"), ("dels", "del")):
            told[name] = self.ops_by_type[op]
        bounds = [*self.latency_hist_ms, ("+Inf", self.timed)]
        told["latency_hist_ms"] = [{"le": bound, "count": count} for bound, count in bounds]
        told["latency_ns"] = self.latency_ns
        told["events"] = [event.document() for event in self.events]
        told["alerts"] = [asdict(alert) for alert in self.alerts]
        return told

    def line(self) -> str:
        """The tick as one line of JSON."""
        return json.dumps(self.document(), allow_nan=False, separators=(",", ":"))
