"""Dagster's home folder of a project: its dagster.yaml, and the .env that leads commands to it.

What belongs here: files that Dagster reads before it runs. Nothing here imports Dagster, so that
the supervisor stays small.
"""

import os
import re
from pathlib import Path

from dmaic_assets.settings.project import Settings
from dmaic_assets.store.effect_files import write_bytes_if_changed

MODULE = "dmaic_assets.definitions"
LOCATION = "dmaic_assets"
_MARK = "# Written by dmaic: the dagster command finds the project's instance through this line.\n"

_DAGSTER_YAML = """\
# Written by dmaic once, when the project has none; yours to change from then on.
# docs/guides/dagster.md tells why each entry is here.
telemetry:
  enabled: false
nux:
  enabled: false

# One connection per log, kept: ten times the speed of the default.
event_log_storage:
  module: dmaic_assets.defs.event_log
  class: KeptSqliteEventLogStorage
  config:
    {history}

run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
  config:
    max_concurrent_runs: 4
    dequeue_interval_seconds: 1

# A run whose process died is started again; what it had done is known to the ledger.
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false

run_monitoring:
  enabled: true
  start_timeout_seconds: 180

python_logs:
  python_log_level: INFO

retention:
  sensor:
    purge_after_days: {{skipped: 1, success: 30, failure: 30, started: 1}}
  schedule:
    purge_after_days: {{skipped: 7, success: 90, failure: 90, started: 1}}
  auto_materialize:
    purge_after_days: {{skipped: 1, success: 30, failure: 30, started: 1}}
"""
_HISTORY = re.compile(r"(?<=class: KeptSqliteEventLogStorage\n  config:\n    )base_dir: .*")


def home_of(settings: Settings) -> Path:
    """Where Dagster's instance of this project is: DAGSTER_HOME, else under the data folder."""
    named = os.environ.get("DAGSTER_HOME")
    return Path(named) if named else settings.paths.dagster_home


def prepare_home(settings: Settings) -> Path:
    """Makes Dagster's home with a dagster.yaml where there is none, and returns it.

    A .env in the project folder leads the `dagster` command there, unless a person wrote one.
    A home that DAGSTER_HOME names is left as it is.

    Raises:
        StoreError: A folder refuses.
    """
    home = home_of(settings)
    home.mkdir(parents=True, exist_ok=True)
    if home != settings.paths.dagster_home:
        return home
    _configure(home)
    _lead_to(home, settings.paths.root / ".env")
    return home


def _configure(home: Path) -> None:
    config = home / "dagster.yaml"
    history = f"base_dir: {_quoted(home / 'history' / 'runs')}"
    if config.exists():
        # The project may have been moved since; all else in the file is a person's.
        text = _HISTORY.sub(lambda _: history, config.read_text(encoding="utf-8"))
    else:
        text = _DAGSTER_YAML.format(history=history)
    write_bytes_if_changed(config, text.encode())


def _lead_to(home: Path, env_file: Path) -> None:
    content = f"{_MARK}DAGSTER_HOME={_quoted(home)}\n"
    if not env_file.exists() or env_file.read_text(encoding="utf-8").startswith(_MARK):
        write_bytes_if_changed(env_file, content.encode())


def _quoted(path: Path) -> str:
    text = str(path.resolve()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
