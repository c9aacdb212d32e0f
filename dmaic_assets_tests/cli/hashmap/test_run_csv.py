"""`dmaic hashmap run-csv`, `profile` and `ticks` as a user runs them."""

import json

import pytest

from dmaic_assets_tests.cli.shell import dmaic_here

PRINTED = ("elapsed_seconds", "total_ops", "ops_per_second", "final_backend")
COUNTED = ("migrations_triggered", "compactions_triggered", "latency_ms", "latency_sample")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laboratory")
    arguments = ("--ops", "5000", "--reads", "0.4", "--keys", "700")
    assert dmaic_here("hashmap", "generate-csv", "w.csv", *arguments, cwd=folder).code == 0
    return folder


def run(place, *arguments, environment=None):
    told = {"XDG_CACHE_HOME": str(place / "cache")} | (environment or {})
    return dmaic_here("hashmap", *arguments, cwd=place, environment=told)


def test_a_trial_writes_ticks_prometheus_and_its_summary(place):
    ran = run(
        place,
        *("run-csv", "w.csv", "--kind", "robinhood", "--ticks", "t.ndjson", "--keep", "2"),
        *("--prometheus", "w.prom", "--summary-out", "s.json", "--json"),
    )
    assert ran.code == 0, ran.err
    summary = json.loads((place / "s.json").read_text())
    assert ran.json == {"operations": 5000, **summary}
    assert {*PRINTED, *COUNTED} <= set(summary)
    assert (summary["total_ops"], summary["final_backend"]) == (5000, "robinhood")
    assert (summary["mode"], summary["alerts"]) == ("fixed", [])
    assert [event["type"] for event in summary["events"]] == ["start", "complete"]
    assert len((place / "t.ndjson").read_text().splitlines()) == 5000 // 1024 + 2
    told = run(place, "ticks", "t.ndjson", "--json").json
    assert (told["ticks"], told["last"]["ops"]) == (6, 5000)
    assert told["last"]["latency_ms"] == summary["latency_ms"]
    again = run(place, "ticks", "t.ndjson", "--prometheus").out
    as_written = (place / "w.prom").read_text()
    assert again == as_written.replace('map="w"', 'map="t"')


def test_the_adaptive_mode_measures_the_machine_once_and_decides(place):
    first = run(place, "run-csv", "w.csv")
    assert first.code == 0, first.err
    (costs,) = (place / "cache").rglob("costs.json")
    written = costs.stat().st_mtime_ns
    assert "5,000 operations" in first.out
    second = run(place, "run-csv", "w.csv", "--json")
    assert second.json["policy"] == "costs"
    assert costs.stat().st_mtime_ns == written


def test_ticks_come_as_often_as_is_asked(place):
    wanted = ("--kind", "swiss", "--ticks", "e.ndjson", "--every", "2500")
    assert run(place, "run-csv", "w.csv", *wanted).code == 0
    lines = (place / "e.ndjson").read_text().splitlines()
    assert [json.loads(line)["ops"] for line in lines] == [0, 2500, 5000, 5000]


def test_alerts_are_printed_and_limits_come_from_the_environment(place):
    told = {"WATCHDOG_LOAD_FACTOR_WARN": "0.01"}
    ran = run(place, "run-csv", "w.csv", "--kind", "swiss", environment=told)
    assert "alert:" in ran.out
    assert "limit 0.01" in ran.out
    off = {**told, "WATCHDOG_ENABLED": "false"}
    assert "alert" not in run(place, "run-csv", "w.csv", "--kind", "swiss", environment=off).out


def test_a_saved_map_is_played_further(place):
    ran = run(place, "run-csv", "w.csv", "--kind", "linear", "--snapshot-out", "a.snapshot")
    assert ran.code == 0, ran.err
    (place / "more.csv").write_text("op,key,value\nput,K1,2.5\nput,new,1\ndel,new,\ndel,K2,\n")
    both = ("--snapshot-in", "a.snapshot", "--snapshot-out", "a.snapshot")
    ran = run(place, "run-csv", "more.csv", "--kind", "swiss", *both, "--json")
    assert ran.code == 0, ran.err
    assert run(place, "get", "a.snapshot", "K1", "K2", "new", "--json").json["values"] == {
        "K1": 2.5,
        "K2": None,
        "new": None,
    }


def test_keys_of_a_real_column_are_saved_only_when_that_is_said(place):
    (place / "rows.csv").write_text("id,name\n" + "".join(f"{i},n\n" for i in range(50)))
    wanted = ("run-csv", "rows.csv", "--column", "id", "--kind", "swiss", "--snapshot-out", "b")
    refused = run(place, *wanted)
    assert (refused.code, (place / "b").exists()) == (2, False)
    assert "--plain-keys" in refused.err
    assert run(place, *wanted, "--plain-keys").code == 0
    assert run(place, "get", "b", "7", "--json").json["values"] == {"7": 1.0}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--mode", "adaptive", "--kind", "swiss"), "exclude each other"),
        (("--kind", "swiss", "--ticks", "w.csv"), "is the input w.csv"),
        (("--config", "none.toml"), "is no file"),
        (("--kind", "swiss", "--snapshot-in", "none"), "is no file"),
    ],
)
def test_what_cannot_be_is_refused(place, arguments, word):
    ran = run(place, "run-csv", "w.csv", *arguments, "--json")
    assert ran.code == 2
    assert word in ran.error["detail"]


def test_the_profile_names_the_fastest_index_of_the_table(place):
    told = run(place, "profile", "w.csv", "--ops", "2000", "--json").json
    assert told["operations"] == 2000
    each = {name: found["ns_each"] for name, found in told["indexes"].items()}
    assert each[told["fastest"]] == min(each.values())
    assert list(each) == ["swiss", "robinhood", "linear", "chaining"]


def test_a_file_that_is_no_ticks_is_a_broken_promise(place):
    (place / "bad.ndjson").write_text('{"schema": "metrics.v1"}\n')
    ran = run(place, "ticks", "bad.ndjson", "--json")
    assert ran.code == 3
    assert "line 1" in ran.error["detail"]
    (place / "empty.ndjson").write_text("")
    assert run(place, "ticks", "empty.ndjson").code == 2
