"""All assets, and what follows from their entries: orders, lineage, outputs, the guide's table.

What belongs here: looking entries up. Nothing that only one layer needs.
"""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import TypeVar

from dmaic_assets.model import AssetName
from dmaic_assets.work.assets.asset import Asset
from dmaic_assets.work.assets.names import PROFILE
from dmaic_assets.work.assets.of_a_file import FILE_ASSETS
from dmaic_assets.work.assets.of_a_run import PHASE_ASSETS, RUN_ASSETS
from dmaic_assets.work.assets.of_the_analyses import ANALYSIS_ASSETS
from dmaic_assets.work.assets.of_the_laboratory import LABORATORY_ASSETS

NameT = TypeVar("NameT", bound=str)

ASSETS: Mapping[str, Asset[str]] = {
    asset.name: asset
    for asset in (
        *FILE_ASSETS,
        *PHASE_ASSETS,
        *RUN_ASSETS,
        *ANALYSIS_ASSETS,
        *LABORATORY_ASSETS,
    )
}
# The order in which one file is worked on; each asset follows those that it needs.
WORK_ORDER: tuple[AssetName, ...] = tuple(asset.name for asset in FILE_ASSETS)
# Written to the warehouse and beside it: the two parts of one split, only ever made together.
OUTPUTS: tuple[AssetName, ...] = tuple(a.name for a in FILE_ASSETS if a.group == "warehouse")


def up_to(asset: AssetName) -> tuple[AssetName, ...]:
    """The assets that are worked on when a file is taken as far as `asset`."""
    return WORK_ORDER[: WORK_ORDER.index(asset) + 1]


PROFILE_ASSETS: tuple[AssetName, ...] = up_to(PROFILE)


def upstream_first(assets: Sequence[Asset[NameT]]) -> tuple[Asset[NameT], ...]:
    """Sorts assets so that each comes after those that the catalog shows it made from.

    Raises:
        graphlib.CycleError: Two are made from one another.
    """
    found: Mapping[str, Asset[NameT]] = {asset.name: asset for asset in assets}
    order = TopologicalSorter({a.name: [n for n in a.upstream if n in found] for a in assets})
    return tuple(found[name] for name in order.static_order())


CATALOG_ORDER: tuple[Asset[str], ...] = upstream_first(FILE_ASSETS)
