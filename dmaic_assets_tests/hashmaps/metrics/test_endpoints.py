"""What a trial answers over HTTP: the same ticks in every form, bounded, and not to everybody."""

import json
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.metrics.endpoints import (
    KEPT,
    Published,
    answer,
    is_loopback,
    refused,
)
from dmaic_assets.hashmaps.metrics.history import (
    compared,
    heatmap_of,
    history_csv,
    history_of,
    latency_histogram,
    probe_histogram,
)
from dmaic_assets.hashmaps.metrics.prometheus import prometheus_text
from dmaic_assets.hashmaps.metrics.schema import mistakes_of, tick_validator
from dmaic_assets.hashmaps.metrics.server import serving
from dmaic_assets_tests.hashmaps.laboratory import play_recorded


@pytest.fixture(scope="module")
def played():
    return play_recorded().ticks


def published(ticks, total=5000):
    made = Published("orders", total)
    for tick in ticks:
        made.add(tick)
    return made


def asked(made, target):
    told = answer(made, target)
    return told.status, json.loads(told.body)


def test_file_text_and_json_say_the_same(played):
    made = published(played)
    status, told = asked(made, "/ticks")
    assert (status, told["schema"], told["map"]) == (200, "metrics.v1", "orders")
    assert told["ticks"] == [json.loads(tick.line()) for tick in played]
    validator, before = tick_validator(), None
    for tick in told["ticks"]:
        assert mistakes_of(validator, tick, before) == ()
        before = tick
    text = answer(made, "/metrics")
    assert text.body.decode() == prometheus_text(told["ticks"][-1], "orders")
    assert "hashmap_ops" in {f.name for f in text_string_to_metric_families(text.body.decode())}


def test_only_so_many_ticks_are_kept_and_fewer_may_be_asked_for(played):
    made = published([*played] * KEPT)
    assert len(asked(made, "/ticks")[1]["ticks"]) == KEPT
    assert len(asked(made, "/ticks?last=2")[1]["ticks"]) == 2
    for wrong in ("0", "-1", "many", str(KEPT + 1)):
        assert asked(made, f"/ticks?last={wrong}")[0] == 400


def test_health_says_how_far_the_play_is(played):
    assert asked(published([]), "/healthz")[1] == {"status": "playing", "ops": 0, "total": 5000}
    assert asked(published(played[:2]), "/healthz")[1]["status"] == "playing"
    assert asked(published(played), "/healthz")[1]["status"] == "complete"


def test_tables_are_of_the_same_ticks(played):
    made = published(played)
    ticks = asked(made, "/ticks")[1]["ticks"]

    assert asked(made, "/history")[1]["history"] == history_of(ticks)
    assert answer(made, "/history.csv").body.decode() == history_csv(ticks)
    assert asked(made, "/histogram/latency")[1]["latency"] == latency_histogram(ticks[-1])
    assert asked(made, "/histogram/probe")[1]["probe"] == probe_histogram(ticks[-1])
    assert asked(made, "/heatmap?last=2")[1]["heatmap"] == heatmap_of(ticks[-2:])
    assert asked(made, "/events")[1]["events"] == [e for tick in ticks for e in tick["events"]]
    assert asked(published([]), "/history")[0] == 503


def test_plays_are_compared_only_beyond_what_chance_does(played):
    first = played[-1].document()
    faster = {**first, "latency_ns": {name: ns * 0.5 for name, ns in first["latency_ns"].items()}}
    nearly = {**first, "latency_ns": {name: ns * 0.99 for name, ns in first["latency_ns"].items()}}

    (p50, *_), (same, *_) = compared(first, faster), compared(first, nearly)

    assert (p50["figure"], p50["change"], p50["is_better"]) == ("ns_p50", -0.5, True)
    assert same["is_better"] is None
    assert compared(faster, first)[0]["is_better"] is False


def test_what_is_not_there_is_said():
    assert asked(published([]), "/metrics")[0] == 503
    status, told = asked(published([]), "/")
    assert status == 404
    assert "/ticks" in told["error"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("localhost:80", True), ("127.0.0.1", True), ("[::1]:9464", True)),
        *(("0.0.0.0", False), ("evil.example", False), ("", False), ("127.0.0.1.evil.com", False)),
    ],
)
def test_this_machine_alone_is_told_from_others(host, expected):
    assert is_loopback(host) is expected
    assert (refused(None, {"Host": host}) is None) is expected


def test_a_token_is_asked_for_where_there_is_one():
    good = {"Host": "far.example", "Authorization": "Bearer word"}
    assert refused("word", good) is None
    for wrong in ({}, {"Authorization": "Bearer other"}, {"Host": "localhost"}):
        assert refused("word", wrong).status == 401


def test_the_server_answers_while_it_is_open_and_asks_for_the_token(played):
    with serving(published(played), "127.0.0.1", 0, "word") as address:
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(f"{address}/healthz", timeout=10)
        assert error.value.code == 401
        error.value.close()
        wanted = urllib.request.Request(
            f"{address}/healthz", headers={"Authorization": "Bearer word"}
        )
        with urllib.request.urlopen(wanted, timeout=10) as told:
            assert json.load(told)["status"] == "complete"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(wanted, timeout=10)


def test_others_get_nothing_without_a_token_and_a_taken_port_is_named(played):
    with (
        pytest.raises(BadInputError, match="no token"),
        serving(published(played), "0.0.0.0", 0, None),
    ):
        pass
    with serving(published(played), "127.0.0.1", 0, None) as address:
        port = int(address.rpartition(":")[2])
        with (
            pytest.raises(BadInputError, match=str(port)),
            serving(published(played), "127.0.0.1", port, None),
        ):
            pass
