"""What the ticks of a play say as tables: its history, its distributions, its events.

What belongs here: forms of ticks that are read already, as `metrics.v1` has them. The trial's own
server and the platform's API tell these, so that both say the same.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Tick = Mapping[str, Any]
# What a history has of each tick: one number each, in the order of the columns.
COLUMNS = (
    *("t", "ops", "puts", "gets", "dels", "entries", "places", "bytes", "load_factor"),
    *("tombstone_ratio", "empties", "avg_probe_estimate", "probe_ratio", "max_group_len"),
    *("migrations", "compactions", "migrated"),
)
PERCENTILES = ("p50", "p90", "p99", "p999")
# What two plays are compared by, and whether less is better.
_COMPARED = (
    ("ns_p50", True),
    ("ns_p99", True),
    ("avg_probe_estimate", True),
    ("max_group_len", True),
    ("bytes_each", True),
    ("load_factor", False),
)


def history_of(ticks: Sequence[Tick]) -> list[dict[str, float | None]]:
    """One row for each tick, the oldest first: figures, and percentiles in nanoseconds."""
    return [
        {
            **{name: _number(tick.get(name)) for name in COLUMNS},
            **{f"ns_{name}": _percentile(tick, name) for name in PERCENTILES},
        }
        for tick in ticks
    ]


def history_csv(ticks: Sequence[Tick]) -> str:
    """The history as CSV with a header; what has no value is empty."""
    file = io.StringIO()
    names = (*COLUMNS, *(f"ns_{name}" for name in PERCENTILES))
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(history_of(ticks))
    return file.getvalue()


def latency_histogram(tick: Tick) -> list[dict[str, Any]]:
    """How many timed operations took up to so many milliseconds, bucket by bucket."""
    found: list[dict[str, Any]] = []
    before = 0
    for bucket in tick["latency_hist_ms"]:
        found.append({"up_to_ms": bucket["le"], "count": bucket["count"] - before})
        before = bucket["count"]
    return found


def probe_histogram(tick: Tick) -> list[dict[str, int]]:
    """How many sampled searches looked at so many places."""
    return [{"places": places, "count": count} for places, count in tick["probe_hist"]]


def heatmap_of(ticks: Sequence[Tick]) -> dict[str, Any]:
    """Latencies over time: one column a tick with the operations timed since the one before.

    `counts` holds a row for each bucket, a number for each tick.
    """
    bounds = [bucket["le"] for bucket in ticks[-1]["latency_hist_ms"]] if ticks else []
    columns: list[list[int]] = []
    before = [0] * len(bounds)
    for tick in ticks:
        now = [bucket["count"] for bucket in latency_histogram(tick)]
        columns.append([max(0, b - a) for a, b in zip(before, now, strict=True)])
        before = now
    return {
        "t": [tick["t"] for tick in ticks],
        "up_to_ms": bounds,
        "counts": [list(row) for row in zip(*columns, strict=True)],
    }


def events_of(ticks: Sequence[Tick]) -> list[Mapping[str, Any]]:
    """Everything that happened, in the order of its time."""
    return [event for tick in ticks for event in tick["events"]]


def compared(first: Tick, second: Tick) -> list[dict[str, Any]]:
    """How the ends of two plays differ: each figure of both, and the change as a share.

    `is_better` is of the second; None where there is nothing to compare, or no more of a difference
    than rounds of one and the same map have. One play proves little: `dmaic hashmap ab-compare`
    keeps chance out.
    """
    return list(_differences(_ends(first), _ends(second)))


def _differences(
    one: Mapping[str, float | None], other: Mapping[str, float | None]
) -> Iterator[dict[str, Any]]:
    from dmaic_assets.hashmaps.trial.compare import MARGIN

    for name, is_less_better in _COMPARED:
        a, b = one[name], other[name]
        change = b / a - 1 if a and b is not None else None
        is_better = None
        if change is not None and abs(change) >= MARGIN:
            is_better = (change < 0) == is_less_better
        yield {"figure": name, "first": a, "second": b, "change": change, "is_better": is_better}


def _ends(tick: Tick) -> dict[str, float | None]:
    entries = _number(tick.get("entries"))
    size = _number(tick.get("bytes"))
    return {
        **{f"ns_{name}": _percentile(tick, name) for name in PERCENTILES},
        **{name: _number(tick.get(name)) for name in COLUMNS},
        "bytes_each": size / entries if entries and size is not None else None,
    }


def _percentile(tick: Tick, name: str) -> float | None:
    told = tick.get("latency_ns")
    return _number(told.get(name)) if isinstance(told, Mapping) else None


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # pyright: ignore[reportReturnType] - narrowed above
