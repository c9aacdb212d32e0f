"""`dmaic hashmap config` as a user runs it, on a terminal and without one."""

import os
import pty
import subprocess
import sys
import tomllib

from dmaic_assets_tests.cli.shell import clean_environment, dmaic_here


def config(folder, *arguments, environment=None):
    return dmaic_here("hashmap", "config", *arguments, cwd=folder, environment=environment)


def test_the_wizard_writes_defaults_and_what_is_there_stays(tmp_path):
    ran = config(tmp_path, "wizard", "--yes", "--json")
    assert ran.code == 0, ran.err
    read = tomllib.loads((tmp_path / "hashmaps.toml").read_text())
    assert read["adaptive"]["mode"] == "adaptive"
    before = (tmp_path / "hashmaps.toml").read_text()
    assert config(tmp_path, "wizard", "--yes").code == 2
    assert (tmp_path / "hashmaps.toml").read_text() == before


def test_the_preset_of_thresholds_has_the_defaults_of_the_source(tmp_path):
    assert config(tmp_path, "wizard", "t.toml", "--preset", "thresholds", "--yes").code == 0
    told = tomllib.loads((tmp_path / "t.toml").read_text())["adaptive"]
    assert (told["policy"], told["start_backend"], told["incremental_batch"]) == (
        "thresholds",
        "chaining",
        2048,
    )


def test_without_a_terminal_the_wizard_needs_yes(tmp_path):
    ran = config(tmp_path, "wizard")
    assert (ran.code, list(tmp_path.iterdir())) == (2, [])
    assert "--yes" in ran.err


def test_on_a_terminal_it_asks_and_asks_again(tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "dmaic_assets.cli", "hashmap", "config", "wizard"]
    # A wrong mode, then a right one; every other key as it is.
    os.write(ours, b"fast\nfast-insert\n" + b"\n" * 20)
    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env=clean_environment(),
        stdin=theirs,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert ran.returncode == 0, ran.stderr
    assert "adaptive.mode is 'fast'" in ran.stderr
    assert tomllib.loads((tmp_path / "hashmaps.toml").read_text())["adaptive"]["mode"] == (
        "fast-insert"
    )


def test_a_change_that_would_be_refused_later_leaves_the_file_alone(tmp_path):
    config(tmp_path, "wizard", "--yes")
    ran = config(tmp_path, "edit", "hashmaps.toml", "watchdog.load_factor_warn=none", "--json")
    assert ran.json["values"]["watchdog.load_factor_warn"] is None
    before = (tmp_path / "hashmaps.toml").read_text()
    for change in ("adaptive.mode=fast", "adaptive.moed=adaptive", "adaptive.mode"):
        assert config(tmp_path, "edit", "hashmaps.toml", change).code == 2
    assert (tmp_path / "hashmaps.toml").read_text() == before


def test_what_counts_is_shown_with_the_environment_first(tmp_path):
    config(tmp_path, "wizard", "--preset", "fast-lookup", "--yes")
    told = {"ADAPTIVE_MAX_GROUP_LEN": "5"}
    values = config(tmp_path, "show", "hashmaps.toml", "--json", environment=told).json["values"]
    assert (values["adaptive.mode"], values["adaptive.max_group_len"]) == ("fast-lookup", 5)
    assert "watchdog.probe_ratio_warn" in config(tmp_path, "show").out


def test_what_refusals_advise_does_help(tmp_path):
    refused = config(tmp_path, "show", "none.toml", "--json")
    assert refused.error["hint"] == "Write one: dmaic hashmap config wizard none.toml"
    assert config(tmp_path, "wizard", "none.toml", "--yes").code == 0
    again = config(tmp_path, "wizard", "none.toml", "--yes", "--json")
    assert again.error["hint"] == "Change it: dmaic hashmap config edit none.toml KEY=VALUE"
    assert config(tmp_path, "edit", "none.toml", "adaptive.max_group_len=9").code == 0
    wrong = config(tmp_path, "edit", "none.toml", "adaptive.max_group=9", "--json")
    assert wrong.error["hint"] == "All keys: dmaic hashmap config show"
    assert "adaptive.max_group_len" in config(tmp_path, "show").out
