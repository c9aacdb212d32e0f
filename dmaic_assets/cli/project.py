"""Finds and opens the project that a command works on."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dmaic_assets.runs.platform import Platform
    from dmaic_assets.settings import Settings


def settings_at(project: Path | None) -> "Settings":
    """Loads the settings of the project at `project`, or of the one that holds this folder.

    Raises:
        BadInputError: There is no project.
        SettingsError: Its configuration is wrong.
    """
    from dmaic_assets.settings import find_project, load_settings

    return load_settings(find_project(project or Path.cwd()))


@contextmanager
def platform_at(project: Path | None) -> Generator["Platform"]:
    """Opens the stores of a project for the length of a `with` block.

    Raises:
        BadInputError: There is no project.
        StoreError: The ledger cannot be opened.
    """
    from dmaic_assets.runs.platform import platform_of

    with platform_of(settings_at(project)) as platform:
        yield platform
