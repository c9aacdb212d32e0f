"""Where a project is and where its data lies, without the settings themselves.

What belongs here: finding folders. A command that has nothing to do needs no more.
"""

from pathlib import Path

from dmaic_assets.errors import BadInputError

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
