"""Dagster's instance of a project, opened from its home folder.

What belongs here: opening. What the home folder holds is in `home`, the state of Dagster's files
in `storage`.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.instance import InstanceRef

from dmaic_assets.defs.instance.home import prepare_home
from dmaic_assets.defs.instance.storage import storage_lock
from dmaic_assets.settings.project import Settings

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

    DAGSTER_HOME decides where it is, else it is under the project's data folder. Its storage is
    made, or mended, while no other process of ours opens it.

    Raises:
        StoreError: The home folder refuses, or Dagster's storage in it.
    """
    with open_instance(prepare_home(settings)) as instance:
        yield instance


@contextmanager
def open_instance(home: Path) -> Generator[dg.DagsterInstance]:
    """Opens the instance of a home folder, with all of its storage.

    Raises:
        StoreError: Dagster's storage refuses.
    """
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    ref = InstanceRef.from_dir(str(home.resolve()), overrides=_IN_PROCESS)
    with storage_lock(home):
        instance = dg.DagsterInstance.from_ref(ref)
        # Dagster makes the last one when somebody asks for it, which may be two at once.
        _ = instance.run_storage, instance.event_log_storage, instance.schedule_storage
    with instance:
        yield instance


def main() -> None:
    """Makes the storage of the home folder that the command line names."""
    with open_instance(Path(sys.argv[1])):
        return


if __name__ == "__main__":
    main()
