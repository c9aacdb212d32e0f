"""A project that is found as it was left, with nothing to do: commands answer without opening it.

What belongs here: the way from a command to `work.plan.standing`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.settings.place import find_project
from dmaic_assets.settings.tiers import data_folder

if TYPE_CHECKING:
    from dmaic_assets.work.plan.planned import Plan
    from dmaic_assets.work.run.platform import Platform


def standing_at(project: Path | None) -> "Plan | None":
    """Gives the plan of a project in which nothing is to be done; None when it has to be made.

    Raises:
        BadInputError: There is no project.
        SettingsError: Its config/dmaic.yaml is no YAML.
    """
    from dmaic_assets.work.plan.standing import known_standing

    root = find_project(project or Path.cwd())
    return known_standing(root, data_folder(root, os.environ))


def is_owed(platform: "Platform") -> bool:
    """Whether a run is at work, or has not been published yet."""
    from dmaic_assets.store.ledger.record.owed import all_owed

    return bool(all_owed(platform.ledger))


def is_still(platform: "Platform") -> bool:
    """Whether nothing is owed, and nobody is told of anything: time alone makes no news then."""
    is_told = platform.settings.is_telling or bool(platform.settings.dmaic.openlineage)
    return not (is_told or is_owed(platform))


def keep_standing(platform: "Platform", plan: "Plan", *, began_ns: int) -> None:
    """Remembers that nothing is to be done, once the platform is closed."""
    from dmaic_assets.work.plan.standing import remember_standing

    remember_standing(platform, plan, began_ns=began_ns)
