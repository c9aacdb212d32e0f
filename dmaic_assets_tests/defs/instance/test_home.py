"""Dagster's home of a project: what is written, what is left alone, what is healed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dmaic_assets.defs.instance.home import home_of, prepare_home
from dmaic_assets.defs.instance.instance import project_instance
from dmaic_assets.settings.project import Settings, load_settings

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return settings_in(tmp_path / "project")


def settings_in(folder: Path) -> Settings:
    shutil.copytree(ROOT / "config", folder / "config")
    return load_settings(folder, environment={})


def config_of(home: Path) -> dict:
    return yaml.safe_load((home / "dagster.yaml").read_text())


def test_nothing_is_told_to_anybody(settings):
    config = config_of(prepare_home(settings))

    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}


def test_dagster_accepts_what_is_written(settings):
    with project_instance(settings) as instance:
        assert type(instance.event_log_storage).__name__ == "KeptSqliteEventLogStorage"
        assert not instance.telemetry_enabled
        assert instance.run_retries_enabled
        assert instance.run_monitoring_enabled
        assert instance.get_runs() == []


def test_the_dagster_command_is_led_to_the_home(settings):
    home = prepare_home(settings)

    line = (settings.paths.root / ".env").read_text().splitlines()[-1]
    assert line == f'DAGSTER_HOME="{home.resolve()}"'


def test_doing_it_again_changes_nothing(settings):
    home = prepare_home(settings)
    before = {
        p: p.stat().st_mtime_ns for p in (home / "dagster.yaml", settings.paths.root / ".env")
    }

    prepare_home(settings)

    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_a_person_wrote_stays(settings):
    home = prepare_home(settings)
    config, env = home / "dagster.yaml", settings.paths.root / ".env"
    edited = config.read_text().replace("max_concurrent_runs: 4", "max_concurrent_runs: 9")
    config.write_text(edited + "# mine\n")
    env.write_text("SECRET=1\n")

    prepare_home(settings)

    assert config.read_text() == edited + "# mine\n"
    assert env.read_text() == "SECRET=1\n"


def test_a_project_that_was_moved_writes_to_its_new_place(settings, tmp_path):
    prepare_home(settings)
    moved = tmp_path / "moved"
    settings.paths.root.rename(moved)
    after = load_settings(moved, environment={})

    home = prepare_home(after)

    history = config_of(home)["event_log_storage"]["config"]["base_dir"]
    assert Path(history) == home.resolve() / "history" / "runs"
    assert str(home.resolve()) in (moved / ".env").read_text()


def test_any_folder_name_will_do(tmp_path, monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    settings = settings_in(tmp_path / "a b'\"\\ünï: #{}")

    with project_instance(settings) as instance:
        assert instance.get_runs() == []
    assert (settings.paths.dagster_home / "history" / "runs" / "index.db").is_file()


def test_a_home_that_is_named_is_used_and_left_as_it_is(settings, tmp_path, monkeypatch):
    named = tmp_path / "own"
    monkeypatch.setenv("DAGSTER_HOME", str(named))

    home = prepare_home(settings)

    assert home == home_of(settings) == named
    assert list(named.iterdir()) == []
    assert not (settings.paths.root / ".env").exists()


def test_home_is_made_without_importing_dagster():
    imports = "import dmaic_assets.defs.instance.home, dmaic_assets.web.servers.start, sys"
    code = f"{imports}; print('dagster' in sys.modules)"

    made = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert made.stdout.strip() == "False"
