"""Finds and opens the project that a command works on."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dmaic_assets.settings.project import Paths, Settings
    from dmaic_assets.work.run.platform import Platform


def settings_at(project: Path | None) -> "Settings":
    """Loads the settings of the project at `project`, or of the one that holds this folder.

    Raises:
        BadInputError: There is no project.
        SettingsError: Its configuration is wrong.
    """
    from dmaic_assets.settings.place import find_project
    from dmaic_assets.settings.project import load_settings

    return load_settings(find_project(project or Path.cwd()))


@contextmanager
def platform_at(project: Path | None) -> Generator["Platform"]:
    """Opens the stores of a project for the length of a `with` block.

    Raises:
        BadInputError: There is no project.
        StoreError: The ledger cannot be opened.
    """
    from dmaic_assets.work.run.gone import end_gone
    from dmaic_assets.work.run.platform import platform_of

    settings = settings_at(project)
    with _logged(settings), platform_of(settings) as platform:
        # Nobody is told of a run at work whose process is dead.
        end_gone(platform)
        yield platform


def log_path(paths: "Paths") -> Path:
    """Where commands log what is too long for the terminal: tracebacks, warnings of workers."""
    return paths.data / "logs" / "dmaic.log"


@contextmanager
def _logged(settings: "Settings") -> Generator[None]:
    """Sends the package's warnings and errors to a file, which is made by the first of them."""
    from dmaic_assets.store.json_log import TurnedOverFile

    logs = settings.dmaic.logs
    handler = TurnedOverFile(log_path(settings.paths), size=logs.max_bytes, count=logs.kept)
    handler.setLevel(logging.WARNING)
    logger = logging.getLogger("dmaic_assets")
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(handler)
        handler.close()
