"""Configuration: environment before file before default; what has no effect is refused."""

import pytest

from dmaic_assets.errors import PolicyError, SettingsError
from dmaic_assets.hashmaps.config.file import MOST_BYTES, read_config, toml_of, values_of
from dmaic_assets.hashmaps.config.options import KEYS, OPTIONS, Adaptive, config_of
from dmaic_assets.hashmaps.metrics.watchdog import Limits


def file_of(folder, text):
    (folder / "h.toml").write_text(text)
    return folder / "h.toml"


def test_without_anything_said_the_defaults_hold():
    config = read_config(None, {"PATH": "/bin"})
    assert (config.adaptive, config.watchdog) == (Adaptive(), Limits())


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(tmp_path):
    path = file_of(tmp_path, "[adaptive]\nmax_group_len = 5\nincremental_batch = 32\n")
    environment = {"ADAPTIVE_MAX_GROUP_LEN": "7", "WATCHDOG_ENABLED": "false"}
    config = read_config(path, environment)
    told = config.adaptive
    assert (told.max_group_len, told.incremental_batch, told.max_lf_chaining) == (7, 32, 0.82)
    assert config.watchdog.enabled is False


def test_thresholds_come_with_the_defaults_of_the_source():
    told = read_config(None, {"ADAPTIVE_POLICY": "thresholds"}).adaptive
    assert (told.start_backend, told.incremental_batch) == ("chaining", 2048)
    told = read_config(
        None, {"ADAPTIVE_POLICY": "thresholds", "ADAPTIVE_START_BACKEND": "swiss"}
    ).adaptive
    assert (told.start_backend, told.incremental_batch) == ("swiss", 2048)


def test_the_files_of_the_source_are_read_as_they_are(tmp_path):
    text = """[adaptive]
start_backend = "chaining"
initial_buckets = 64
groups_per_bucket = 8
initial_capacity_rh = 64
incremental_batch = 2048
max_lf_chaining = 0.82
max_group_len = 8
max_avg_probe_robinhood = 6.0
max_tombstone_ratio = 0.25
large_map_warn_threshold = 1000000

[watchdog]
enabled = true
load_factor_warn = 0.9
avg_probe_warn = 8.0
tombstone_ratio_warn = "none"
"""
    config = read_config(file_of(tmp_path, text), {})
    assert config.watchdog.tombstone_ratio_warn is None
    assert config.watchdog.large_map_warn == 1_000_000


def test_what_is_written_is_read_back(tmp_path):
    said = {"adaptive.mode": "fast-lookup", "watchdog.avg_probe_warn": "none"}
    config = config_of({key: (value, "here") for key, value in said.items()})
    path = file_of(tmp_path, toml_of(config))
    assert read_config(path, {}) == config
    assert set(values_of(config)) == set(KEYS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[adaptive]\nmax_group_length = 3\n", ["max_group_length", "adaptive.max_group_len"]),
        ("[adaptiv]\nmode = 'adaptive'\n", ["adaptiv", "did you mean adaptive"]),
        ("mode = 'adaptive'\n", ["unknown part 'mode'"]),
        ("[adaptive]\nmode = 'fast'\n", ["adaptive.mode", "fast"]),
        ("[adaptive]\ninitial_buckets = 0\n", ["adaptive.initial_buckets"]),
        ("[adaptive]\ninitial_buckets = 2.5\n", ["adaptive.initial_buckets"]),
        ("[adaptive]\ninitial_buckets = true\n", ["adaptive.initial_buckets"]),
        ("[adaptive]\nmax_lf_chaining = nan\n", ["adaptive.max_lf_chaining"]),
        ("[adaptive]\nmax_lf_chaining = 'none'\n", ["adaptive.max_lf_chaining"]),
        ("[watchdog]\nenabled = 'maybe'\n", ["watchdog.enabled"]),
        ("[watchdog]\nload_factor_warn = 1.5\n", ["watchdog.load_factor_warn"]),
        ("[watchdog\n", ["is no TOML"]),
    ],
)
def test_a_key_or_value_that_cannot_be_is_named(tmp_path, text, words):
    with pytest.raises(SettingsError) as refused:
        read_config(file_of(tmp_path, text), {})
    for word in words:
        assert word in str(refused.value)
    assert refused.value.fix


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("ADAPTIVE_MAX_GROUP_LENGTH", "3", "ADAPTIVE_MAX_GROUP_LEN"),
        ("WATCHDOG_AVG_PROBE", "3", "WATCHDOG_AVG_PROBE_WARN"),
        ("WATCHDOG_AVG_PROBE_WARN", "many", "watchdog.avg_probe_warn is 'many'"),
    ],
)
def test_a_variable_that_has_no_effect_is_refused(name, value, word):
    with pytest.raises(SettingsError, match=word):
        read_config(None, {name: value})


def test_files_that_are_away_or_far_too_large_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="no file"):
        read_config(tmp_path / "none.toml", {})
    with pytest.raises(PolicyError):
        read_config(file_of(tmp_path, "#" * (MOST_BYTES + 1)), {})


def test_every_default_is_one_that_its_key_allows():
    config = config_of({option.key: (option.default, "here") for option in OPTIONS})
    assert (config.adaptive, config.watchdog) == (Adaptive(), Limits())
