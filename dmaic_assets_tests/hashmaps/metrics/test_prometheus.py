"""File, Prometheus text and JSON say the same; rules and dashboard name what is emitted."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from dmaic_assets.hashmaps.metrics.prometheus import prometheus_text
from dmaic_assets.hashmaps.metrics.tick import Alert
from dmaic_assets.hashmaps.metrics.tick_file import read_ticks, start_file
from dmaic_assets_tests.hashmaps.laboratory import play_recorded

DEPLOYED = Path(__file__).parents[3] / "deploy" / "hashmaps"
ALERT = Alert("load_factor", 0.95, 0.9, "warning", "swiss", "a test")
NAME = re.compile(r"\bhashmap_\w+")
QUANTILES = {"0.5": "p50", "0.9": "p90", "0.99": "p99", "0.999": "p999"}


def samples_of(text):
    return [s for family in text_string_to_metric_families(text) for s in family.samples]


def last_tick():
    return replace(play_recorded().ticks[-1], alerts=(ALERT,))


def said_by(sample, tick):
    """What the tick's JSON has in the place of a Prometheus sample."""
    name, labels = sample.name.removeprefix("hashmap_"), sample.labels
    if name == "backend_info":
        return float(labels["backend"] == tick["backend"])
    if name == "latency_ms_summary":
        return tick["latency_ms"][labels["op"]][QUANTILES[labels["quantile"]]]
    if name == "latency_ms_hist_bucket":
        return {str(b["le"]): b["count"] for b in tick["latency_hist_ms"]}[labels["le"]]
    if name == "probe_length_count":
        return dict(tick["probe_hist"])[int(labels["distance"])]
    if name == "watchdog_alert_active":
        return float(any(alert["metric"] == labels["metric"] for alert in tick["alerts"]))
    renamed = {"latency_ms_hist_count": "timed", "latency_ms_hist_sum": "latency_sum_ms"}
    return tick[renamed.get(name, name.removesuffix("_total"))]


def test_the_same_tick_in_file_text_and_json(tmp_path):
    tick = last_tick()
    file = start_file(tmp_path / "t.ndjson")
    file.write(tick)
    file.close()
    (read,) = read_ticks(tmp_path / "t.ndjson")
    assert read == json.loads(json.dumps(tick.document()))
    samples = samples_of(prometheus_text(read, "orders"))
    assert len(samples) > 50
    for sample in samples:
        assert sample.value == said_by(sample, read), sample
        assert sample.labels["map"] == "orders"


def test_every_figure_of_a_tick_is_in_the_text():
    tick = last_tick()
    text = prometheus_text(tick.document(), "m")
    figures = {n for n, v in tick.document().items() if isinstance(v, int | float)}
    for name in figures - {"t", "timed", "latency_sum_ms", "migrating"}:
        assert f"hashmap_{name}" in text
    buckets = [s for s in samples_of(text) if s.name.endswith("_hist_bucket")]
    assert len(buckets) == len(tick.latency_hist_ms) + 1
    assert buckets[-1].value == tick.timed


def test_the_first_tick_has_a_text_too():
    assert samples_of(prometheus_text(play_recorded().ticks[0].document(), "m"))


@pytest.mark.parametrize("file", ["alerts.yaml", "dashboard.json"])
def test_every_metric_that_is_deployed_is_emitted(file):
    emitted = {s.name for s in samples_of(prometheus_text(last_tick().document(), "m"))}
    named = set(NAME.findall((DEPLOYED / file).read_text()))
    assert named
    assert named <= emitted


def test_the_deployed_files_are_what_their_readers_read():
    (group,) = yaml.safe_load((DEPLOYED / "alerts.yaml").read_text())["groups"]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in group["rules"])
    dashboard = json.loads((DEPLOYED / "dashboard.json").read_text())
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
