"""Ticks are as many as promised, true to the map, valid, and kept in files."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError, InvariantError, PolicyError
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS
from dmaic_assets.hashmaps.metrics.recorder import Recorder
from dmaic_assets.hashmaps.metrics.tick import BUCKETS_MS
from dmaic_assets.hashmaps.metrics.tick_file import read_ticks, start_file
from dmaic_assets.hashmaps.metrics.watchdog import Limits, Watchdog
from dmaic_assets.hashmaps.trial.latency import new_histogram
from dmaic_assets.hashmaps.trial.play import SAMPLE, Moment
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets_tests.hashmaps.laboratory import WORKLOAD, decision, play_recorded
from dmaic_assets_tests.hashmaps.seeds import seeds_from


def written(path, ticks, kept=5):
    file = start_file(path, kept)
    for tick in ticks:
        file.write(tick)
    file.close()
    return path


def moment(operations=0, wall_s=0.0, events=(), histogram=None, ns_per_cycle=1.0):
    held = DenseMap(seeds_from(np.random.default_rng(1)))
    counts = {"get": operations, "put": 0, "del": 0}
    histogram = new_histogram() if histogram is None else histogram
    return Moment(operations, int(wall_s * 1e9), counts, held, histogram, ns_per_cycle, events)


def recorder(total=100):
    ticks = []
    return ticks, Recorder(Watchdog(Limits()), ticks.append, total)


@pytest.mark.parametrize("count", [1, 1023, 1024, 1025, 3000])
def test_a_tick_every_1024_operations_and_at_both_ends(count):
    made = generate(Recipe(ops=count, key_space=100, is_whole=True))
    ticks = play_recorded(made).ticks
    assert len(ticks) == count // 1024 + 2
    assert [tick.ops for tick in ticks][:-1] == [1024 * i for i in range(count // 1024 + 1)]
    assert ticks[-1].ops == count


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
def test_the_last_tick_is_what_the_map_is(kind, tmp_path):
    held = DenseMap(seeds_from(np.random.default_rng(2)), kind)
    told = play_recorded(held=held)
    last = told.ticks[-1]
    assert (last.entries, last.backend) == (len(held), KINDS[kind])
    assert last.ops_by_type == {
        op: round(WORKLOAD.share_of(op) * len(WORKLOAD)) for op in ("get", "put", "del")
    }
    assert sum(times for _, times in last.probe_hist) == min(256, len(held))
    assert last.timed == -(-len(WORKLOAD) // SAMPLE)
    assert 0 < last.load_factor <= 1
    assert len(list(read_ticks(written(tmp_path / "t.ndjson", told.ticks)))) == len(told.ticks)


def test_chains_longer_than_their_places_are_no_load_above_1():
    held = DenseMap(seeds_from(np.random.default_rng(2)), KINDS.index("chaining"))
    held.put(np.arange(60, dtype=np.uint64), np.arange(60, dtype=np.uint64))
    assert held.load < 1
    held.index.counts[0] = 15  # as if it had sixteen places
    tick = replace(moment(), held=held)
    ticks, record = recorder()
    record.record(tick)
    assert (ticks[0].load_factor, ticks[0].entries_per_place) == (1.0, 60 / 16)


def test_an_event_is_told_once_in_the_tick_after_it():
    ticks, record = recorder(total=3)
    for at in range(4):
        done = (decision("compact"), decision("migrate"))[: max(at - 1, 0)]
        record.record(moment(at, at, done))
    assert [[event.type for event in tick.events] for tick in ticks] == [
        ["start"],
        [],
        ["compaction"],
        ["switch", "complete"],
    ]
    assert [(tick.migrations, tick.compactions) for tick in ticks] == [(0, 0)] * 2 + [
        (0, 1),
        (1, 1),
    ]


def test_a_pause_is_told_with_its_start_and_end():
    ticks, record = recorder()
    for at, wall in ((0, 0.0), (10, 4.0), (20, 12.0)):
        record.record(moment(at, wall))
    assert [event.type for event in ticks[1].events] == []
    assert [(event.type, event.t) for event in ticks[2].events] == [("idle", 9.0), ("resume", 12.0)]


def test_cumulative_counts_are_of_the_operations_within_each_bound():
    histogram = new_histogram()
    histogram[0, 20] = 3  # 20 ns
    histogram[1, 200] = 2  # 200 ns
    ticks, record = recorder()
    record.record(moment(5, histogram=histogram))
    told = dict(ticks[0].latency_hist_ms)
    assert (told[0.00002], told[0.0001], told[0.00025], told[10.0]) == (3, 3, 5, 5)
    assert ticks[0].latency_ns == {"p50": 20.0, "p90": 200.0, "p99": 200.0, "p999": 200.0}
    assert [bound for bound, _ in ticks[0].latency_hist_ms] == list(BUCKETS_MS)


def wrong_lines():
    ticks = [tick.document() for tick in play_recorded().ticks]
    first, last = ticks[0], ticks[-1]
    latency = {"overall": {"p50": 2.0, "p90": 1.0, "p99": 3.0}}
    return {
        "no JSON": ["{"],
        "metrics.v1": [{**first, "schema": "metrics.v2"}],
        "is a required property": [{k: v for k, v in first.items() if k != "backend"}],
        "load_factor": [{**first, "load_factor": 1.2}],
        "percentiles fall": [{**last, "latency_ms": latency}],
        "does not add up": [{**last, "ops": 1}],
        "ops: falls": [last, first],
        "line 2": [first, []],
        "\\+Inf": [{**last, "latency_hist_ms": last["latency_hist_ms"][:-1]}],
    }


@pytest.mark.parametrize("what", list(wrong_lines()))
def test_what_is_no_tick_is_named_by_its_line(what, tmp_path):
    lines = [x if isinstance(x, str) else json.dumps(x) for x in wrong_lines()[what]]
    (tmp_path / "t.ndjson").write_text("\n".join(lines))
    with pytest.raises(InvariantError, match=what):
        list(read_ticks(tmp_path / "t.ndjson"))


def test_a_field_that_is_new_is_no_mistake(tmp_path):
    line = {**play_recorded().ticks[0].document(), "regret": 0.1}
    (tmp_path / "t.ndjson").write_text(json.dumps(line))
    assert len(list(read_ticks(tmp_path / "t.ndjson"))) == 1


def test_the_least_tick_of_the_contract_is_valid(tmp_path):
    least = {"schema": "metrics.v1", "t": 0, "backend": "robinhood", "ops": 0, "load_factor": 0}
    (tmp_path / "t.ndjson").write_text(json.dumps({**least, "latency_ms": {"overall": None}}))
    assert next(read_ticks(tmp_path / "t.ndjson"))["ops"] == 0


def test_files_of_earlier_plays_stay_up_to_a_number(tmp_path):
    ticks = play_recorded().ticks
    for count in range(1, 6):
        written(tmp_path / "t.ndjson", ticks[:count], kept=3)
    sizes = {p.name: len(p.read_text().splitlines()) for p in tmp_path.iterdir()}
    assert sizes == {"t.ndjson": 5, "t.1.ndjson": 4, "t.2.ndjson": 3}
    written(tmp_path / "t.ndjson", ticks, kept=1)
    assert [p.name for p in tmp_path.iterdir()] == ["t.ndjson"]


def test_a_file_that_is_away_or_too_large_is_refused(tmp_path):
    with pytest.raises(BadInputError):
        next(read_ticks(tmp_path / "none.ndjson"))
    written(tmp_path / "t.ndjson", play_recorded().ticks)
    with pytest.raises(PolicyError):
        next(read_ticks(tmp_path / "t.ndjson", most_bytes=100))
