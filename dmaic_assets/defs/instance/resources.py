"""The project's stores as a Dagster resource, opened once per run or tick.

What belongs here: which project a Dagster process works on, and opening and closing its stores.
"""

import os
from collections.abc import Generator
from pathlib import Path

import dagster as dg

from dmaic_assets.settings.place import find_project
from dmaic_assets.settings.project import Settings, load_settings
from dmaic_assets.work.run.platform import Platform, platform_of


@dg.resource(
    config_schema={"project": dg.Field(str, description="The project folder")},
    description="Settings, ledger and clock of the project.",
)
def platform_resource(context: dg.InitResourceContext) -> Generator[Platform]:
    """Opens the stores of a project for the length of a run or tick.

    The configuration is read each time, so that an edit of it is seen without a reload.

    Raises:
        SettingsError: The project's configuration is wrong.
        StoreError: The ledger cannot be opened.
    """
    with platform_of(load_settings(Path(context.resource_config["project"]))) as platform:
        yield platform


def project_settings() -> Settings:
    """Loads the settings of the project that DMAIC_PROJECT names, or that holds this folder.

    Raises:
        BadInputError: There is no project.
        SettingsError: Its configuration is wrong.
    """
    named = os.environ.get("DMAIC_PROJECT")
    return load_settings(find_project(Path(named) if named else Path.cwd()))
