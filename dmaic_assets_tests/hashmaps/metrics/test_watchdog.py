"""Limits are told once when a value reaches them and once when it is back."""

from dataclasses import replace

import pytest

from dmaic_assets.hashmaps.metrics.watchdog import Limits, Watchdog
from dmaic_assets_tests.hashmaps.laboratory import play_recorded

TICK = replace(play_recorded().ticks[-1], backend="swiss", migrating=False, alerts=(), events=())
QUIET = replace(
    TICK, load_factor=0.5, empties=0.5, tombstone_ratio=0.0, avg_probe_estimate=1.0, probe_ratio=1.0
)


def follow(ticks, limits=None):
    dog = Watchdog(limits or Limits())
    return dog, [dog.look(tick) for tick in ticks]


def test_a_value_that_rises_and_falls_is_set_once_and_resolved_once():
    loads = [0.5, 0.9, 0.95, 0.99, 0.85, 0.2]
    ticks = [replace(QUIET, t=float(t), load_factor=load) for t, load in enumerate(loads)]
    dog, told = follow(ticks)
    assert [(x.change, x.t, x.alert.metric) for x in dog.transitions] == [
        ("set", 1.0, "load_factor"),
        ("resolve", 4.0, "load_factor"),
    ]
    assert [len(tick.alerts) for tick in told] == [0, 1, 1, 1, 0, 0]
    alert = told[2].alerts[0]
    assert (alert.value, alert.threshold, alert.severity, alert.backend) == (
        0.95,
        0.9,
        "warning",
        "swiss",
    )
    assert alert.message == "95% of the places are in use"
    assert dog.alerts == ()


@pytest.mark.parametrize(
    ("change", "metrics"),
    [
        ({"avg_probe_estimate": 8.0}, ["avg_probe_estimate"]),
        ({"avg_probe_estimate": 7.99}, []),
        ({"tombstone_ratio": 0.35}, ["tombstone_ratio"]),
        ({"empties": 0.05}, ["empties"]),
        ({"empties": 0.05, "backend": "robinhood"}, []),
        ({"empties": 0.05, "migrating": True}, []),
        ({"probe_ratio": 1.6, "entries": 1000}, ["probe_ratio"]),
        ({"probe_ratio": 2.5, "entries": 1000}, ["probe_ratio", "probe_ratio"]),
        ({"probe_ratio": 2.5, "entries": 100}, []),
        ({"load_factor": 1.0, "backend": "chaining"}, []),
        ({"migrating": True, "entries": 1_000_000}, ["migrating_entries"]),
    ],
)
def test_each_limit_on_either_side(change, metrics):
    _, (tick,) = follow([replace(QUIET, **change)])
    assert [alert.metric for alert in tick.alerts] == metrics


def test_a_limit_of_none_and_a_watchdog_that_is_off_say_nothing():
    loud = replace(QUIET, load_factor=1.0)
    for limits in (Limits(load_factor_warn=None), Limits(enabled=False)):
        dog, (tick,) = follow([loud], limits)
        assert (tick.alerts, dog.transitions) == ((), ())


def test_a_benign_play_raises_nothing():
    assert not any(tick.alerts for tick in play_recorded().ticks)
