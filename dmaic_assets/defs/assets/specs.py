"""What every asset says of itself: group, kinds, owners, description, code version, by its entry.

What belongs here: the law that no asset goes without an entry.
"""

import re

import dagster as dg

from dmaic_assets.settings.project import Settings
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.plan.code_versions import asset_code

TEAM = "team:data-quality"


def completed(spec: dg.AssetSpec, settings: Settings) -> dg.AssetSpec:
    """Gives an asset its group, kinds, owners, description and code version.

    Raises:
        KeyError: The asset has no entry.
    """
    asset = ASSETS[spec.key.to_user_string()]
    return spec.replace_attributes(
        group_name=asset.group,
        kinds=set(asset.kinds),
        owners=owners_of(settings),
        description=asset.description,
        code_version=asset_code(asset.name),
    )


def owners_of(settings: Settings) -> list[str]:
    """Lists who owns the assets: the owners of the declared sources, else one team.

    Every asset holds a partition of every source, so all owners are each asset's owners. An
    e-mail address stays as it is; any other name becomes a team.
    """
    named = {source.owner for source in settings.sources if source.owner}
    return sorted(_owner(name) for name in named) or [TEAM]


def _owner(name: str) -> str:
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", name):
        return name
    return f"team:{re.sub(r'[^A-Za-z0-9_-]+', '-', name.removeprefix('team:')).strip('-')}"
