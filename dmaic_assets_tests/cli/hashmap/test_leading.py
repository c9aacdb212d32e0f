"""A running `run-csv`: served, paced, reconfigured and logged."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest

from dmaic_assets.cli.hashmap.log_file import TickLog, json_log
from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.hashmaps.config.file import read_config
from dmaic_assets.hashmaps.config.options import config_of
from dmaic_assets.hashmaps.trial.reconfigure import configure
from dmaic_assets.hashmaps.trial.trial import Setting, begin
from dmaic_assets.work.laboratory.playing import Reloading, play
from dmaic_assets_tests.cli.shell import clean_environment, dmaic_here
from dmaic_assets_tests.hashmaps.laboratory import CLOCKS, WORKLOAD
from dmaic_assets_tests.hashmaps.seeds import seeds_from
from dmaic_assets_tests.hashmaps.test_trial import TABLE

DRAW = seeds_from(np.random.default_rng(8))


def session(ticks=None, **said):
    told = {f"adaptive.{name}": (value, "here") for name, value in said.items()}
    setting = Setting(config_of(told), CLOCKS, DRAW, lambda: TABLE, tick=500)
    return begin(WORKLOAD, setting, (ticks if ticks is not None else []).append)


def events(trial):
    return [(event.type, event.reason) for event in trial.recorder.events]


def test_other_limits_and_another_mode_count_from_the_next_step_on():
    ticks = []
    led = session(ticks)
    led.step()
    changed = configure(
        led,
        config_of(
            {
                "adaptive.mode": ("memory-tight", ""),
                "adaptive.start_backend": ("linear", ""),
                "adaptive.incremental_batch": (64, ""),
                "watchdog.load_factor_warn": (0.01, ""),
            }
        ),
    )
    assert "adaptive.incremental_batch is 64, was 16" in changed
    assert "adaptive.start_backend is linear, was swiss (from the next play on)" in changed
    trial = led.trial()
    assert led.held.pace == 64
    assert ticks[0].alerts == ()
    assert ticks[1].alerts
    assert [kind for kind, _ in events(trial)] == ["start", "config", "complete"]
    assert trial.summary()["mode"] == "memory-tight"


@pytest.mark.parametrize("modes", [("memory-tight", "adaptive"), ("adaptive", "memory-tight")])
def test_a_mode_with_and_one_without_decisions_take_turns(modes):
    led = session(mode=modes[0])
    led.step()
    configure(led, config_of({"adaptive.mode": (modes[1], "")}))
    assert led.trial().played.entries == len(led.held)


def test_what_has_not_changed_is_no_event():
    led = session()
    assert configure(led, config_of({})) == ()
    assert [kind for kind, _ in events(led.trial())] == ["start", "complete"]


def test_a_file_that_changes_is_read_again_and_a_wrong_one_changes_nothing(tmp_path):
    file = tmp_path / "h.toml"
    file.write_text("[watchdog]\nload_factor_warn = 0.8\n")
    reloading = Reloading(file, lambda: read_config(file, {}))
    led = session()
    led.step()
    file.write_text("[watchdog]\nload_factor_warn = 0.25\n")
    reloading.look(led)
    assert led.recorder.watchdog.limits.load_factor_warn == 0.25
    file.write_text("[watchdog]\nload = 0.5\n")
    reloading.is_asked = True
    reloading.look(led)
    reloading.look(led)
    assert led.recorder.watchdog.limits.load_factor_warn == 0.25
    told = events(led.trial())
    assert [kind for kind, _ in told] == ["start", "config", "config", "complete"]
    assert "refused" in told[2][1]


def test_a_signal_asks_for_the_file_and_the_old_handler_comes_back(tmp_path):
    file = tmp_path / "h.toml"
    file.write_text("[watchdog]\nload_factor_warn = 0.9\n")
    read = []

    def reader():
        read.append(1)
        return read_config(file, {})

    led, before = session(), signal.getsignal(signal.SIGHUP)
    listen = led.recorder.hand_on
    led.recorder.hand_on = lambda tick: (
        listen(tick),
        os.kill(os.getpid(), signal.SIGHUP) if tick.ops == 1000 else None,
    )
    trial = play(led, None, Reloading(file, reader))
    assert read == [1]
    assert ("config", "read again, nothing has changed") in events(trial)
    assert signal.getsignal(signal.SIGHUP) is before


def test_a_pace_is_kept_and_is_no_part_of_the_play():
    led, began = session(), time.monotonic()
    trial = play(led, 10_000, None)
    # The last of ten steps is not waited for.
    assert time.monotonic() - began >= 0.45
    assert trial.played.wall_ns < 0.4e9


def test_events_and_alerts_are_lines_of_json_in_files_that_are_turned_over(tmp_path):
    ticks = []
    led = session(ticks)
    led.recorder.watchdog.limits = config_of({"watchdog.load_factor_warn": (0.3, "")}).watchdog
    with json_log(tmp_path / "run.log", size=1024, count=2) as log:
        write = TickLog(log).write
        led.trial()
        for tick in [*ticks] * 5:
            write(tick)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["run.log", "run.log.1", "run.log.2"]
    lines = [json.loads(x) for n in names for x in (tmp_path / n).read_text().splitlines()]
    assert {"start", "complete", "alert", "alert over"} >= {line["event"] for line in lines}
    assert all(line["time"].endswith("+00:00") for line in lines)
    assert all((tmp_path / name).stat().st_size <= 1024 for name in names)


def test_a_failure_is_the_last_line_and_a_log_that_cannot_be_is_refused(tmp_path):
    with (
        pytest.raises(BadInputError),
        json_log(tmp_path / "run.log") as log,
    ):
        log.tell("start", {})
        raise BadInputError("a", "b", "c")
    last = json.loads((tmp_path / "run.log").read_text().splitlines()[-1])
    assert (last["level"], last["error"], last["hint"]) == ("error", "BadInput", "c")
    with pytest.raises(StoreError, match="log"), json_log(tmp_path):
        pass


def test_a_served_trial_answers_until_ctrl_c_and_prints_its_summary(tmp_path):
    dmaic_here("hashmap", "generate-csv", "w.csv", "--ops", "3000", cwd=tmp_path)
    told = ("run-csv", "w.csv", "--kind", "swiss", "--serve", "0", "--log", "l.log", "--json")
    with subprocess.Popen(
        [sys.executable, "-m", "dmaic_assets.cli", "hashmap", *told, "--ticks", "t.ndjson"],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        address = running.stderr.readline().split()[1]
        assert "over" in running.stderr.readline()
        with urllib.request.urlopen(f"{address}/ticks", timeout=10) as answered:
            ticks = json.load(answered)["ticks"]
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert json.loads(out)["total_ops"] == ticks[-1]["ops"] == 3000
    assert [json.loads(x) for x in (tmp_path / "t.ndjson").read_text().splitlines()] == ticks
    assert '"event": "complete"' in (tmp_path / "l.log").read_text()
