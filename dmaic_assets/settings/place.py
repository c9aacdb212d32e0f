"""Where a project is and where its data lies, without the settings themselves.

What belongs here: finding folders. A command that has nothing to do needs no more.
"""

from collections.abc import Mapping
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.files import read_mapping

PROJECT_MARK = Path("config") / "dmaic.yaml"
DATA_VARIABLE = "DMAIC_DATA_ROOT"
DATA_DEFAULT = "data"
# Where people declare checks over tables, unless settings name another folder.
VALIDATION_DEFAULT = "config/validation"


def find_project(start: Path) -> Path:
    """Finds the project folder: `start` or the nearest parent with config/dmaic.yaml.

    Raises:
        BadInputError: There is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / PROJECT_MARK).is_file():
            return folder
    raise BadInputError(
        str(start),
        f"no {PROJECT_MARK} here or in a parent folder",
        "Change into a project, name one with --project or DMAIC_PROJECT, or make one: dmaic init.",
    )


def data_folder(root: Path, environment: Mapping[str, str]) -> Path:
    """Tells where a project's data lies, as the settings will say if they are right.

    Raises:
        SettingsError: config/dmaic.yaml is no YAML.
    """
    named = environment.get(DATA_VARIABLE) or read_mapping(root / PROJECT_MARK).get("data_root")
    return root / str(named or DATA_DEFAULT)
