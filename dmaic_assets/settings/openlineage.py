"""Settings of OpenLineage: the section `openlineage` of config/dmaic.yaml.

What belongs here: whether events are made, and where they go. The address and its token are
secrets: the keys that end in `_env` name the variables that hold them.
"""

from typing import Annotated

from pydantic import Field, model_validator

from dmaic_assets.settings.alerts import Line, LogName, Variable
from dmaic_assets.settings.phases import Strict
from dmaic_assets.settings.place import PROJECT_MARK
from dmaic_assets.settings.project import Settings
from dmaic_assets.settings.validated import validated


class OpenLineageSettings(Strict):
    """Events of runs. `namespace` is that of jobs and tables; the project's name when empty.

    `file` is a file of one event a line under data/logs/. `url_env` names the variable of the
    whole address that takes events, such as https://HOST/api/v1/lineage; `token_env` that of a
    bearer token.
    """

    enabled: bool = False
    namespace: Line | None = None
    file: LogName | None = "openlineage.jsonl"
    url_env: Variable | None = None
    token_env: Variable | None = None
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 10.0

    @model_validator(mode="after")
    def _go_somewhere(self) -> "OpenLineageSettings":
        if self.enabled and self.file is None and self.url_env is None:
            raise ValueError("events go nowhere: name a file, or url_env")
        if self.token_env is not None and self.url_env is None:
            raise ValueError("token_env goes with url_env")
        return self


def openlineage_of(settings: Settings) -> OpenLineageSettings:
    """The key `openlineage` of a project.

    Raises:
        SettingsError: A key is unknown or a value out of range; names file, key and reason.
    """
    tier = str(settings.paths.root / PROJECT_MARK)
    return validated(OpenLineageSettings, settings.dmaic.openlineage, tier, within="openlineage")
