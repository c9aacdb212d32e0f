"""The analyses as assets: their entries follow from the registry of analyses.

What belongs here: how an analysis is an asset. They are made by `dmaic analyze` and its job.
"""

from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.work.assets.asset import Asset, Code
from dmaic_assets.work.assets.names import ACCEPTED_ROWS


def _asset_of(entry: Analysis) -> Asset[str]:
    return Asset(
        entry.name,
        group="analyses",
        kinds=entry.kinds,
        upstream=(ACCEPTED_ROWS, *entry.needs),
        holds=entry.holds,
        description=entry.description,
        code=Code((entry.module,), entry.libraries),
        partition="cell" if entry.scope == "source" else "run",
    )


ANALYSIS_ASSETS: tuple[Asset[str], ...] = tuple(_asset_of(entry) for entry in ANALYSES)
