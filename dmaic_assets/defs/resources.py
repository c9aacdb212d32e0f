"""The project's stores as a Dagster resource, opened once per run or tick.

What belongs here: which project a Dagster process works on, and opening and closing its stores.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from dmaic_assets.runs.platform import Platform, platform_of
from dmaic_assets.settings import Settings, find_project, load_settings


class PlatformResource(dg.ConfigurableResourceFactory[Platform]):
    """Opens the stores of one project; assets and jobs receive the open `Platform`."""

    project: str

    @contextmanager
    def yield_for_execution(
        self,
        context: dg.InitResourceContext,  # noqa: ARG002 - the name is Dagster's
    ) -> Iterator[Platform]:
        """Opens the stores for the length of a run or tick.

        Raises:
            SettingsError: The project's configuration is wrong.
            StoreError: The ledger cannot be opened.
        """
        with platform_of(load_settings(Path(self.project))) as platform:
            yield platform


def project_settings() -> Settings:
    """Loads the settings of the project that DMAIC_PROJECT names, or that holds this folder.

    Raises:
        BadInputError: There is no project.
        SettingsError: Its configuration is wrong.
    """
    named = os.environ.get("DMAIC_PROJECT")
    return load_settings(find_project(Path(named) if named else Path.cwd()))
