"""Prometheus text of a tick: the same figures as its line of JSON, under the names of old.

Every figure has the label `map`. A scrape reads a file that is replaced as a whole (the textfile
collector of the node exporter), so that nothing has to listen on a port.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_COUNTERS = {
    "ops": "Operations since the play began.",
    "puts": "Insertions and updates.",
    "gets": "Searches.",
    "dels": "Deletions.",
    "migrations": "Times that the index was exchanged for one of another kind or seed.",
    "compactions": "Times that tombstones were cleared away.",
}
_GAUGES = {
    "load_factor": "Share of places in use, at most 1.",
    "entries_per_place": "Entries for each place; above 1 where places have chains.",
    "tombstone_ratio": "Share of places with a tombstone.",
    "empties": "Share of empty places.",
    "avg_probe_estimate": "Places that a search looks at, mean of a sample.",
    "probe_ratio": "Mean search to that of random keys.",
    "max_group_len": "Longest search of a sample.",
    "entries": "Keys of the map.",
    "places": "Places of the index in use.",
    "bytes": "Bytes of the map's arrays.",
    "migrated": "Entries that the next index holds.",
    "frozen": "1 while an inline table answers searches.",
    "keys_to_growth": "New keys until the next index is begun.",
    "ops_to_growth": "Operations until then, at the last rate of new keys.",
    "deletes_to_compact": "Fewest deletions until tombstones are cleared away.",
}
_QUANTILES = {"p50": "0.5", "p90": "0.9", "p99": "0.99", "p999": "0.999"}
_LATENCY = "Milliseconds of operations timed one by one"


def prometheus_text(tick: Mapping[str, Any], name: str) -> str:
    """Writes a tick, as its document, in the text format of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class _Tick(Collector):
        def collect(self) -> "Iterator[Metric]":
            return families_of(tick, name)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Tick())
    return generate_latest(registry).decode()


def families_of(tick: Mapping[str, Any], name: str) -> "Iterator[Metric]":
    """A tick, as its document, as families of the library of Prometheus; `name` is their map."""
    labels = {"map": name}
    for figure, text in _COUNTERS.items():
        yield _family(f"hashmap_{figure}", text, "counter", [("_total", labels, tick[figure])])
    for figure, text in _GAUGES.items():
        # A figure without a value now, or of a file from before it was told, is left out.
        told = [] if tick.get(figure) is None else [("", labels, float(tick[figure]))]
        yield _family(f"hashmap_{figure}", text, "gauge", told)
    backend = {**labels, "backend": tick["backend"]}
    yield _family("hashmap_backend_info", "The index in use.", "gauge", [("", backend, 1)])
    yield from _latencies(tick, labels)
    probes = [("", {**labels, "distance": str(d)}, count) for d, count in tick["probe_hist"]]
    yield _family("hashmap_probe_length_count", "Sampled searches by places.", "gauge", probes)
    alerts = [
        ("", {**labels, "metric": alert["metric"], "severity": alert["severity"]}, 1)
        for alert in tick["alerts"]
    ]
    yield _family("hashmap_watchdog_alert_active", "Limits that are reached.", "gauge", alerts)


def _latencies(tick: Mapping[str, Any], labels: dict[str, str]) -> "Iterator[Metric]":
    name = "hashmap_latency_ms_summary"
    quantiles = [
        ("", {**labels, "op": op, "quantile": _QUANTILES[key]}, value)
        for op, told in tick["latency_ms"].items()
        for key, value in (told or {}).items()
    ]
    yield _family(name, f"{_LATENCY}, by share.", "summary", quantiles)
    buckets = [
        ("_bucket", {**labels, "le": str(bucket["le"])}, bucket["count"])
        for bucket in tick["latency_hist_ms"]
    ]
    ends = [("_count", labels, tick["timed"]), ("_sum", labels, tick["latency_sum_ms"])]
    yield _family("hashmap_latency_ms_hist", f"{_LATENCY}.", "histogram", [*buckets, *ends])


def _family(
    name: str, text: str, kind: str, samples: Sequence[tuple[str, dict[str, str], float]]
) -> "Metric":
    from prometheus_client.metrics_core import Metric

    family = Metric(name, text, kind)
    for suffix, labels, value in samples:
        family.add_sample(name + suffix, labels, value)
    return family
