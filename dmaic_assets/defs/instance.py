"""Dagster's instance of a project, opened from its home folder.

What belongs here: opening. What the home folder holds is in `home`.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg
from dagster._core.instance import InstanceRef

from dmaic_assets.defs.home import prepare_home
from dmaic_assets.settings import Settings

# In our own process nothing may stand between a run and the terminal.
_IN_PROCESS = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    },
}


@contextmanager
def project_instance(settings: Settings) -> Generator[dg.DagsterInstance]:
    """Opens the project's Dagster instance for runs in this process.

    DAGSTER_HOME decides where it is, else it is under the project's data folder.

    Raises:
        StoreError: The home folder refuses.
    """
    home = prepare_home(settings)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    ref = InstanceRef.from_dir(str(home.resolve()), overrides=_IN_PROCESS)
    with dg.DagsterInstance.from_ref(ref) as instance:
        yield instance
