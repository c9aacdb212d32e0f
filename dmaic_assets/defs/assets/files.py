"""The assets that one file is taken through, each as a step of its own.

What belongs here: turning their entries into definitions. Verdict and quarantine share a step
(`gate`), accepted rows come with their checks (`warehouse`).
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.gate import GATE_STEP
from dmaic_assets.defs.assets.materialize import materialized
from dmaic_assets.defs.assets.partitions import cells
from dmaic_assets.defs.catalog.events import Materialized
from dmaic_assets.model import AssetName
from dmaic_assets.work.assets.asset import Asset
from dmaic_assets.work.assets.names import ACCEPTED_ROWS
from dmaic_assets.work.assets.registry import CATALOG_ORDER
from dmaic_assets.work.run.platform import Platform

_ELSEWHERE = (*GATE_STEP, ACCEPTED_ROWS)


def file_assets() -> tuple[dg.AssetsDefinition, ...]:
    """Builds the assets that have a step of their own, upstream first."""
    return tuple(file_asset(asset) for asset in CATALOG_ORDER if asset.name not in _ELSEWHERE)


def file_asset(asset: Asset[AssetName]) -> dg.AssetsDefinition:
    """Builds one asset from its entry; `specs` says the rest of it."""

    @dg.asset(name=asset.name, partitions_def=cells, deps=list(asset.upstream))
    def work(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Materialized]:
        yield from materialized(context, platform, asset.name)

    return work
